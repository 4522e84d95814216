/** Reviewing what was done on one signature in an emergency: another person looks at it, and signs that they did. */
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import { aboutProposal, recordRefusal, recordSigned } from './audit-facts';
import { requireOffer } from './offers';
import type { SignOffDeps, SignOffRequest } from './ports';
import { appendProposal, isAsRecorded } from './proposal-record';
import { SignOffRefusal } from './refusal';
import { SignOffProposalRow } from './sign-off.entity';
import { requireCurrentPolicy, signerOf } from './signable';
import { insertSignature, requireUnaltered } from './signing';
import { changed, lockProposal, signaturesOf } from './store';

export interface ReviewInput {
  readonly proposalId: string;
  readonly ticket: string;
  /** What the reviewer found; always required. */
  readonly finding: string;
}

/** Throws SignOffRefusal, after it was audited. */
export async function reviewBreakGlass(
  deps: SignOffDeps,
  request: SignOffRequest,
  input: ReviewInput,
): Promise<SignOffProposalRow> {
  await deps.policies.current();
  try {
    return await deps.database.write(async (manager) => {
      const proposal = await lockProposal(manager, deps.database.dialect, input.proposalId);
      if (proposal === null) throw new SignOffRefusal('NOT_FOUND');
      if (input.finding.trim() === '') throw new SignOffRefusal('REASON_REQUIRED');
      const signatures = await signaturesOf(manager, proposal.id);
      await requireUnaltered(manager, deps, proposal, signatures);
      const policy = await requireCurrentPolicy(manager, deps, proposal);
      const person = signerOf(request);
      const question = {
        kind: 'REVIEW' as const,
        proposal,
        signatures,
        policy,
        person,
        now: deps.clock.now(),
      };
      const offer = await requireOffer(manager, deps.people, question);
      const entryId = deps.audit.nextId();
      const given = { proposal, offer, person, ticket: input.ticket, comment: input.finding };
      const { row, seal } = await insertSignature(manager, deps, request, given, entryId);
      const next = changed(proposal, { reviewBy: null });
      const entry = {
        proposal,
        row,
        seals: [seal, await appendProposal(manager, deps, next, entryId)],
        entryId,
        action: 'signOff.review',
        reason: input.finding,
      };
      await recordSigned(manager, deps, request, entry);
      await manager.update(SignOffProposalRow, { id: proposal.id }, { reviewBy: null });
      return next;
    });
  } catch (error) {
    const stepUp = error instanceof GatewayError && error.code === 'STEP_UP_REQUIRED';
    const refusal = stepUp ? new SignOffRefusal('STEP_UP_REQUIRED') : error;
    if (!(refusal instanceof SignOffRefusal)) throw error;
    await recordRefusal(deps, request, 'signOff.review', input.proposalId, refusal);
    throw refusal;
  }
}

/** Reports each review that was not given in time, once; resolves to how many. */
export async function reportOverdueReviews(deps: SignOffDeps, now: number): Promise<number> {
  const due = await deps.database.reader.find(SignOffProposalRow, {
    select: { id: true },
    where: { reviewBy: LessThanOrEqual(now), reviewOverdue: false, closedAt: Not(IsNull()) },
    take: 100,
  });
  for (const { id } of due) {
    await deps.database.write(async (manager) => {
      const proposal = await lockProposal(manager, deps.database.dialect, id);
      if (proposal === null || proposal.reviewOverdue || proposal.reviewBy === null) return;
      const asRecorded = await isAsRecorded(manager, deps, proposal);
      await manager.update(SignOffProposalRow, { id }, { reviewOverdue: true });
      const entryId = deps.audit.nextId();
      const next = changed(proposal, { reviewOverdue: true });
      const act = {
        ...{ action: 'signOff.reviewOverdue', outcome: 'DONE' as const, ...aboutProposal(proposal) },
        // what was altered by SQL is reported, and never recorded as if it were right
        records: asRecorded ? [await appendProposal(manager, deps, next, entryId)] : [],
      };
      await deps.audit.record(manager, SYSTEM_ACTOR, act, entryId);
    });
  }
  return due.length;
}
