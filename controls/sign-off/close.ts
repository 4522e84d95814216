/** How an open proposal ends without being done: rejected, withdrawn, expired or stale. All of it is final. */
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import { aboutProposal, actorOfRequest, recordRefusal } from './audit-facts';
import { requireOffer } from './offers';
import { actionOf } from './policy/policy-document';
import type { SignOffDeps, SignOffRequest } from './ports';
import { appendProposal, isAsRecorded } from './proposal-record';
import { SignOffRefusal } from './refusal';
import { SignOffProposalRow, type SignOffState } from './sign-off.entity';
import { changed, closeProposal, deadlineOf, isOpen, lockProposal, signaturesOf } from './store';

const ACTIONS = {
  REJECTED: 'signOff.reject',
  WITHDRAWN: 'signOff.withdraw',
  EXPIRED: 'signOff.expire',
  STALE: 'signOff.stale',
} as const satisfies Partial<Record<SignOffState, string>>;
type FinalState = keyof typeof ACTIONS;

/** Whoever could give the next signature, and sees what it is about, may reject instead. Throws SignOffRefusal, after it was audited. */
export async function reject(
  deps: SignOffDeps,
  request: SignOffRequest,
  id: string,
  reason: string,
  visible: boolean,
): Promise<SignOffProposalRow> {
  return await closeByPerson(
    deps,
    request,
    { id, reason, state: 'REJECTED', visible },
    async (manager, proposal, person) => {
      const published = await deps.policies.require(manager);
      const policy = actionOf(published.document, proposal.action);
      if (policy === undefined) throw new SignOffRefusal('NOT_ELIGIBLE');
      const signatures = await signaturesOf(manager, id);
      await requireOffer(manager, deps.people, {
        ...{ kind: 'SIGN', proposal, signatures, policy, person, now: deps.clock.now() },
      });
    },
  );
}

/** Only who proposed may withdraw, and only before the act was done. Throws SignOffRefusal, after it was audited. */
export async function withdraw(
  deps: SignOffDeps,
  request: SignOffRequest,
  id: string,
  reason: string,
): Promise<SignOffProposalRow> {
  return await closeByPerson(
    deps,
    request,
    { id, reason, state: 'WITHDRAWN', visible: true },
    (_manager, proposal, person) => {
      if (proposal.proposerPerson !== person) throw new SignOffRefusal('NOT_ELIGIBLE');
      return Promise.resolve();
    },
  );
}

type MayClose = (manager: EntityManager, proposal: SignOffProposalRow, person: string) => Promise<void>;

async function closeByPerson(
  deps: SignOffDeps,
  request: SignOffRequest,
  closing: { id: string; reason: string; state: FinalState; visible: boolean },
  mayClose: MayClose,
): Promise<SignOffProposalRow> {
  const { id, reason, state } = closing;
  await deps.policies.current();
  try {
    return await deps.database.write(async (manager) => {
      const proposal = await lockProposal(manager, deps.database.dialect, id);
      if (proposal === null || !closing.visible) throw new SignOffRefusal('NOT_FOUND');
      if (!isOpen(proposal)) throw new SignOffRefusal('SIGN_OFF_CLOSED', { state: proposal.state });
      if (!(await isAsRecorded(manager, deps, proposal))) throw new SignOffRefusal('SIGN_OFF_ALTERED');
      if (deps.clock.now() >= deadlineOf(proposal))
        throw new SignOffRefusal('SIGN_OFF_EXPIRED', {}, 'EXPIRED');
      const { person } = request.caller;
      if (person === null) throw new SignOffRefusal('NOT_ELIGIBLE');
      if (reason.trim() === '') throw new SignOffRefusal('REASON_REQUIRED');
      await mayClose(manager, proposal, person);
      return await close(manager, deps, request, proposal, { state, by: person, reason });
    });
  } catch (error) {
    if (!(error instanceof SignOffRefusal)) throw error;
    await recordRefusal(deps, request, ACTIONS[state], id, error);
    if (error.closes !== null) await closeRefused(deps, id, error);
    throw error;
  }
}

/** Moves a proposal because of what a refused signature found: its own transaction, since that one was rolled back. */
export async function closeRefused(deps: SignOffDeps, id: string, refusal: SignOffRefusal): Promise<void> {
  const state = refusal.closes;
  if (state === null) return;
  await deps.database.write(async (manager) => {
    const proposal = await lockProposal(manager, deps.database.dialect, id);
    if (proposal === null || !isOpen(proposal)) return;
    // somebody else may have moved it on since the refusal was found
    if (state === 'EXPIRED' && deps.clock.now() < deadlineOf(proposal)) return;
    if (!(await isAsRecorded(manager, deps, proposal))) return;
    await close(manager, deps, null, proposal, { state, by: null, reason: refusal.code });
  });
}

/** Silence rejects: closes what nobody signed in time; resolves to how many. */
export async function sweepExpired(deps: SignOffDeps, now: number): Promise<number> {
  const due = await deps.database.reader.find(SignOffProposalRow, {
    select: { id: true },
    where: [
      { state: 'PROPOSED', expiresAt: LessThanOrEqual(now) },
      { state: 'HALF_SIGNED', executeBy: LessThanOrEqual(now) },
    ],
    take: 500,
  });
  let closed = 0;
  for (const { id } of due)
    if (await deps.database.write((manager) => closedAsExpired(manager, deps, id, now))) closed += 1;
  return closed;
}

/**
 * Closes a proposal that nobody signed in time; false where it is in time, or had ended before. One that SQL altered stays
 * as it is: closing would record as right what is not, such as an executed one that was opened again.
 */
export async function closedAsExpired(
  manager: EntityManager,
  deps: SignOffDeps,
  id: string,
  now = deps.clock.now(),
): Promise<boolean> {
  const proposal = await lockProposal(manager, deps.database.dialect, id);
  if (proposal === null || !isOpen(proposal) || now < deadlineOf(proposal)) return false;
  if (!(await isAsRecorded(manager, deps, proposal))) return false;
  await close(manager, deps, null, proposal, { state: 'EXPIRED', by: null, reason: null });
  return true;
}

async function close(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest | null,
  proposal: SignOffProposalRow,
  { state, by, reason }: { state: FinalState; by: string | null; reason: string | null },
): Promise<SignOffProposalRow> {
  const at = deps.clock.now();
  if (!(await closeProposal(manager, proposal.id, { state, at, by, reason })))
    throw new SignOffRefusal('SIGN_OFF_CLOSED');
  const next = changed(proposal, { state, closedAt: at, closedBy: by, closeReason: reason });
  const entryId = deps.audit.nextId();
  const act = {
    ...{ action: ACTIONS[state], outcome: 'DONE' as const, ...aboutProposal(proposal) },
    ...{ reason: reason ?? undefined, records: [await appendProposal(manager, deps, next, entryId)] },
  };
  await deps.audit.record(manager, actorOfRequest(request), act, entryId);
  return next;
}
