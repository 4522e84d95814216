/** The scores of all streams as they are now, from the counts that are kept and the findings that are open. */
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../platform/collections';
import { isRecordType, recordTypeDefinition } from '../../schema/records/record-types';
import { type Dimension, WHOLE_ROWS } from './standard';
import type { FeedDay } from './feed-days';
import { DISAGREEING_RECORDS, INVALID_RECORDS, UNRESOLVED_RECORDS } from './score-sql';

export interface MeasuredStream {
  readonly pk: number;
  readonly system: string;
  readonly name: string;
  readonly recordType: string;
  readonly lastSuccessAt: number | null;
}

/** A share in whole numbers. */
export interface Score {
  readonly streamPk: number;
  readonly field: string;
  readonly dimension: Dimension;
  readonly numerator: number;
  readonly denominator: number;
}

interface Counted {
  readonly stream_pk: number | null;
  readonly field: string | null;
  readonly n: number | string;
}

/** Number by stream and field; the field `''` is whole rows. */
type Counts = ReadonlyMap<number, ReadonlyMap<string, number>>;

export interface QualityCounts {
  readonly presence: ReadonlyMap<number, ReadonlyMap<string, { present: number; stated: number }>>;
  readonly rejected: Counts;
  readonly invalid: Counts;
  readonly inconsistent: Counts;
}

/** Reads what the scores are made of, for all streams at once. */
export async function loadCounts(reader: EntityManager): Promise<QualityCounts> {
  const [presence, rejected, invalid, disagreeing, unresolved] = await Promise.all([
    loadPresence(reader),
    loadRejected(reader),
    byField(reader, INVALID_RECORDS),
    byField(reader, DISAGREEING_RECORDS),
    byField(reader, UNRESOLVED_RECORDS),
  ]);
  // a stream is of entities or of facts, never of both
  return { presence, rejected, invalid, inconsistent: new Map([...unresolved, ...disagreeing]) };
}

async function loadPresence(reader: EntityManager): Promise<QualityCounts['presence']> {
  const rows = await reader.query<
    { stream_pk: number; field: string; present: number | string; stated: number | string }[]
  >(
    'SELECT stream_pk, field, SUM(present) AS present, SUM(stated) AS stated FROM quality_count GROUP BY stream_pk, field',
  );
  return new Map(
    [...groupBy(rows, (row) => row.stream_pk)].map(([pk, own]) => [
      pk,
      new Map(own.map((row) => [row.field, { present: Number(row.present), stated: Number(row.stated) }])),
    ]),
  );
}

async function loadRejected(reader: EntityManager): Promise<Counts> {
  const rows = await reader.query<Counted[]>(
    'SELECT stream_pk, field, COUNT(*) AS n FROM rejected_row WHERE resolved_at IS NULL GROUP BY stream_pk, field',
  );
  const counts = countsOf(rows);
  // a row is rejected for one reason
  for (const own of counts.values())
    own.set(
      WHOLE_ROWS,
      [...own.values()].reduce((sum, n) => sum + n, 0),
    );
  return counts;
}

/** Records that fail, each once, by field and in all. */
async function byField(reader: EntityManager, findings: string): Promise<Counts> {
  const [fields, rows] = await Promise.all([
    reader.query<Counted[]>(
      `SELECT r.stream_pk, f.field, COUNT(DISTINCT r.pk) AS n ${findings} GROUP BY r.stream_pk, f.field`,
    ),
    reader.query<Counted[]>(
      `SELECT r.stream_pk, '' AS field, COUNT(DISTINCT r.pk) AS n ${findings} GROUP BY r.stream_pk`,
    ),
  ]);
  return countsOf([...fields.filter(({ field }) => (field ?? '') !== WHOLE_ROWS), ...rows]);
}

function countsOf(rows: readonly Counted[]): Map<number, Map<string, number>> {
  const counts = new Map<number, Map<string, number>>();
  for (const { stream_pk, field, n } of rows) {
    if (stream_pk === null) continue;
    const own = counts.get(stream_pk) ?? new Map<string, number>();
    counts.set(stream_pk, own.set(field ?? WHOLE_ROWS, Number(n)));
  }
  return counts;
}

/** The scores of one stream. A dimension of which there is nothing to say has none. */
export function scoresOf(
  { pk: streamPk, recordType }: MeasuredStream,
  { presence, rejected, invalid, inconsistent }: QualityCounts,
  days: readonly FeedDay[],
): Score[] {
  const scores: Score[] = [];
  const add = (field: string, dimension: Dimension, all: number, failing: number): void => {
    // findings may be a sync ahead of the counts
    if (all > 0)
      scores.push({ streamPk, field, dimension, numerator: Math.max(0, all - failing), denominator: all });
  };
  const fields = presence.get(streamPk) ?? new Map<string, { present: number; stated: number }>();
  const of = (counts: Counts, field: string): number => counts.get(streamPk)?.get(field) ?? 0;
  const records = fields.get(WHOLE_ROWS)?.present ?? 0;
  const isEntity = isRecordType(recordType) && recordTypeDefinition(recordType).kind === 'entity';
  const known = isRecordType(recordType) ? Object.keys(recordTypeDefinition(recordType).fields) : [];
  for (const field of new Set([...fields.keys(), ...known])) {
    const { present, stated } = fields.get(field) ?? { present: 0, stated: 0 };
    const rejects = of(rejected, field);
    add(field, 'VALIDITY', present + rejects, rejects + of(invalid, field));
    if (field !== WHOLE_ROWS) add(field, 'COMPLETENESS', present, present - stated);
    if (present > 0 && (isEntity || field === WHOLE_ROWS || field === 'lotNumber'))
      add(field, 'CONSISTENCY', records, of(inconsistent, field));
  }
  if (!fields.has(WHOLE_ROWS))
    add(WHOLE_ROWS, 'VALIDITY', of(rejected, WHOLE_ROWS), of(rejected, WHOLE_ROWS));
  const timed = days.reduce((sum, day) => sum + day.timed, 0);
  const inTime = days.reduce((sum, day) => sum + day.inTime, 0);
  add(WHOLE_ROWS, 'TIMELINESS', timed, timed - inTime);
  return scores;
}
