/** Values of a field in the form in which they are compared: dates as days, numbers as millionths, the rest as text. */
import type { CanonicalRecord } from '../../connectors/contract';
import { QuantityError, toMicros } from '../../platform/decimal';
import { dateOf, textOf } from '../sync/values';
import type { Comparison, RuleField } from './consistency-rule';

/** A month-precise date stands as the month's last day. Null when the record has no value. */
export function comparable(record: CanonicalRecord, { field, definition }: RuleField): string | null {
  return definition.kind === 'date' ? (dateOf(record, field)?.date ?? null) : textOf(record, field);
}

/** Whether `a holds b`; numbers by their value, everything else by its text, which orders dates and instants. */
export function holdsBetween(a: string, holds: Comparison, b: string, { definition }: RuleField): boolean {
  const isNumber = definition.kind === 'quantity' || definition.kind === 'integer';
  const order = isNumber ? toMicros(a) - toMicros(b) : a < b ? -1 : a > b ? 1 : 0;
  switch (holds) {
    case 'equal':
      return order === 0;
    case 'notEqual':
      return order !== 0;
    case 'before':
      return order < 0;
    case 'notAfter':
      return order <= 0;
    case 'after':
      return order > 0;
    case 'notBefore':
      return order >= 0;
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** What is wrong with a value that a rule compares a field with; null when it is a value of the field's kind. */
export function valueProblem(value: string, { definition }: RuleField): string | null {
  switch (definition.kind) {
    case 'date':
      return DAY.test(value) ? null : 'must be a day, YYYY-MM-DD in quotes';
    case 'quantity':
    case 'integer':
      return isNumber(value) ? null : 'must be a plain decimal number in quotes';
    case 'code':
      return definition.values === undefined || definition.values.includes(value)
        ? null
        : `must be one of ${definition.values.join(', ')}`;
    default:
      return null;
  }
}

function isNumber(text: string): boolean {
  try {
    toMicros(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}
