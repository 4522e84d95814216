/**
 * Reads one source of a database in batches, ordered by (watermark, key) and never by OFFSET, so that a run may
 * be broken off after any batch and taken up again. All rows that one row of the base table joins to stand in
 * one batch.
 */
import { LegacyUnavailableError } from '../../platform/errors';
import type { Clock } from '../../platform/clock';
import type { RawRow, RawValue, SourceBatch, Watermark } from '../contract';
import type { SqlPivot, WatermarkSpec } from '../mapping/document';
import { decoded, type Decoders } from './decode';
import { readPivots, withPivots } from './pivot';
import type { Deadline } from '../resilience/deadline';
import { notAhead, startFrom } from '../watermark-time';
import { placeOf, toRawValue, type Place } from './row-values';
import type { SqlRow, SqlSession } from './session';
import type { SqlText } from './sql-conditions';
import type { Statements } from './statements';

export interface SqlReadContext {
  readonly system: string;
  readonly session: SqlSession;
  readonly statements: Statements;
  readonly watermark: WatermarkSpec | undefined;
  readonly zone: string;
  readonly clock: Clock;
  readonly set: Readonly<Record<string, RawValue>>;
  readonly pivots: readonly SqlPivot[];
  readonly decoders: Decoders;
  readonly deadline: Deadline;
}

/** Rows since a watermark; rows that have none come first and in every run, or a change to them would be lost. */
export async function* readSql(
  context: SqlReadContext,
  since: Watermark | null,
  batchSize: number,
): AsyncGenerator<SourceBatch> {
  const { statements } = context;
  if (!statements.hasWatermark) {
    yield* readRange(context, [], 0, batchSize, () => null);
    return;
  }
  if (statements.watermarkMayBeNull) {
    yield* readRange(context, [statements.watermarkIsNull(true)], 1, batchSize, () => since);
  }
  const mark = since?.['mark'];
  const start =
    context.watermark !== undefined && (typeof mark === 'string' || typeof mark === 'number')
      ? [statements.watermarkFrom(startFrom(mark, context.watermark, context.zone))]
      : [];
  yield* readRange(context, [statements.watermarkIsNull(false), ...start], 0, batchSize, (place) =>
    markAt(place, context, since),
  );
}

/** The mark never goes back: an overlap that finds nothing new leaves it where it was. */
function markAt(place: Place, context: SqlReadContext, since: Watermark | null): Watermark {
  const { watermark, zone, clock } = context;
  const found = place[0] ?? null;
  const mark = watermark === undefined ? found : notAhead(found, watermark, zone, clock.now());
  const before = since?.['mark'] ?? null;
  return before !== null && mark !== null && typeof before === typeof mark && before > mark
    ? { mark: before }
    : { mark };
}

async function* readRange(
  context: SqlReadContext,
  range: readonly SqlText[],
  skip: number,
  batchSize: number,
  watermarkAt: (place: Place) => Watermark | null,
): AsyncGenerator<SourceBatch> {
  let place: Place | null = null;
  for (;;) {
    context.deadline.check();
    const from: readonly SqlText[] =
      place === null ? range : [...range, context.statements.after(place, skip)];
    const page = await readPage(context, from, skip, batchSize);
    if (page === null) return;
    yield { rows: page.rows, watermark: watermarkAt(page.end) };
    if (page.isLast) return;
    place = page.end.slice(skip);
  }
}

interface Page {
  readonly rows: readonly RawRow[];
  readonly end: Place;
  readonly isLast: boolean;
}

async function readPage(
  context: SqlReadContext,
  range: readonly SqlText[],
  skip: number,
  size: number,
): Promise<Page | null> {
  const { statements } = context;
  const first = statements.hasJoins ? statements.bounds(range, size + 1) : statements.rows(range, size + 1);
  const found = await ask(context, first);
  const kept = found.slice(0, size);
  const last = kept.at(-1);
  if (last === undefined) return null;
  const end = placeOf(last, statements);
  const isLast = found.length <= size;
  if (!isLast) requireDistinct(end, placeOf(found[size] ?? {}, statements), context.system);
  if (!statements.hasJoins) return { rows: kept.map((row) => toRawRow(row, context)), end, isLast };
  const whole = [...range, statements.upTo(end.slice(skip), skip)];
  const joined = await ask(context, statements.rows(whole, null));
  const pivoted = await readPivots(context, whole, kept.length);
  const rows = joined.map((row) => withPivots(toRawRow(row, context), placeOf(row, statements), pivoted));
  return { rows, end, isLast };
}

const ask = (context: SqlReadContext, { sql, values }: SqlText) =>
  context.session.query(sql, values, context.deadline);

/** Two rows in one place would be split by a page and one of them lost. */
function requireDistinct(a: Place, b: Place, system: string): void {
  if (a.some((value, i) => value !== b[i])) return;
  throw new LegacyUnavailableError(system, `${system}: the key of a source does not tell its rows apart`, {
    retryable: false,
    nonsense: true,
  });
}

function toRawRow(row: SqlRow, { statements, set, decoders }: SqlReadContext): RawRow {
  const raw: Record<string, RawValue> = {};
  const { names, selectedNames } = statements;
  for (let i = 0; i < names.length; i += 1) {
    const value = row[selectedNames[i] ?? ''];
    raw[names[i] ?? ''] =
      typeof value === 'string' || typeof value === 'number' || value === null ? value : toRawValue(value);
  }
  for (const name in set) raw[name] = set[name] ?? null;
  return decoders.size === 0 ? raw : decoded(raw, decoders);
}
