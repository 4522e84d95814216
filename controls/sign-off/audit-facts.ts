/** How sign-off writes its acts into the audit trail. */
import type { EntityManager } from 'typeorm';
import { type AuditAct, type AuditActor, type RecordSeal, SYSTEM_ACTOR, actorOf } from '../audit/audit-entry';
import { type FrozenPayload, thaw } from './payload';
import type { SignOffDeps, SignOffRequest } from './ports';
import type { SignOffRefusal } from './refusal';
import type { SignOffProposalRow, SignOffSignatureRow } from './sign-off.entity';

export const actorOfRequest = (request: SignOffRequest | null): AuditActor =>
  request === null ? SYSTEM_ACTOR : actorOf(request.caller, request.requestId);

type Described = Pick<SignOffProposalRow, 'id' | 'action' | 'payloadHash' | 'policyVersion' | 'payload'>;

/** What every entry about a proposal says of it. */
export function aboutProposal(row: Described): Pick<AuditAct, 'object' | 'policyVersion' | 'facts'> {
  return {
    object: { type: 'proposal', id: row.id },
    policyVersion: row.policyVersion,
    facts: { action: row.action, payloadHash: row.payloadHash, targets: targetsOf(thaw(row.payload)) },
  };
}

export const targetsOf = (payload: FrozenPayload): { type: string; id: string }[] =>
  payload.target.map(({ type, id }) => ({ type, id }));

/** Writes a refused signature in a transaction of its own: the one that it happened in was rolled back. */
export async function recordRefusal(
  deps: SignOffDeps,
  request: SignOffRequest,
  action: string,
  proposalId: string,
  refusal: Pick<SignOffRefusal, 'code' | 'facts'>,
): Promise<void> {
  await deps.database.write((manager: EntityManager) =>
    deps.audit.record(manager, actorOfRequest(request), {
      ...{ action, outcome: 'REFUSED', code: refusal.code, facts: refusal.facts },
      object: { type: 'proposal', id: proposalId.slice(0, 64) },
    }),
  );
}

export interface SignedEntry {
  readonly proposal: SignOffProposalRow;
  readonly row: SignOffSignatureRow;
  readonly seals: readonly RecordSeal[];
  readonly entryId: string;
  readonly action: string;
  readonly reason: string | null;
}

/** Writes a signature that was given, with the seals of its records. */
export async function recordSigned(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  { proposal, row, seals, entryId, action, reason }: SignedEntry,
): Promise<void> {
  const about = aboutProposal(proposal);
  const facts = { slot: row.slot, meaning: row.meaning, role: row.usedRole, delegatedBy: row.onBehalfOf };
  const act = {
    ...{ action, outcome: 'DONE' as const, ...about, records: seals },
    ...{ reason: reason ?? row.comment ?? undefined },
    facts: { ...about.facts, ...facts, signedHash: row.signedHash, methods: row.methods },
  };
  await deps.audit.record(manager, actorOfRequest(request), act, entryId);
}
