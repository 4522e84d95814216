/**
 * Keeps the counts up to the versions that syncs stored, batch by batch in the order in which they were committed: keys
 * of batches are handed out under the lock of the writers. The position is kept in the transaction of the counts, so
 * that a process that dies, and two that count at once, count each version once.
 */
import { type EntityManager, IsNull } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { type BulkRow, bulkReplace } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import { selectIn } from '../../platform/database/select-in';
import {
  type QualityCountRow,
  QualityDayRow,
  QualityPositionRow,
  QualityStreamRow,
} from './data-quality.entity';
import { type FeedDay, FeedDays, cameIn, dayId, dayOf } from './feed-days';
import { type CountedVersion, type PresenceChange, presenceChanges } from './version-counts';

export const POSITION = 'versions';
/** Versions of a step; a batch is never cut. */
const STEP_VERSIONS = 4_000;

/** How long a changed row of a stream may take; null where nothing is expected of it. */
export type ArriveWithin = (streamPk: number) => number | null;

const VERSIONS = `SELECT v.record_pk, v.version, v.batch_pk, v.canonical, v.void_reason, v.read_at, v.changed_at, r.stream_pk,
    p.canonical AS old_canonical, p.void_reason AS old_void, p.read_at AS old_read_at, p.changed_at AS old_changed_at
  FROM source_version v LEFT JOIN source_record r ON r.pk = v.record_pk
  LEFT JOIN source_version p ON p.record_pk = v.record_pk AND p.version = v.version - 1`;

export class CatchUp {
  constructor(
    private readonly database: Database,
    private readonly arriveWithin: ArriveWithin,
    private readonly stepVersions = STEP_VERSIONS,
  ) {}

  /** Counts what is not counted yet; gives how many versions that was. */
  async run(signal?: AbortSignal): Promise<number> {
    let counted = 0;
    for (;;) {
      signal?.throwIfAborted();
      const position = await this.#position();
      const step =
        position.unbatchedPk === null ? await this.#batches(position) : await this.#unbatched(position);
      if (step === null) return counted;
      if (await this.#keep(position, step.next, step.versions)) counted += step.versions.length;
    }
  }

  /** Forgets all counts, so that the next run counts from the first version on. */
  async forget(): Promise<void> {
    await this.database.write(async (manager) => {
      await manager.update(QualityPositionRow, { name: POSITION }, { batchPk: 0, unbatchedPk: 0 });
      await manager.query('DELETE FROM quality_count');
      await manager.query('DELETE FROM quality_day');
    });
  }

  async #position(): Promise<QualityPositionRow> {
    return await this.database.reader.findOneByOrFail(QualityPositionRow, { name: POSITION });
  }

  async #batches(position: QualityPositionRow): Promise<Step | null> {
    const { reader } = this.database;
    const after = 'SELECT batch_pk FROM source_version WHERE batch_pk > ? ORDER BY batch_pk';
    const [cut] = await reader.query<{ batch_pk: number }[]>(
      `${after} LIMIT 1 OFFSET ${this.stepVersions - 1}`,
      [position.batchPk],
    );
    const [last] =
      cut === undefined
        ? await reader.query<{ batch_pk: number }[]>(`${after} DESC LIMIT 1`, [position.batchPk])
        : [cut];
    if (last === undefined) return null;
    const batchPk = last.batch_pk;
    const versions = await reader.query<CountedVersion[]>(
      `${VERSIONS} WHERE v.batch_pk > ? AND v.batch_pk <= ? ORDER BY v.batch_pk, v.record_pk, v.version`,
      [position.batchPk, batchPk],
    );
    return { versions, next: { batchPk, unbatchedPk: null } };
  }

  /** Versions from before there were batches, a whole record at a time. */
  async #unbatched({ batchPk, unbatchedPk }: QualityPositionRow): Promise<Step> {
    const { reader } = this.database;
    const records = await reader.query<{ record_pk: number }[]>(
      `SELECT DISTINCT record_pk FROM source_version WHERE batch_pk IS NULL AND record_pk > ?
        ORDER BY record_pk LIMIT ${this.stepVersions}`,
      [unbatchedPk],
    );
    const versions = await selectIn<CountedVersion>(
      reader,
      `${VERSIONS} WHERE v.batch_pk IS NULL AND v.record_pk IN (?)`,
      records.map((row) => row.record_pk),
    );
    return { versions, next: { batchPk, unbatchedPk: records.at(-1)?.record_pk ?? null } };
  }

  /** False when another process counted these meanwhile. */
  async #keep(
    { batchPk, unbatchedPk }: QualityPositionRow,
    next: Step['next'],
    versions: readonly CountedVersion[],
  ): Promise<boolean> {
    const changes = presenceChanges(versions);
    return await this.database.write(async (manager) => {
      const where = { name: POSITION, batchPk, unbatchedPk: unbatchedPk ?? IsNull() };
      const { affected } = await manager.update(QualityPositionRow, where, next);
      if (affected !== 1) return false;
      await keepCounts(manager, changes);
      await this.#keepDays(manager, versions);
      return true;
    });
  }

  async #keepDays(manager: EntityManager, versions: readonly CountedVersion[]): Promise<void> {
    const watched = await manager.find(QualityStreamRow);
    const began = new Map(watched.map((row) => [row.streamPk, row.beganAt]));
    const came = versions.filter((one) => cameIn(one, began.get(one.stream_pk) ?? null));
    if (came.length === 0) return;
    const days = new FeedDays(await knownDays(manager, came));
    for (const one of came) {
      const beganAt = began.get(one.stream_pk) ?? 0;
      days.count(one, beganAt, this.arriveWithin(one.stream_pk) ?? Number.MAX_SAFE_INTEGER);
    }
    await bulkReplace(
      manager,
      'quality_day',
      DAY_COLUMNS,
      [...days.changed].map(([id, day]): BulkRow => [
        ...[id, day.streamPk, day.day, day.arrived, day.timed, day.inTime],
        ...[day.lastRowAt, day.longestPauseMs, day.firstBatch, day.lastBatch],
      ]),
    );
  }
}

interface Step {
  readonly versions: readonly CountedVersion[];
  readonly next: { readonly batchPk: number; readonly unbatchedPk: number | null };
}

const COUNT_COLUMNS = ['id', 'stream_pk', 'stretch', 'field', 'present', 'stated'];
const DAY_COLUMNS = [
  ...['id', 'stream_pk', 'day', 'arrived', 'timed', 'in_time'],
  ...['last_row_at', 'longest_pause_ms', 'first_batch', 'last_batch'],
];

async function keepCounts(
  manager: EntityManager,
  changes: ReadonlyMap<string, PresenceChange>,
): Promise<void> {
  const stored = await selectIn<Pick<QualityCountRow, 'id' | 'present' | 'stated'>>(
    manager,
    'SELECT id, present, stated FROM quality_count WHERE id IN (?)',
    [...changes.keys()],
  );
  const before = new Map(stored.map((row) => [row.id, row]));
  const rows = [...changes].map(([id, { streamPk, stretch, field, present, stated }]): BulkRow => {
    const old = before.get(id);
    return [id, streamPk, stretch, field, (old?.present ?? 0) + present, (old?.stated ?? 0) + stated];
  });
  await bulkReplace(manager, 'quality_count', COUNT_COLUMNS, rows);
}

/** The days that rows fall on, and the latest of their streams. */
async function knownDays(manager: EntityManager, came: readonly CountedVersion[]): Promise<FeedDay[]> {
  const ids = new Set(came.map((one) => dayId(one.stream_pk, dayOf(one.read_at))));
  for (const streamPk of groupBy(came, (one) => one.stream_pk).keys()) {
    const [latest] = await manager.query<{ id: string }[]>(
      'SELECT id FROM quality_day WHERE stream_pk = ? ORDER BY day DESC LIMIT 1',
      [streamPk],
    );
    if (latest !== undefined) ids.add(latest.id);
  }
  const found: QualityDayRow[] = [];
  for (const id of ids) found.push(...(await manager.findBy(QualityDayRow, { id })));
  return found;
}
