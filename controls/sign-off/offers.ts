/** Which signature a person may give to a proposal now, by which right; or why none. */
import { type EntityManager, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import {
  type ActionPolicy,
  BREAK_GLASS_MEANING,
  REVIEW_MEANING,
  type SlotPolicy,
  slotOf,
} from './policy/policy-document';
import type { Eligibility, SigningPeople } from './ports';
import { SignOffRefusal } from './refusal';
import { recordedDelegations } from './recorded-delegations';
import { SignOffDelegationRow, type SignOffProposalRow, type SignOffSignatureRow } from './sign-off.entity';

/** `SIGN`: an ordinary signature. `BREAK_GLASS`: runs the act alone. `REVIEW`: of an act that was done so. */
export type SigningKind = 'SIGN' | 'BREAK_GLASS' | 'REVIEW';

/** A signature that may be given. */
export interface Offer {
  readonly kind: SigningKind;
  readonly slot: 1 | 2;
  /** Role that gives the right. */
  readonly role: string;
  /** Person who lent the right. */
  readonly onBehalfOf: string | null;
  readonly meaning: SlotPolicy['meaning'];
}

export interface OfferQuestion {
  readonly kind: SigningKind;
  readonly proposal: SignOffProposalRow;
  readonly signatures: readonly SignOffSignatureRow[];
  readonly policy: ActionPolicy;
  readonly person: string;
  readonly now: number;
}

/** Throws SignOffRefusal: SAME_PERSON, NOT_ELIGIBLE or BREAK_GLASS_FORBIDDEN. */
export async function requireOffer(
  manager: EntityManager,
  people: SigningPeople,
  question: OfferQuestion,
): Promise<Offer> {
  const slot = question.signatures.length + 1 === 1 ? 1 : 2;
  const { roles, meaning } = slotFor(question, slot);
  refuseSamePerson(question, question.person, slot);
  const right = await rightOf(manager, people, question, { roles, slot });
  if (right === null) throw new SignOffRefusal('NOT_ELIGIBLE', { roles: [...roles] });
  return { kind: question.kind, slot, meaning, ...right };
}

export function signerNotEligible(slot: number): SignOffRefusal {
  return new SignOffRefusal('SIGNER_NOT_ELIGIBLE', { slot }, 'STALE');
}

/** An earlier signature, with what its signer may do now. */
export interface StandingSignature {
  readonly signature: SignOffSignatureRow;
  readonly signer: Eligibility;
}

/** Thrown when a person who signed earlier could not sign now: SIGNER_NOT_ELIGIBLE, which makes the proposal stale. */
export async function requireStillEligible(
  manager: EntityManager,
  people: SigningPeople,
  question: Omit<OfferQuestion, 'person' | 'kind'>,
): Promise<StandingSignature[]> {
  const standing: StandingSignature[] = [];
  const withinMs = question.policy.executionHours * 3_600_000;
  for (const signature of question.signatures) {
    const { person, usedRole, onBehalfOf } = signature;
    const holder = onBehalfOf ?? person;
    const [signer, owner] = [
      await people.eligibilityOfSigner(manager, person, withinMs),
      await people.eligibilityOfSigner(manager, holder, withinMs),
    ];
    const lent =
      onBehalfOf === null ||
      ((await isLent(manager, question, { from: holder, to: person, role: usedRole })) &&
        (await people.mayHold(manager, person, usedRole)));
    const wanted = slotOf(question.policy, signature.slot === 1 ? 1 : 2).roles;
    if (
      !signer.active ||
      !owner.active ||
      !owner.roles.includes(usedRole) ||
      !wanted.includes(usedRole) ||
      !liesWithin(signer, owner) ||
      !lent
    )
      throw signerNotEligible(signature.slot);
    standing.push({ signature, signer });
  }
  return standing;
}

/** Whether one sees no rows that the other does not: what is lent is good for no more than it was to its lender. */
export function liesWithin(one: Eligibility, other: Eligibility): boolean {
  const within = (narrow: readonly string[], wide: readonly string[]): boolean =>
    wide.length === 0 || (narrow.length > 0 && narrow.every((code) => wide.includes(code)));
  return within(one.sites, other.sites) && within(one.suppliers, other.suppliers);
}

function slotFor({ kind, policy, proposal, signatures }: OfferQuestion, slot: 1 | 2): SlotPolicy {
  if (kind === 'SIGN') return slotOf(policy, slot);
  const { breakGlass } = policy;
  const allowed =
    breakGlass !== undefined &&
    (kind === 'BREAK_GLASS'
      ? signatures.length === 0
      : proposal.breakGlass && proposal.state === 'EXECUTED' && signatures.length === 1);
  if (!allowed) throw new SignOffRefusal('BREAK_GLASS_FORBIDDEN');
  return kind === 'BREAK_GLASS'
    ? { roles: breakGlass.roles, meaning: BREAK_GLASS_MEANING }
    : { roles: breakGlass.reviewRoles, meaning: REVIEW_MEANING };
}

/** One person never fills two slots, and who proposed never signs second. */
function refuseSamePerson(question: OfferQuestion, person: string, slot: 1 | 2): void {
  if (isSamePerson(question, person, slot)) throw new SignOffRefusal('SAME_PERSON');
}

function isSamePerson(question: OfferQuestion, person: string, slot: 1 | 2): boolean {
  const { kind, proposal, signatures, policy } = question;
  const signed = signatures.some((one) => one.person === person || one.onBehalfOf === person);
  const proposerBarred = kind === 'REVIEW' || (kind === 'SIGN' && (slot === 2 || !policy.proposerSigns));
  return signed || (proposerBarred && proposal.proposerPerson === person);
}

async function rightOf(
  manager: EntityManager,
  people: SigningPeople,
  question: OfferQuestion,
  { roles, slot }: { roles: readonly string[]; slot: 1 | 2 },
): Promise<Pick<Offer, 'role' | 'onBehalfOf'> | null> {
  const own = await people.eligibility(manager, question.person);
  if (!own.active) return null;
  const role = roles.find((one) => own.roles.includes(one));
  if (role !== undefined) return { role, onBehalfOf: null };
  if (question.kind !== 'SIGN') return null;
  let samePerson = false;
  for (const lent of await delegationsTo(manager, question)) {
    // a role that came since may keep the borrower apart from what was lent before
    if (!roles.includes(lent.role) || !(await people.mayHold(manager, question.person, lent.role))) continue;
    const owner = await people.eligibility(manager, lent.fromPerson);
    if (!owner.active || !owner.roles.includes(lent.role) || !liesWithin(own, owner)) continue;
    // another lender may have no part in it yet
    if (isSamePerson(question, lent.fromPerson, slot)) samePerson = true;
    else return { role: lent.role, onBehalfOf: lent.fromPerson };
  }
  if (samePerson) throw new SignOffRefusal('SAME_PERSON');
  return null;
}

async function delegationsTo(
  manager: EntityManager,
  { proposal, person, now }: Pick<OfferQuestion, 'proposal' | 'person' | 'now'>,
): Promise<SignOffDelegationRow[]> {
  const rows = await manager.find(SignOffDelegationRow, {
    where: {
      ...{ action: proposal.action, toPerson: person, revokedAt: IsNull() },
      ...{ startsAt: LessThanOrEqual(now), endsAt: MoreThan(now) },
    },
    order: { id: 'ASC' },
  });
  return await recordedDelegations(manager, rows);
}

async function isLent(
  manager: EntityManager,
  question: Pick<OfferQuestion, 'proposal' | 'now'>,
  lent: { from: string; to: string; role: string },
): Promise<boolean> {
  const rows = await delegationsTo(manager, { ...question, person: lent.to });
  return rows.some((row) => row.fromPerson === lent.from && row.role === lent.role);
}
