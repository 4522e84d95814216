/**
 * The passes of a derivation over the rows that a stream keeps: `retire` takes records out that the mapping does not
 * speak of, `rejects` tries rejected rows again, `records` maps current versions again. Each reads one page. Rejected
 * rows come first: one may be a later state of a record than the version that counts.
 */
import { type EntityManager, In, IsNull } from 'typeorm';
import type { CanonicalRecord, RawRow, Stream } from '../../connectors/contract';
import { RejectedRowRow } from '../entities/source.entity';
import { type MappedBatch, type MappedRecord, mapOne } from '../sync/batch-mapper';
import { versionHash } from '../sync/batch-seal';
import type { Reject } from '../sync/rejects';

export type PassName = 'retire' | 'records' | 'rejects';

/** Why a record does not count that a mapping took out; a mapping that speaks of it again brings it back. */
export const NOT_MAPPED = 'NOT_MAPPED';
export const REJECTED = 'REJECTED_BY_MAPPING';
export const KEY_CHANGED = 'KEY_CHANGED';

export interface PageRequest {
  readonly streamPk: number;
  readonly stream: Stream | null;
  /** Last key of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

export interface RemappedPage {
  readonly batch: MappedBatch;
  readonly last: string;
  readonly rows: number;
  /** Rows that lack what the mapping asks of them. */
  readonly waiting: number;
  /** What belongs to the page beside its records, in the same transaction. */
  settle(manager: EntityManager, now: number): Promise<void>;
}

interface StoredRecord {
  readonly pk: number;
  readonly native_key: string;
  readonly raw: string;
  readonly canonical: string;
  readonly void_reason: string | null;
  readonly read_at: number;
  readonly changed_at: number | null;
}

interface StoredReject {
  readonly pk: number;
  readonly row_key: string;
  readonly raw: string;
}

type Pass = (reader: EntityManager, request: PageRequest) => Promise<RemappedPage | null>;

const nothing = (): Promise<void> => Promise.resolve();

export const PASSES: Readonly<Record<PassName, Pass>> = {
  retire: async (reader, request) => {
    const rows = await recordsAfter(reader, request);
    const last = rows.at(-1);
    if (last === undefined) return null;
    const out = rows.filter((row) => row.void_reason === null).map((row) => voided(row, NOT_MAPPED));
    return { batch: batchOf(out, []), last: last.native_key, rows: rows.length, waiting: 0, settle: nothing };
  },

  records: async (reader, request) => {
    const rows = await recordsAfter(reader, request);
    const last = rows.at(-1);
    const { stream } = request;
    if (last === undefined || stream === null) return null;
    const mapped = rows
      // its successor under the other key carries the row, and brings it back
      .filter((row) => row.void_reason !== KEY_CHANGED)
      .map((row) => remap(stream, row));
    return {
      batch: batchOf(
        mapped.flatMap((one) => one.records),
        mapped.flatMap((one) => one.rejects),
      ),
      ...{ last: last.native_key, rows: rows.length, settle: nothing },
      waiting: mapped.filter((one) => one.waiting).length,
    };
  },

  rejects: async (reader, { streamPk, stream, after, limit }) => {
    const rows = await reader.query<StoredReject[]>(
      `SELECT pk, row_key, raw FROM rejected_row WHERE stream_pk = ? AND row_key > ? AND resolved_at IS NULL
        ORDER BY row_key LIMIT ${limit}`,
      [streamPk, after],
    );
    const last = rows.at(-1);
    if (last === undefined || stream === null) return null;
    const tried = rows.map((row) => ({ row, ...tryAgain(stream, row.raw) }));
    const settled = tried.filter((one) => one.record !== null).map((one) => one.row.pk);
    return {
      batch: batchOf(
        tried.flatMap((one) => one.record ?? []),
        tried.flatMap((one) => one.reject ?? []),
      ),
      ...{ last: last.row_key, rows: rows.length },
      waiting: tried.filter((one) => one.record === null && one.reject === null).length,
      settle: async (manager, resolvedAt) => {
        // a row without a key is kept under a hash of its own: being a record does not resolve it
        if (settled.length > 0)
          await manager.update(RejectedRowRow, { pk: In(settled), resolvedAt: IsNull() }, { resolvedAt });
      },
    };
  },
};

/** A page of current versions in the order of their keys, which the unique index gives. */
async function recordsAfter(
  reader: EntityManager,
  { streamPk, after, limit }: PageRequest,
): Promise<StoredRecord[]> {
  return await reader.query<StoredRecord[]>(
    `SELECT r.pk, r.native_key, r.void_reason, r.read_at, v.raw, v.canonical, v.changed_at
       FROM source_record r LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
      WHERE r.stream_pk = ? AND r.native_key > ? ORDER BY r.native_key LIMIT ${limit}`,
    [streamPk, after],
  );
}

interface Remapped {
  readonly records: readonly MappedRecord[];
  readonly rejects: readonly Reject[];
  readonly waiting: boolean;
}

/** What a kept row comes to under the stream's mapping. */
function remap(stream: Stream, row: StoredRecord): Remapped {
  const raw = JSON.parse(row.raw) as RawRow;
  if (lacks(stream, raw)) return { records: [], rejects: [], waiting: true };
  const mapped = mapOne(stream, raw, row.raw);
  const readAt = row.read_at;
  if ('code' in mapped) return { records: [voided(row, REJECTED)], rejects: [mapped], waiting: false };
  const record: MappedRecord = { ...mapped, readAt };
  return mapped.key === row.native_key
    ? { records: [record], rejects: [], waiting: false }
    : { records: [voided(row, KEY_CHANGED), record], rejects: [], waiting: false };
}

function tryAgain(stream: Stream, text: string): { record: MappedRecord | null; reject: Reject | null } {
  const raw = JSON.parse(text) as RawRow;
  if (lacks(stream, raw)) return { record: null, reject: null };
  const mapped = mapOne(stream, raw, text);
  return 'code' in mapped ? { record: null, reject: mapped } : { record: mapped, reject: null };
}

/** A row of a table holds the columns that its mapping named; another mapping may name others. */
export function lacks({ reading }: Pick<Stream, 'reading'>, raw: RawRow): boolean {
  return reading?.columns?.some((column) => !Object.hasOwn(raw, column)) ?? false;
}

/** The same content, not counting. */
function voided(row: StoredRecord, voidReason: string): MappedRecord {
  const { native_key: key, raw, canonical } = row;
  return {
    ...{ key, raw, canonical, voidReason, notes: [] },
    record: JSON.parse(canonical) as CanonicalRecord,
    hash: versionHash(raw, canonical, voidReason),
    changedAt: row.changed_at,
    readAt: row.read_at,
  };
}

/** Records in waves, so that a key occurs once in each. */
function batchOf(records: readonly MappedRecord[], rejects: readonly Reject[]): MappedBatch {
  const waves: MappedRecord[][] = [];
  const occurrences = new Map<string, number>();
  for (const record of records) {
    const wave = occurrences.get(record.key) ?? 0;
    occurrences.set(record.key, wave + 1);
    (waves[wave] ??= []).push(record);
  }
  return { waves, rejects, keepsRejects: true };
}
