/**
 * Derives the copy of a system anew under another mapping, from the raw rows that it keeps: every current version is
 * mapped again, and what comes out differently becomes a new version. It stands still where it was killed and goes on
 * from there. A stream whose rows would be others, or lack what is asked of them, is left to be read anew.
 */
import type { EntityManager } from 'typeorm';
import type { LegacySystem, Stream } from '../../connectors/contract';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { RecordType } from '../../schema/records/record-types';
import { SourceStreamRow } from '../entities/source.entity';
import type { StreamState } from '../sync/batch';
import type { BatchWriter } from '../sync/batch-writer';
import { KeyAllocator } from '../sync/keys';
import { readingOf } from '../sync/streams';
import { MappingDerivationRow } from './mapping.entity';
import { type PassName, PASSES, type RemappedPage } from './passes';
import { findOrphans, pruneOrphans } from './orphans';

export interface DerivationOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly writer: BatchWriter;
  readonly signal: AbortSignal;
  readonly batchSize?: number;
}

/** Where a derivation stands: rows of the pass up to `after` are done. */
interface Place {
  readonly stream: number;
  readonly pass: PassName;
  readonly after: string;
  /** Rows of the stream so far that lack what the mapping asks of them. */
  readonly waiting: number;
}

const BATCH_ROWS = 1_000;
/** What the streams of a system say while they are derived anew; a stream that was read to its end says so no more. */
const CHANGING = 'COPY_CHANGING';

/** Whether the copy of the system is not derived under its mapping, as far as can be done without reading. */
export async function needsDerivation(database: Database, system: LegacySystem): Promise<boolean> {
  if (system.streams.some(({ reading }) => reading === undefined)) return false;
  const { reader } = database;
  if (await reader.existsBy(MappingDerivationRow, { system: system.id, state: 'RUNNING' })) return true;
  const rows = await reader.findBy(SourceStreamRow, { system: system.id });
  return rows.some((row) => row.mappingVersion !== system.mappingVersion);
}

/**
 * Runs to its end, or throws; the next call goes on. MUST be called by whoever holds the system's lease, who then settles
 * what follows over all lots and says so with `endDerivation`.
 */
export async function deriveAnew(system: LegacySystem, options: DerivationOptions): Promise<void> {
  const derivation = new Derivation(system, options);
  await derivation.begin();
  await derivation.run();
  await derivation.prune();
}

/** Nothing of the copy is of another mapping any more, but for streams that are to be read anew. */
export async function endDerivation(
  database: Database,
  clock: Clock,
  { id: system }: LegacySystem,
): Promise<void> {
  await database.write(async (manager) => {
    const now = clock.now();
    await manager.update(
      MappingDerivationRow,
      { system, state: 'RUNNING' },
      { state: 'DONE', updatedAt: now, finishedAt: now },
    );
    await manager.update(SourceStreamRow, { system, lastError: CHANGING }, { lastError: null });
  });
}

class Derivation {
  #row!: MappingDerivationRow;
  #advanced: MappingDerivationRow | null = null;
  /** Rows of the stream at hand that lack what the mapping asks of them. */
  #waiting = 0;

  constructor(
    private readonly system: LegacySystem,
    private readonly options: DerivationOptions,
  ) {}

  /** Takes up what was begun under this mapping. What was begun under another counts as done by nobody. */
  async begin(): Promise<void> {
    const { database, clock } = this.options;
    const { id: system, mappingVersion } = this.system;
    this.#row = await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const open = await manager.findBy(MappingDerivationRow, { system, state: 'RUNNING' });
      const known = open.find((one) => one.mappingVersion === mappingVersion);
      for (const other of open)
        if (other !== known)
          await manager.update(MappingDerivationRow, { pk: other.pk }, { state: 'SUPERSEDED' });
      await manager.update(SourceStreamRow, { system }, { lastError: CHANGING });
      if (known !== undefined) return known;
      const [total] = await manager.query<{ n: number }[]>(
        `SELECT COUNT(*) AS n FROM source_record WHERE stream_pk IN (SELECT pk FROM source_stream WHERE system = ?)`,
        [system],
      );
      const now = clock.now();
      const row = manager.create(MappingDerivationRow, {
        ...{ pk: keys.next(), system, mappingVersion, state: 'RUNNING', place: null },
        ...{ rowsTotal: total?.n ?? 0, rowsDone: 0, rowsChanged: 0, rowsUnchanged: 0 },
        ...{ rowsRejected: 0, rowsWaiting: 0, startedAt: now, updatedAt: now, finishedAt: null },
      });
      await manager.insert(MappingDerivationRow, row);
      await keys.save();
      return row;
    });
  }

  async run(): Promise<void> {
    const rows = await this.options.database.reader.findBy(SourceStreamRow, { system: this.system.id });
    const place = this.#place();
    const order = inReadingOrder(rows, this.system);
    const from = place === null ? 0 : order.findIndex(({ pk }) => pk === place.stream);
    for (const row of order.slice(Math.max(0, from)))
      await this.#deriveStream(row, place?.stream === row.pk ? place : null);
  }

  /** What nothing refers to any more goes. */
  async prune(): Promise<void> {
    const { database, clock } = this.options;
    const orphans = await findOrphans(database.reader);
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      await pruneOrphans(manager, keys, orphans, clock.now());
      const rowsRejected = await this.#openRejects(manager);
      await manager.update(MappingDerivationRow, { pk: this.#row.pk }, { rowsRejected });
    });
  }

  /** Rows that no mapping could make a record of, as they stand in the end; on the way some are met twice. */
  async #openRejects(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM rejected_row WHERE resolved_at IS NULL
          AND stream_pk IN (SELECT pk FROM source_stream WHERE system = ?)`,
      [this.system.id],
    );
    return row?.n ?? 0;
  }

  #place(): Place | null {
    return this.#row.place === null ? null : (JSON.parse(this.#row.place) as Place);
  }

  async #deriveStream(row: SourceStreamRow, place: Place | null): Promise<void> {
    const stream = this.system.streams.find(({ name }) => name === row.name) ?? null;
    const same = stream !== null && place === null && isSame(row, stream);
    this.#waiting = place?.waiting ?? 0;
    if (!same) {
      const passes = passesOf(row, stream);
      const first = place === null ? 0 : passes.indexOf(place.pass);
      for (const [index, pass] of passes.entries()) {
        if (index < first) continue;
        await this.#runPass(row, stream, pass, place?.pass === pass ? place.after : '');
      }
    }
    await this.#endStream(row, stream);
  }

  async #runPass(row: SourceStreamRow, stream: Stream | null, pass: PassName, start: string): Promise<void> {
    const { database, signal, batchSize = BATCH_ROWS } = this.options;
    const recordType = (pass === 'retire' ? row.recordType : stream?.recordType) as RecordType;
    const state: StreamState = {
      pk: row.pk,
      system: row.system,
      mappingVersion: this.system.mappingVersion,
      mayHaveRejects: true,
      hasRecords: true,
    };
    for (let after = start; ;) {
      signal.throwIfAborted();
      const page = await PASSES[pass](database.reader, { streamPk: row.pk, stream, after, limit: batchSize });
      if (page === null) return;
      await this.#write({ name: row.name, recordType }, state, page, pass);
      after = page.last;
    }
  }

  async #write(
    stream: { readonly name: string; readonly recordType: RecordType },
    state: StreamState,
    page: RemappedPage,
    pass: PassName,
  ): Promise<void> {
    const { writer, clock } = this.options;
    await writer.write(stream, state, page.batch, null, clock.now(), async (manager, found) => {
      await page.settle(manager, clock.now());
      const waiting = this.#waiting + page.waiting;
      await this.#advance(manager, { stream: state.pk, pass, after: page.last, waiting }, page, found);
    });
    this.#waiting += page.waiting;
    this.#row = this.#advanced ?? this.#row;
  }

  async #advance(
    manager: EntityManager,
    place: Place,
    page: RemappedPage,
    found: { readonly changed: number; readonly unchanged: number },
  ): Promise<void> {
    // a transaction that lost a race runs again: the figures move on only when it is committed
    const row: MappingDerivationRow = Object.assign(new MappingDerivationRow(), this.#row);
    // half done: until its end the stream is neither of the old mapping nor of the new one
    if (page.batch.waves.length > 0)
      await manager.update(SourceStreamRow, { pk: place.stream }, { readingMeaning: null });
    const counted = place.pass === 'records' || place.pass === 'retire';
    Object.assign(row, {
      place: JSON.stringify(place),
      rowsDone: row.rowsDone + (counted ? page.rows : 0),
      rowsChanged: row.rowsChanged + found.changed,
      rowsUnchanged: row.rowsUnchanged + found.unchanged,
      rowsRejected: row.rowsRejected + page.batch.rejects.length,
      rowsWaiting: row.rowsWaiting + page.waiting,
      updatedAt: this.options.clock.now(),
    });
    const { place: at, rowsDone, rowsChanged, rowsUnchanged, rowsRejected, rowsWaiting, updatedAt } = row;
    await manager.update(
      MappingDerivationRow,
      { pk: row.pk },
      { place: at, rowsDone, rowsChanged, rowsUnchanged, rowsRejected, rowsWaiting, updatedAt },
    );
    this.#advanced = row;
  }

  /** A stream that is to be read anew keeps its old version, which makes the sync begin it from the start. */
  async #endStream(row: SourceStreamRow, stream: Stream | null): Promise<void> {
    const { database } = this.options;
    if (stream === null) {
      // what was read stays, and can be derived from again when a mapping speaks of the stream
      await database.write((manager) =>
        manager.update(
          SourceStreamRow,
          { pk: row.pk },
          { mappingVersion: this.system.mappingVersion, readingMeaning: null },
        ),
      );
      return;
    }
    if (readAnew(row, stream)) return;
    await database.write((manager) =>
      manager.update(
        SourceStreamRow,
        { pk: row.pk },
        {
          ...{ mappingVersion: this.system.mappingVersion, recordType: stream.recordType },
          ...readingOf(stream),
          ...(this.#waiting > 0 ? { watermark: null } : {}),
        },
      ),
    );
  }
}

/** Other rows, or rows that hold something else: what is kept says nothing of them. */
const readAnew = (row: SourceStreamRow, stream: Stream): boolean =>
  row.readingRows !== (stream.reading?.rows ?? null);

const isSame = (row: SourceStreamRow, stream: Stream): boolean =>
  !readAnew(row, stream) &&
  row.readingMeaning === (stream.reading?.meaning ?? null) &&
  row.recordType === stream.recordType;

function passesOf(row: SourceStreamRow, stream: Stream | null): readonly PassName[] {
  if (stream === null) return ['retire'];
  if (readAnew(row, stream)) return row.recordType === stream.recordType ? [] : ['retire'];
  return row.recordType === stream.recordType ? ['rejects', 'records'] : ['retire', 'rejects', 'records'];
}

/** As they are read: what others refer to first; streams that the mapping has no longer come first of all. */
function inReadingOrder(rows: readonly SourceStreamRow[], system: LegacySystem): SourceStreamRow[] {
  const rank = (row: SourceStreamRow): number => system.streams.findIndex(({ name }) => name === row.name);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.pk - b.pk);
}
