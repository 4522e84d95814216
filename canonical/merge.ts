/**
 * How several systems' words on one field become one golden value. Pure, and used twice: when golden records are
 * derived, and when provenance explains them; so the explanation can never differ from the value.
 */
import type { CanonicalRecord } from '../connectors/contract';

/** One source record that describes an entity. */
export interface Contribution {
  readonly recordPk: number;
  readonly system: string;
  readonly record: CanonicalRecord;
}

/** Contributions in the order in which they are believed for a field; ties go to the oldest record. */
export function byPrecedence<T extends Contribution>(
  contributions: readonly T[],
  precedence: readonly string[],
): T[] {
  const rank = (one: T): number => {
    const index = precedence.indexOf(one.system);
    return index === -1 ? precedence.length : index;
  };
  return [...contributions].sort(
    (a, b) =>
      rank(a) - rank(b) || (a.system < b.system ? -1 : a.system > b.system ? 1 : a.recordPk - b.recordPk),
  );
}

/** The contribution that a field's golden value comes from: the most believed one that has a value. */
export function winner<T extends Contribution>(
  contributions: readonly T[],
  precedence: readonly string[],
  field: string,
): T | null {
  const [only] = contributions;
  // most entities are described by one record
  if (only !== undefined && contributions.length === 1) return hasValue(only.record, field) ? only : null;
  return byPrecedence(contributions, precedence).find((one) => hasValue(one.record, field)) ?? null;
}

export function hasValue(record: CanonicalRecord, field: string): boolean {
  const value = record[field];
  return value !== null && value !== undefined;
}

/** True when two systems give different values; a system without a value does not disagree. */
export function disagrees(
  contributions: readonly Contribution[],
  field: string,
  normalise: (value: string) => string = (value) => value,
): boolean {
  const values = new Set<string>();
  for (const { record } of contributions) {
    if (hasValue(record, field)) values.add(normalise(String(record[field])));
  }
  return values.size > 1;
}
