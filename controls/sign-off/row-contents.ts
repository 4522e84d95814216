/** What the records of sign-offs say of their rows: the same for those who write, rely on and check them. Pure. */
import type { Json } from '../audit/audit-entry';
import type { SignOffDelegationRow, SignOffProposalRow, SignOffSignatureRow } from './sign-off.entity';

/** What decides who may still sign or review what until when, and how it ended; the payload itself by its hash. */
export function contentOfProposal(row: SignOffProposalRow): Json {
  const { action, coordinate, payloadHash, policyVersion, state, breakGlass } = row;
  return {
    ...{ action, coordinate, payloadHash, policyVersion, state, breakGlass },
    ...{ proposer: row.proposerPerson, account: row.proposerAccount },
    ...{ proposedAt: row.proposedAt, expiresAt: row.expiresAt, executeBy: row.executeBy },
    ...{ closedAt: row.closedAt, closedBy: row.closedBy, closeReason: row.closeReason },
    ...{ reviewBy: row.reviewBy, reviewOverdue: row.reviewOverdue },
  };
}

/** All facts of a signature or a delegation; the printed name is part of the former (21 CFR 11.50). */
export function contentOfRow(row: SignOffSignatureRow | SignOffDelegationRow): Json {
  return Object.assign({}, row) as unknown as Json;
}

export const signatureRecordId = (proposal: string, slot: number): string => `${proposal}/${slot}`;
