/**
 * Lending the right to sign: one role of one action, to one person, for at most two weeks. The borrower signs in
 * their own name, on behalf of the lender, and the two count as one person for every proposal. Whoever lends proves
 * with two components that it is they: a session alone must not be able to make somebody else a signer.
 */
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import type { Json } from '../audit/audit-entry';
import { purposeOf } from '../identity/purpose';
import { timedId } from '../integrity/ids';
import { actorOfRequest } from './audit-facts';
import { liesWithin } from './offers';
import { actionOf } from './policy/policy-document';
import type { SignOffDeps, SignOffRequest } from './ports';
import { DELEGATION_RECORD, recordedDelegations } from './recorded-delegations';
import { SignOffRefusal } from './refusal';
import { SignOffDelegationRow } from './sign-off.entity';
import { signerOf } from './signable';
import { changed } from './store';

const LONGEST_MS = 14 * 24 * 3_600_000;

export interface NewDelegation {
  readonly action: string;
  readonly role: string;
  readonly toPerson: string;
  /** Ms since the epoch. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
}

/** What the lender steps up for: `lotgraph signOff.delegate ACTION ROLE TO FROM UNTIL`. */
export function delegationPurpose({
  action,
  role,
  toPerson,
  startsAt,
  endsAt,
}: Omit<NewDelegation, 'reason'>): string {
  const [from, until] = [new Date(startsAt).toISOString(), new Date(endsAt).toISOString()];
  return purposeOf('signOff.delegate', [action, role, toPerson, from, until].join(' '));
}

/** Throws SignOffRefusal, after it was audited. */
export async function delegate(
  deps: SignOffDeps,
  request: SignOffRequest,
  wanted: NewDelegation,
  ticket: string,
): Promise<SignOffDelegationRow> {
  await deps.policies.current();
  return await audited(deps, request, wanted.action, async (manager) => {
    const fromPerson = signerOf(request);
    if (wanted.reason.trim() === '') throw new SignOffRefusal('REASON_REQUIRED');
    await requireAllowed(manager, deps, fromPerson, wanted);
    await deps.people.consumeTicket(manager, {
      ...{ ticket, person: fromPerson, session: request.caller.session, purpose: delegationPurpose(wanted) },
    });
    const now = deps.clock.now();
    const row: SignOffDelegationRow = {
      ...{
        id: timedId(now),
        action: wanted.action,
        role: wanted.role,
        fromPerson,
        toPerson: wanted.toPerson,
      },
      ...{ reason: wanted.reason, createdAt: now, startsAt: wanted.startsAt, endsAt: wanted.endsAt },
      revokedAt: null,
    };
    await manager.insert(SignOffDelegationRow, row);
    await record(manager, deps, request, row, wanted.reason);
    return row;
  });
}

/** Takes a delegation back; only who gave it may. Throws SignOffRefusal, after it was audited. */
export async function revokeDelegation(
  deps: SignOffDeps,
  request: SignOffRequest,
  id: string,
): Promise<SignOffDelegationRow> {
  return await audited(deps, request, id, async (manager) => {
    const fromPerson = signerOf(request);
    const row = await manager.findOneBy(SignOffDelegationRow, { id, fromPerson, revokedAt: IsNull() });
    if (row === null) throw new SignOffRefusal('NOT_FOUND');
    const revokedAt = deps.clock.now();
    if ((await recordedDelegations(manager, [row])).length === 0)
      throw new SignOffRefusal('SIGN_OFF_ALTERED');
    await manager.update(SignOffDelegationRow, { id }, { revokedAt });
    const revoked = changed(row, { revokedAt });
    await record(manager, deps, request, revoked, 'revoked');
    return revoked;
  });
}

/** Delegations from or to a person that have not ended yet. */
export async function delegationsOf(deps: SignOffDeps, person: string): Promise<SignOffDelegationRow[]> {
  const open = { revokedAt: IsNull(), endsAt: MoreThan(deps.clock.now()) };
  return await deps.database.reader.find(SignOffDelegationRow, {
    where: [
      { fromPerson: person, ...open },
      { toPerson: person, ...open },
    ],
    order: { id: 'ASC' },
    take: 200,
  });
}

async function requireAllowed(
  manager: EntityManager,
  deps: SignOffDeps,
  fromPerson: string,
  wanted: NewDelegation,
): Promise<void> {
  const policy = actionOf((await deps.policies.require(manager)).document, wanted.action);
  const signs = policy !== undefined && [...policy.first.roles, ...policy.second.roles].includes(wanted.role);
  const now = deps.clock.now();
  const span = wanted.endsAt - wanted.startsAt;
  const inBounds =
    span > 0 && span <= LONGEST_MS && wanted.endsAt > now && wanted.startsAt <= now + LONGEST_MS;
  if (!signs || !inBounds || wanted.toPerson === fromPerson) throw new SignOffRefusal('DELEGATION_FORBIDDEN');
  // only what one holds oneself can be lent: a borrowed right is not lent on
  const owner = await deps.people.eligibility(manager, fromPerson);
  if (!owner.active || !owner.roles.includes(wanted.role)) throw new SignOffRefusal('NOT_ELIGIBLE');
  const borrower = await deps.people.eligibility(manager, wanted.toPerson);
  // what one person may not hold beside their own roles is not lent to them either
  const mayHold = await deps.people.mayHold(manager, wanted.toPerson, wanted.role);
  if (!borrower.active || !mayHold || !liesWithin(borrower, owner))
    throw new SignOffRefusal('DELEGATION_FORBIDDEN');
}

async function record(
  manager: EntityManager,
  deps: SignOffDeps,
  request: SignOffRequest,
  row: SignOffDelegationRow,
  reason: string,
): Promise<void> {
  const entryId = deps.audit.nextId();
  const content = Object.assign({}, row) as unknown as Json;
  const seal = await deps.records.append(
    manager,
    { type: DELEGATION_RECORD, id: row.id, subject: row.action, content },
    entryId,
  );
  const act = {
    ...{ action: 'signOff.delegate', outcome: 'DONE' as const, reason, records: [seal] },
    object: { type: 'delegation', id: row.id },
    facts: {
      ...{ action: row.action, role: row.role, from: row.fromPerson, to: row.toPerson },
      ...{ endsAt: row.endsAt, revoked: row.revokedAt !== null },
    },
  };
  await deps.audit.record(manager, actorOfRequest(request), act, entryId);
}

async function audited<T>(
  deps: SignOffDeps,
  request: SignOffRequest,
  about: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  try {
    return await deps.database.write(work);
  } catch (thrown) {
    const stepUp = thrown instanceof GatewayError && thrown.code === 'STEP_UP_REQUIRED';
    const error = stepUp ? new SignOffRefusal('STEP_UP_REQUIRED') : thrown;
    if (!(error instanceof SignOffRefusal)) throw thrown;
    await deps.database.write((manager) =>
      deps.audit.record(manager, actorOfRequest(request), {
        ...{ action: 'signOff.delegate', outcome: 'REFUSED', code: error.code, facts: error.facts },
        object: { type: 'delegation', id: about.slice(0, 64) },
      }),
    );
    throw error;
  }
}
