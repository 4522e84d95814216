/** The OpenBoxes preset, on MariaDB in place of MySQL, read under an account that may only SELECT. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { fillOpenBoxes, ROLLED_BACK } from './openboxes/story';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';
import { hasServer, openSimulated, type SimulatedSource } from './support/source-server';

(hasServer('MariaDB') ? describe : describe.skip)('OpenBoxes', () => {
  let source: SimulatedSource;
  let copy: PresetCopy;
  let before: string;
  let first: SyncSummary;

  beforeAll(async () => {
    source = await openSimulated('MariaDB');
    await fillOpenBoxes(source);
    before = await source.content();
    copy = await openPresetCopy({ preset: 'openboxes', env: { LOTGRAPH_SOURCE_OPENBOXES_URL: source.url } });
    first = await copy.sync();
    // two databases are made and one is read whole
  }, 60_000);

  afterAll(async () => {
    // first what is there even when the copy could not be opened
    await source.close();
    await copy.close();
  });

  it('accounts for every row that it reads', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 67, changed: 65, unchanged: 0, rejected: 2 });
  });

  it('makes the records that a person would write', async () => {
    expect(await copy.record('lots', 'ii-02')).toEqual({
      ...{ item: 'KIT-9', lotNumber: 'LT-002', expiresOn: '2027-11-30', uom: 'pcs', remarks: 'seal & label' },
      ...{ hold: 'QUARANTINE', holdReason: 'QUARANTINED: seal & label' },
    });
    expect(await copy.record('lots', 'ii-01')).toMatchObject({ hold: 'NONE', holdReason: null });
    expect(await copy.record('lots', 'ii-05')).toMatchObject({ hold: null, expiresOn: null });
    expect(await copy.record('lots', 'ii-12')).toMatchObject({ lotNumber: 'R 005' });
    expect(await copy.record('movements', 'T03-1')).toEqual({
      ...{ item: 'KIT-9', lotNumber: 'LT-001', site: 'SH', location: 'A1', party: 'WARD-3', uom: 'pcs' },
      ...{ document: 'shipment:s-2', movementKind: 'DELIVERY', occurredAt: '2026-06-03T01:00:00.000Z' },
      quantity: '-20',
    });
    expect(await copy.record('movements', 'T01-1')).toMatchObject({
      ...{ document: 'receipt:r-1', movementKind: 'RECEIPT', party: 'SUP-1', quantity: '100' },
    });
    expect(await copy.record('movements', 'T07-1')).toMatchObject({
      ...{
        movementKind: 'TRANSFER_IN',
        party: null,
        site: 'Boston depot',
        location: 'DEFAULT',
        quantity: '30',
      },
    });
    expect(await copy.record('movements', 'T12-1')).toMatchObject({ movementKind: 'COUNT', level: '170' });
    expect(await copy.record('orders', 'order:PO-1')).toMatchObject({
      issuedOn: '2026-05-20',
      state: 'COMPLETED',
    });
    expect(await copy.record('orders', 'order:PO-2')).toMatchObject({
      issuedOn: '2026-05-21',
      state: 'OPEN',
    });
    expect(await copy.record('shipmentLines', 'si-3')).toMatchObject({ lotNumber: 'LT-002', quantity: '5' });
    expect(await copy.record('receiptLines', 'ri-1')).toMatchObject({ lotNumber: 'LT-001', quantity: '100' });
  });

  it('replays counts among debits and credits to the stock that OpenBoxes states', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual({
      'KIT-9 LT-001 @Boston depot/DEFAULT': '30',
      'KIT-9 LT-001 @SH/A1': '48',
      'KIT-9 LT-002 @SH/A1': '34',
      'KIT-9 LT-003 @SH/R1': '5',
      'KIT-9 LT-013 @SH/A1': '11',
      'MEM-2 M-001 @SH/A1': '170',
      'MEM-2 M-002 @SH/A1': '12',
      'MEM-2 M-003 @SH/A1': '5',
      'RES-1 00392/174 @SH/A1': '6',
      'RES-1 LT-001 @SH/A1': '8',
      'RES-1 R 005 @SH/A1': '3',
      'RES-1 R-001 @SH/DEFAULT': '40',
      'RES-1 R-002 @SH/A1': '25',
      'RES-1 R-004 @SH/A1': '9',
    });
    const available = await source.ask(
      `SELECT i.product_id AS product, i.lot_number AS lot, COALESCE(d.location_number, d.name) AS depot,
              COALESCE(a.bin_location_id, 'DEFAULT') AS bin, a.quantity_on_hand AS quantity
         FROM product_availability a JOIN inventory_item i ON i.id = a.inventory_item_id JOIN location d ON d.id = a.location_id
        WHERE i.lot_number IS NOT NULL AND a.quantity_on_hand <> 0`,
    );
    const own = available.map(({ product, lot, depot, bin, quantity }): [string, string] => [
      `${String(product)} ${String(lot).trim().replace(/ +/gu, ' ')} @${String(depot)}/${String(bin)}`,
      String(quantity),
    ]);
    // a count of a product says that lots which it leaves out are none: this copy keeps them
    expect({ ...Object.fromEntries(own), 'MEM-2 M-002 @SH/A1': '12' }).toEqual(stock);
    const counts = await copy.ask<{ native_key: string; quantity_micros: string | number }>(
      `SELECT r.native_key, m.quantity_micros FROM movement m JOIN source_record r ON r.pk = m.pk
        WHERE m.level_micros IS NOT NULL ORDER BY r.native_key`,
    );
    expect(counts.map((row) => [row.native_key, Number(row.quantity_micros) / 1e6])).toEqual([
      ['T02-1', -2],
      ['T02-2', 40],
      ['T04-1', -13],
      ['T12-1', -5],
    ]);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    expect(await copy.voids()).toEqual(['orders order:PO-3: draft', 'receipts receipt:r-2: draft']);
    expect(await copy.rejects()).toEqual([
      'movements T15-1: SIGN_UNDECIDED quantity',
      'movements T17-2: MISSING_VALUE lotNumber',
    ]);
    expect(await copy.findings()).toEqual([
      'SAME_NUMBER LT-001 lotNumber',
      'SAME_NUMBER LT-001 lotNumber',
      'TEXT_REPAIRED ii-02 holdReason',
      'TEXT_REPAIRED ii-02 remarks',
      'UNKNOWN_CODE ii-11 hold',
      'ZERO_DATE ii-08 expiresOn',
    ]);
    expect(await copy.genealogy()).toEqual([]);
  });

  it('changes nothing when it reads again, and nothing in the source, where it may not', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(second.read).toBe(second.unchanged + second.rejected);
    expect(await copy.golden()).toEqual(golden);
    await expect(source.asReader('DELETE FROM inventory_item')).rejects.toThrow('denied');
    expect(await source.content()).toBe(before);
  });

  it('takes back what a rolled back transaction moved, once all rows were compared', async () => {
    await source.run(`DELETE FROM transaction_entry WHERE transaction_id = '${ROLLED_BACK}';
      DELETE FROM transaction WHERE id = '${ROLLED_BACK}'`);
    await copy.sync();
    expect(await copy.stock()).toMatchObject({ 'KIT-9 LT-013 @SH/A1': '11' });
    copy.clock.set(copy.clock.now() + 25 * 3_600_000);
    await copy.sync();
    expect(await copy.stock()).toMatchObject({ 'KIT-9 LT-013 @SH/A1': '1' });
    expect(await copy.voids()).toContain(`movements ${ROLLED_BACK}-1: deleted in source`);
    expect(await copy.findings()).toContain(`GONE_IN_SOURCE ${ROLLED_BACK}-1`);
  });
});
