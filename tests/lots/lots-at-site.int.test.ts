/** Lots of a site: looked up where they are few, walked to where they are many, with the same answer. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { rowScopeOf } from '../../canonical/scope/row-scope';
import { bulkInsert } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import { applyLotFilter } from '../../subgraphs/lots/lot/lot-conditions';
import { findLotsAtSite } from '../../subgraphs/lots/lot/lots-at-site.service';
import type { LotsContext } from '../../subgraphs/lots/context';
import { describeEachDatabase } from '../support/databases';
import { openCanonical } from './lots-subgraph';

const SITES = [
  ['NEAR', [1, 2, 3, 4, 5, 6]],
  ['FAR', [6, 7]],
  ['EMPTY', []],
  ['NOWHERE', []],
] as const;

describeEachDatabase('lots of a site', (open) => {
  let database: Database;
  let context: Pick<LotsContext, 'services'>;

  beforeAll(async () => {
    database = await openCanonical(open);
    context = { services: { database } } as unknown as LotsContext;
    await database.write(async (manager) => {
      const marked = ['pk', 'code', 'mastered'];
      await bulkInsert(manager, 'item', [...marked, 'active'], [[1, 'I', 1, 1]]);
      await bulkInsert(manager, 'site', marked, [
        [1, 'NEAR', 1],
        [2, 'FAR', 1],
        [3, 'EMPTY', 1],
      ]);
      await bulkInsert(
        manager,
        'location',
        [...marked, 'site_pk'],
        [
          [1, 'A', 1, 1],
          [2, 'B', 1, 1],
          [3, 'C', 1, 2],
          [4, 'D', 1, 3],
        ],
      );
      const lots = [1, 2, 3, 4, 5, 6, 7, 8];
      await bulkInsert(
        manager,
        'lot',
        ['pk', 'item_pk', 'lot_number', 'mastered'],
        lots.map((pk) => [pk, 1, `L${pk}`, 1]),
      );
      const places = [
        ...[1, 2, 3, 4, 5, 6].flatMap((lot) => [
          [lot, 1],
          [lot, 2],
        ]),
        ...[
          [6, 3],
          [7, 3],
        ],
      ];
      await bulkInsert(
        manager,
        'movement',
        ['pk', 'system', 'lot_pk', 'location_pk', 'kind', 'occurred_at', 'quantity_micros'],
        places.map(([lot = 0, place = 0], index) => [index + 1, 'erp', lot, place, 'RECEIPT', 1, 1]),
      );
    });
  });

  async function listed(
    site: string,
    atSite: readonly number[] | null,
    sites: string[] = [],
  ): Promise<number[]> {
    const query = database.reader.createQueryBuilder(LotRow, 'lot').orderBy('lot.pk');
    applyLotFilter(query, { site }, { holds: null, atSite }, rowScopeOf({ sites, suppliers: [] }));
    return (await query.getMany()).map(({ pk }) => pk);
  }

  it.each(SITES)('%s: %j, by either way', async (site, expected) => {
    const few = await findLotsAtSite(context, site);
    expect(few).toEqual(expected);
    expect(await listed(site, few)).toEqual(expected);
    expect(await listed(site, null)).toEqual(expected);
  });

  it('is not listed where there are more than a few, over all of its places', async () => {
    expect(await findLotsAtSite(context, 'NEAR', 5)).toBeNull();
    expect(await findLotsAtSite(context, 'NEAR', 6)).toHaveLength(6);
  });

  it('tells a caller of other sites nothing by either way', async () => {
    expect(await listed('FAR', [6, 7], ['NEAR'])).toEqual([]);
    expect(await listed('FAR', null, ['NEAR'])).toEqual([]);
  });

  it('finds movements by their place without reading them whole', async () => {
    const sqlite = database.dialect === 'sqlite';
    const [row] = await database.reader.query<{ detail?: string; key?: string }[]>(
      `${sqlite ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} SELECT DISTINCT lot_pk FROM movement WHERE location_pk = 1 LIMIT 5`,
    );
    expect(sqlite ? row?.detail : row?.key).toContain('ix_movement_place');
  });
});
