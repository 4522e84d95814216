/** What the row scope costs: the plan of a page of lots, and the statements of an answer. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { toId } from '../../canonical/ids';
import { rowScopeOf } from '../../canonical/scope/row-scope';
import { narrow } from '../../canonical/scope/scoped-sql';
import { bulkInsert } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import type { RequestContext } from '../../platform/request';
import { KIT_LOT, fillLotWorld } from '../lots/lot-world';
import { FULL_LOT, lotsSubgraph } from '../lots/lots-subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { askEntities, dataOf, requestContext } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';

const LIMITS = { sites: ['SZ'], suppliers: [] };
const limited = (): RequestContext => {
  const request = requestContext();
  return { ...request, caller: { ...request.caller, ...LIMITS } };
};
const COLUMNS = ['pk', 'item_pk', 'lot_number', 'mastered'];
/** Lots that nothing is known of: enough for reading a table whole to be a bad plan. */
const MANY = Array.from({ length: 20_000 }, (_, n) => [10_000 + n, 1, `M${n}`, 1]);
/** Tables that grow without bound: none may be read whole for a page. */
const LARGE = ['sc_m', 'sc_d', 'sc_t', 'sc_n', 'lot'];

/** MariaDB has the table and how it is read, SQLite says both in one line. */
interface PlanRow {
  readonly table?: string;
  readonly type?: string;
  readonly detail?: string;
}

describeEachDatabase('the cost of a row scope', (open) => {
  let database: Database;

  beforeAll(async () => {
    // with several connections the answers' order is chance, and a late one can split a batch in two
    database = await open({ ...ALL_TABLES, poolSize: 1 });
    await fillLotWorld(database, 60);
    await database.write((manager) => bulkInsert(manager, 'lot', COLUMNS, MANY));
    const analyse =
      database.dialect === 'sqlite'
        ? 'ANALYZE'
        : 'ANALYZE TABLE lot, movement, document_line, serial, transformation_line, location, site';
    await database.write((manager) => manager.query(analyse));
  });

  test('lets a page of lots be found by indices, lot by lot', async () => {
    const scope = rowScopeOf(LIMITS);
    const query = database.reader
      .createQueryBuilder(LotRow, 'lot')
      .orderBy('lot.lotNumber')
      .addOrderBy('lot.pk');
    const [sql, parameters] = narrow(query, scope, (rows) => rows.lot('lot'))
      .limit(51)
      .getQueryAndParameters();
    const explain = database.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
    const plan = await database.reader.query<PlanRow[]>(`${explain} ${sql}`, parameters);
    const whole = plan.flatMap(({ detail, table, type }) => {
      if (detail === undefined) return type === 'ALL' ? [table ?? ''] : [];
      const scanned = /^SCAN (\S+)$/.exec(detail)?.[1];
      return scanned === undefined ? [] : [scanned];
    });
    expect(whole.filter((table) => LARGE.includes(table))).toEqual([]);
    expect(plan.length).toBeGreaterThan(4);
  });

  async function statementsFor(run: () => Promise<unknown>): Promise<number> {
    const before = database.statementCount;
    await run();
    return database.statementCount - before;
  }

  test('asks the database as often for 50 lots as for one, and no oftener than for a caller without limits', async () => {
    const subgraph = lotsSubgraph(database);
    const query = `query ($first: Int!) { lots(first: $first, filter: { items: ["KIT-1001"] }) { nodes { ${FULL_LOT} } } }`;
    const counts: number[] = [];
    for (const first of [1, 10, 50])
      counts.push(await statementsFor(() => dataOf(subgraph, query, { first }, limited())));
    const unlimited = await statementsFor(() => dataOf(subgraph, query, { first: 50 }));
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
    expect(counts[0]).toBeLessThanOrEqual(unlimited);
  });

  test('asks as often for 50 references of another subgraph as for one', async () => {
    const subgraph = lotsSubgraph(database);
    const ids = Array.from({ length: 50 }, (_, index) => toId('lot', KIT_LOT + index));
    const counts: number[] = [];
    for (const count of [1, 10, 50])
      counts.push(
        await statementsFor(() => askEntities(subgraph, 'Lot', ids.slice(0, count), FULL_LOT, limited())),
      );
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
  });
});
