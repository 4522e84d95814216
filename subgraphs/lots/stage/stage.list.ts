/**
 * What shows that a lot passed each of the six stages: documents, and the laboratory's inspections. A lot that did
 * not pass a stage itself passed it in the lots that it was made of: a kit is not purchased, its parts are. Only
 * what comes before a lot is taken over in this way; the sale of a part is no sale of the kit.
 */
import { namedDocuments, reachedDocuments } from '../../../canonical/documents-of-lots';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd } from '../../../canonical/scope/scoped-sql';
import { placeholders } from '../../../platform/graphql/batching';
import type { Database } from '../../../platform/database/database';
import { documentTime } from '../document/document.list';
import { INSPECTIONS_OF_LOTS } from '../inspection/inspections-of-lots';
import { END_OF_TIME } from '../loaders/sql-dates';
import type { SqlText } from '../paging/lot-pages';

export interface StageRow {
  /** The lot that was asked about. */
  readonly root_pk: unknown;
  readonly stage: string;
  /** The lot that the entry concerns: the one asked about, or one that it was made of. */
  readonly lot_pk: unknown;
  /** Steps of manufacture back to that lot. */
  readonly depth: unknown;
  readonly record_pk: unknown;
  /** Null where an inspection is the entry. */
  readonly document_pk: unknown;
  readonly number: string;
  readonly occurred_at: unknown;
  /** Entries of the stage in all, of which at most as many as asked for are read. */
  readonly entry_count: unknown;
}

/** Deeper than any genealogy that is no error; the walk ends here even where lots go round in a circle. */
const MAX_DEPTH = 50;

/** A system that files its inspections as documents too would show each of them twice. */
const SAME_INSPECTION = `SELECT 1 FROM document d WHERE d.number = i.number AND d.stage = 'INSPECTION'
        AND SUBSTR(i.ref, 1, LENGTH(d.system)) = d.system AND SUBSTR(i.ref, LENGTH(d.system) + 1, 1) = ':'`;

const OF_ORIGINS = 'IN (SELECT o.lot_pk FROM origin o)';

/** The first entries of every stage of every lot, in one statement: nearest lot first, then oldest first. */
export function stagesOfLots(
  database: Database,
  scope: RowScope | null,
  lotPks: readonly number[],
  first: number,
): SqlText {
  const documentInScope = scopeAnd(scope, (rows) => rows.document('d'));
  const entries = `
    SELECT o.root_pk, o.lot_pk, o.depth, d.stage, d.pk AS record_pk, d.pk AS document_pk, d.number, d.occurred_at,
        ${documentTime(database, 'd')} AS sort_at
      FROM origin o JOIN reached r ON r.lot_pk = o.lot_pk JOIN document d ON d.ref = r.document_ref
      WHERE d.stage IS NOT NULL AND (o.depth = 0 OR d.stage <> 'SALE')${documentInScope}
    UNION ALL
    SELECT o.root_pk, o.lot_pk, o.depth, 'INSPECTION', i.pk, NULL, i.number, COALESCE(i.sampled_at, i.received_at),
        COALESCE(i.sampled_at, i.received_at, ${END_OF_TIME})
      FROM origin o JOIN (${INSPECTIONS_OF_LOTS(OF_ORIGINS)}) i ON i.lot_pk = o.lot_pk
      WHERE NOT EXISTS (${SAME_INSPECTION}${documentInScope})`;
  return {
    sql: `WITH RECURSIVE walk (root_pk, lot_pk, depth) AS (
        SELECT l.pk, l.pk, 0 FROM lot l WHERE l.pk IN (${placeholders(lotPks)})
        UNION
        SELECT w.root_pk, e.ancestor_lot_pk, w.depth + 1
          FROM walk w JOIN genealogy_edge e ON e.descendant_lot_pk = w.lot_pk WHERE w.depth < ${MAX_DEPTH}${scopeAnd(scope, (rows) => rows.ofLot('e.ancestor_lot_pk'))}
      ),
      origin AS (SELECT root_pk, lot_pk, MIN(depth) AS depth FROM walk GROUP BY root_pk, lot_pk),
      named AS (${namedDocuments(OF_ORIGINS, scope)}),
      reached AS (${reachedDocuments('named', scope)}),
      entry AS (${entries})
      SELECT p.* FROM (
        SELECT e.*, COUNT(*) OVER (PARTITION BY e.root_pk, e.stage) AS entry_count, ROW_NUMBER() OVER
          (PARTITION BY e.root_pk, e.stage ORDER BY e.depth, e.sort_at, e.record_pk, e.lot_pk) AS place
        FROM (SELECT x.*, MIN(x.depth) OVER (PARTITION BY x.root_pk, x.stage) AS nearest FROM entry x) e
        WHERE e.depth = 0 OR e.nearest > 0
      ) p WHERE p.place <= ? ORDER BY p.root_pk, p.stage, p.place`,
    parameters: [...lotPks, first],
  };
}
