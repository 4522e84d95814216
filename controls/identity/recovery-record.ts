/** What recoveries leave behind: the row that waits for a second officer, and the entries about it. */
import { type EntityManager, In } from 'typeorm';
import { InvalidInputError } from '../../platform/errors';
import { actorOf } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import { hashOfHalf, newHalf } from './enrolment-code';
import { type AccountRow, RecoveryRow } from './identity.entity';
import type { IdentityContext } from './identity-context';
import type { OfficerAct } from './officers';

const LIFETIME_MS = 24 * 60 * 60_000;

/** What the officer who opened, or approved, may see. */
export interface HalfCode {
  readonly recovery: string;
  /** The first half for the one who opens, the second for the one who approves; shown this once. Empty where nobody enrols. */
  readonly half: string;
  readonly expiresAt: number;
}

export interface NewRecovery {
  readonly account: Pick<AccountRow, 'id' | 'person'>;
  readonly kind: RecoveryRow['kind'];
  readonly reason: string;
}

/** Inserts what another officer must approve. Thrown without a reason: INVALID_INPUT. */
export async function insertRecovery(
  context: IdentityContext,
  manager: EntityManager,
  by: OfficerAct,
  officer: string,
  { account, kind, reason }: NewRecovery,
): Promise<HalfCode> {
  if (reason.trim() === '') throw new InvalidInputError('Say why.', { field: 'reason' });
  const half = newHalf();
  const now = context.clock.now();
  const recovery: RecoveryRow = {
    ...{ id: timedId(now), kind, account: account.id, person: account.person, reason, status: 'OPEN' },
    ...{ openedBy: officer, approvedBy: null, firstHalf: hashOfHalf(half), secondHalf: null },
    ...{ createdAt: now, expiresAt: now + LIFETIME_MS },
  };
  // one way back at a time: what was open before is given up
  await context.seals.update(
    manager,
    RecoveryRow,
    { account: account.id, status: In(['OPEN', 'APPROVED']) },
    { status: 'CANCELLED' },
  );
  await context.seals.insert(manager, RecoveryRow, recovery);
  await recordRecovery(
    context,
    manager,
    by,
    kind === 'CREATE' ? 'account.create' : 'recovery.open',
    recovery,
  );
  return { recovery: recovery.id, half, expiresAt: recovery.expiresAt };
}

/** Writes down what an officer did to a recovery. */
export async function recordRecovery(
  context: IdentityContext,
  manager: EntityManager,
  by: OfficerAct,
  action: string,
  recovery: RecoveryRow,
): Promise<void> {
  await context.audit.record(manager, actorOf(by.caller, by.requestId), {
    action,
    outcome: 'DONE',
    object: { type: 'account', id: recovery.account },
    reason: recovery.reason,
    facts: { recovery: recovery.id, kind: recovery.kind, person: recovery.person },
  });
}
