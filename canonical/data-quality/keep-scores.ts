/**
 * Keeps scores and how they were over time: a measurement for each hour in which a score changed (the last of the hour),
 * and for each day; hours are thinned out to days, and days forgotten, as the standards say.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkReplace } from '../../platform/database/bulk';
import { POSITION } from './catch-up';
import { QualityPositionRow, QualityScoreRow } from './data-quality.entity';
import { dayOf } from './feed-days';
import type { JudgedScore } from './judge';
import { type QualityStandards, longestWindow } from './standard';

const HOUR_MS = 60 * 60_000;
/** Measurements that are thinned out at once. */
const THIN_ROWS = 5_000;

const SCORE_COLUMNS = [
  ...['pk', 'stream_pk', 'field', 'dimension', 'numerator', 'denominator', 'met'],
  ...['standards_version', 'changed_at', 'kept_pk', 'kept_at'],
];
const MEASUREMENT_COLUMNS = [
  ...['pk', 'score_pk', 'day', 'measured_at', 'numerator', 'denominator', 'met', 'standards_version'],
];

export interface KeepContext {
  readonly manager: EntityManager;
  readonly now: number;
  readonly standards: QualityStandards;
  readonly nextKey: () => number;
}

const flag = (met: boolean | null): number | null => (met === null ? null : Number(met));
const seriesOf = (one: Pick<QualityScoreRow, 'streamPk' | 'field' | 'dimension'>): string =>
  `${one.streamPk}:${one.dimension}:${one.field}`;

/** Brings the scores of the streams in line with what was measured; those of which there is nothing to say any more go. */
export async function keepScores(
  context: KeepContext,
  streamPks: ReadonlySet<number>,
  scores: readonly JudgedScore[],
): Promise<void> {
  const { manager } = context;
  const stored = (await manager.find(QualityScoreRow)).filter((row) => streamPks.has(row.streamPk));
  const before = new Map(stored.map((row) => [seriesOf(row), row]));
  const rows: BulkRow[] = [];
  const measurements: BulkRow[] = [];
  for (const score of scores) {
    const old = before.get(seriesOf(score));
    before.delete(seriesOf(score));
    const kept = keptAnew(context, score, old);
    if (kept === null) continue;
    const { numerator, denominator } = score;
    const measured = [numerator, denominator, flag(score.met), context.standards.version];
    const series = [score.streamPk, score.field, score.dimension];
    rows.push([kept.pk, ...series, ...measured, kept.changedAt, kept.keptPk, context.now]);
    measurements.push([kept.keptPk, kept.pk, dayOf(context.now), context.now, ...measured]);
  }
  await bulkDelete(
    manager,
    'quality_score',
    'pk',
    [...before.values()].map((row) => row.pk),
  );
  await bulkReplace(manager, 'quality_score', SCORE_COLUMNS, rows);
  await bulkReplace(manager, 'quality_measurement', MEASUREMENT_COLUMNS, measurements);
}

/** Null when the measurement that is kept still says it. */
function keptAnew(
  { now, standards, nextKey }: KeepContext,
  score: JudgedScore,
  old: QualityScoreRow | undefined,
): { pk: number; keptPk: number; changedAt: number } | null {
  if (old === undefined) return { pk: nextKey(), keptPk: nextKey(), changedAt: now };
  const isSame =
    old.numerator === score.numerator &&
    old.denominator === score.denominator &&
    old.met === flag(score.met) &&
    old.standardsVersion === standards.version;
  if (isSame && dayOf(old.keptAt) === dayOf(now)) return null;
  const isSameHour = Math.floor(old.keptAt / HOUR_MS) === Math.floor(now / HOUR_MS);
  // that it turned is kept, however soon it turned back
  const replaces = isSameHour && old.met === flag(score.met);
  return { pk: old.pk, keptPk: replaces ? old.keptPk : nextKey(), changedAt: isSame ? old.changedAt : now };
}

/** Once a day: what is older than it is kept for goes. */
export async function forgetOld({ manager, now, standards }: Omit<KeepContext, 'nextKey'>): Promise<void> {
  const today = dayOf(now);
  const position = await manager.findOneByOrFail(QualityPositionRow, { name: POSITION });
  if (position.thinnedDay >= today) return;
  const oldest = dayOf(now - standards.keepDaysMs);
  await manager.query('DELETE FROM quality_measurement WHERE day < ?', [oldest]);
  // what is usual is told from days
  await manager.query('DELETE FROM quality_day WHERE day < ?', [
    Math.min(oldest, today - longestWindow(standards) - 1),
  ]);
  const rows = await manager.query<{ pk: number }[]>(
    `SELECT m.pk FROM quality_measurement m WHERE m.day < ? AND EXISTS (SELECT 1 FROM quality_measurement l
       WHERE l.score_pk = m.score_pk AND l.day = m.day AND l.pk > m.pk) LIMIT ${THIN_ROWS}`,
    [dayOf(now - standards.keepHoursMs)],
  );
  await bulkDelete(
    manager,
    'quality_measurement',
    'pk',
    rows.map(({ pk }) => pk),
  );
  // the rest goes with the next measurement
  if (rows.length < THIN_ROWS)
    await manager.update(QualityPositionRow, { name: POSITION }, { thinnedDay: today });
}
