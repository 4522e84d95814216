/**
 * Cursors of keyset paging: where a page ended, as opaque text. A cursor carries the fingerprint of the order and
 * filter that it was made under, so that it cannot be used to walk another list.
 */
import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors';

export type CursorValue = string | number | null;

/**
 * What one value of a position may be. Clients can write cursors of their own, so a list says what it takes:
 * `key` is the key of a row, `number` any whole number, `text` has no control characters, `date` is `YYYY-MM-DD`.
 */
export type CursorPart = 'key' | 'number' | 'text' | 'date' | 'dateOrNull' | 'null';

const FINGERPRINT_LENGTH = 11;

/** What a cursor belongs to: the list's name and everything that decides its order and content. */
export function cursorScope(list: string, ...parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([list, ...parts.map(sorted)]))
    .digest('base64url')
    .slice(0, FINGERPRINT_LENGTH);
}

/** Opaque text for a position in the list that `scope` names. */
export function encodeCursor(scope: string, position: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([scope, ...position])).toString('base64url');
}

/**
 * The position that a cursor of this list holds. `shape` says what each value must be; a length alone allows any
 * text without control characters, keys and null, and is for lists that only compare the position with their rows.
 * Throws InvalidInputError when the text is no cursor, one of another list, order or filter, or holds other values.
 */
export function decodeCursor(
  scope: string,
  cursor: string,
  shape: number | readonly CursorPart[],
): CursorValue[] {
  const parts = parseCursor(cursor);
  const length = typeof shape === 'number' ? shape : shape.length;
  if (parts?.length !== length + 1 || !parts.every(isCursorValue)) throw noCursor();
  const [owner, ...position] = parts;
  if (owner !== scope) {
    throw new InvalidInputError(
      'This cursor belongs to another list, order or filter; start again without "after".',
      { argument: 'after' },
    );
  }
  const fits = position.every((value, index) =>
    typeof shape === 'number' ? isPlain(value) : isPart(value, shape[index]),
  );
  if (!fits) throw noCursor();
  return position;
}

/**
 * A number as a parameter of a query builder. On SQLite, TypeORM writes a plain number into the text of the
 * statement; this one it binds.
 */
export function boundNumber(value: CursorValue | undefined): bigint {
  return BigInt(value ?? Number.NaN);
}

function noCursor(): InvalidInputError {
  return new InvalidInputError('This is not a cursor; use the endCursor of an earlier page as it stands.', {
    argument: 'after',
  });
}

const isPlain = (value: CursorValue): boolean =>
  value === null || isPart(value, 'key') || isPart(value, 'text');

function isPart(value: CursorValue, part: CursorPart | undefined): boolean {
  switch (part) {
    case 'key':
      return Number.isSafeInteger(value) && Number(value) >= 0;
    case 'number':
      return Number.isSafeInteger(value);
    case 'text':
      return typeof value === 'string' && !/\p{Cc}/u.test(value);
    case 'date':
      return typeof value === 'string' && isCalendarDate(value);
    case 'dateOrNull':
      return value === null || isPart(value, 'date');
    default:
      return part === 'null' && value === null;
  }
}

/** True for `YYYY-MM-DD` when there is such a day. */
function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

function parseCursor(cursor: string): unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

/** The same value with object keys in order, so that the order in which a client writes them does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, sorted(record[key])]),
  );
}
