/**
 * Signing. One transaction locks the proposal, decides whether this person may give the next signature, uses the
 * step-up ticket up and inserts the signature; the second signature runs the act in it as well, so that effect,
 * signatures, audit entries and commands commit together, once, or not at all.
 */
import type { EntityManager } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { ActRun, type MarkedAct, type Transactional } from './act-run';
import { aboutProposal, actorOfRequest, recordRefusal, recordSigned } from './audit-facts';
import { closeRefused } from './close';
import {
  type Offer,
  type SigningKind,
  type StandingSignature,
  requireOffer,
  requireStillEligible,
  signerNotEligible,
} from './offers';
import type { ActionPolicy } from './policy/policy-document';
import type { SignOffDeps, SignOffRequest } from './ports';
import { appendProposal } from './proposal-record';
import { HOUR_MS, dryRun } from './propose';
import { SignOffRefusal } from './refusal';
import { SignOffProposalRow, type SignOffSignatureRow } from './sign-off.entity';
import { requireOpen, requireSame, requireSamePolicy, signerOf } from './signable';
import { insertSignature, requireUnaltered } from './signing';
import { changed, closeProposal, signaturesOf } from './store';

export interface SignInput {
  readonly proposalId: string;
  readonly coordinate: string;
  readonly ticket: string;
  readonly comment: string | null;
  /** Why the act must run on this signature alone; null for an ordinary one. */
  readonly emergency: string | null;
}

/** Of a caller, what limits the rows that an act finds. */
export type Eyes = Pick<SignOffRequest['caller'], 'person' | 'roles' | 'sites' | 'suppliers'>;

/** The act of a stored proposal, made from its frozen arguments; in the caller's eyes, or in those of somebody else. */
export type ActOf = (proposal: SignOffProposalRow, eyes?: Eyes) => MarkedAct;

export interface Signed {
  readonly proposal: SignOffProposalRow;
  /** What the author's resolver returned; undefined while the act waits for another signature. */
  readonly result: unknown;
}

/** Gives the caller's signature. Throws SignOffRefusal, after it was audited. */
export async function sign(
  deps: SignOffDeps,
  request: SignOffRequest,
  input: SignInput,
  actOf: ActOf,
): Promise<Signed> {
  await deps.policies.current();
  try {
    return await deps.database.write((manager) => signLocked(manager, deps, request, input, actOf));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null && !(error instanceof GatewayError)) throw error;
    const { code } = (refusal ?? error) as GatewayError;
    const found = { code, facts: refusal?.facts ?? {} };
    await recordRefusal(deps, request, 'signOff.signRefused', input.proposalId, found);
    if (refusal === null) throw error;
    if (refusal.closes !== null) await closeRefused(deps, input.proposalId, refusal);
    throw refusal;
  }
}

/** What a person can do something about is a refusal; anything else stays an exception. */
function refusalOf(error: unknown): SignOffRefusal | null {
  if (error instanceof SignOffRefusal) return error;
  if (!(error instanceof GatewayError)) return null;
  const expected = ['STEP_UP_REQUIRED', 'NOT_FOUND', 'ACCESS_DENIED', 'SIGN_OFF_UNAVAILABLE'];
  return expected.includes(error.code) ? new SignOffRefusal(error.code) : null;
}

async function signLocked(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  input: SignInput,
  actOf: ActOf,
): Promise<Signed> {
  const now = deps.clock.now();
  const proposal = await requireOpen(manager, deps, input, now);
  const signatures = await signaturesOf(manager, proposal.id);
  await requireUnaltered(manager, deps, proposal, signatures);
  const policy = await requireSamePolicy(manager, deps, proposal);
  const kind: SigningKind = input.emergency === null ? 'SIGN' : 'BREAK_GLASS';
  if (input.emergency?.trim() === '') throw new SignOffRefusal('REASON_REQUIRED');
  const person = signerOf(request);
  const offer = await requireOffer(manager, deps.people, { kind, proposal, signatures, policy, person, now });
  const work: SigningWork = {
    proposal,
    signatures,
    policy,
    offer,
    person,
    input,
    act: actOf(proposal),
    actOf,
  };
  return offer.slot === 1 && kind === 'SIGN'
    ? await giveFirst(manager, deps, request, work)
    : await giveLast(manager, deps, request, work);
}

interface SigningWork {
  readonly proposal: SignOffProposalRow;
  /** Those given before. */
  readonly signatures: readonly SignOffSignatureRow[];
  readonly policy: ActionPolicy;
  readonly offer: Offer;
  readonly person: string;
  readonly input: SignInput;
  readonly act: MarkedAct;
  readonly actOf: ActOf;
  /** The proposal as it will be, where this signature moves it. */
  readonly next?: SignOffProposalRow;
}

/** The first signature: the act is tried again in the signer's own eyes, so that nobody signs what is stale already. */
async function giveFirst(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  work: SigningWork,
): Promise<Signed> {
  const { proposal, policy, act } = work;
  const tried = await dryRun(deps, nestedIn(manager), request, act, proposal.id, proposerOfRow(proposal));
  requireSame(proposal, tried);
  const executeBy = deps.clock.now() + policy.executionHours * HOUR_MS;
  const next = changed(proposal, { state: 'HALF_SIGNED', executeBy });
  await insertAudited(manager, deps, request, { ...work, next }, 'signOff.sign');
  await manager.update(SignOffProposalRow, { id: proposal.id }, { state: 'HALF_SIGNED', executeBy });
  return { proposal: next, result: undefined };
}

const nestedIn =
  (manager: EntityManager): Transactional =>
  (inside) =>
    manager.transaction(inside);

/**
 * Who signed earlier still sees what the act is about: it is tried again in their eyes. Somebody without limits sees
 * everything. Thrown otherwise: SIGNER_NOT_ELIGIBLE.
 */
async function requireStillInSight(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  { proposal, actOf }: SigningWork,
  { signature, signer }: StandingSignature,
): Promise<void> {
  if (signer.sites.length === 0 && signer.suppliers.length === 0) return;
  const { roles, sites, suppliers } = signer;
  const act = actOf(proposal, { person: signature.person, roles, sites, suppliers });
  const seen = await dryRun(deps, nestedIn(manager), request, act, proposal.id, proposerOfRow(proposal));
  if (seen.refused && seen.payload.target.length === 0) throw signerNotEligible(signature.slot);
}

async function giveLast(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  work: SigningWork,
): Promise<Signed> {
  const { proposal, signatures, policy, offer, input } = work;
  const now = deps.clock.now();
  const standing = await requireStillEligible(manager, deps.people, { proposal, signatures, policy, now });
  for (const one of standing) await requireStillInSight(manager, deps, request, work, one);
  const alone = offer.kind === 'BREAK_GLASS';
  const row = await insertAudited(
    manager,
    deps,
    request,
    work,
    alone ? 'signOff.breakGlass' : 'signOff.sign',
  );
  const review = { breakGlass: alone, reviewBy: alone ? now + reviewMs(policy) : null };
  const closing = { state: 'EXECUTED', at: now, by: work.person, reason: input.emergency } as const;
  const closed = { closedAt: now, closedBy: closing.by, closeReason: closing.reason };
  const next = changed(proposal, { state: 'EXECUTED', ...closed, ...review });
  const result = await execute(manager, deps, request, { ...work, next }, [...signatures, row]);
  if (!(await closeProposal(manager, proposal.id, closing))) throw new SignOffRefusal('SIGN_OFF_CLOSED');
  if (alone) await manager.update(SignOffProposalRow, { id: proposal.id }, review);
  return { proposal: next, result };
}

const reviewMs = (policy: ActionPolicy): number => (policy.breakGlass?.reviewHours ?? 24) * HOUR_MS;

/** Runs the act for good, and writes its entry. */
async function execute(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  { proposal, act, next = proposal }: SigningWork,
  signatures: readonly SignOffSignatureRow[],
): Promise<unknown> {
  const entryId = deps.audit.nextId();
  const run = new ActRun({
    ...{ phase: 'EXECUTE', manager, now: deps.clock.now(), proposalId: proposal.id },
    ...{ proposer: proposerOfRow(proposal), records: deps.records, outbox: deps.outbox, entryId },
    signers: signatures.map(({ person, printedName, signedAt }) => ({
      person,
      name: printedName,
      at: signedAt,
    })),
  });
  const result = await run.run(act);
  requireSame(proposal, { refused: run.refused, refusals: run.refusals, payload: run.payloadOf(act) });
  const seal = await appendProposal(manager, deps, next, entryId);
  const entry = {
    ...{ action: 'signOff.execute', outcome: 'DONE' as const, ...aboutProposal(proposal) },
    ...{ changes: run.changes, records: [...run.seals, seal], reason: proposal.reason ?? undefined },
  };
  await deps.audit.record(manager, actorOfRequest(request), entry, entryId);
  return result;
}

async function insertAudited(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  work: SigningWork,
  action: string,
): Promise<SignOffSignatureRow> {
  const { proposal, offer, person, input, next } = work;
  const entryId = deps.audit.nextId();
  const given = { proposal, offer, person, ticket: input.ticket, comment: input.comment };
  const { row, seal } = await insertSignature(manager, deps, request, given, entryId);
  // the last signature moves the proposal by executing it, in the entry of the execution
  const moved = next === undefined ? [] : [await appendProposal(manager, deps, next, entryId)];
  await recordSigned(manager, deps, request, {
    proposal,
    row,
    seals: [seal, ...moved],
    entryId,
    action,
    reason: input.emergency,
  });
  return row;
}

export function proposerOfRow(row: SignOffProposalRow): {
  person: string | null;
  account: string;
  name: string;
} {
  return { person: row.proposerPerson, account: row.proposerAccount, name: row.proposerName };
}
