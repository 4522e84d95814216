/** Runs a compiled stream over one row: the loop that millions of rows pass through. */
import { MOST_OF_KEY, tooLongText } from '../../schema/records/text-limits';
import type { MappedRow, RawRow, RejectCode } from '../contract';
import { Failure, textOf, type RowContext } from '../transforms/transform';
import type { ReadValue } from './compile-field';
import type { ReadSigned } from './compile-sign';
import type { Predicate } from './conditions';
import type { CanonicalValue, Finish } from './finish';

export interface CompiledField {
  readonly name: string;
  readonly required: boolean;
  readonly read: ReadValue;
  readonly raw: (row: RawRow) => string | null;
  readonly finish: Finish;
}

export interface CompiledVoid {
  readonly holds: Predicate;
  readonly reason: string;
}

export interface RowMapperParts {
  readonly key: ReadValue;
  readonly fields: readonly CompiledField[];
  readonly sign: ReadSigned | null;
  readonly voids: readonly CompiledVoid[];
  readonly changedAt: ReadValue | null;
}

/** Marks the last row of a record that is gone from its source, and why it does not count. */
export const GONE_MARK = '#gone';
export const GONE_REASON = 'deleted in source';

/** Marks a row that its reader could not take apart (a ragged line of a file); the text says why. */
export const UNREADABLE = '#unreadable';

const reject = (key: string | null, code: RejectCode, field: string, message: string): MappedRow => ({
  kind: 'reject',
  key,
  code,
  field,
  message,
});

/** Makes `Stream.map`: it never throws, whatever the row holds. */
export function rowMapper(parts: RowMapperParts): (row: RawRow) => MappedRow {
  return (row) => {
    try {
      const unreadable = row[UNREADABLE];
      if (typeof unreadable === 'string') return reject(null, 'UNREADABLE_ROW', '', unreadable);
      return mapRow(row, parts);
    } catch (error) {
      return reject(null, 'UNREADABLE_ROW', '', (error as Error).message);
    }
  };
}

function mapRow(row: RawRow, parts: RowMapperParts): MappedRow {
  const context: RowContext = { row, field: '', notes: [] };
  const keyValue = parts.key(row, context);
  if (keyValue instanceof Failure) return reject(null, 'NO_KEY', '', keyValue.message);
  const key = textOf(keyValue);
  if (key === null || key === '') return reject(null, 'NO_KEY', '', 'the row has no key');
  if (key.length > MOST_OF_KEY) return reject(key, 'BAD_TEXT', 'key', tooLongText(key, MOST_OF_KEY));

  const record: Record<string, string | number | boolean | null> = {};
  for (const field of parts.fields) {
    const finished = readField(field, row, context);
    if (finished instanceof Failure) return reject(key, finished.code, field.name, finished.message);
    // null says that the source states no value; what the mapping does not speak of is absent
    record[field.name] = finished;
  }
  if (parts.sign !== null) {
    context.field = 'quantity';
    const signed = parts.sign(row, context);
    if (signed instanceof Failure) return reject(key, signed.code, 'quantity', signed.message);
    if (signed === null) return reject(key, 'MISSING_VALUE', 'quantity', 'quantity is missing');
    record[signed.field] = signed.value;
  }
  return {
    kind: 'record',
    key,
    record,
    changedAt: changeTime(row, context, parts.changedAt),
    voidReason:
      row[GONE_MARK] === true ? GONE_REASON : (parts.voids.find(({ holds }) => holds(row))?.reason ?? null),
    notes: context.notes,
  };
}

/** Native key of a row alone; null where it cannot be told. */
export function keyOf(row: RawRow, { key }: Pick<RowMapperParts, 'key'>): string | null {
  try {
    const value = key(row, { row, field: '', notes: [] });
    const text = value instanceof Failure ? null : textOf(value);
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** The canonical value of one field, or why it has none. */
export function readField(field: CompiledField, row: RawRow, context: RowContext): CanonicalValue | Failure {
  context.field = field.name;
  const value = field.read(row, context);
  const finished = value === null || value instanceof Failure ? value : field.finish(value);
  return finished === null && field.required
    ? new Failure('MISSING_VALUE', `${field.name} is missing`)
    : finished;
}

/** An unreadable change time costs no row its place: it is simply not stated. */
function changeTime(row: RawRow, context: RowContext, read: ReadValue | null): number | null {
  if (read === null) return null;
  const notes = context.notes.length;
  const value = read(row, context);
  context.notes.length = notes;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
