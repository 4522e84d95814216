/** What the records of several systems state of one lot, held against one another. */
import { DateTime } from 'luxon';
import { sameForm } from '../attributes/derive-attributes';
import { disagrees, hasValue } from '../merge';
import { NO_HOLD, statedHolds } from '../sync/entity-specs';
import { dateOf, textOf } from '../sync/values';
import { type ConsistencyRule, RAISES, type RuleField } from './consistency-rule';
import type { Claim, RuledSubject } from './lot-facts';
import type { Discrepancy } from './evaluate';

/** One side of a discrepancy: which system, which of its records, what it states, and when that was so. */
export interface Evidence {
  readonly system: string;
  /** Null where the value is no single record's: the sum of a ledger, or none. */
  readonly stream: string | null;
  readonly key: string | null;
  readonly value: string | null;
  /** When it was read, ms since the epoch. */
  readonly readAt: number | null;
  /** When the source says that it came about, ms since the epoch. */
  readonly changedAt: number | null;
}

/** What the records state in a field, each with its source and time. */
export function valuesOf(claims: readonly Claim[], field: string): Evidence[] {
  return claims
    .filter(({ record }) => hasValue(record, field))
    .map(({ system, stream, key, record, readAt, changedAt }) => ({
      ...{ system, stream, key, value: textOf(record, field), readAt, changedAt },
    }));
}

const within = (claims: readonly Claim[], systems: readonly string[] | null): Claim[] =>
  claims.filter(({ system }) => systems?.includes(system) ?? true);

/** Fields in which two records state different values. */
export function differingValues(
  check: Extract<ConsistencyRule['check'], { kind: 'valueDiffers' }>,
  lot: RuledSubject,
): { field: RuleField; values: { system: string; value: string | null }[]; evidence: Evidence[] }[] {
  const claims = within(lot.claims, check.systems);
  if (claims.length < 2) return [];
  return check.fields.flatMap((field) => {
    if (!disagrees(claims, field.field, sameForm(field.field, field.definition))) return [];
    if (isTolerated(claims, field, check.toleranceDays)) return [];
    const evidence = valuesOf(claims, field.field);
    return [{ field, values: evidence.map(({ system, value }) => ({ system, value })), evidence }];
  });
}

function isTolerated(claims: readonly Claim[], { field, definition }: RuleField, days: number): boolean {
  if (days === 0 || definition.kind !== 'date') return false;
  const dates = claims.flatMap(({ record }) => dateOf(record, field)?.date ?? []).sort();
  const [first, last] = [dates[0], dates.at(-1)].map((date) => DateTime.fromISO(date ?? '', { zone: 'utc' }));
  return first !== undefined && last !== undefined && last.diff(first, 'days').days <= days;
}

/**
 * One system states that nothing is held against the lot, another holds it; silence is no statement. Expiry is a
 * hold of its own, which a released lot reaches by the calendar: it contradicts nobody.
 */
export function statusDiffers(systems: readonly string[] | null, lot: RuledSubject): Discrepancy[] {
  const claims = within(lot.claims, systems);
  const isHeld = claims.some(({ record }) => statedHolds(record).some(({ kind }) => kind !== 'EXPIRY'));
  const isFree = claims.some(
    ({ record }) => textOf(record, 'hold') === NO_HOLD && statedHolds(record).length === 0,
  );
  if (!isHeld || !isFree) return [];
  const evidence = valuesOf(claims, 'hold');
  const values = evidence.map(({ system, value }) => ({ system, value }));
  return [{ raises: RAISES.statusDiffers, field: 'hold', facts: { values }, evidence, term: 'lot.holds' }];
}
