/**
 * Cursors of keyset paging: where a page ended, as opaque text. A cursor carries the fingerprint of the order and
 * filter that it was made under, so that it cannot be used to walk another list.
 */
import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors';

export type CursorValue = string | number | null;

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
 * The position that a cursor of this list holds.
 * Throws InvalidInputError when the text is no cursor, or one of another list, order or filter.
 */
export function decodeCursor(scope: string, cursor: string, length: number): CursorValue[] {
  const parts = parseCursor(cursor);
  if (parts?.length !== length + 1 || !parts.every(isCursorValue)) {
    throw new InvalidInputError('This is not a cursor; use the endCursor of an earlier page as it stands.', {
      argument: 'after',
    });
  }
  const [owner, ...position] = parts;
  if (owner !== scope) {
    throw new InvalidInputError(
      'This cursor belongs to another list, order or filter; start again without "after".',
      { argument: 'after' },
    );
  }
  return position;
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
