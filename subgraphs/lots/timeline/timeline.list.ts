/**
 * Everything that happened to a lot, over all systems, as one list. Ordered by when it happened, then when it was
 * recorded, then by system, stream and native key, so that the same data always gives the same order. What has only
 * a date stands at the start of that day (UTC) among the instants.
 */
import { namedDocuments, reachedDocuments } from '../../../canonical/documents-of-lots';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import { placeholders } from '../../../platform/graphql/batching';
import type { Database } from '../../../platform/database/database';
import { documentTime } from '../document/document.list';
import { INSPECTIONS_OF_LOTS } from '../inspection/inspections-of-lots';
import { END_OF_TIME, dateAsMillis } from '../loaders/sql-dates';
import type { LotList, LotListRow, SqlText } from '../paging/lot-pages';
import { ownActs } from './own-acts';

export interface TimelineRow extends LotListRow {
  readonly kind: string;
  readonly record_pk: unknown;
  readonly at_ms: unknown;
  readonly on_date: string | null;
  readonly sort_at: unknown;
  /** What the title is made of besides the kind: a code and a number, as the record has them. */
  readonly detail: string | null;
  readonly number: string | null;
  readonly quantity_micros: unknown;
  /** Records that the entry stands for. */
  readonly entry_count: unknown;
  readonly uom: string | null;
  readonly site_pk: unknown;
  readonly document_pk: unknown;
  readonly recorded_at: unknown;
  readonly changed_at: unknown;
  readonly version: unknown;
  readonly system: string;
  readonly stream: string;
  readonly native_key: string;
  /** Of what was done here: the version of its record. */
  readonly act_type: string | null;
  readonly act_id: string | null;
  readonly act_version: unknown;
  /** Of what was done at one instant, the order of its versions; 0 for the rest. */
  readonly act_order: unknown;
}

/** Times of an inspection, each an entry of its own. */
const INSPECTION_TIMES = [
  ['INSPECTION_SAMPLED', 'sampled_at'],
  ['INSPECTION_RECEIVED', 'received_at'],
  ['INSPECTION_VERIFIED', 'verified_at'],
  ['INSPECTION_PUBLISHED', 'published_at'],
] as const;

/** What an entry has unless its part of the union says otherwise. */
const DEFAULTS = {
  record_pk: '0',
  at_ms: 'NULL',
  on_date: 'NULL',
  detail: 'NULL',
  number: 'NULL',
  quantity_micros: 'NULL',
  entry_count: '1',
  last_version: 'NULL',
  uom: 'NULL',
  site_pk: 'NULL',
  document_pk: 'NULL',
  act_type: 'NULL',
  act_id: 'NULL',
  act_version: 'NULL',
};

type EntryColumns = Partial<typeof DEFAULTS>;

/** A kind, or the column that tells it. */
type SqlKind = string | { readonly column: string };

/** One part of the union; every part has the same columns in the same order. */
function entries(kind: SqlKind, lotPk: string, sortAt: string, columns: EntryColumns, from: string): string {
  const all = Object.entries({ ...DEFAULTS, ...columns });
  return `SELECT ${lotPk} AS lot_pk, ${typeof kind === 'string' ? `'${kind}'` : kind.column} AS kind, COALESCE(${sortAt}, ${END_OF_TIME}) AS sort_at,
    ${all.map(([name, value]) => `${value} AS ${name}`).join(', ')} FROM ${from}`;
}

function lotDates(database: Database, inLots: string): string[] {
  return (
    [
      ['MANUFACTURED', 'manufactured_on'],
      ['EXPIRES', 'expires_on'],
    ] as const
  ).map(([kind, column]) =>
    entries(
      kind,
      'l.pk',
      dateAsMillis(database, `l.${column}`),
      { on_date: `l.${column}` },
      `lot l WHERE l.pk ${inLots} AND l.${column} IS NOT NULL`,
    ),
  );
}

function inspections(): string[] {
  return INSPECTION_TIMES.map(([kind, column]) =>
    entries(
      kind,
      'i.lot_pk',
      `i.${column}`,
      { record_pk: 'i.pk', at_ms: `i.${column}`, detail: 'i.state', number: 'i.number' },
      `inspections i WHERE i.${column} IS NOT NULL`,
    ),
  );
}

function recalls(database: Database, inLots: string): string[] {
  return (
    [
      ['RECALL_OPENED', 'opened_on'],
      ['RECALL_CLOSED', 'closed_on'],
    ] as const
  ).map(([kind, column]) =>
    entries(
      kind,
      's.lot_pk',
      dateAsMillis(database, `c.${column}`),
      { record_pk: 'c.pk', on_date: `c.${column}`, detail: 'c.recall_class', number: 'c.number' },
      `(SELECT DISTINCT lot_pk, recall_ref FROM recall_scope WHERE lot_pk ${inLots}) s
        JOIN recall_case c ON c.ref = s.recall_ref WHERE c.${column} IS NOT NULL`,
    ),
  );
}

/**
 * Movements that differ in nothing but their quantity, such as one for each serial number, are one entry; it is shown
 * from the first of their records, and counts as corrected when any of them was.
 */
function movements(inLots: string, scope: RowScope | null): string {
  const uom = 'COALESCE(m.uom, i.uom)';
  return entries(
    'MOVEMENT',
    'm.lot_pk',
    'm.occurred_at',
    {
      ...{ record_pk: 'MIN(m.pk)', at_ms: 'm.occurred_at', detail: 'm.kind', uom },
      ...{
        quantity_micros: 'SUM(m.quantity_micros)',
        entry_count: 'COUNT(*)',
        last_version: 'MAX(c.version)',
      },
      ...{ site_pk: 'MIN(p.site_pk)', document_pk: 'MIN(d.pk)' },
    },
    `movement m JOIN location p ON p.pk = m.location_pk LEFT JOIN document d ON d.ref = m.document_ref${scopeAnd(scope, (rows) => rows.document('d'))}
      LEFT JOIN lot l ON l.pk = m.lot_pk LEFT JOIN item i ON i.pk = l.item_pk LEFT JOIN source_record c ON c.pk = m.pk
      WHERE m.lot_pk ${inLots}${scopeAnd(scope, (rows) => rows.location('p'))}
      GROUP BY m.lot_pk, m.system, m.document_ref, m.kind, m.location_pk, m.occurred_at, ${uom}`,
  );
}

function documents(database: Database, scope: RowScope | null): string {
  return entries(
    'DOCUMENT',
    'r.lot_pk',
    documentTime(database, 'd'),
    {
      ...{ record_pk: 'd.pk', at_ms: 'd.occurred_at', on_date: 'd.issued_on', detail: 'd.document_type' },
      ...{ number: 'd.number', site_pk: 'd.site_pk', document_pk: 'd.pk' },
    },
    `reached r JOIN document d ON d.ref = r.document_ref${scopeAnd(scope, (rows) => rows.document('d'))}`,
  );
}

function dispositions(database: Database, inLots: string): string {
  return entries(
    'DISPOSITION',
    'x.lot_pk',
    dateAsMillis(database, 'x.decided_on'),
    { record_pk: 'x.pk', on_date: 'x.decided_on', detail: 'x.decision', number: 'x.number' },
    `disposition x WHERE x.lot_pk ${inLots}`,
  );
}

/** What people did here; the record says when, and the time is exact. */
function doneHere(lotPks: readonly number[], scope: RowScope | null): string {
  const act = { act_type: 'o.act_type', act_id: 'o.act_id', act_version: 'o.act_version' };
  return entries(
    { column: 'o.act_kind' },
    'o.lot_pk',
    'o.at',
    { at_ms: 'o.at', ...act },
    ownActs(lotPks, scope),
  );
}

/** All parts of the timeline in one statement; `?` is bound once for each place that names the lots. */
function allEntries(database: Database, scope: RowScope | null, lotPks: readonly number[]): SqlText {
  const inLots = `IN (${placeholders(lotPks)})`;
  const parts = [
    ...lotDates(database, inLots),
    ...inspections(),
    ...recalls(database, inLots),
    movements(inLots, scope),
    documents(database, scope),
    dispositions(database, inLots),
    doneHere(lotPks, scope),
  ];
  const sql = `WITH named AS (${namedDocuments(inLots, scope)}), reached AS (${reachedDocuments('named', scope)}),
    inspections AS (${INSPECTIONS_OF_LOTS(inLots)})
    ${parts.join(' UNION ALL ')}`;
  const places = sql.split(inLots).length - 1;
  return { sql, parameters: Array.from({ length: places }, () => lotPks).flat() };
}

export const TIMELINE: LotList<TimelineRow, Record<string, never>> = {
  name: 'lot.timeline',
  keys: [
    ['sort_at', 'number'],
    ['recorded_at', 'number'],
    ['system', 'text'],
    ['stream', 'text'],
    ['native_key', 'text'],
    ['act_order', 'number'],
    ['kind', 'text'],
    ['record_pk', 'key'],
  ],
  rows: (database, scope, lotPks) => {
    const { sql, parameters } = allEntries(database, scope, lotPks);
    return {
      sql: `SELECT e.*, COALESCE(v.changed_at, v.read_at, r.read_at, CASE WHEN e.act_id IS NULL THEN 0 ELSE e.at_ms END) AS recorded_at, v.changed_at,
          COALESCE(e.last_version, r.version) AS version,
          COALESCE(s.system, '') AS system, COALESCE(s.name, '') AS stream, COALESCE(r.native_key, e.act_id, '') AS native_key,
          COALESCE(e.act_version, 0) AS act_order
        FROM (${sql}) e
        LEFT JOIN source_record r ON r.pk = e.record_pk
        LEFT JOIN source_stream s ON s.pk = r.stream_pk
        LEFT JOIN source_version v ON v.record_pk = r.pk AND v.version = 1`,
      parameters,
    };
  },
};
