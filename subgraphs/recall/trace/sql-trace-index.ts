/**
 * The trace by recursive SQL, the same on both dialects. The recursion keeps (origin, lot, depth) apart and drops
 * repeats, so a path is never walked twice: the work is bounded by lots times depth, on dense genealogies and on
 * cyclic ones alike.
 */
import type { Database } from '../../../platform/database/database';
import { chunks, placeholders, selectIn } from '../../../platform/database/bulk';
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

const EDGES = `SELECT input_line_pk AS inputLinePk, output_line_pk AS outputLinePk,
  ancestor_lot_pk AS ancestorPk, descendant_lot_pk AS descendantPk, consumed_micros AS consumedMicros,
  produced_micros AS producedMicros, occurred_at AS occurredAt
  FROM genealogy_edge WHERE ancestor_lot_pk IN (?)`;

const TO_CUSTOMER = "m.kind IN ('DELIVERY', 'CUSTOMER_RETURN')";
const PARTY = `CASE WHEN ${TO_CUSTOMER} THEN COALESCE(m.party_pk, d.party_pk) END`;
const DOCUMENT = `CASE WHEN ${TO_CUSTOMER} THEN COALESCE(d.number, m.document_ref) END`;
/** A ledger that states no unit counts in the lot's, or else in the item's. */
const UOM = 'COALESCE(m.uom, l.uom, i.uom)';
const FLOWS = `SELECT m.lot_pk AS lotPk, m.system AS system, m.kind AS kind, m.location_pk AS locationPk,
  ${PARTY} AS partyPk, ${DOCUMENT} AS document, ${UOM} AS uom, SUM(m.quantity_micros) AS micros,
  COUNT(*) AS movements
  FROM movement m JOIN lot l ON l.pk = m.lot_pk LEFT JOIN item i ON i.pk = l.item_pk
  LEFT JOIN document d ON ${TO_CUSTOMER} AND d.ref = m.document_ref
  WHERE m.lot_pk IN (?)
  GROUP BY m.lot_pk, m.system, m.kind, m.location_pk, ${PARTY}, ${DOCUMENT}, ${UOM}`;

interface ReachRow {
  readonly origin: number;
  readonly lot: number;
  readonly depth: number;
}

export class SqlTraceIndex implements TraceIndex {
  constructor(private readonly database: Database) {}

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
    const rows = await selectIn<TraceEdge>(this.database.reader, EDGES, ancestors);
    return groupBy(rows, (edge) => edge.ancestorPk);
  }

  async flowsOf(lots: readonly number[]): Promise<ReadonlyMap<number, readonly LotFlow[]>> {
    type Sums = { micros: number | string; movements: number | string };
    const rows = await selectIn<Omit<LotFlow, keyof Sums> & Sums>(this.database.reader, FLOWS, lots);
    // a sum is a decimal on MariaDB, which the driver gives as text
    const flows = rows.map((row) => ({
      ...row,
      micros: Number(row.micros),
      movements: Number(row.movements),
    }));
    return groupBy(flows, (flow) => flow.lotPk);
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
        SELECT ${originKey}, l.pk, 0 FROM lot l WHERE l.pk IN (${placeholders(chunk.length)})
        UNION
        SELECT r.origin, e.${to}, r.depth + 1 FROM reach r JOIN genealogy_edge e ON e.${from} = r.lot
        WHERE r.depth <= ?)
        SELECT origin, lot, MIN(depth) AS depth FROM reach GROUP BY origin, lot`;
      for (const row of await this.database.reader.query<ReachRow[]>(sql, [...chunk, maxDepth]))
        rows.push(row);
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
