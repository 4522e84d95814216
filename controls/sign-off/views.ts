/** How sign-offs and signatures are shown: the same words wherever a record is read or printed. */
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import type { Language } from '../../platform/request';
import { type Offer, type SigningKind, requireOffer } from './offers';
import { actionOf } from './policy/policy-document';
import type { SignOffDeps, SignOffRequest } from './ports';
import { SignOffRefusal } from './refusal';
import type { SignOffProposalRow, SignOffSignatureRow } from './sign-off.entity';
import { isGenuine, signingHashFor } from './signing';
import { deadlineOf, isOpen, signaturesOf } from './store';

/** Signature manifestation: printed name, date and time, meaning (21 CFR 11.50). */
export interface SignatureView {
  readonly slot: number;
  readonly name: string;
  readonly at: Date;
  readonly meaning: string;
  readonly meaningCode: string;
  readonly role: string;
  readonly onBehalfOf: string | null;
  readonly comment: string | null;
  /** All of it in one line, as it is printed. */
  readonly printed: string;
  /** Whether hash and key still say that it is ours, over this record. */
  readonly genuine: boolean;
}

export interface SignOffView {
  readonly id: string;
  readonly status: string;
  readonly action: string;
  readonly expiresAt: Date;
  readonly signatures: readonly SignatureView[];
  /** What the caller would authenticate again for, to sign next; null when it is not theirs to sign. */
  readonly signingHash: string | null;
}

export async function signatureView(
  deps: SignOffDeps,
  manager: EntityManager,
  proposal: SignOffProposalRow,
  row: SignOffSignatureRow,
  language: Language,
): Promise<SignatureView> {
  const meaning = language === 'zh' ? row.meaningZh : row.meaningEn;
  const at = new Date(row.signedAt);
  return {
    ...{ slot: row.slot, name: row.printedName, at, meaning, meaningCode: row.meaning },
    ...{ role: row.usedRole, onBehalfOf: row.onBehalfOf, comment: row.comment },
    printed: `${row.printedName}, ${at.toISOString()} (UTC), ${meaning}`,
    genuine: await isGenuine(manager, deps, proposal, row),
  };
}

export async function signOffView(
  deps: SignOffDeps,
  request: SignOffRequest,
  proposal: SignOffProposalRow,
): Promise<SignOffView> {
  const manager = deps.database.reader;
  const rows = await signaturesOf(manager, proposal.id);
  const signatures: SignatureView[] = [];
  for (const row of rows)
    signatures.push(await signatureView(deps, manager, proposal, row, request.language));
  const offer = await offerTo(deps, request, proposal, rows);
  return {
    ...{ id: proposal.id, status: proposal.state, action: proposal.action, signatures },
    expiresAt: new Date(deadlineOf(proposal)),
    signingHash: offer === null ? null : signingHashFor(deps, proposal, offer, request.caller.person ?? ''),
  };
}

/** The signature that the caller may give now; null when there is none. */
export async function offerTo(
  deps: SignOffDeps,
  { caller }: SignOffRequest,
  proposal: SignOffProposalRow,
  signatures: readonly SignOffSignatureRow[],
  kind: SigningKind = proposal.state === 'EXECUTED' ? 'REVIEW' : 'SIGN',
): Promise<Offer | null> {
  const now = deps.clock.now();
  const waits = kind === 'REVIEW' ? proposal.breakGlass : isOpen(proposal) && now < deadlineOf(proposal);
  if (!waits || caller.person === null || caller.kind !== 'person') return null;
  const manager = deps.database.reader;
  try {
    const policy = actionOf((await deps.policies.current()).document, proposal.action);
    if (policy === undefined) return null;
    return await requireOffer(manager, deps.people, {
      kind,
      proposal,
      signatures,
      policy,
      person: caller.person,
      now,
    });
  } catch (error) {
    if (error instanceof SignOffRefusal || error instanceof GatewayError) return null;
    throw error;
  }
}
