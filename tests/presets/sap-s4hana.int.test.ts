/** The preset for SAP S/4HANA over a simulated Gateway: what a copy of it holds, and what was asked for it. */
import { TEST_DIALECTS } from '../support/databases';
import { LATE_REVERSAL, sapStory } from './sap-s4hana/story';
import { GatewayServer, type Entity, type Services } from './support/odata-service';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';
import type { SyncSummary } from '../../canonical/sync/sync-service';

const AUTHORIZATION = `Basic ${Buffer.from('LOTGRAPH:secret').toString('base64')}`;
const unpadded = (text: string) => text.replace(/^0+(?=\d+$)/u, '');

describe.each(TEST_DIALECTS)('SAP S/4HANA, copied to %s', (dialect) => {
  let story: Services;
  let gateway: GatewayServer;
  let root: string;
  let copy: PresetCopy;
  let first: SyncSummary;

  beforeAll(async () => {
    story = sapStory();
    gateway = new GatewayServer(story, AUTHORIZATION);
    root = await gateway.start();
    gateway.throttled = 2;
    const env = {
      LOTGRAPH_SOURCE_SAP_URL: root,
      LOTGRAPH_SOURCE_SAP_USERNAME: 'LOTGRAPH',
      LOTGRAPH_SOURCE_SAP_PASSWORD: 'secret',
    };
    copy = await openPresetCopy({ preset: 'sap-s4hana', env, dialect });
    first = await copy.sync();
  });

  afterAll(async () => {
    await gateway.api.stop();
    await copy.close();
  });

  const entities = (service: string, set: string): Entity[] => story[service]?.[set]?.entities ?? [];

  /** Stock as the service of stock states it, over its stock types. */
  async function statedStock(): Promise<Record<string, number>> {
    gateway.ceiling = 100;
    const answer = await fetch(`${root}API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod`, {
      headers: { authorization: AUTHORIZATION },
    });
    gateway.ceiling = 5;
    const { d } = (await answer.json()) as { d: { results: Record<string, string>[] } };
    const stock: Record<string, number> = {};
    for (const row of d.results) {
      const special = `${row['InventorySpecialStockType'] ?? ''}:${unpadded(row['Supplier'] ?? '')}`;
      const place = row['StorageLocation'] === '' ? special : (row['StorageLocation'] ?? '');
      const key = `${row['Material'] ?? ''} ${row['Batch'] ?? ''} @${row['Plant'] ?? ''}/${place}`;
      stock[key] = (stock[key] ?? 0) + Number(row['MatlWrhsStkQtyInMatlBaseUnit']);
    }
    return stock;
  }

  const asNumbers = (stock: Record<string, string>) =>
    Object.fromEntries(Object.entries(stock).map(([key, quantity]) => [key, Number(quantity)]));

  it('accounts for every row that it read, and is not put off by a gateway that is busy', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 125, changed: 123, unchanged: 0, rejected: 2 });
  });

  it('adds movements up to the stock that SAP itself states, by batch and place', async () => {
    expect(asNumbers(await copy.stock())).toEqual(await statedStock());
  });

  it('knows batches, with what their classification says of them', async () => {
    expect(await copy.record('lots', '000000000000100001|R26001')).toEqual({
      ...{ item: '100001', lotNumber: 'R26001', supplier: '100100', supplierLotNumber: 'BASF-77' },
      ...{ manufacturedOn: '2026-01-15', expiresOn: '2028-01-31', supplierExpiresOn: '2028-02-29' },
      ...{ sterilizationLoad: null, hold: 'NONE' },
    });
    expect(await copy.record('lots', 'KIT-9000|K26001')).toMatchObject({ sterilizationLoad: 'ETO-2026-051' });
    expect(await copy.record('lots', '000000000000100001|R26003')).toMatchObject({ hold: 'QUALITY' });
    expect(await copy.record('items', '0815-A')).toMatchObject({
      code: '0815-A',
      name: 'Filter',
      nameZh: null,
    });
    expect(await copy.record('items', '100001')).toMatchObject({ name: 'Resin', nameZh: '树脂', uom: 'kg' });
    expect(await copy.record('items', 'OLD-1')).toMatchObject({ active: false });
  });

  it('takes a material for one item, padded or not', async () => {
    const items = await copy.ask<{ code: string }>('SELECT code FROM item ORDER BY code');
    const codes = items.map(({ code }) => code);
    expect(codes).toEqual(['0815-A', '100001', '100002', 'KIT-9000', 'OLD-1', 'PACK-1']);
  });

  it('reads what a movement type does, and a line of a transfer for the side it stands for', async () => {
    expect(await copy.record('movements', '2026|4900000004|0001')).toEqual({
      ...{ item: '100001', lotNumber: 'R26001', site: '1010', location: '0001', party: null },
      ...{ document: '2026|4900000004', movementKind: 'CONSUMPTION', quantity: '-20.5', uom: 'kg' },
      occurredAt: '2026-05-10T01:30:00.000Z',
    });
    expect(await copy.record('movements', '2026|4900000005|0001')).toMatchObject({
      ...{ movementKind: 'PRODUCTION', quantity: '50' },
    });
    expect(await copy.record('movements', '2026|4900000009|0002')).toMatchObject({
      ...{ lotNumber: 'K26001', location: '0003', movementKind: 'TRANSFER_IN', quantity: '20' },
    });
    expect(await copy.record('movements', '2026|4900000011|0001')).toMatchObject({
      ...{ movementKind: 'CUSTOMER_RETURN', party: '200100', quantity: '5' },
    });
    expect(await copy.record('documents', '2026|4900000010')).toEqual({
      ...{ documentType: 'SHIPMENT', number: '4900000010', state: 'COMPLETED', stage: 'SALE', site: '1010' },
      ...{ party: '200100', issuedOn: '2026-05-20', occurredAt: '2026-05-20T01:30:00.000Z' },
    });
  });

  it('follows what production orders took and made, but for what was taken back', async () => {
    expect(await copy.genealogy()).toEqual([
      ...['A26001 > K26001', 'H26001 > K26001', 'H26001 > K26002', 'H26001 > K26003'],
      ...['R26001 > K26001', 'R26002 > K26002', 'R26002 > K26003'],
    ]);
  });

  it('tells a limit or value that is not set from one that is zero', async () => {
    const analyst = expect.any(String) as string;
    expect(await copy.record('inspectionResults', '040000000013|00000001|0010')).toEqual({
      ...{ inspection: '040000000013', keyword: '00000001/0010', title: 'Endotoxin', value: '31,4' },
      ...{ numericValue: '31.4', unit: 'EU', lowerLimit: null, upperLimit: '20', verdict: 'FAIL' },
      ...{ state: 'VERIFIED', capturedAt: '2026-05-15T06:20:00.000Z', analyst },
    });
    expect(await copy.record('inspectionResults', '040000000013|00000001|0020')).toMatchObject({
      ...{ value: 'OK', numericValue: null, lowerLimit: null, upperLimit: null, verdict: 'PASS' },
    });
    expect(await copy.record('inspectionResults', '040000000014|00000001|0010')).toMatchObject({
      ...{ value: null, numericValue: null, title: null, verdict: 'PENDING', state: 'ASSIGNED' },
    });
    expect(await copy.record('inspections', '040000000014')).toMatchObject({
      ...{ lotNumber: 'K26002', state: 'TO_BE_VERIFIED', sampleSize: '3' },
    });
  });

  it('finds the batch of a usage decision through its inspection lot', async () => {
    expect(await copy.record('dispositions', '040000000013')).toMatchObject({
      ...{ item: 'KIT-9000', lotNumber: 'K26003', decision: 'REJECTED', decidedOn: '2026-05-18' },
    });
  });

  it('keeps what does not count, and says what it could not take', async () => {
    expect(await copy.voids()).toEqual([
      ...['documentLines 2026|4900000002|0003: cancelled', 'documentLines 2026|4900000003|0001: reversal'],
      ...['documentLines 2026|4900000006|0003: cancelled', 'documentLines 2026|4900000007|0001: reversal'],
      ...['documentLines 2026|4900000010|0002: cancelled', 'documentLines 2026|4900000011|0001: reversal'],
      ...['inspections 040000000015: cancelled', 'lots 000000000000100001|R26004: deleted'],
      'transformations 2026|4900000006|0003: cancelled',
    ]);
    expect(await copy.rejects()).toEqual([
      'dispositions 010000000016: MISSING_VALUE lotNumber',
      'movements 2026|4900000013|0003: SIGN_UNDECIDED quantity',
    ]);
    expect(await copy.findings()).toEqual([
      'ACCEPTED_WITHOUT_RESULTS K26001 040000000012',
      ...['EXPIRED_UNBLOCKED K26004 expiresOn', 'EXPIRY_BEFORE_MANUFACTURE K26004 expiresOn'],
      'MASTER_MISSING R26004',
      ...['NO_LOT 010000000016 lotNumber', 'SAME_NUMBER H26001 lotNumber', 'SAME_NUMBER H26001 lotNumber'],
      'UNKNOWN_CODE 2026|4900000014 documentType',
    ]);
  });

  it('changes nothing when nothing changed', async () => {
    const before = await copy.golden();
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 0, rejected: 2 });
    expect(await copy.golden()).toEqual(before);
  });

  it('sees a document that takes back one of last month, and what it means', async () => {
    entities('API_MATERIAL_DOCUMENT_SRV', 'A_MaterialDocumentHeader').push(LATE_REVERSAL);
    const consumed = entities('API_MATERIAL_DOCUMENT_SRV', 'A_MaterialDocumentHeader').find(
      ({ MaterialDocument }) => MaterialDocument === '4900000004',
    )?.['to_MaterialDocumentItem'] as Entity[];
    Object.assign(consumed[2] ?? {}, { GoodsMovementIsCancelled: true });
    const shelf = entities('API_MATERIAL_STOCK_SRV', 'A_MatlStkInAcctMod').find(
      ({ Batch }) => Batch === 'A26001',
    );
    Object.assign(shelf ?? {}, { MatlWrhsStkQtyInMatlBaseUnit: '180.000' });
    // the document, its line, its movement; the line that it takes back, and what that consumed
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 5 });
    expect(asNumbers(await copy.stock())).toEqual(await statedStock());
    expect(await copy.genealogy()).not.toContain('A26001 > K26001');
  });

  it('asks, and does nothing else', () => {
    const asked = gateway.api.requests.map(
      ({ method, path }) => `${method} ${path.slice('/sap/opu/odata/sap/'.length)}`,
    );
    expect([...new Set(asked)].sort()).toEqual([
      ...['GET API_BATCH_SRV/$metadata', 'GET API_BATCH_SRV/Batch'],
      ...['GET API_INSPECTIONLOT_SRV/$metadata', 'GET API_INSPECTIONLOT_SRV/A_InspLotUsageDecision'],
      ...[
        'GET API_INSPECTIONLOT_SRV/A_InspectionCharacteristic',
        'GET API_INSPECTIONLOT_SRV/A_InspectionLot',
      ],
      ...['GET API_INSPECTIONLOT_SRV/A_InspectionResult', 'GET API_MATERIAL_DOCUMENT_SRV/$metadata'],
      'GET API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader',
      'GET API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod', // by this test
      ...['GET API_PRODUCT_SRV/$metadata', 'GET API_PRODUCT_SRV/A_Product'],
    ]);
  });
});
