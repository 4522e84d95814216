/** What a proposal must still be for somebody to sign it: open, under rules that say the same, about what it was about. */
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../platform/canonical-json';
import { differencesOf, thaw } from './payload';
import { type ActionPolicy, actionOf } from './policy/policy-document';
import type { SignOffDeps, SignOffRequest } from './ports';
import type { DryRun } from './propose';
import { SignOffRefusal } from './refusal';
import type { SignOffProposalRow } from './sign-off.entity';
import { deadlineOf, isOpen, lockProposal } from './store';

/** Locks the proposal. Throws SignOffRefusal: NOT_FOUND, SIGN_OFF_CLOSED or SIGN_OFF_EXPIRED. */
export async function requireOpen(
  manager: EntityManager,
  deps: SignOffDeps,
  input: { readonly proposalId: string; readonly coordinate: string },
  now: number,
): Promise<SignOffProposalRow> {
  const proposal = await lockProposal(manager, deps.database.dialect, input.proposalId);
  if (proposal?.coordinate !== input.coordinate) throw new SignOffRefusal('NOT_FOUND');
  if (!isOpen(proposal)) throw new SignOffRefusal('SIGN_OFF_CLOSED', { state: proposal.state });
  if (now >= deadlineOf(proposal)) throw new SignOffRefusal('SIGN_OFF_EXPIRED', {}, 'EXPIRED');
  return proposal;
}

/** A proposal made under rules that are no longer in force is stale, unless they say the same for its action. */
export async function requireSamePolicy(
  manager: EntityManager,
  deps: SignOffDeps,
  proposal: SignOffProposalRow,
): Promise<ActionPolicy> {
  const current = await deps.policies.require(manager);
  const policy = actionOf(current.document, proposal.action);
  if (policy === undefined) throw new SignOffRefusal('SIGN_OFF_STALE', { policy: current.version }, 'STALE');
  if (current.version === proposal.policyVersion) return policy;
  const then = await deps.policies.version(manager, proposal.policyVersion);
  const before = then === null ? undefined : actionOf(then.document, proposal.action);
  if (before === undefined || canonicalJson(before) !== canonicalJson(policy))
    throw new SignOffRefusal('SIGN_OFF_STALE', { policy: current.version }, 'STALE');
  return policy;
}

/** A review goes by the rules of today; what was done under which, the signatures say. */
export async function requireCurrentPolicy(
  manager: EntityManager,
  deps: SignOffDeps,
  proposal: SignOffProposalRow,
): Promise<ActionPolicy> {
  const policy = actionOf((await deps.policies.require(manager)).document, proposal.action);
  if (policy === undefined) throw new SignOffRefusal('BREAK_GLASS_FORBIDDEN');
  return policy;
}

/** Only a person signs: a service has no hand. */
export function signerOf({ caller }: Pick<SignOffRequest, 'caller'>): string {
  if (caller.kind !== 'person' || caller.person === null) throw new SignOffRefusal('NOT_ELIGIBLE');
  return caller.person;
}

/** What is done is what was proposed. Throws SignOffRefusal: the act's own refusal, or SIGN_OFF_STALE. */
export function requireSame(proposal: SignOffProposalRow, now: DryRun): void {
  const [refusal] = now.refusals;
  // the act did not get as far as its target: this signer can see none, and says nothing about it to those who can
  if (refusal !== undefined && now.payload.target.length === 0)
    throw new SignOffRefusal(refusal.code, refusal.facts);
  const different = differencesOf(thaw(proposal.payload), now.payload);
  // a refusal by a target that changed is final; one that time will heal, such as stale data, leaves it open
  if (different.includes('target') || (refusal === undefined && different.length > 0))
    throw new SignOffRefusal('SIGN_OFF_STALE', { changed: different }, 'STALE');
  if (refusal !== undefined) throw new SignOffRefusal(refusal.code, refusal.facts);
}
