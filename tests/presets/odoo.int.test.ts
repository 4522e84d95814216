/** The Odoo preset, on PostgreSQL as Odoo is, read under an account that may only SELECT. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { fillOdoo } from './odoo/story';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';
import { hasServer, openSimulated, type SimulatedSource } from './support/source-server';

(hasServer('PostgreSQL') ? describe : describe.skip)('Odoo', () => {
  let source: SimulatedSource;
  let copy: PresetCopy;
  let before: string;
  let first: SyncSummary;

  beforeAll(async () => {
    source = await openSimulated('PostgreSQL');
    await fillOdoo(source);
    before = await source.content();
    copy = await openPresetCopy({ preset: 'odoo', env: { LOTGRAPH_SOURCE_ODOO_URL: source.url } });
    first = await copy.sync();
    // two databases are made and one is read whole
  }, 60_000);

  afterAll(async () => {
    // first what is there even when the copy could not be opened
    await source.close();
    await copy.close();
  });

  it('accounts for every row that it reads', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 91, changed: 89, unchanged: 0, rejected: 2 });
  });

  it('makes the records that a person would write', async () => {
    // 16:00 UTC of the 30th is the 31st where the lot is used
    expect(await copy.record('lots', '101')).toEqual({
      ...{
        item: 'RES-1',
        lotNumber: 'R-001',
        expiresOn: '2027-10-31',
        supplierLotNumber: 'BASF-77',
        uom: 'kg',
      },
      sterilizationLoad: null,
    });
    expect(await copy.record('lots', '105')).toMatchObject({ sterilizationLoad: 'ST-26-06' });
    expect(await copy.record('items', '3')).toEqual({
      ...{ code: 'KIT-9', name: 'Filter kit', nameZh: '过滤套装', uom: 'pcs', gtin: '06901234567892' },
      ...{ active: true, shelfLifeDays: null },
    });
    expect(await copy.record('items', '6')).toMatchObject({ active: false });
    expect(await copy.record('items', '4')).toMatchObject({ code: 'odoo-4', gtin: null });
    expect(await copy.record('movements', 'from|15')).toEqual({
      ...{ item: 'KIT-9', lotNumber: 'K-001', site: 'SZ', location: 'SZ/Stock', party: 'C-1', uom: 'pcs' },
      ...{
        document: 'picking:6',
        movementKind: 'DELIVERY',
        occurredAt: '2026-06-10T01:30:00.000Z',
        quantity: '-20',
      },
    });
    expect(await copy.record('movements', 'from|18')).toMatchObject({
      movementKind: 'SCRAP',
      quantity: '-1',
    });
    expect(await copy.record('pickings', 'picking:7')).toMatchObject({
      ...{ documentType: 'CUSTOMER_RETURN', basedOn: 'picking:6', party: 'C-1', site: 'SZ' },
    });
  });

  it('replays to the quants of Odoo, but for the line whose sign nothing tells', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual({
      'KIT-9 K-001 @SH/SH/Stock': '10',
      'KIT-9 K-001 @SZ/SZ/Quality': '3',
      'KIT-9 K-001 @SZ/SZ/Stock': '30',
      'KIT-9 K-002 @SZ/SZ/Stock': '24',
      'KIT-9 K-003 @SZ/SZ/Stock': '15',
      'KIT-9 L-100 @SZ/SZ/Stock': '4',
      'MEM-2 M-001 @SZ/SZ/Stock': '120',
      'MEM-2 M-002 @SZ/SZ/Stock': '25',
      'MEM-2 M-003 @SZ/SZ/Stock': '30',
      'OLD-1 O-001 @SZ/SZ/Stock': '3',
      'RES-1 L-100 @SZ/SZ/Stock': '12',
      'RES-1 R-001 @SZ/SZ/Stock': '62',
      'RES-1 R-001 @SZ/SZ/Stock/Shelf 2': '10',
      'odoo-4 X-001 @SZ/SZ/Stock': '9',
    });
    const quants = await source.ask(
      `SELECT COALESCE(p.default_code, 'odoo-' || p.id) || ' ' || l.name || ' @' || w.code || '/' || s.complete_name AS place, q.quantity
         FROM stock_quant q JOIN stock_lot l ON l.id = q.lot_id JOIN product_product p ON p.id = q.product_id
         JOIN stock_location s ON s.id = q.location_id JOIN stock_warehouse w ON w.id = s.warehouse_id
        WHERE s.usage = 'internal' AND q.company_id = 1`,
    );
    const own = Object.fromEntries(quants.map((row) => [String(row['place']), Number(row['quantity'])]));
    const copied = Object.fromEntries(Object.entries(stock).map(([at, quantity]) => [at, Number(quantity)]));
    expect(own).toEqual({ ...copied, 'MEM-2 M-001 @SZ/SZ/Stock': 121 });
    expect(await copy.rejects()).toEqual([
      'movements to|23: MISSING_VALUE lotNumber',
      'movements to|24: SIGN_UNDECIDED quantity',
    ]);
  });

  it('reads the links of production the right way round, line by line', async () => {
    expect(await copy.genealogy()).toEqual([
      'M-001 > K-001',
      'M-001 > K-002',
      'M-002 > K-002',
      'M-002 > K-003',
      'R-001 > K-001',
    ]);
    // one edge for each link, however many links a finished line has
    const [edges] = await copy.ask<{ n: number }>('SELECT COUNT(*) AS n FROM genealogy_edge');
    expect(Number(edges?.n)).toBe(5);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    expect(await copy.voids()).toEqual([
      'movements to|5: not done',
      'movements to|6: cancelled',
      'pickingLines 5: not done',
      'pickingLines 6: cancelled',
      'pickings picking:11: draft',
      'pickings picking:4: cancelled',
      'productions mo:3: cancelled',
    ]);
    expect(await copy.findings()).toEqual(['SAME_NUMBER L-100 lotNumber', 'SAME_NUMBER L-100 lotNumber']);
    const expiries = await copy.ask<{ expires_on: string }>(
      "SELECT expires_on FROM lot WHERE lot_number = 'R-001'",
    );
    // the namesake of the other company is not read
    expect(expiries).toEqual([{ expires_on: '2027-10-31' }]);
  });

  it('changes nothing when it reads again, and nothing in the source, where it may not', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', read: 91, changed: 0, unchanged: 89, rejected: 2 });
    expect(await copy.golden()).toEqual(golden);
    await expect(source.asReader("UPDATE stock_lot SET name = 'X'")).rejects.toThrow('permission denied');
    expect(await source.content()).toBe(before);
  });

  it('follows a lot that is given another number once all rows are compared, though its lines did not change', async () => {
    await source.run(
      "UPDATE stock_lot SET name = 'K-002A', write_date = '2026-06-25 00:00:00' WHERE id = 106",
    );
    copy.clock.set(copy.clock.now() + 8 * 24 * 3_600_000);
    await copy.sync();
    const stock = await copy.stock();
    expect(Object.keys(stock).filter((place) => place.includes('K-002'))).toEqual([
      'KIT-9 K-002A @SZ/SZ/Stock',
    ]);
    expect(await copy.genealogy()).toContain('M-002 > K-002A');
  });
});
