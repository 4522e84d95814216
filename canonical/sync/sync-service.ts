/**
 * Brings the stitched copy of one legacy system up to date: every stream from its watermark, batch by batch, then
 * what the new rows let us settle. A second run changes nothing; a killed one resumes at its last batch.
 */
import { performance } from 'node:perf_hooks';
import type { LegacySystem, Stream } from '../../connectors/contract';
import type { Leases } from '../../controls/jobs/lease';
import type { Controls } from '../../controls/open-controls';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { chunks } from '../../platform/database/select-in';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { GatewayError, LegacyUnavailableError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { SourceStreamRow, SyncRunRow } from '../entities/source.entity';
import { deriveAnew, endDerivation, needsDerivation } from '../mappings/derivation';
import { pin } from '../mappings/live-systems';
import type { ConsistencyRules, RuleSource } from '../rules/consistency-rule';
import { ITEMS_AT_ONCE } from '../rules/lot-facts';
import type { BatchOutcome } from './batch';
import { BatchWriter } from './batch-writer';
import { checkItems, checkLots, checkMasters } from './checks';
import { type DoubtfulRecord, newDoubts, openDoubts } from './doubts';
import { DriftWatch, SourceDriftError, type StreamWatch } from './drift';
import { findCandidates, findMasterCandidates } from '../stewardship/candidates';
import { applyCrossReferences } from '../stewardship/cross-references';
import type { RecordType } from '../../schema/records/record-types';
import { FullCompare, isCompareDue } from './full-compare';
import { IdentityCache } from './identity-cache';
import { KeyAllocator } from './keys';
import { type PreparedBatch, prefetched } from './prefetch';
import { sealedStream } from './personal-rows';
import { type RegisteredStream, registerStream } from './streams';

export interface SyncCounts {
  readonly read: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface SyncProgress extends SyncCounts {
  readonly system: string;
  readonly stream: string;
  readonly done: boolean;
}

export interface SyncSummary extends SyncCounts {
  readonly system: string;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'BUSY';
  readonly streams: readonly SyncProgress[];
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly durationMs: number;
}

export interface SyncOptions {
  readonly signal: AbortSignal;
  readonly batchSize?: number;
  /** True: the copy is brought under the mapping in force, and nothing is read. */
  readonly deriveOnly?: boolean;
  readonly onProgress?: (progress: SyncProgress) => void;
  /** How long a changed row took from the source to the graph, in ms; called only for rows of an incremental read. */
  readonly onLag?: (ms: number) => void;
}

export interface SyncDependencies {
  readonly database: Database;
  readonly dictionary: Dictionary;
  readonly consistencyRules: RuleSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly leases: Leases;
  readonly controls: Pick<Controls, 'audit'> & Partial<Pick<Controls, 'sourcePersons'>>;
  /** A killed holder loses its lease after this; until then nobody else may sync its system. */
  readonly leaseMs?: number;
}

const DEFAULT_LEASE_MS = 20_000;
/** Fewer cost a commit each; more hold the lock of the writers longer, and memory. */
const BATCH_ROWS = 4_000;
const CHECK_CHUNK = 500;
const MASTERS: ReadonlySet<RecordType> = new Set(['item', 'site', 'party']);
const NO_COUNTS: SyncCounts = { read: 0, changed: 0, unchanged: 0, rejected: 0 };

const add = (a: SyncCounts, b: SyncCounts): SyncCounts => ({
  read: a.read + b.read,
  changed: a.changed + b.changed,
  unchanged: a.unchanged + b.unchanged,
  rejected: a.rejected + b.rejected,
});

export class SyncService {
  readonly #cache = new IdentityCache();
  readonly #writer: BatchWriter;
  readonly #leaseMs: number;

  constructor(private readonly deps: SyncDependencies) {
    this.#leaseMs = deps.leaseMs ?? DEFAULT_LEASE_MS;
    this.#writer = new BatchWriter(deps.database, deps.dictionary, this.#cache, deps.controls.audit);
  }

  /** Syncs one system. A source that fails ends the run as FAILED; what was committed before stays. */
  async run(system: LegacySystem, options: SyncOptions): Promise<SyncSummary> {
    const lease = `sync:${system.id}`;
    if (!(await this.deps.leases.take(lease, this.#leaseMs))) return busy(system.id);
    const lost = new AbortController();
    const renewal = setInterval(() => void this.#renew(lease, lost), this.#leaseMs / 4);
    // a mapping that is published meanwhile is for the next run
    const pinned = pin(system);
    try {
      return await new SyncRun(this.deps, this.#writer, pinned.system, {
        ...options,
        signal: AbortSignal.any([options.signal, lost.signal]),
      }).execute();
    } finally {
      pinned.release();
      clearInterval(renewal);
      await this.deps.leases.release(lease);
    }
  }

  async #renew(lease: string, lost: AbortController): Promise<void> {
    try {
      if (!(await this.deps.leases.take(lease, this.#leaseMs)))
        lost.abort(new Error('the lease of this sync was taken over'));
    } catch (error) {
      this.deps.logger.warn({ err: error, lease }, 'lease not renewed');
    }
  }
}

const busy = (system: string): SyncSummary => ({
  ...NO_COUNTS,
  system,
  state: 'BUSY',
  streams: [],
  errorCode: null,
  errorMessage: 'another process is syncing this system',
  durationMs: 0,
});

/** Whether somebody asked for an end; a deadline and a lost lease have reasons of their own. */
export const wasStopped = (signal: AbortSignal): boolean =>
  signal.aborted && (signal.reason as Partial<Error> | undefined)?.name === 'AbortError';

/** One run over one system. */
class SyncRun {
  readonly #touchedLots = new Set<number>();
  readonly #touchedItems = new Set<number>();
  readonly #drift: DriftWatch;
  #totals: SyncCounts = NO_COUNTS;
  /** Whether items, sites or parties changed: there may be others that they are one with. */
  #mastersChanged = false;
  /** Whether an earlier run over this system died half-way. */
  #resumed = false;
  #runPk = 0;

  constructor(
    private readonly deps: SyncDependencies,
    private readonly writer: BatchWriter,
    private readonly system: LegacySystem,
    private readonly options: SyncOptions,
  ) {
    const { database, clock, controls } = deps;
    this.#drift = new DriftWatch({ database, clock, audit: controls.audit }, system);
  }

  async execute(): Promise<SyncSummary> {
    const started = performance.now();
    await this.#begin();
    const streams: SyncProgress[] = [];
    const failures: unknown[] = [];
    await this.#prepare().catch((error: unknown) => failures.push(error));
    let firstRead = false;
    // what was not derived to its end is of two mappings, and what drifted is of none: nothing is read on top of it
    for (const stream of failures.length === 0 && this.options.deriveOnly !== true
      ? this.system.streams
      : []) {
      try {
        const { progress, everRead } = await this.#syncStream(this.#sealed(stream));
        firstRead ||= !everRead;
        streams.push(progress);
      } catch (error) {
        const drift = await this.#drift.failed(stream, error);
        failures.push(drift ?? error);
        await this.#streamFailed(stream, drift ?? error);
        if (drift !== null) await this.#allDrifted();
        if (drift !== null) break;
        // a system that does not answer will not answer the next question either; nonsense may be one stream's alone
        if (!(error instanceof LegacyUnavailableError) || error.retryable) break;
      }
    }
    // what a run that died had committed was never settled
    const settled = await this.#settle(firstRead || this.#resumed).catch((error: unknown) => error);
    if (settled !== undefined) failures.push(settled);
    return await this.#finish(streams, failures[0], performance.now() - started);
  }

  async #begin(): Promise<void> {
    const { database, clock } = this.deps;
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const runs = manager.getRepository(SyncRunRow);
      // we hold the lease, so whatever is still marked as running died
      const { affected } = await runs.update(
        { system: this.system.id, state: 'RUNNING' },
        { state: 'ABANDONED', finishedAt: clock.now() },
      );
      this.#resumed = (affected ?? 0) > 0;
      // runs that found nothing new are kept only until the next one, or they would drown the others
      await runs.delete({ system: this.system.id, state: 'SUCCEEDED', rowsChanged: 0 });
      this.#runPk = keys.next();
      await runs.insert({
        pk: this.#runPk,
        system: this.system.id,
        state: 'RUNNING',
        startedAt: clock.now(),
        rowsRead: 0,
        rowsChanged: 0,
        rowsUnchanged: 0,
        rowsRejected: 0,
        mappingVersion: this.system.mappingVersion,
      });
      await keys.save();
    });
  }

  /** Brings the copy under the mapping in force, and holds the source against what it expects. */
  async #prepare(): Promise<void> {
    await this.#deriveAnew();
    if (this.options.deriveOnly === true) return;
    try {
      await this.#drift.check(this.options.signal);
    } catch (error) {
      if (error instanceof SourceDriftError) await this.#allDrifted();
      else if (this.system.streams[0]) await this.#streamFailed(this.system.streams[0], error);
      throw error;
    }
  }

  /** The last good copy is served, and says what it is. */
  async #allDrifted(): Promise<void> {
    await this.deps.database.write((manager) =>
      manager.update(SourceStreamRow, { system: this.system.id }, { lastError: 'SOURCE_DRIFT' }),
    );
  }

  /** Brings the copy under the mapping in force where another one was published, and settles what follows. */
  async #deriveAnew(): Promise<void> {
    const { database, clock } = this.deps;
    if (!(await needsDerivation(database, this.system))) return;
    const { signal, batchSize } = this.options;
    await deriveAnew(this.system, {
      ...{ database, clock, writer: this.writer, signal },
      ...(batchSize === undefined ? {} : { batchSize }),
    });
    await this.#settle(true);
    await endDerivation(database, clock, this.system);
  }

  #sealed(stream: Stream): Stream {
    const { database, controls } = this.deps;
    return sealedStream(this.system, stream, { database, persons: controls.sourcePersons });
  }

  async #syncStream(stream: Stream): Promise<{ progress: SyncProgress; everRead: boolean }> {
    const { database, clock } = this.deps;
    const startedAt = clock.now();
    const registered = await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      const result = await registerStream(manager, this.system, stream, () => keys.next());
      const startKey = keys.next();
      await keys.save();
      await manager.update(SourceStreamRow, { pk: result.state.pk }, { lastAttemptAt: startedAt });
      if (stream.showsKeysOnce !== true) return result;
      return { ...result, state: { ...result.state, reading: { startKey, startedAt } } };
    });
    const watch = await this.#drift.begin(stream, registered.state.pk);
    const counts = await this.#readBatches(stream, registered, watch);
    await this.#drift.end(stream, registered.state.pk, watch);
    await database.write(async (manager) => {
      await manager.update(
        SourceStreamRow,
        { pk: registered.state.pk },
        { lastSuccessAt: startedAt, lastError: null },
      );
    });
    const progress: SyncProgress = { system: this.system.id, stream: stream.name, ...counts, done: true };
    this.options.onProgress?.(progress);
    return { progress, everRead: registered.everRead };
  }

  async #readBatches(stream: Stream, registered: RegisteredStream, watch: StreamWatch): Promise<SyncCounts> {
    const { signal } = this.options;
    const anew = registered.everRead && isCompareDue(stream, registered.comparedAt, this.deps.clock.now());
    const since = anew ? null : registered.watermark;
    const incremental = registered.everRead && since !== null;
    const compare = this.#compare(stream, registered, since === null);
    const batches = stream.read({ since, batchSize: this.options.batchSize ?? BATCH_ROWS, signal });
    let counts = NO_COUNTS;
    for await (const batch of prefetched(batches, stream)) {
      signal.throwIfAborted();
      watch.see(batch.rows, batch.mapped);
      const outcome = await this.#writeBatch(stream, registered, batch, incremental);
      compare?.note(batch.mapped, batch.whole);
      counts = add(counts, outcome);
      this.#totals = add(this.#totals, outcome);
      this.options.onProgress?.({ system: this.system.id, stream: stream.name, ...counts, done: false });
    }
    return compare === null ? counts : add(counts, await this.#takeOut(compare, registered));
  }

  #compare(stream: Stream, { state }: RegisteredStream, whole: boolean): FullCompare | null {
    if (stream.compare === undefined) return null;
    const { database, logger, clock } = this.deps;
    return new FullCompare({ stream, system: this.system.id, state }, whole, {
      ...{ database, logger, writer: this.writer, signal: this.options.signal },
      now: () => clock.now(),
    });
  }

  /** Rows that are gone count as read, since their absence was, and as changed. */
  async #takeOut(compare: FullCompare, { state }: RegisteredStream): Promise<SyncCounts> {
    const startedAt = this.deps.clock.now();
    const gone = await compare.finish((outcome) => this.#touch(outcome));
    if (gone === null) return NO_COUNTS;
    await this.deps.database.write(async (manager) => {
      await manager.update(SourceStreamRow, { pk: state.pk }, { comparedAt: startedAt });
    });
    const counts = { ...NO_COUNTS, read: gone, changed: gone };
    this.#totals = add(this.#totals, counts);
    return counts;
  }

  async #writeBatch(
    stream: Stream,
    registered: RegisteredStream,
    batch: PreparedBatch,
    incremental: boolean,
  ): Promise<SyncCounts> {
    const outcome = await this.writer.write(
      stream,
      registered.state,
      batch.mapped,
      batch.watermark,
      this.deps.clock.now(),
    );
    this.#touch(outcome);
    if (outcome.changed > 0) this.#mastersChanged ||= MASTERS.has(stream.recordType);
    if (incremental && this.options.onLag) {
      const committedAt = this.deps.clock.now();
      for (const changedAt of outcome.changedAt) this.options.onLag(committedAt - changedAt);
    }
    return {
      read: batch.rows.length,
      changed: outcome.changed,
      unchanged: outcome.unchanged,
      rejected: outcome.rejected,
    };
  }

  async #streamFailed(stream: Stream, error: unknown): Promise<void> {
    const { signal } = this.options;
    // who stops the worker says nothing about its sources
    if (wasStopped(signal)) {
      this.deps.logger.info({ system: this.system.id, stream: stream.name }, 'stopped while reading');
      return;
    }
    const code = error instanceof GatewayError ? error.code : 'INTERNAL';
    this.deps.logger.warn({ err: error, system: this.system.id, stream: stream.name }, 'stream not read');
    await this.deps.database.write(async (manager) => {
      await manager.update(
        SourceStreamRow,
        { system: this.system.id, name: stream.name },
        { lastError: code },
      );
    });
  }

  /** Settles what waited for these rows: records that named an unknown lot, and the checks over whole lots. */
  async #settle(firstRead: boolean): Promise<void> {
    if (this.#totals.changed === 0 && !firstRead) return;
    const lots = firstRead ? await this.#all('lot') : [...this.#touchedLots];
    const items = firstRead ? await this.#all('item') : [...this.#touchedItems];
    const { reader } = this.deps.database;
    const { database, dictionary, clock } = this.deps;
    const rules = await this.#rules();
    await applyCrossReferences(database, { dictionary, rules }, clock.now());
    await this.#rederive([...(await openDoubts(reader)), ...(await newDoubts(reader, lots))]);
    for (const chunk of chunks(lots, CHECK_CHUNK))
      await this.#check(rules, (context) => checkLots(context, chunk));
    for (const chunk of chunks(items, ITEMS_AT_ONCE))
      await this.#check(rules, (context) => checkItems(context, chunk));
    await this.#check(rules, (context) => checkMasters(context));
    await this.#lookForNamesakes(lots, firstRead);
  }

  /** Pairs that may be one; after the checks, which matter more. */
  async #lookForNamesakes(lots: readonly number[], firstRead: boolean): Promise<void> {
    const { database, clock } = this.deps;
    if (firstRead || this.#mastersChanged)
      await database.write((manager) => findMasterCandidates(manager, clock.now()));
    for (const chunk of chunks(lots, CHECK_CHUNK))
      await database.write((manager) => findCandidates(manager, clock.now(), chunk));
  }

  #touch({ touchedLots, touchedItems }: Pick<BatchOutcome, 'touchedLots' | 'touchedItems'>): void {
    for (const lot of touchedLots) this.#touchedLots.add(lot);
    for (const item of touchedItems) this.#touchedItems.add(item);
  }

  async #all(table: 'lot' | 'item'): Promise<number[]> {
    const rows = await this.deps.database.reader.query<{ pk: number }[]>(
      `SELECT pk FROM ${table} ORDER BY pk`,
    );
    return rows.map((row) => row.pk);
  }

  /** Null where the published rules cannot be relied upon: what was found stays, and the source is read all the same. */
  async #rules(): Promise<ConsistencyRules | null> {
    try {
      return (await this.deps.consistencyRules.current()).compiled;
    } catch (error) {
      this.deps.logger.error({ err: error, system: this.system.id }, 'consistency rules were not run');
      return null;
    }
  }

  async #check(
    rules: ConsistencyRules | null,
    work: (context: Parameters<typeof checkMasters>[0]) => Promise<void>,
  ): Promise<void> {
    const { database, dictionary, clock } = this.deps;
    await database.write(async (manager) => {
      const keys = await KeyAllocator.lock(manager);
      await work({ manager, dictionary, rules, now: clock.now(), nextKey: () => keys.next() });
      await keys.save();
    });
  }

  async #rederive(open: readonly DoubtfulRecord[]): Promise<void> {
    for (const streamPk of new Set(open.map((row) => row.stream_pk))) {
      const rows = open.filter((row) => row.stream_pk === streamPk);
      const [first] = rows;
      if (!first) continue;
      const state = {
        pk: streamPk,
        system: first.system,
        mappingVersion: first.mapping_version,
        mayHaveRejects: false,
        hasRecords: true,
      };
      await this.writer.rederive(
        first.record_type,
        state,
        [...new Set(rows.map((row) => row.pk))],
        this.deps.clock.now(),
      );
    }
  }

  async #finish(
    streams: readonly SyncProgress[],
    failure: unknown,
    durationMs: number,
  ): Promise<SyncSummary> {
    const errorCode =
      failure === undefined ? null : failure instanceof GatewayError ? failure.code : 'INTERNAL';
    const errorMessage =
      failure === undefined ? null : failure instanceof Error ? failure.message : 'unknown failure';
    const state = failure === undefined ? 'SUCCEEDED' : 'FAILED';
    const { read, changed, unchanged, rejected } = this.#totals;
    await this.deps.database.write(async (manager) => {
      await manager.update(
        SyncRunRow,
        { pk: this.#runPk },
        {
          state,
          finishedAt: this.deps.clock.now(),
          rowsRead: read,
          rowsChanged: changed,
          rowsUnchanged: unchanged,
          rowsRejected: rejected,
          errorCode,
          errorMessage,
        },
      );
    });
    return { system: this.system.id, state, streams, errorCode, errorMessage, durationMs, ...this.#totals };
  }
}
