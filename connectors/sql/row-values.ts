/** Values as drivers give them, in the forms that raw rows and statements take. */
import type { RawValue } from '../contract';
import type { SqlRow, SqlValue } from './session';

/** Where a row stands in the order of its source: the values of the columns that order it. */
export type Place = readonly SqlValue[];

export function placeOf(row: SqlRow, { orderNames }: { readonly orderNames: readonly string[] }): Place {
  return orderNames.map((name) => toSqlValue(row[name]));
}

function toSqlValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  const raw = toRawValue(value);
  return raw === null || typeof raw === 'string' || typeof raw === 'number' ? raw : JSON.stringify(raw);
}

/** What JSON can carry: bytes as hex, integers beyond 2^53 as text. */
export function toRawValue(value: unknown): RawValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return value.toString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (value instanceof Date) return value.toISOString();
  return value as RawValue;
}
