/** The last step of every field: the form that its kind prescribes, or the reason why it has none. */
import type { FieldDefinition, FieldKind } from '../../schema/records/record-types';
import type { RawValue } from '../contract';
import { canonicalQuantity } from '../transforms/numbers';
import { Failure, show, textOf, type ValueShape } from '../transforms/transform';

export type CanonicalValue = string | number | boolean | null;
export type Finish = (value: RawValue) => CanonicalValue | Failure;

const MONTH_OR_DAY = /^\d{4}-\d\d(?:-\d\d)?$/u;
const UTC_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u;

function text(value: RawValue): string | null | Failure {
  const found = typeof value === 'string' ? value : textOf(value);
  if (found === null) return new Failure('BAD_TEXT', `expected text, found ${show(value)}`);
  return found === '' ? null : found;
}

/** Natural codes lose blanks around them in every system; anything more is a declared normaliser. */
function naturalCode(value: RawValue): string | null | Failure {
  const found = text(value);
  if (typeof found !== 'string') return found;
  const trimmed = found.trim();
  return trimmed === '' ? null : trimmed;
}

function integer(value: RawValue): number | null | Failure {
  const quantity = canonicalQuantity(value);
  if (quantity instanceof Failure) return quantity;
  return /^-?\d+$/u.test(quantity)
    ? Number(quantity)
    : new Failure('BAD_NUMBER', `not a whole number: ${quantity}`);
}

const shaped = (pattern: RegExp, what: string) => (value: RawValue) =>
  typeof value === 'string' && pattern.test(value)
    ? value
    : new Failure('BAD_DATE', `not ${what}: ${show(value)}`);

function code(values: readonly string[]): Finish {
  const allowed = new Set(values);
  return (value) => {
    const found = text(value);
    if (typeof found !== 'string' || allowed.has(found)) return found;
    return new Failure('UNKNOWN_CODE', `${show(found)} is not one of ${values.join(', ')}`);
  };
}

const boolean: Finish = (value) =>
  typeof value === 'boolean' ? value : new Failure('UNKNOWN_CODE', `neither true nor false: ${show(value)}`);

const BY_KIND: Readonly<Record<Exclude<FieldKind, 'code'>, Finish>> = {
  text,
  date: shaped(MONTH_OR_DAY, 'a date'),
  instant: shaped(UTC_INSTANT, 'a point in time'),
  quantity: canonicalQuantity,
  integer,
  boolean,
  item: naturalCode,
  site: naturalCode,
  party: naturalCode,
  lotNumber: naturalCode,
  location: naturalCode,
  reference: naturalCode,
};

export function finishFor(definition: FieldDefinition): Finish {
  return definition.kind === 'code' ? code(definition.values ?? []) : BY_KIND[definition.kind];
}

/** Why a value of this shape can never become a field of this kind; null when it can. */
export function kindProblem(kind: FieldKind, shape: ValueShape): { message: string; hint: string } | null {
  if (shape === 'list') {
    return { message: 'several values for one field', hint: 'join them first: concat or coalesce' };
  }
  if (kind === 'date' && shape !== 'date' && shape !== 'any') {
    return { message: 'a date field needs a date', hint: 'end the chain with date' };
  }
  if (kind === 'instant' && shape !== 'instant' && shape !== 'any') {
    return { message: 'a point in time is needed', hint: 'end the chain with instant' };
  }
  if (kind === 'boolean' && shape !== 'boolean' && shape !== 'any') {
    return { message: 'true or false is needed', hint: 'end the chain with boolean' };
  }
  const isNumber = kind === 'quantity' || kind === 'integer';
  if (isNumber && (shape === 'date' || shape === 'instant' || shape === 'boolean')) {
    return { message: `a number is needed, not a ${shape}`, hint: 'use decimal' };
  }
  return null;
}
