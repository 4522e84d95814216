/**
 * The trace by recursive SQL, the same on both dialects. The recursion keeps (origin, lot, depth) apart and drops
 * repeats, so a path is never walked twice: the work is bounded by lots times depth, on dense genealogies and on
 * cyclic ones alike. Within a row scope only lots in scope are walked through: what lies behind another is not
 * reached, and movements count where they are at a place in scope.
 */
import type { RowScope } from '../../../canonical/scope/row-scope';
import { scopeAnd, scopedQuery, scopedSelectIn } from '../../../canonical/scope/scoped-sql';
import type { Database } from '../../../platform/database/database';
import { chunks, placeholders } from '../../../platform/database/select-in';
import { groupBy } from '../../../platform/collections';
import type { LotFlow, Reach, ReachRequest, TraceDirection, TraceEdge, TraceIndex } from './trace-index';

const STEP: Readonly<Record<TraceDirection, { from: string; to: string }>> = {
  FORWARD: { from: 'ancestor_lot_pk', to: 'descendant_lot_pk' },
  BACKWARD: { from: 'descendant_lot_pk', to: 'ancestor_lot_pk' },
};
/** Origins in one statement; below what either dialect can bind. */
const ORIGINS = 5000;
/** Origins merged into one reach all stand under this key. */
const MERGED = 0;

const edges = (
  scope: RowScope | null,
): string => `SELECT input_line_pk AS inputLinePk, output_line_pk AS outputLinePk,
  ancestor_lot_pk AS ancestorPk, descendant_lot_pk AS descendantPk, consumed_micros AS consumedMicros,
  produced_micros AS producedMicros, occurred_at AS occurredAt
  FROM genealogy_edge WHERE ancestor_lot_pk IN (?)${scopeAnd(scope, (rows) => rows.ofLot('descendant_lot_pk'))}`;

const TO_CUSTOMER = "m.kind IN ('DELIVERY', 'CUSTOMER_RETURN')";
const PARTY = `CASE WHEN ${TO_CUSTOMER} THEN COALESCE(m.party_pk, d.party_pk) END`;
/** A limited caller is not told the number of a document that is out of scope, nor that there is one. */
const documentOf = (scope: RowScope | null): string =>
  `CASE WHEN ${TO_CUSTOMER} THEN ${scope === null ? 'COALESCE(d.number, m.document_ref)' : 'd.number'} END`;
/** A ledger that states no unit counts in the lot's, or else in the item's. */
const UOM = 'COALESCE(m.uom, l.uom, i.uom)';
const flows = (
  scope: RowScope | null,
): string => `SELECT m.lot_pk AS lotPk, m.system AS system, m.kind AS kind, m.location_pk AS locationPk,
  ${PARTY} AS partyPk, ${documentOf(scope)} AS document, ${UOM} AS uom, SUM(m.quantity_micros) AS micros,
  COUNT(*) AS movements
  FROM movement m JOIN lot l ON l.pk = m.lot_pk LEFT JOIN item i ON i.pk = l.item_pk
  LEFT JOIN document d ON ${TO_CUSTOMER} AND d.ref = m.document_ref${scopeAnd(scope, (rows) => rows.document('d'))}
  WHERE m.lot_pk IN (?)${scopeAnd(scope, (rows) => rows.atLocation('m.location_pk'))}
  GROUP BY m.lot_pk, m.system, m.kind, m.location_pk, ${PARTY}, ${documentOf(scope)}, ${UOM}`;

interface ReachRow {
  readonly origin: number;
  readonly lot: number;
  readonly depth: number;
}

export class SqlTraceIndex implements TraceIndex {
  constructor(
    private readonly database: Database,
    private readonly scope: RowScope | null,
  ) {}

  async reachEach(origins: readonly number[], request: ReachRequest): Promise<ReadonlyMap<number, Reach>> {
    const rows = await this.#walk(origins, request, 'l.pk');
    const reached = new Map<number, Reach>();
    for (const [origin, group] of groupBy(rows, (row) => row.origin))
      reached.set(origin, reachOf(group, request.maxDepth));
    return reached;
  }

  async reachAll(origins: readonly number[], request: ReachRequest): Promise<Reach> {
    return reachOf(await this.#walk(origins, request, String(MERGED)), request.maxDepth);
  }

  async edgesOf(ancestors: readonly number[]): Promise<ReadonlyMap<number, readonly TraceEdge[]>> {
    const rows = await scopedSelectIn<TraceEdge>(
      this.database.reader,
      this.scope,
      edges(this.scope),
      ancestors,
    );
    return groupBy(rows, (edge) => edge.ancestorPk);
  }

  async flowsOf(lots: readonly number[]): Promise<ReadonlyMap<number, readonly LotFlow[]>> {
    type Sums = { micros: number | string; movements: number | string };
    const rows = await scopedSelectIn<Omit<LotFlow, keyof Sums> & Sums>(
      this.database.reader,
      this.scope,
      flows(this.scope),
      lots,
    );
    // a sum is a decimal on MariaDB, which the driver gives as text
    const summed = rows.map((row) => ({
      ...row,
      micros: Number(row.micros),
      movements: Number(row.movements),
    }));
    return groupBy(summed, (flow) => flow.lotPk);
  }

  /** One step further than asked for: what lies there shows that the trace was cut short. */
  async #walk(
    origins: readonly number[],
    { direction, maxDepth }: ReachRequest,
    originKey: string,
  ): Promise<ReachRow[]> {
    const { from, to } = STEP[direction];
    const rows: ReachRow[] = [];
    for (const chunk of chunks(origins, ORIGINS)) {
      const sql = `WITH RECURSIVE reach (origin, lot, depth) AS (
        SELECT ${originKey}, l.pk, 0 FROM lot l WHERE l.pk IN (${placeholders(chunk.length)})${scopeAnd(this.scope, (rows) => rows.lot('l'))}
        UNION
        SELECT r.origin, e.${to}, r.depth + 1 FROM reach r JOIN genealogy_edge e ON e.${from} = r.lot
        WHERE r.depth <= ?${scopeAnd(this.scope, (rows) => rows.ofLot(`e.${to}`))})
        SELECT origin, lot, MIN(depth) AS depth FROM reach GROUP BY origin, lot`;
      const found = await scopedQuery<ReachRow>(this.database.reader, this.scope, sql, [...chunk, maxDepth]);
      for (const row of found) rows.push(row);
    }
    return rows;
  }
}

function reachOf(rows: readonly ReachRow[], maxDepth: number): Reach {
  const depths = new Map<number, number>();
  for (const { lot, depth } of rows) depths.set(lot, Math.min(depth, depths.get(lot) ?? depth));
  let truncated = false;
  for (const [lot, depth] of depths) {
    if (depth <= maxDepth) continue;
    depths.delete(lot);
    truncated = true;
  }
  return { depths, truncated };
}
