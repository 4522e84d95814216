/**
 * Finds what is gone: a reading of all rows of a stream says which of the records that the copy keeps have none any
 * more. Each becomes a void version of its own, so nothing is deleted here, and a row that comes back counts again.
 */
import type { RawRow, Stream } from '../../connectors/contract';
import { GONE_MARK, GONE_REASON } from '../../connectors/mapping/row-mapper';
import { canonicalJson } from '../../platform/canonical-json';
import { chunks, selectIn } from '../../platform/database/select-in';
import type { Database } from '../../platform/database/database';
import { LegacyUnavailableError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { type MappedBatch, type MappedRecord, mapOne } from './batch-mapper';
import { versionHash } from './batch-seal';
import type { BatchOutcome, StreamState } from './batch';
import type { BatchWriter } from './batch-writer';
import { rejectKey } from './rejects';
import { SeenKeys } from './seen-keys';

const PAGE_ROWS = 2_000;
/** Records that one transaction takes out. */
const WRITE_ROWS = 500;

export interface CompareDependencies {
  readonly database: Database;
  readonly logger: Logger;
  readonly writer: BatchWriter;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Read {
  readonly stream: Stream;
  readonly system: string;
  readonly state: StreamState;
}

/** Whether this run should read all rows anew, since the last comparing reading was too long ago. */
export function isCompareDue(stream: Stream, comparedAt: number | null, now: number): boolean {
  const every = stream.compare?.everyMs;
  return every !== undefined && every !== null && (comparedAt === null || now - comparedAt >= every);
}

/** Watches one run over a stream, and takes out what it did not show when it showed all that there is. */
export class FullCompare {
  readonly #seen = new SeenKeys();
  #nameless = 0;
  #whole: boolean;

  /** `whole`: the run began at the beginning. A batch may say that of its run, too. */
  constructor(
    private readonly read: Read,
    whole: boolean,
    private readonly deps: CompareDependencies,
  ) {
    this.#whole = whole;
  }

  note({ waves, rejects }: MappedBatch, whole: boolean): void {
    this.#whole ||= whole;
    for (const wave of waves) for (const { key } of wave) this.#seen.add(key);
    for (const reject of rejects) {
      if (reject.key === null) this.#nameless += 1;
      this.#seen.add(rejectKey(reject));
    }
  }

  /**
   * Takes out what is gone, once the run came to its end; null when it did not show all. Throws
   * LegacyUnavailableError when the source shows nothing at all where there was something before.
   */
  async finish(onBatch: (outcome: BatchOutcome) => void): Promise<number | null> {
    if (!this.#whole) return null;
    const { stream, system, state } = this.read;
    if (this.#seen.size === 0 && state.hasRecords) {
      throw new LegacyUnavailableError(
        system,
        `${system}.${stream.name} shows no row at all, where it did before`,
        {
          retryable: false,
          nonsense: true,
        },
      );
    }
    if (this.#nameless > 0) {
      // any of them may be the row of a record that seems to be gone
      const told = { system, stream: stream.name, rows: this.#nameless };
      this.deps.logger.warn(told, 'rows without a key: nothing is taken for gone');
      return 0;
    }
    this.#seen.close();
    let gone = 0;
    for await (const page of this.#vanished()) {
      for (const pks of chunks(page, WRITE_ROWS)) {
        this.deps.signal.throwIfAborted();
        onBatch(await this.#takeOut(pks));
        gone += pks.length;
      }
    }
    await this.#resolveRejects();
    return gone;
  }

  /** Keys of records without a row, page by page in the order of the native key. */
  async *#vanished(): AsyncGenerator<number[]> {
    let after = '';
    for (;;) {
      this.deps.signal.throwIfAborted();
      const rows = await this.deps.database.reader.query<
        { pk: number; native_key: string; void_reason: string | null }[]
      >(
        `SELECT pk, native_key, void_reason FROM source_record WHERE stream_pk = ? AND native_key > ? ORDER BY native_key LIMIT ${PAGE_ROWS}`,
        [this.read.state.pk, after],
      );
      const gone = rows.filter((row) => row.void_reason !== GONE_REASON && !this.#seen.has(row.native_key));
      if (gone.length > 0) yield gone.map(({ pk }) => pk);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = last.native_key;
    }
  }

  async #takeOut(pks: readonly number[]): Promise<BatchOutcome> {
    const rows = await selectIn<{ native_key: string; raw: string; canonical: string }>(
      this.deps.database.reader,
      `SELECT r.native_key, v.raw, v.canonical FROM source_record r
         LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE r.pk IN (?)`,
      pks,
    );
    const { stream, state } = this.read;
    const records = rows.map((row) => goneRecord(stream, row));
    return await this.deps.writer.write(
      stream,
      state,
      { waves: [records], rejects: [] },
      null,
      this.deps.now(),
    );
  }

  /** A rejected row that is gone waits for nobody any more. */
  async #resolveRejects(): Promise<void> {
    const { database, now } = this.deps;
    const open = await database.reader.query<{ pk: number; row_key: string }[]>(
      'SELECT pk, row_key FROM rejected_row WHERE stream_pk = ? AND resolved_at IS NULL',
      [this.read.state.pk],
    );
    const gone = open.filter(({ row_key }) => !this.#seen.has(row_key));
    await database.write(async (manager) => {
      for (const part of chunks(gone, WRITE_ROWS)) {
        const places = part.map(() => '?').join(', ');
        await manager.query(`UPDATE rejected_row SET resolved_at = ? WHERE pk IN (${places})`, [
          now(),
          ...part.map(({ pk }) => pk),
        ]);
      }
    });
  }
}

/** The record as it last was, void: its raw row says that it is gone, so a later mapping reads it the same way. */
function goneRecord(
  stream: Stream,
  row: { readonly native_key: string; readonly raw: string; readonly canonical: string },
): MappedRecord {
  const raw = canonicalJson({ ...(JSON.parse(row.raw) as RawRow), [GONE_MARK]: true });
  const mapped = mapOne(stream, JSON.parse(raw) as RawRow, raw);
  // what the mapping of today cannot read, or reads as another record, is kept as it was
  const known = !('code' in mapped) && mapped.key === row.native_key ? mapped : null;
  const canonical = known?.canonical ?? row.canonical;
  return {
    key: row.native_key,
    record: known?.record ?? (JSON.parse(row.canonical) as MappedRecord['record']),
    raw,
    canonical,
    hash: versionHash(raw, canonical, GONE_REASON),
    changedAt: null,
    voidReason: GONE_REASON,
    notes: [{ rule: 'GONE_IN_SOURCE', field: '', raw: row.native_key }],
  };
}
