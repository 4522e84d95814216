/** The U8 preset, on tables of U8's names in MariaDB (a U8 stands on SQL Server), under an account that may only SELECT. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';
import { hasServer, openSimulated, type SimulatedSource } from './support/source-server';
import { fillU8 } from './yonyou-u8/story';

(hasServer('MariaDB') ? describe : describe.skip)('Yonyou U8', () => {
  let source: SimulatedSource;
  let copy: PresetCopy;
  let before: string;
  let first: SyncSummary;

  beforeAll(async () => {
    source = await openSimulated('MariaDB');
    await fillU8(source);
    before = await source.content();
    copy = await openPresetCopy({ preset: 'yonyou-u8', env: { LOTGRAPH_SOURCE_U8_URL: source.url } });
    first = await copy.sync();
    // two databases are made and one is read whole
  }, 60_000);

  afterAll(async () => {
    // first what is there even when the copy could not be opened
    await source.close();
    await copy.close();
  });

  it('accounts for every row that it reads', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 114, changed: 113, unchanged: 0, rejected: 1 });
  });

  it('makes the records that a person would write', async () => {
    // 失效日期 2027-11-01 is the day after the last
    expect(await copy.record('lots', '1')).toEqual({
      ...{ item: 'RES-1', lotNumber: 'R001', manufacturedOn: '2025-11-01', expiresOn: '2027-10-31' },
      ...{ sterilizationLoad: null, uom: 'kg' },
    });
    expect(await copy.record('lots', '5')).toMatchObject({ manufacturedOn: null, expiresOn: null });
    expect(await copy.record('lots', '6')).toMatchObject({ expiresOn: '2027-06' });
    expect(await copy.record('lots', '8')).toMatchObject({
      expiresOn: '2029-06-03',
      sterilizationLoad: 'MJ260603',
    });
    expect(await copy.record('items', 'RES-1')).toMatchObject({
      name: '树脂 25kg',
      shelfLifeDays: 730,
      active: true,
    });
    expect(await copy.record('items', 'KIT-9')).toMatchObject({ shelfLifeDays: null, active: false });
    expect(await copy.record('movements', 'sales32|1')).toEqual({
      ...{
        item: 'KIT-9',
        lotNumber: 'K001',
        site: 'SZ',
        location: '02',
        party: 'C1',
        document: '32:1',
        uom: 'box',
      },
      ...{ movementKind: 'DELIVERY', occurredAt: '2026-06-09T16:00:00.000Z', quantity: '-20' },
    });
    expect(await copy.record('voucherLines', 'purchase01|1')).toMatchObject({
      basedOn: 'PO:1',
      document: '01:1',
    });
    expect(await copy.record('vouchers', '08:1')).toMatchObject({
      documentType: 'TRANSFER',
      issuedOn: '2026-06-13',
    });
  });

  it('turns red vouchers round, once', async () => {
    const red = ['purchase01|6', 'material11|5', 'sales32|3'];
    const records = await Promise.all(red.map((key) => copy.record('movements', key)));
    expect(records.map(({ quantity, movementKind }) => [quantity, movementKind])).toEqual([
      ['-5', 'ADJUSTMENT'],
      ['5', 'ADJUSTMENT'],
      ['3', 'CUSTOMER_RETURN'],
    ]);
  });

  it('replays to the stock that U8 states, lot by lot and warehouse by warehouse', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual({
      'KIT-9 K001 @SZ/02': '33',
      'KIT-9 K002 @SZ/02': '15',
      'KIT-9 K002 @SZ/03': '10',
      'KIT-9 K003 @SZ/02': '18',
      'KIT-9 K004 @SZ/02': '4',
      'KIT-9 KX @SZ/02': '15',
      'MEM-2 M001 @SZ/01': '125',
      'MEM-2 M002 @SZ/01': '40',
      'MEM-2 M003 @SZ/01': '6',
      'RES-1 R001 @SZ/01': '61',
      'RES-1 R002 @SZ/01': '35',
      'RES-1 R004 @UNASSIGNED/05': '8',
    });
    const current = await source.ask(
      'SELECT "cInvCode", "cBatch", "cWhCode", "iQuantity" FROM "CurrentStock" WHERE "cBatch" IS NOT NULL AND "iQuantity" <> 0',
    );
    const own = current.map((row): [string, number] => [
      `${String(row['cInvCode'])} ${String(row['cBatch'])} ${String(row['cWhCode'])}`,
      Number(row['iQuantity']),
    ]);
    expect(Object.fromEntries(own)).toEqual(
      Object.fromEntries(
        Object.entries(stock).map(([place, quantity]) => [place.replace(/@.*\//u, ''), Number(quantity)]),
      ),
    );
  });

  it('knows what went into what through the production order alone', async () => {
    expect(await copy.genealogy()).toEqual([
      'M001 > K001',
      'M001 > K002',
      'M002 > K003',
      'R001 > K001',
      'R001 > K002',
      'R002 > K003',
    ]);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    expect(await copy.voids()).toEqual([
      'movements material11|6: moves no stock',
      'movements purchase01|10: moves no stock',
      'movements purchase01|5: not approved',
      'purchaseOrders PO:2: not approved',
      'transformations material|5: taken back',
      'transformations material|6: moves no stock',
      'voucherLines material11|6: moves no stock',
      'voucherLines purchase01|10: moves no stock',
      'voucherLines purchase01|5: not approved',
      'vouchers 01:3: not approved',
    ]);
    expect(await copy.rejects()).toEqual(['movements purchase01|8: MISSING_VALUE lotNumber']);
    expect(await copy.findings()).toEqual([
      'NO_EXPIRY R004 expiresOn',
      'UNKNOWN_CODE 01:6 site',
      'UNKNOWN_CODE 05 site',
      'UNKNOWN_CODE otherOut09|3 movementKind',
      'UNKNOWN_CODE purchase01|9 site',
      'UNKNOWN_CODE purchase01|9 site',
    ]);
  });

  it('changes nothing when it reads again, and nothing in the source, where it may not', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(second.read).toBe(second.unchanged + second.rejected);
    expect(await copy.golden()).toEqual(golden);
    await expect(source.asReader('UPDATE "CurrentStock" SET "iQuantity" = 0')).rejects.toThrow('denied');
    expect(await source.content()).toBe(before);
  });

  it('counts a voucher from when it is approved', async () => {
    await source.run(
      `UPDATE "rdrecord01" SET "cHandler" = '李四', "dnverifytime" = '2026-06-28 10:00:00' WHERE "ID" = 3`,
    );
    await copy.sync();
    expect(await copy.stock()).toMatchObject({ 'RES-1 R003 @SZ/01': '70' });
    expect(await copy.voids()).not.toContain('movements purchase01|5: not approved');
  });
});
