/** The ERPNext preset, on MariaDB as ERPNext is, read under an account that may only SELECT. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { fillErpNext } from './erpnext/story';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';
import { hasServer, openSimulated, type SimulatedSource } from './support/source-server';

(hasServer('MariaDB') ? describe : describe.skip)('ERPNext', () => {
  let source: SimulatedSource;
  let copy: PresetCopy;
  let before: string;
  let first: SyncSummary;

  beforeAll(async () => {
    source = await openSimulated('MariaDB');
    await fillErpNext(source);
    before = await source.content();
    const env = { LOTGRAPH_SOURCE_ERPNEXT_URL: source.url };
    copy = await openPresetCopy({ preset: 'erpnext', env, dialect: 'mysql' });
    first = await copy.sync();
    // two databases are made and one is read whole
  }, 60_000);

  afterAll(async () => {
    // first what is there even when the copy could not be opened
    await source.close();
    await copy.close();
  });

  it('accounts for every row that it reads', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 150, changed: 149, unchanged: 0, rejected: 1 });
  });

  it('makes the records that a person would write', async () => {
    expect(await copy.record('lots', 'R-001')).toEqual({
      ...{ item: 'RES-1', lotNumber: 'R-001', supplier: 'SUP-1', manufacturedOn: '2025-11-01' },
      ...{ expiresOn: '2027-10-31', producedQuantity: null, uom: 'kg', blocked: false, remarks: null },
    });
    expect(await copy.record('lots', 'R-004')).toMatchObject({
      blocked: true,
      remarks: 'Recalled <by maker>',
    });
    expect(await copy.record('lots', 'R-002')).toMatchObject({ manufacturedOn: null });
    expect(await copy.record('movements', 'SLE-25|SABB-6-2')).toEqual({
      ...{ item: 'KIT-9', lotNumber: 'K-003', site: 'Demo Medical', location: 'Finished - DM', party: 'C-1' },
      ...{ document: 'Delivery Note:DN-2', movementKind: 'DELIVERY', occurredAt: '2026-06-11T01:00:00.000Z' },
      ...{ quantity: '-5', uom: 'pcs' },
    });
    expect(await copy.record('deliveryNotes', 'Delivery Note:DN-3')).toMatchObject({
      ...{ documentType: 'CUSTOMER_RETURN', basedOn: 'Delivery Note:DN-1', party: 'C-1', stage: 'SALE' },
    });
    expect(await copy.record('qualityDocuments', 'Quality Inspection:QI-1')).toMatchObject({
      basedOn: 'Stock Entry:SE-2',
    });
  });

  it('replays to the stock that ERPNext states, lot by lot and place by place', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual({
      'KIT-9 K-001 @Demo Medical/Finished - DM': '20',
      'KIT-9 K-001 @Demo Medical/Rejected - DM': '4',
      'KIT-9 K-002 @Demo Medical/Finished - DM': '20',
      'KIT-9 K-003 @Demo Medical/Finished - DM': '20',
      'KIT-9 K-004 @Demo Medical/Finished - DM': '9',
      'KIT-9 K-006 @Demo Medical/Finished - DM': '6',
      'MEM-2 M-001 @Demo Medical/Stores - DM': '129',
      'MEM-2 M-001 @Demo Medical/WIP - DM': '20',
      'MEM-2 M-002 @Demo Medical/Stores - DM': '10',
      'RES-1 R-001 @Demo Medical/Stores - DM': '48',
      'RES-1 R-001 @Demo Medical/WIP - DM': '10',
      'RES-1 R-002 @Demo Medical/Stores - DM': '40',
      'RES-1 R-OT @Other Trading/Stores - OT': '10',
    });
    const batches = await source.ask('SELECT batch_id, batch_qty FROM "tabBatch" WHERE batch_qty <> 0');
    expect(summed(stock, (place) => place.split(' ')[1] ?? '')).toEqual(
      Object.fromEntries(batches.map((row) => [row['batch_id'], Number(row['batch_qty'])])),
    );
    // the one row that names no lot is all that the copy does not have
    const bins = await source.ask(
      `SELECT item_code, warehouse, actual_qty FROM "tabBin" WHERE item_code <> 'GLV-3'`,
    );
    const places = summed(stock, (place) => place.replace(/ \S+ @.*\//u, ' '));
    expect(
      bins.flatMap(({ item_code, warehouse, actual_qty }) => {
        const missing = Number(actual_qty) - (places[`${String(item_code)} ${String(warehouse)}`] ?? 0);
        return missing === 0 ? [] : [`${String(item_code)} ${String(warehouse)}: ${missing}`];
      }),
    ).toEqual(['MEM-2 WIP - DM: 1']);
    expect(await copy.rejects()).toEqual(['movements SLE-30: MISSING_VALUE lotNumber']);
  });

  it('knows what went into what, also through consumption entries, and nothing of what was cancelled', async () => {
    expect(await copy.genealogy()).toEqual([
      'K-004 > K-006',
      'M-001 > K-001',
      'M-001 > K-002',
      'M-002 > K-003',
      'M-002 > K-004',
      'R-001 > K-001',
      'R-001 > K-002',
      'R-002 > K-003',
      'R-002 > K-004',
    ]);
  });

  it('tells which lots it reached through a bundle', async () => {
    const keys = ['SLE-24', 'SLE-25|SABB-6-2'];
    const rows = await copy.ask<{ pk: string | number }>(
      "SELECT r.pk FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk WHERE s.name = 'movements' AND r.native_key IN (?, ?)",
      ...keys,
    );
    const sources = [...(await copy.services.canonical.sourcesOf(rows.map(({ pk }) => Number(pk)))).values()];
    expect(Object.fromEntries(sources.map(({ nativeKey, via }) => [nativeKey, via]))).toEqual({
      'SLE-24': [],
      'SLE-25|SABB-6-2': ['lotNumber: Serial and Batch Bundle'],
    });
  });

  it('reads a number only where its text can be one number alone', async () => {
    const readings = await copy.ask<{ title: string; value: string; micros: string | null; verdict: string }>(
      'SELECT title, value, numeric_micros AS micros, verdict FROM inspection_result ORDER BY ref',
    );
    expect(
      readings.map(({ title, value, micros }) => [
        title,
        value,
        micros === null ? null : Number(micros) / 1e6,
      ]),
    ).toEqual([
      ['Burst pressure', '1.234,5', 1234.5],
      ['pH', '7,2', 7.2],
      ['Mass', '6.50', 6.5],
      ['Load', '1,234', null],
      ['Colour', 'clear', null],
      ['Thickness', '0,31; 0,29', null],
    ]);
    const decisions = await copy.ask<{ lot: string; decision: string; by: string }>(
      'SELECT l.lot_number AS lot, d.decision, d.decided_by AS `by` FROM disposition d JOIN lot l ON l.pk = d.lot_pk ORDER BY 1',
    );
    expect(decisions.map(({ lot, decision }) => `${lot} ${decision}`)).toEqual([
      'K-001 RELEASED',
      'K-002 REJECTED',
    ]);
    expect(decisions.filter(({ by }) => by.includes('example.com'))).toEqual([]);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    expect(await copy.voids()).toEqual([
      'deliveryNoteLines DN-4-1: draft',
      'deliveryNotes Delivery Note:DN-4: draft',
      'dispositions QI-3: draft',
      'dispositions QI-4: cancelled',
      'inspections QI-3: draft',
      'inspections QI-4: cancelled',
      'movements SLE-05: cancelled',
      'movements SLE-06: cancelled',
      'movements SLE-20: cancelled',
      'movements SLE-21: cancelled',
      'movements SLE-22: cancelled',
      'movements SLE-23: cancelled',
      'purchaseReceiptLines PR-3-1: draft',
      'purchaseReceiptLines PR-4-1: cancelled',
      'purchaseReceipts Purchase Receipt:PR-3: draft',
      'purchaseReceipts Purchase Receipt:PR-4: cancelled',
      'qualityDocuments Quality Inspection:QI-3: draft',
      'qualityDocuments Quality Inspection:QI-4: cancelled',
      'stockEntries Stock Entry:SE-6: cancelled',
      'stockEntryLines SE-6-1: cancelled',
      'stockEntryLines SE-6-2: cancelled',
      'transformations made|SE-6-1|SE-6: cancelled',
      'transformations made|SE-6-2|SE-6: cancelled',
    ]);
    expect(await copy.findings()).toEqual([
      'ACCEPTED_WITHOUT_RESULTS K-002 QI-2',
      'EXPIRED_UNBLOCKED M-002 expiresOn',
      'EXPIRY_BEFORE_MANUFACTURE M-002 expiresOn',
      'MOVED_AFTER_EXPIRY M-002 Demo Medical',
      'TEXT_REPAIRED R-004 remarks',
      'TEXT_REPAIRED RES-1 name',
      'TEXT_REPAIRED SUP-1 name',
      'UNKNOWN_CODE SLE-33 movementKind',
      'UNKNOWN_CODE SN-3 state',
      'UNKNOWN_CODE Stock Entry:SE-8 documentType',
      'ZERO_DATE R-002 manufacturedOn',
    ]);
  });

  it('changes nothing when it reads again, and nothing in the source, where it may not', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(second.read).toBeGreaterThan(0);
    expect(second.read).toBe(second.unchanged + second.rejected);
    expect(await copy.golden()).toEqual(golden);
    await expect(source.asReader(`UPDATE "tabBatch" SET disabled = 1`)).rejects.toThrow('denied');
    expect(await source.content()).toBe(before);
  });
});

/** Quantities added up by a part of the place that they lie at. */
function summed(
  stock: Readonly<Record<string, string>>,
  part: (place: string) => string,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [place, quantity] of Object.entries(stock))
    sums[part(place)] = (sums[part(place)] ?? 0) + Number(quantity);
  return sums;
}
