/**
 * The rows behind a score that is not whole, a page at a time, within the row scope of who asks. A page looks at so many
 * records at most: it may be shorter than asked for, and empty, though there are more.
 */
import type { Database } from '../../platform/database/database';
import { type RecordType, isRecordType } from '../../schema/records/record-types';
import { recordInScope } from '../scope/record-scope';
import type { RowScope } from '../scope/row-scope';
import { scopeAnd, scopedQuery } from '../scope/scoped-sql';
import type { QualityScoreRow } from './data-quality.entity';
import { cameIn, isTimed, dayOf } from './feed-days';
import { INVALID_RECORDS, inconsistentRecords } from './score-sql';
import { WHOLE_ROWS } from './standard';
import { type CountedVersion, STRETCH_KEYS } from './version-counts';

/** Records that a page looks at. */
const MOST_LOOKED = 8_000;
const AT_ONCE = 1_000;
/** What looking through a stretch counts, however few of its records are in scope. */
const COST_OF_STRETCH = 500;
/** What looking for a batch counts, however few rows of the stream it holds. */
const COST_OF_BATCH = 50;

export interface Failure {
  /** What is wrong: `MISSING`, `LATE`, the rule of a finding, or the code of a rejected row. */
  readonly reason: string;
  readonly key: string;
  readonly recordPk: number | null;
  readonly entityPk: number | null;
  readonly findingPk: number | null;
  readonly rejectedPk: number | null;
}

/** Where a page ended: the part of the list, the last key in it, and the last row of that key. */
export type FailurePlace = readonly [part: number, key: number, row: number];
export const FIRST_PLACE: FailurePlace = [0, 0, 0];
type Place = readonly [key: number, row: number];

export interface FailurePage {
  readonly failures: readonly (Failure & { readonly place: FailurePlace })[];
  /** Null at the end of the list. */
  readonly next: FailurePlace | null;
}

export interface FailuresAsked {
  readonly score: QualityScoreRow;
  readonly recordType: string;
  readonly scope: RowScope | null;
  readonly first: number;
  readonly after: FailurePlace;
  /** Of a timeliness score: since when rows are watched, what is in time, and the window in days. */
  readonly feed: {
    readonly beganAt: number | null;
    readonly arriveWithinMs: number;
    readonly weeks: number;
  } | null;
  readonly now: number;
}

interface RecordRow {
  readonly pk: number;
  readonly native_key: string;
  readonly entity_pk: number | null;
}

type Looker = (asked: FailuresAsked, type: RecordType, after: Place) => Promise<Looked>;
type Placed = Failure & { readonly at: Place };
interface Looked {
  readonly failures: readonly Placed[];
  /** Last place that was looked at; null when the part is done. */
  readonly next: Place | null;
}

export class QualityFailures {
  readonly #parts: Readonly<Record<QualityScoreRow['dimension'], readonly Looker[]>>;

  constructor(private readonly database: Database) {
    const withFinding =
      (statement: (type: RecordType) => string): Looker =>
      (asked, type, [after]) =>
        this.#withFinding(asked, type, after, statement(type));
    this.#parts = {
      COMPLETENESS: [(asked, type, [after]) => this.#missing(asked, type, after)],
      VALIDITY: [(asked, _, [after]) => this.#rejected(asked, after), withFinding(() => INVALID_RECORDS)],
      CONSISTENCY: [withFinding(inconsistentRecords)],
      TIMELINESS: [(asked, type, after) => this.#late(asked, type, after)],
    };
  }

  async page(asked: FailuresAsked): Promise<FailurePage> {
    const { recordType, score, first } = asked;
    if (!isRecordType(recordType)) return { failures: [], next: null };
    const parts = this.#parts[score.dimension];
    let [part] = asked.after;
    let after: Place = [asked.after[1], asked.after[2]];
    for (let look = parts[part]; look !== undefined; look = parts[part]) {
      const { failures, next } = await look(asked, recordType, after);
      if (failures.length > 0 || next !== null) {
        const shown = failures.slice(0, first).map((one) => ({ ...one, place: [part, ...one.at] as const }));
        const cut = failures.length > first ? shown.at(-1)?.place : undefined;
        return { failures: shown, next: cut ?? this.#following(parts, part, next) };
      }
      part += 1;
      after = [0, 0];
    }
    return { failures: [], next: null };
  }

  #following(parts: readonly Looker[], part: number, next: Place | null): FailurePlace | null {
    if (next !== null) return [part, ...next];
    return part + 1 < parts.length ? [part + 1, 0, 0] : null;
  }

  /** Only stretches of keys in which a value is missing are looked through. */
  async #missing({ score, scope, first }: FailuresAsked, type: RecordType, after: number): Promise<Looked> {
    const stretches = await this.database.reader.query<{ stretch: number }[]>(
      'SELECT stretch FROM quality_count WHERE stream_pk = ? AND field = ? AND present > stated AND stretch >= ? ORDER BY stretch',
      [score.streamPk, score.field, Math.floor(after / STRETCH_KEYS)],
    );
    const failures: Placed[] = [];
    let looked = 0;
    for (const { stretch } of stretches) {
      const end = (stretch + 1) * STRETCH_KEYS;
      let last = Math.max(after, stretch * STRETCH_KEYS - 1);
      for (;;) {
        const rows = await scopedQuery<RecordRow & { canonical: string }>(
          this.database.reader,
          scope,
          // sums keep the server from reading the whole stream by its index, here and below
          `SELECT r.pk, r.native_key, r.entity_pk, v.canonical FROM source_record r
             LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
            WHERE r.pk > ? AND r.pk < ? AND r.stream_pk + 0 = ? AND r.void_reason IS NULL
              ${scopeAnd(scope, (one) => recordInScope(one, type, 'r'))} ORDER BY r.pk LIMIT ${AT_ONCE}`,
          [last, end, score.streamPk],
        );
        for (const row of rows)
          if ((JSON.parse(row.canonical) as Record<string, unknown>)[score.field] === null)
            failures.push(failureOf('MISSING', row));
        looked += rows.length + COST_OF_STRETCH;
        last = rows.at(-1)?.pk ?? end;
        if (rows.length < AT_ONCE) break;
        if (failures.length > first || looked >= MOST_LOOKED) return { failures, next: [last, 0] };
      }
      if (failures.length > first || looked >= MOST_LOOKED) return { failures, next: [end - 1, 0] };
    }
    return { failures, next: null };
  }

  /** Of a row that could not be read nobody knows whose it is: it is in no limited scope. */
  async #rejected({ score, scope, first }: FailuresAsked, after: number): Promise<Looked> {
    if (scope !== null) return { failures: [], next: null };
    const whole = score.field === WHOLE_ROWS;
    const rows = await this.database.reader.query<{ pk: number; row_key: string; code: string }[]>(
      `SELECT pk, row_key, code FROM rejected_row WHERE stream_pk = ? AND resolved_at IS NULL AND pk > ?
        ${whole ? '' : 'AND field = ?'} ORDER BY pk LIMIT ${first + 1}`,
      [score.streamPk, after, ...(whole ? [] : [score.field])],
    );
    const failures = rows.map(({ pk, row_key: key, code: reason }) => ({
      ...{
        reason,
        key,
        at: [pk, 0] as const,
        rejectedPk: pk,
        recordPk: null,
        entityPk: null,
        findingPk: null,
      },
    }));
    return { failures, next: null };
  }

  /** A record fails once, however many findings say so. */
  async #withFinding(
    { score, scope, first }: FailuresAsked,
    type: RecordType,
    after: number,
    findings: string,
  ): Promise<Looked> {
    const whole = score.field === WHOLE_ROWS;
    const rows = await scopedQuery<RecordRow & { finding_pk: number; rule: string; subject_type: string }>(
      this.database.reader,
      scope,
      `SELECT x.pk, x.native_key, x.entity_pk, x.finding_pk, f.rule, f.subject_type FROM (
          SELECT r.pk, r.native_key, r.entity_pk, MIN(f.pk) AS finding_pk ${findings}
             AND r.stream_pk + 0 = ? AND r.pk + 0 > ? ${whole ? '' : 'AND f.field = ?'}
             ${scopeAnd(scope, (one) => `${recordInScope(one, type, 'r')} AND (f.subject_type = 'record' OR ${one.finding('f')})`)}
           GROUP BY r.pk, r.native_key, r.entity_pk ORDER BY r.pk LIMIT ${first + 1}) x
         LEFT JOIN finding f ON f.pk = x.finding_pk ORDER BY x.pk`,
      [score.streamPk, after, ...(whole ? [] : [score.field])],
    );
    const failures = rows.map((row) => {
      // findings of records are in no limited scope; that its own row fails, a caller may know
      const isShown = scope === null || row.subject_type !== 'record';
      return failureOf(row.rule, row, isShown ? row.finding_pk : null);
    });
    return { failures, next: null };
  }

  /** Only batches of days on which a row was late are looked through. */
  async #late(asked: FailuresAsked, type: RecordType, after: Place): Promise<Looked> {
    const { score, first, feed, now } = asked;
    if (feed === null) return { failures: [], next: null };
    const days = await this.database.reader.query<{ first_batch: number; last_batch: number }[]>(
      `SELECT first_batch, last_batch FROM quality_day
        WHERE stream_pk = ? AND day > ? AND timed > in_time AND last_batch >= ? ORDER BY day`,
      [score.streamPk, dayOf(now) - feed.weeks * 7, after[0]],
    );
    const failures: Placed[] = [];
    let looked = 0;
    for (const { first_batch, last_batch } of days) {
      // the last batch of the page before is looked at again, from the row on that it ended with
      for (let batch = await this.#nextBatch(Math.max(after[0], first_batch), last_batch); batch !== null;) {
        const rows = await this.#ofBatch(asked, type, batch);
        for (const [index, row] of rows.entries())
          if (isLate(row, feed) && (batch > after[0] || index >= after[1]))
            failures.push({ ...failureOf('LATE', row), at: [batch, index + 1] });
        looked += rows.length + COST_OF_BATCH;
        if (failures.length > first || looked >= MOST_LOOKED) return { failures, next: [batch, rows.length] };
        batch = await this.#nextBatch(batch + 1, last_batch);
      }
    }
    return { failures, next: null };
  }

  /** Versions of one batch, in an order that stays. */
  async #ofBatch(
    { score, scope }: FailuresAsked,
    type: RecordType,
    batch: number,
  ): Promise<(CountedVersion & RecordRow)[]> {
    return await scopedQuery(
      this.database.reader,
      scope,
      `SELECT r.pk, r.native_key, r.entity_pk, v.read_at, v.changed_at, p.read_at AS old_read_at,
          p.changed_at AS old_changed_at
         FROM source_version v LEFT JOIN source_record r ON r.pk = v.record_pk
         LEFT JOIN source_version p ON p.record_pk = v.record_pk AND p.version = v.version - 1
        WHERE v.batch_pk = ? AND r.stream_pk = ? ${scopeAnd(scope, (one) => recordInScope(one, type, 'r'))}
        ORDER BY v.record_pk, v.version`,
      [batch, score.streamPk],
    );
  }

  async #nextBatch(from: number, until: number): Promise<number | null> {
    const [row] = await this.database.reader.query<{ batch_pk: number }[]>(
      'SELECT batch_pk FROM source_version WHERE batch_pk >= ? AND batch_pk <= ? ORDER BY batch_pk LIMIT 1',
      [from, until],
    );
    return row?.batch_pk ?? null;
  }
}

const isLate = (
  row: CountedVersion,
  { beganAt, arriveWithinMs }: NonNullable<FailuresAsked['feed']>,
): boolean => cameIn(row, beganAt) && isTimed(row) && row.read_at - (row.changed_at ?? 0) > arriveWithinMs;

function failureOf(reason: string, row: RecordRow, findingPk: number | null = null): Placed {
  const { pk, native_key: key, entity_pk: entityPk } = row;
  return { reason, key, recordPk: pk, entityPk, findingPk, rejectedPk: null, at: [pk, 0] };
}
