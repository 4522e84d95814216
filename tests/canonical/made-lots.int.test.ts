/** Lots that come with their masters are written at once: no other rows than if they had been derived from what is kept. */
import fc from 'fast-check';
import { describeEachDatabase } from '../support/databases';
import { IdentityWorld, move, row } from './identity-world';
import type { ListedRow } from '../support/list-system';

/** One lot as a system may state it, some of them twice, of unknown makers, on hold, or gone again. */
const stated = fc.record({
  key: fc.integer({ min: 1, max: 9 }).map((number) => `k${number}`),
  lotNumber: fc.constantFrom('L1', 'L2', 'L3'),
  manufacturer: fc.constantFrom(null, null, 'ACME', 'Other'),
  supplier: fc.constantFrom(null, 'ACME', 'New supplier'),
  expiresOn: fc.constantFrom(null, '2028-01-31', '2028-02'),
  hold: fc.constantFrom(null, 'NONE', 'QUALITY'),
  blocked: fc.constantFrom(null, true, false),
  gone: fc.constantFrom(false, false, false, true),
});

type Stated = typeof stated extends fc.Arbitrary<infer T> ? T : never;

const rowOf = (item: string, { key, gone, ...lot }: Stated): ListedRow => ({
  ...row(`${item}-${key}`, { item, ...lot }),
  ...(gone && { voidReason: 'deleted in source' }),
});

describeEachDatabase('lots that come with their masters', (open) => {
  it('have the row that follows from their records, once and with who made them', async () => {
    const world = await IdentityWorld.open(open);
    world.systems.erp.rows['lots'] = [
      row('a', { item: 'KIT', lotNumber: 'L1', expiresOn: '2028-01', hold: 'QUALITY', holdReason: 'odd' }),
      // the same lot, as it turns out
      row('b', { item: 'KIT', lotNumber: 'L1', manufacturer: 'ACME', supplier: 'ACME' }),
    ];
    await world.sync();
    const lots = await world.rows(
      `SELECT l.lot_number, m.code AS maker, s.code AS supplier, l.expires_on, l.mastered FROM lot l
         LEFT JOIN party m ON m.pk = l.manufacturer_pk LEFT JOIN party s ON s.pk = l.supplier_pk`,
    );
    expect(lots).toEqual([
      { lot_number: 'L1', maker: 'ACME', supplier: 'ACME', expires_on: '2028-01-31', mastered: 1 },
    ]);
    expect(await world.rows('SELECT kind, reason FROM lot_hold')).toEqual([
      { kind: 'QUALITY', reason: 'odd' },
    ]);
  });

  it('are as a rebuild makes them, whatever was stated and in whatever order', async () => {
    const world = await IdentityWorld.open(open);
    const { erp, wms } = world.systems;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(stated, { minLength: 1, maxLength: 12 }),
        fc.array(stated, { maxLength: 8 }),
        async (first, second) => {
          const item = `KIT-${(run += 1)}`;
          // rows that are appended are what is new
          wms.rows['movements']?.push(move(`m-${item}`, item, 'L2', '5'));
          erp.rows['lots']?.push(...first.map((one) => rowOf(item, one)));
          await world.sync('wms', 'erp');
          wms.rows['lots']?.push(...second.map((one) => rowOf(item, one)));
          await world.sync('wms');
          const dump = await world.dump();
          await world.rebuild();
          expect(await world.dump()).toEqual(dump);
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
