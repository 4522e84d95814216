/** The number of SQL statements of an answer does not grow with the number of lots in it. */
import { toId } from '../../canonical/ids';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { askEntities, dataOf } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { KIT_LOT, fillLotWorld } from './lot-world';
import { FULL_LOT, lotsSubgraph, openCanonical } from './lots-subgraph';

describeEachDatabase('lots statements', (open) => {
  let database: Database;
  let subgraph: Subgraph;

  beforeAll(async () => {
    // with several connections the answers' order is chance, and a late one can split a batch in two
    database = await openCanonical(open, 1);
    await fillLotWorld(database, 50);
    subgraph = lotsSubgraph(database);
  });

  async function statementsFor(run: () => Promise<unknown>): Promise<number> {
    const before = database.statementCount;
    await run();
    return database.statementCount - before;
  }

  it('asks the database as often for 50 lots of a list as for one', async () => {
    const query = `query ($first: Int!) { lots(first: $first, filter: { items: ["KIT-1001"] }) { nodes { ${FULL_LOT} } } }`;
    const counts: number[] = [];
    for (const first of [1, 10, 50]) {
      counts.push(
        await statementsFor(async () => {
          const { lots } = await dataOf<{ lots: { nodes: unknown[] } }>(subgraph, query, { first });
          expect(lots.nodes).toHaveLength(first);
        }),
      );
    }
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
    expect(counts[0]).toBeLessThan(40);
  });

  it('asks the database as often for 50 references of another subgraph as for one', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => toId('lot', KIT_LOT + index));
    const counts: number[] = [];
    for (const count of [1, 10, 50]) {
      counts.push(await statementsFor(() => askEntities(subgraph, 'Lot', ids.slice(0, count), FULL_LOT)));
    }
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
  });
});
