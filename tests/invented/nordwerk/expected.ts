/**
 * What must come of the story, written by hand before any mapping for it existed.
 *
 * Planted → expected
 * - D09 draft: kept as a record that does not count; D13, plant 3000 and its material: of company AT01, no record of ours
 * - D11 takes D10 back; D12: the level is 77
 * - D08 line 1: the batch stands on the handling unit only, and the record says so; D16: no batch anywhere: rejected
 * - D17: a type that nobody knows: counts, as OTHER, with a finding; D18: X is no side of an account: rejected
 * - D20: a gram is not a tenth of a kilogram: Nordwerk counts it so, and so does the copy, with a finding
 * - batch CH2 made on 0001-01-01, FO1 expires on 00000000: no dates, and findings; fo2: in month 13: rejected
 * - batch CH3 deleted: does not count; D4: a state that nobody knows: held as UNKNOWN, with a finding
 * - material 999: a unit that nobody knows: kept as UNKNOWN, with a finding; material 100 has two masters that are one item
 */

export const STOCK: Readonly<Record<string, string>> = {
  '100 CH1 @1000/L1': '350.5',
  '100 CH1 @2000/L1': '50',
  '100 CH2 @1000/L1': '40',
  '200 CH1 @1000/L1': '60',
  '200 FO1 @1000/L1': '77',
  '200 FO2 @1000/L1': '40',
  '900 D1 @1000/L2': '22',
  '900 D2 @1000/L2': '15',
  '900 D3 @1000/L2': '24',
  '900 D4 @1000/L2': '10',
  '900 D5 @1000/L2': '6',
  '900 D6 @1000/L2': '4',
};

export const GENEALOGY: readonly string[] = [
  '100 CH1 > 900 D1',
  '100 CH1 > 900 D2',
  '100 CH2 > 900 D3',
  '200 CH1 > 900 D1',
  '200 CH1 > 900 D2',
  '200 FO2 > 900 D3',
];

/** Code and field; keys of lines are the mapping's to choose. */
export const REJECTS: readonly string[] = [
  'batches BAD_DATE expiresOn',
  'movements MISSING_VALUE lotNumber',
  'movements SIGN_UNDECIDED quantity',
];

/** `rule subject field`; a subject is a lot number or the key of a record. */
export const FINDINGS: readonly string[] = [
  'ABSURD_FACTOR D20/2026/1 quantity',
  'ACCEPTED_WITHOUT_RESULTS D3 P-3',
  'MASTER_MISSING CH3',
  'MASTER_MISSING FO2',
  'SAME_NUMBER CH1 lotNumber',
  'SAME_NUMBER CH1 lotNumber',
  'TEXT_REPAIRED 0f0e0d0c-0000-4000-8000-000000000001 supplierLotNumber',
  'TEXT_REPAIRED 100|1000 name',
  'TEXT_REPAIRED 100|2000 name',
  'UNIT_CONVERTED D01/2026/3 quantity',
  'UNIT_CONVERTED D20/2026/1 quantity',
  'UNKNOWN_CODE 0f0e0d0c-0000-4000-8000-000000000010 hold',
  'UNKNOWN_CODE 999|1000 uom',
  'UNKNOWN_CODE D17/2026/1 movementKind',
  'ZERO_DATE 0f0e0d0c-0000-4000-8000-000000000002 manufacturedOn',
  'ZERO_DATE 0f0e0d0c-0000-4000-8000-000000000005 expiresOn',
  'ZERO_DATE P-3 decidedOn',
];

/** stream, what finds its record, what else that must say */
export const RECORDS: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
])[] = [
  ['items', { code: '100' }, { name: 'Resin <A>', uom: 'kg', active: true }],
  ['items', { code: '999' }, { uom: 'UNKNOWN', active: false }],
  ['sites', { code: '2000' }, { name: 'Werk Ulm' }],
  ['locations', { code: 'L2' }, { site: '1000', name: 'Fertigware' }],
  ['parties', { code: 'K-1' }, { role: 'CUSTOMER', name: 'Klinikum Nord', country: 'DE' }],
  [
    'batches',
    { lotNumber: 'CH1', item: '100' },
    {
      manufacturedOn: '2026-01-15',
      expiresOn: '2028-01-14',
      supplier: 'L-1',
      hold: 'NONE',
      supplierLotNumber: 'V&9',
    },
  ],
  ['batches', { lotNumber: 'CH1', item: '200' }, { expiresOn: '2030-11-30', supplier: 'L-2' }],
  ['batches', { lotNumber: 'CH2' }, { manufacturedOn: null, expiresOn: '2028-01-15' }],
  ['batches', { lotNumber: 'FO1' }, { expiresOn: null }],
  ['batches', { lotNumber: 'D1' }, { sterilizationLoad: 'Z-12', hold: 'NONE' }],
  ['batches', { lotNumber: 'D2' }, { hold: 'BLOCKED' }],
  ['batches', { lotNumber: 'D3' }, { hold: 'QUARANTINE', sterilizationLoad: 'Z-13' }],
  ['batches', { lotNumber: 'D4' }, { hold: 'UNKNOWN', sterilizationLoad: null }],
  [
    'movements',
    { lotNumber: 'CH1', item: '200', movementKind: 'RECEIPT' },
    {
      quantity: '100',
      uom: 'pcs',
      site: '1000',
      location: 'L1',
      party: 'L-1',
      occurredAt: '2026-06-01T07:30:00.000Z',
    },
  ],
  ['movements', { lotNumber: 'CH2', movementKind: 'RECEIPT' }, { quantity: '60', uom: 'kg' }],
  [
    'movements',
    { movementKind: 'TRANSFER_IN' },
    { item: '100', quantity: '50', site: '2000', location: 'L1', occurredAt: '2026-06-03T06:05:00.000Z' },
  ],
  ['movements', { movementKind: 'TRANSFER_OUT' }, { quantity: '-50', site: '1000' }],
  ['movements', { movementKind: 'COUNT' }, { lotNumber: 'FO1', level: '77' }],
  ['movements', { movementKind: 'OTHER' }, { lotNumber: 'D3', quantity: '-1' }],
  ['movements', { movementKind: 'SCRAP' }, { lotNumber: 'D2', quantity: '-1' }],
  ['movements', { movementKind: 'CUSTOMER_RETURN', lotNumber: 'D1' }, { quantity: '2', party: 'K-1' }],
  [
    'movements',
    { movementKind: 'PRODUCTION', lotNumber: 'D4' },
    { quantity: '10', occurredAt: '2026-06-11T22:00:00.000Z' },
  ],
  ['results', { keyword: 'pH', value: '7,2' }, { numericValue: '7.2', lowerLimit: '6.5', upperLimit: '7.5' }],
  ['results', { keyword: 'Berstdruck' }, { numericValue: '1250.5', lowerLimit: '1000', unit: 'kPa' }],
  ['results', { keyword: 'Aussehen' }, { value: 'i. O.', numericValue: null }],
  ['dispositions', { lotNumber: 'D1' }, { item: '900', decision: 'RELEASED', decidedOn: '2026-06-07' }],
  ['dispositions', { lotNumber: 'D2' }, { decision: 'REJECTED' }],
  ['dispositions', { lotNumber: 'D3' }, { decision: 'PENDING', decidedOn: null }],
];

/** Lots of movements that tell that the lot stood on another row. */
export const LOT_FROM_ELSEWHERE: readonly string[] = ['D1'];

/** Kept as `stream key: reason`, and not counted. */
export const VOIDS: readonly string[] = [
  'batches 0f0e0d0c-0000-4000-8000-000000000003: deleted',
  'movements D09/2026/1: draft',
];
