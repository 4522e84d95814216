/** Canonical record values in the form that the golden tables store. */
import { DateTime } from 'luxon';
import { LRUCache } from 'lru-cache';
import type { CanonicalRecord } from '../../connectors/contract';
import { toMicros } from '../../platform/decimal';

export function textOf(record: CanonicalRecord, field: string): string | null {
  const value = record[field];
  return value === null || value === undefined ? null : String(value);
}

export function microsOf(record: CanonicalRecord, field: string): number | null {
  const value = textOf(record, field);
  return value === null ? null : toMicros(value);
}

export function integerOf(record: CanonicalRecord, field: string): number | null {
  const value = record[field];
  return typeof value === 'number' ? value : null;
}

export function instantOf(record: CanonicalRecord, field: string): number | null {
  const value = textOf(record, field);
  if (value === null) return null;
  const instant = Date.parse(value);
  if (Number.isNaN(instant)) throw new RangeError(`${field} is not an instant: ${value}`);
  return instant;
}

/** A calendar date and how precisely it was stated; a month stands for its last day. */
export interface StoredDate {
  readonly date: string;
  readonly precision: 'DAY' | 'MONTH';
}

const MONTH = /^\d{4}-\d{2}$/;
const monthEnds = new LRUCache<string, string>({ max: 5_000 });

export function dateOf(record: CanonicalRecord, field: string): StoredDate | null {
  const value = textOf(record, field);
  if (value === null) return null;
  if (!MONTH.test(value)) return { date: value, precision: 'DAY' };
  let end = monthEnds.get(value);
  if (end === undefined) {
    end = DateTime.fromISO(`${value}-01`, { zone: 'utc' }).endOf('month').toISODate() ?? value;
    monthEnds.set(value, end);
  }
  return { date: end, precision: 'MONTH' };
}
