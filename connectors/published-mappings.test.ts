/** The mappings that are shipped: they compile, and their rules meet the spellings that the systems are known for. */
import type { RawValue } from './contract';
import { loadMappings } from './load-mappings';
import type { CompiledMapping } from './mapping/compile-mapping';
import { openSystems } from './open-system';
import { NOW } from './test-support';
import { FixedClock } from '../platform/clock';
import { silentLogger } from '../platform/log';

const mappings = loadMappings('schema/mappings');

function map(system: string, stream: string, row: Record<string, RawValue>) {
  const found = mappings.find(({ document }) => document.system.id === system);
  const compiled = (found as CompiledMapping).streams.find(({ name }) => name === stream);
  return compiled?.map(row);
}

test('every shipped mapping compiles', () => {
  expect(mappings.map(({ document }) => document.system.id)).toEqual([
    'erp',
    'lims',
    'openboxes-inventory',
    'qa',
    'wms',
  ]);
});

test('a system whose address is not set is named, not opened', () => {
  const env = { LOTGRAPH_SOURCE_QA_DIR: '/tmp' };
  const { systems, notConfigured } = openSystems(mappings, {
    env,
    clock: new FixedClock(NOW),
    logger: silentLogger,
  });
  expect(systems.map(({ id }) => id)).toEqual(['qa']);
  expect(notConfigured.find(({ id }) => id === 'wms')?.missing).toEqual([
    'env:LOTGRAPH_SOURCE_WMS_URL',
    'env:LOTGRAPH_SOURCE_WMS_USERNAME',
    'env:LOTGRAPH_SOURCE_WMS_PASSWORD',
  ]);
});

describe('one lot', () => {
  const sample = (ClientReference: string, ClientSampleID = '') =>
    map('lims', 'samples', {
      uid: 'u',
      id: 'S-1',
      review_state: 'published',
      ClientReference,
      ClientSampleID,
    });

  test.each([
    ['KIT-1001/LT240117-01', 'KIT-1001'],
    ['LOT:LT240117-01', undefined],
    ['KIT-1001 批号 LT24011701', 'KIT-1001'],
    ['KIT-1001 / lt240117-01', 'KIT-1001'],
    ['ＬＴ２４０１１７－０１', undefined],
  ])('is found in %s of the LIMS', (reference, item) => {
    expect(sample(reference)).toMatchObject({ record: { lotNumber: 'LT240117-01', ...(item && { item }) } });
  });

  test('is found in the sample id where the reference names a receipt', () => {
    expect(sample('MAT-PRE-2023-00001', 'RES-1001 LT240117-01')).toMatchObject({
      record: { lotNumber: 'LT240117-01', item: 'RES-1001' },
    });
  });

  test('is found in the lower case, blanks and padded codes of the WMS', () => {
    const row = {
      id: '1',
      product: { productCode: '0000KIT-1001' },
      lotNumber: ' lt240117-01  ',
      lotStatus: null,
    };
    expect(map('wms', 'inventoryItems', row)).toMatchObject({
      record: { item: 'KIT-1001', lotNumber: 'LT240117-01' },
    });
  });

  test('is found behind the bundle of a ledger row of the ERP', () => {
    const row = {
      name: 'l',
      modified: '2026-01-01 08:00:00.000000',
      item_code: 'KIT-1001',
      warehouse: 'W',
      'place.custom_site': 'SZ',
      voucher_type: 'Delivery Note',
      voucher_no: 'DN-1',
      posting_date: '2026-01-01',
      posting_time: '08:00:00.000000',
      actual_qty: '-5.0',
      stock_uom: 'Nos',
      is_cancelled: 0,
      batch_no: null,
      'entry.name': 'e',
      'entry.qty': '-2.000000000',
      'entry.batch_no': 'LT240117-01-1',
      'entryLot.batch_id': 'LT240117-01',
    };
    expect(map('erp', 'movements', row)).toMatchObject({
      key: 'l|e',
      record: {
        lotNumber: 'LT240117-01',
        quantity: '-2',
        movementKind: 'DELIVERY',
        document: 'Delivery Note:DN-1',
        occurredAt: '2026-01-01T00:00:00.000Z',
        uom: 'pcs',
      },
    });
  });
});

describe('movements of the WMS', () => {
  const entry = (transactionCode: string, quantity: number) =>
    map('wms', 'movements', {
      id: 'e',
      product: { productCode: 'KIT-1001' },
      inventoryItem: { lotNumber: 'LT240117-01' },
      binLocation: { locationNumber: 'B-1' },
      quantity,
      transaction: {
        transactionNumber: 'T1',
        transactionType: { name: 'Inventory', transactionCode },
        location: { locationNumber: 'SH' },
        confirmed: true,
      },
      dateCreated: '2026-01-01T00:00:00Z',
      lastUpdated: '2026-01-01T00:00:00Z',
    });

  test.each([
    ['CREDIT', { quantity: '5' }],
    ['DEBIT', { quantity: '-5' }],
    ['INVENTORY', { level: '5' }],
    ['PRODUCT_INVENTORY', { level: '5' }],
  ])('%s decides what the quantity means', (code, expected) => {
    expect(entry(code, 5)).toMatchObject({ kind: 'record', record: expected });
  });

  test('a code without a sign, or a sign beside a code, is undecided', () => {
    expect(entry('SWAP', 5)).toMatchObject({ kind: 'reject', code: 'SIGN_UNDECIDED' });
    expect(entry('DEBIT', -5)).toMatchObject({ kind: 'reject', code: 'SIGN_UNDECIDED' });
  });
});

test('a draft is kept with its reason, never dropped', () => {
  const row = {
    name: 'DN-1',
    docstatus: 0,
    is_return: 0,
    customer: 'C',
    posting_date: '2026-01-01',
    posting_time: '08:00:00',
    modified: '2026-01-01 08:00:00',
  };
  expect(map('erp', 'deliveryNotes', row)).toMatchObject({
    kind: 'record',
    voidReason: 'draft',
    record: { state: 'DRAFT' },
  });
});

test('an inventory row without a lot is rejected with its reason', () => {
  const row = {
    '#file': 'bostonWarehouseInventory.csv',
    '#line': 9,
    '#modified': '2026-01-01T00:00:00.000Z',
    'Product code': 'AB1',
    'Lot number': '',
    'Physical QOH': '3',
  };
  expect(map('openboxes-inventory', 'counts', row)).toMatchObject({
    kind: 'reject',
    code: 'MISSING_VALUE',
    field: 'lotNumber',
  });
});
