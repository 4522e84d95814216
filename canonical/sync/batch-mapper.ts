/** Maps a batch of raw rows and says of each what is to become of it. No I/O. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson } from '../../platform/canonical-json';
import type { CanonicalRecord, RawRow, RowNote, Stream } from '../../connectors/contract';
import { versionHash } from './batch-seal';
import { isEntityType } from './entity-specs';
import { FACTS } from './facts';
import type { Reject } from './rejects';

/** A row that mapped to a record, with the hash that tells whether its content is new. */
export interface MappedRecord {
  readonly key: string;
  readonly record: CanonicalRecord;
  readonly raw: string;
  readonly canonical: string;
  readonly hash: string;
  readonly changedAt: number | null;
  readonly voidReason: string | null;
  readonly notes: readonly RowNote[];
  /** When the row was read, where that was before now: a kept row that is mapped again. */
  readonly readAt?: number;
}

export interface MappedBatch {
  /** Waves of records: within one wave each key occurs once, and later waves hold later rows of a key. */
  readonly waves: readonly (readonly MappedRecord[])[];
  readonly rejects: readonly Reject[];
  /** True when a record of a key resolves no rejected row of it: that one was read later. */
  readonly keepsRejects?: boolean;
}

/** Rows that are mapped before others get a turn: each answer of the server that stores another batch waits for one. */
const ROWS_A_TURN = 16;

export async function mapBatch(stream: Stream, rows: readonly RawRow[]): Promise<MappedBatch> {
  const waves: MappedRecord[][] = [];
  const occurrences = new Map<string, number>();
  const rejects: Reject[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_A_TURN === 0) await nextTurn();
    const raw = canonicalJson(row);
    const mapped = mapOne(stream, row, raw);
    if ('code' in mapped) {
      rejects.push(mapped);
      continue;
    }
    const wave = occurrences.get(mapped.key) ?? 0;
    occurrences.set(mapped.key, wave + 1);
    (waves[wave] ??= []).push(mapped);
  }
  return { waves, rejects };
}

/** What of a stream maps its rows. */
export type MappingStream = Pick<Stream, 'recordType' | 'map'>;

/** One row and its canonical text: the record that it comes to, or the reason why not. */
export function mapOne(stream: MappingStream, row: RawRow, raw: string): MappedRecord | Reject {
  const mapped = stream.map(row);
  if (mapped.kind === 'reject')
    return { key: mapped.key, code: mapped.code, field: mapped.field, message: mapped.message, raw };
  const problem = notStorable(stream, mapped.key, mapped.record);
  if (problem)
    return { key: mapped.key, code: 'BAD_TEXT', field: problem.field, message: problem.message, raw };
  const canonical = canonicalJson(mapped.record);
  return {
    key: mapped.key,
    record: mapped.record,
    raw,
    canonical,
    hash: versionHash(raw, canonical, mapped.voidReason),
    changedAt: mapped.changedAt,
    voidReason: mapped.voidReason,
    notes: mapped.notes,
  };
}

const NO_REFS = { itemPk: null, lotPk: null, sitePk: null, locationPk: null, partyPk: null };

/** A record that its golden row cannot hold (a quantity out of range, say) must be refused here, not break the batch. */
function notStorable(
  stream: MappingStream,
  key: string,
  record: CanonicalRecord,
): { field: string; message: string } | null {
  if (isEntityType(stream.recordType)) return null;
  try {
    FACTS[stream.recordType]?.row({ pk: 0, system: '', key, record, refs: NO_REFS });
    return null;
  } catch (error) {
    return { field: 'record', message: (error as Error).message };
  }
}
