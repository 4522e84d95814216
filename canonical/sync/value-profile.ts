/**
 * What the values of a stream are like, field by field, and whether those of a run are suddenly otherwise. Pure. Rows of
 * a source that declares no columns also tell which of them they carry at all.
 */
import type { RawRow } from '../../connectors/contract';
import type { MappedBatch } from './batch-mapper';

interface FieldCounts {
  nulls: number;
  unknown: number;
  rejects: number;
}

/** Counts over rows; JSON. */
export interface ValueProfile {
  rows: number;
  /** By canonical field. */
  readonly fields: Record<string, FieldCounts>;
  /** By named column: rows that carry it, whatever it holds. */
  readonly carried: Record<string, number>;
}

export interface ValueJump {
  readonly field: string;
  readonly what: 'nulls' | 'unknown' | 'rejects';
  /** Rates, 0 to 1. */
  readonly before: number;
  readonly now: number;
}

/** Fewer rows than these say nothing about a habit. */
const LEAST_KNOWN = 200;
const LEAST_SEEN = 50;
/** By how much a rate may rise. */
const MOST_RISE = { nulls: 0.3, unknown: 0.05, rejects: 0.05 } as const;
/** A column that all rows carry is gone when none of so many does. */
const LEAST_GONE = 2;
const ALWAYS = 0.95;
const LEAST_CARRIED = 50;

export const emptyProfile = (): ValueProfile => ({ rows: 0, fields: {}, carried: {} });

/** Counts a batch in. */
export function countBatch(profile: ValueProfile, batch: MappedBatch): void {
  const of = (field: string): FieldCounts => (profile.fields[field] ??= { nulls: 0, unknown: 0, rejects: 0 });
  for (const wave of batch.waves)
    for (const { record, notes } of wave) {
      profile.rows += 1;
      for (const [field, value] of Object.entries(record)) if (value === null) of(field).nulls += 1;
      for (const note of notes) if (note.rule === 'UNKNOWN_CODE') of(note.field).unknown += 1;
    }
  for (const reject of batch.rejects) {
    profile.rows += 1;
    of(reject.field).rejects += 1;
  }
}

/** Counts which columns the rows carry; a path counts by its first step. */
export function countCarried(profile: ValueProfile, names: readonly string[], rows: readonly RawRow[]): void {
  for (const name of names) {
    const carried = rows.filter((row) => carries(row, name)).length;
    profile.carried[name] = (profile.carried[name] ?? 0) + carried;
  }
}

const carries = (row: RawRow, name: string): boolean =>
  Object.hasOwn(row, name) || Object.hasOwn(row, name.split('.')[0] ?? name);

/** Columns that the rows used to carry and none of these does. */
export function goneColumns(
  known: ValueProfile,
  names: readonly string[],
  rows: readonly RawRow[],
): string[] {
  if (known.rows < LEAST_CARRIED || rows.length < LEAST_GONE) return [];
  return names.filter(
    (name) => (known.carried[name] ?? 0) / known.rows >= ALWAYS && !rows.some((row) => carries(row, name)),
  );
}

/** Rates of a run that rose by more than they may. */
export function jumps(known: ValueProfile, run: ValueProfile): ValueJump[] {
  if (known.rows < LEAST_KNOWN || run.rows < LEAST_SEEN) return [];
  const rate = ({ fields, rows }: ValueProfile, field: string, what: ValueJump['what']): number =>
    (fields[field]?.[what] ?? 0) / rows;
  return Object.keys(run.fields).flatMap((field) =>
    (['nulls', 'unknown', 'rejects'] as const)
      .map((what) => ({ field, what, before: rate(known, field, what), now: rate(run, field, what) }))
      .filter(({ what, before, now }) => now - before > MOST_RISE[what]),
  );
}

/** Both together. */
export function merged(a: ValueProfile, b: ValueProfile): ValueProfile {
  const sum: ValueProfile = { rows: a.rows + b.rows, fields: {}, carried: { ...a.carried } };
  for (const { fields } of [a, b])
    for (const [field, counts] of Object.entries(fields)) {
      const into = (sum.fields[field] ??= { nulls: 0, unknown: 0, rejects: 0 });
      into.nulls += counts.nulls;
      into.unknown += counts.unknown;
      into.rejects += counts.rejects;
    }
  for (const [name, count] of Object.entries(b.carried)) sum.carried[name] = (sum.carried[name] ?? 0) + count;
  return sum;
}
