/**
 * The documents of a lot: those with a line of it, those that its movements, transformations and dispositions name,
 * and, one step on, those that they are based on, since an order seldom names a lot.
 */
import { NAMING_COLUMNS, namedDocuments, reachedDocuments } from '../../../canonical/documents-of-lots';
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import { placeholders } from '../../../platform/graphql/batching';
import type { Database } from '../../../platform/database/database';
import { END_OF_TIME, dateAsMillis } from '../loaders/sql-dates';
import type { LotList, LotListRow } from '../paging/lot-pages';

export interface DocumentListRow extends LotListRow {
  readonly document_pk: unknown;
  readonly sort_at: unknown;
}

export interface StageChoice {
  /** Only this stage; null for all. */
  readonly stage: string | null;
}

/** When a document stands in an order by time; without any time it comes last. */
export function documentTime(database: Database, alias: string): string {
  return `COALESCE(${alias}.occurred_at, ${dateAsMillis(database, `${alias}.issued_on`)}, ${END_OF_TIME})`;
}

export const DOCUMENTS: LotList<DocumentListRow, StageChoice> = {
  name: 'lot.documents',
  keys: [
    ['sort_at', 'number'],
    ['document_pk', 'key'],
  ],
  rows: (database, scope, lotPks, { stage }) => ({
    sql: `WITH named AS (${namedDocuments(`IN (${placeholders(lotPks)})`, scope)}), reached AS (${reachedDocuments('named', scope)})
      SELECT r.lot_pk, d.pk AS document_pk, ${documentTime(database, 'd')} AS sort_at
      FROM reached r JOIN document d ON d.ref = r.document_ref
      WHERE 1 = 1${stage === null ? '' : ' AND d.stage = ?'}${scopeAnd(scope, (rows) => rows.document('d'))}`,
    parameters: [...NAMING_COLUMNS.flatMap(() => lotPks), ...(stage === null ? [] : [stage])],
  }),
};
