/**
 * What must come of the story, written by hand before any mapping for it existed.
 *
 * Planted → expected
 * - 流水 6 draft, 29 cancelled: kept as records that do not count; 8 takes back 7: M-03 has no stock
 * - 流水 30, lot 15, receipt CG-1 of company 02: no record of ours
 * - 流水 14, 15, 4: one lot A2302, one lot M-02, whatever the case and the blanks
 * - 流水 20, 21: the lot stands on the line of the shipment, and the record says that it was found there
 * - 流水 28: no lot anywhere: rejected; 34: a direction that nobody knows: rejected, its sign would be a guess;
 *   35: a quantity that is no number: rejected; 36: a unit that nobody knows: rejected
 * - 流水 23, 24: levels that were counted; 流水 26: a type of voucher that nobody knows: counts, as OTHER, with a finding
 * - 流水 27: two pounds are 0.907185 kg, as 青禾 itself rounds
 * - lot 2 made on 00000000: no date and a finding; lot 7: 见包装 is no date: rejected; lot 14: made on day 123 of 2025
 * - lot 3 deleted: does not count; lot 13: a state that nobody knows: held as UNKNOWN, with a finding
 * - item 4001: a unit that nobody knows: kept as UNKNOWN, with a finding
 */

/** Movements per item, lot and place. */
export const STOCK: Readonly<Record<string, string>> = {
  '1001 A2301 @01/W1': '1150',
  '1001 A2301 @01/W2': '49.5',
  '1001 A2302 @01/W1': '49.5',
  '1002 A2301 @01/W1': '160',
  '1002 M-01 @01/W1': '80',
  '1002 M-02 @01/W1': '115',
  '2001 F23001 @01/W3': '18',
  '2001 F23002 @01/W3': '13',
  '2001 F23003 @01/W3': '4',
  '2001 F23004 @01/W3': '10',
  '2001 F23005 @01/W3': '12',
  '2001 F23006 @01/W3': '8',
  '3001 G25123 @01/W1': '0.907185',
};

export const GENEALOGY: readonly string[] = [
  '1001 A2301 > 2001 F23001',
  '1001 A2302 > 2001 F23002',
  '1001 A2302 > 2001 F23003',
  '1002 A2301 > 2001 F23001',
  '1002 M-02 > 2001 F23002',
  '1002 M-02 > 2001 F23003',
  '2001 F23003 > 2001 F23004',
];

/** Fields of a row that may not become a record, by the row's key. */
export const REJECTS: readonly string[] = [
  'lots 7: BAD_DATE expiresOn',
  'movements 28: MISSING_VALUE lotNumber',
  'movements 34: SIGN_UNDECIDED quantity',
  'movements 35: BAD_NUMBER quantity',
  'movements 36: BAD_UNIT quantity',
];

export const FINDINGS: readonly string[] = [
  'MASTER_MISSING A2303',
  'MASTER_MISSING M-03',
  'SAME_NUMBER A2301 lotNumber',
  'SAME_NUMBER A2301 lotNumber',
  'TEXT_REPAIRED 1 remarks',
  'UNIT_CONVERTED 27 quantity',
  'UNIT_CONVERTED 3 quantity',
  'UNKNOWN_CODE 13 hold',
  'UNKNOWN_CODE 26 movementKind',
  'UNKNOWN_CODE 4001 uom',
  'ZERO_DATE 2 manufacturedOn',
];

/** stream, key, what its record must say */
export const RECORDS: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  [
    'items',
    '1001',
    { code: '1001', name: 'Epoxy resin', nameZh: '环氧树脂', itemClass: '原料', uom: 'kg', active: true },
  ],
  ['items', '2001', { code: '2001', name: 'Dialyser F6', nameZh: '透析器', uom: 'pcs', shelfLifeDays: 1095 }],
  ['items', '4001', { code: '4001', nameZh: '标签', uom: 'UNKNOWN', active: false }],
  ['locations', 'W3', { code: 'W3', site: '01', name: '成品仓' }],
  ['parties', 'G01', { code: 'G01', role: 'SUPPLIER', nameZh: '苏州树脂厂', country: 'CN' }],
  ['parties', 'K01', { code: 'K01', role: 'CUSTOMER', nameZh: '第一人民医院', country: 'CN' }],
  [
    'lots',
    '1',
    {
      item: '1001',
      lotNumber: 'A2301',
      supplier: 'G01',
      manufacturedOn: '2026-01-15',
      expiresOn: '2028-01-14',
    },
  ],
  [
    'lots',
    '1',
    { supplierLotNumber: 'SUP-77', hold: 'NONE', remarks: 'pH > 7，合格', sterilizationLoad: null },
  ],
  ['lots', '2', { item: '1001', lotNumber: 'A2302', manufacturedOn: null, expiresOn: '2027-12-31' }],
  ['lots', '4', { item: '1002', lotNumber: 'A2301', manufacturedOn: '2025-12-01', expiresOn: '2030-11-30' }],
  ['lots', '6', { item: '1002', lotNumber: 'M-02', expiresOn: '2030-12-02' }],
  ['lots', '8', { item: '2001', lotNumber: 'F23001', sterilizationLoad: '灭菌炉1-0604', hold: 'NONE' }],
  ['lots', '9', { lotNumber: 'F23002', sterilizationLoad: '灭菌炉1-0605', hold: 'QUARANTINE' }],
  ['lots', '12', { lotNumber: 'F23005', hold: 'BLOCKED', remarks: '客户投诉，冻结' }],
  ['lots', '13', { lotNumber: 'F23006', hold: 'UNKNOWN' }],
  ['lots', '14', { item: '3001', lotNumber: 'G25123', manufacturedOn: '2025-05-03', expiresOn: null }],
  [
    'movements',
    '1',
    {
      item: '1001',
      lotNumber: 'A2301',
      site: '01',
      location: 'W1',
      movementKind: 'RECEIPT',
      quantity: '1250',
      uom: 'kg',
    },
  ],
  ['movements', '1', { document: '采购入库:CG-1', occurredAt: '2026-06-01T01:30:00.000Z' }],
  [
    'movements',
    '3',
    { lotNumber: 'A2302', quantity: '80', uom: 'kg', occurredAt: '2026-06-02T02:05:00.000Z' },
  ],
  ['movements', '9', { movementKind: 'TRANSFER_OUT', quantity: '-100' }],
  ['movements', '10', { movementKind: 'TRANSFER_IN', quantity: '100' }],
  ['movements', '14', { item: '1001', lotNumber: 'A2302', movementKind: 'CONSUMPTION', quantity: '-30' }],
  [
    'movements',
    '20',
    {
      item: '2001',
      lotNumber: 'F23001',
      movementKind: 'DELIVERY',
      quantity: '-25',
      document: '销售出库:XS-1',
    },
  ],
  ['movements', '21', { lotNumber: 'F23002', quantity: '-5' }],
  ['movements', '23', { movementKind: 'COUNT', level: '88' }],
  ['movements', '26', { movementKind: 'OTHER', quantity: '-2' }],
  ['movements', '27', { quantity: '0.907185', uom: 'kg' }],
  ['movements', '32', { occurredAt: '2026-06-06T16:00:00.000Z' }],
  [
    'shipments',
    '销售出库:XS-1',
    { documentType: 'SHIPMENT', number: 'XS-1', state: 'COMPLETED', party: 'K01', issuedOn: '2026-06-08' },
  ],
  ['shipments', '销售出库:XS-2', { number: 'XS-2', state: 'CANCELLED' }],
  [
    'receipts',
    '采购入库:CG-3',
    { documentType: 'PURCHASE_RECEIPT', number: 'CG-3', state: 'DRAFT', party: 'G01' },
  ],
  [
    'results',
    'JY-1|PH',
    { keyword: 'PH', value: '7,2', numericValue: '7.2', lowerLimit: '6.5', upperLimit: '7.5' },
  ],
  ['results', 'JY-1|爆破压力', { value: '1.250,5', numericValue: '1250.5', lowerLimit: '1000', unit: 'kPa' }],
  ['results', 'JY-1|外观', { value: '无异常', numericValue: null }],
  [
    'dispositions',
    'JY-2',
    { item: '2001', lotNumber: 'F23002', decision: 'REJECTED', decidedOn: '2026-06-05' },
  ],
];

/** Records that are kept and do not count. Streams of documents and results have more of them. */
export const NOT_COUNTED: readonly string[] = ['dispositions JY-3', 'lots 3', 'movements 29', 'movements 6'];

/** Movements that tell that their lot stood on another row. */
export const LOT_FROM_ELSEWHERE: readonly string[] = ['20', '21'];
