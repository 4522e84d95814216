/**
 * The edges of a lot, one level up or down. The table has a row for each pair of an input and an output line; an
 * edge is one transformation between two lots. Its quantities are the sums over its distinct lines, and unknown as
 * soon as one line's is, or the lines differ in unit: a part must not pass for the whole.
 */
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import { placeholders } from '../../../platform/graphql/batching';
import { END_OF_TIME } from '../loaders/sql-dates';
import type { LotList, LotListRow } from '../paging/lot-pages';

export interface EdgeRow extends LotListRow {
  readonly other_pk: unknown;
  readonly transformation_ref: string;
  readonly sort_at: unknown;
  readonly occurred_at: unknown;
  readonly input_line_pk: unknown;
  readonly document_ref: string | null;
  readonly consumed: unknown;
  readonly consumed_uom: string | null;
  readonly produced: unknown;
  readonly produced_uom: string | null;
}

export type Direction = 'ancestors' | 'descendants';

const OWN_COLUMN = { ancestors: 'descendant_lot_pk', descendants: 'ancestor_lot_pk' } as const;
const OTHER_COLUMN = { ancestors: 'ancestor_lot_pk', descendants: 'descendant_lot_pk' } as const;
const EDGE = 'PARTITION BY e.transformation_ref, e.ancestor_lot_pk, e.descendant_lot_pk';

/** Sum of a column over the lines that `distinct` picks; null when one of them has no value, or units differ. */
function sumOfLines(column: string, uom: string, distinct: string): string {
  return `CASE
    WHEN SUM(CASE WHEN ${distinct} AND x.${column} IS NULL THEN 1 ELSE 0 END) > 0 THEN NULL
    WHEN COALESCE(MIN(x.${uom}), '') <> COALESCE(MAX(x.${uom}), '') THEN NULL
    ELSE SUM(CASE WHEN ${distinct} THEN x.${column} END) END`;
}

export const GENEALOGY: LotList<EdgeRow, { readonly direction: Direction }> = {
  name: 'lot.genealogy',
  keys: [
    ['sort_at', 'number'],
    ['other_pk', 'key'],
    ['transformation_ref', 'text'],
  ],
  rows: (_database, scope, lotPks, { direction }) => {
    const own = OWN_COLUMN[direction];
    const other = OTHER_COLUMN[direction];
    return {
      sql: `SELECT x.${own} AS lot_pk, x.${other} AS other_pk, x.transformation_ref,
          COALESCE(MIN(x.occurred_at), ${END_OF_TIME}) AS sort_at, MIN(x.occurred_at) AS occurred_at,
          MIN(x.input_line_pk) AS input_line_pk, MIN(x.document_ref) AS document_ref,
          ${sumOfLines('consumed_micros', 'consumed_uom', 'x.output_line_pk = x.one_output')} AS consumed,
          MIN(x.consumed_uom) AS consumed_uom,
          ${sumOfLines('produced_micros', 'produced_uom', 'x.input_line_pk = x.one_input')} AS produced,
          MIN(x.produced_uom) AS produced_uom
        FROM (
          SELECT e.*, i.uom AS consumed_uom, o.uom AS produced_uom, COALESCE(o.document_ref, i.document_ref) AS document_ref,
            MIN(e.output_line_pk) OVER (${EDGE}) AS one_output, MIN(e.input_line_pk) OVER (${EDGE}) AS one_input
          FROM genealogy_edge e
          LEFT JOIN transformation_line i ON i.pk = e.input_line_pk
          LEFT JOIN transformation_line o ON o.pk = e.output_line_pk
          WHERE e.${own} IN (${placeholders(lotPks)})${scopeAnd(scope, (rows) => rows.ofLot(`e.${other}`))}
        ) x
        GROUP BY x.${own}, x.${other}, x.transformation_ref`,
      parameters: lotPks,
    };
  },
};
