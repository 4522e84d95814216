/**
 * What must come of the story, written by hand before any mapping for it existed.
 *
 * Planted → expected
 * - M09 cancelled, M13 draft: kept as records that do not count; M11 takes M10 back
 * - M14, item 5 and the last lot are of company ES1: no record of ours
 * - M03: one line, two movements; M12: the level is 118
 * - M08: one lot stands under a serial number only, and the record says so; M17: no lot anywhere: rejected
 * - M18: a type that nobody knows: counts, as OTHER, with a finding
 * - M19: a quantity that is no number and a unit that nobody knows: both lines rejected
 * - lot RS-3: expires on 0000-00-00: no date and a finding; MB-2: on 31 February: rejected
 * - lot FL-4: a state that nobody knows: held as UNKNOWN, with a finding; FL-6: E is expired
 * - item ART-900: a unit that nobody knows: kept as UNKNOWN, with a finding
 * - OP-3 cancelled: no genealogy of it
 */

export const STOCK: Readonly<Record<string, string>> = {
  'ART-001 RS-1 @LIS/A1': '1000',
  'ART-001 RS-1 @OPO/B1': '200',
  'ART-001 RS-2 @LIS/A1': '60',
  'ART-002 MB-1 @LIS/A1': '200',
  'ART-002 MB-2 @LIS/A1': '118',
  'ART-100 FL-1 @LIS/A2': '32',
  'ART-100 FL-2 @LIS/A2': '19',
  'ART-100 FL-3 @LIS/A2': '39',
  'ART-100 FL-4 @LIS/A2': '10',
  'ART-100 FL-5 @LIS/A2': '5',
  'ART-100 FL-6 @LIS/A2': '5',
};

export const GENEALOGY: readonly string[] = [
  'ART-001 RS-1 > ART-100 FL-1',
  'ART-001 RS-1 > ART-100 FL-2',
  'ART-001 RS-2 > ART-100 FL-3',
  'ART-002 MB-1 > ART-100 FL-1',
  'ART-002 MB-1 > ART-100 FL-2',
  'ART-002 RS-1 > ART-100 FL-3',
];

/** Code and field; keys of lines are the mapping's to choose. */
export const REJECTS: readonly string[] = [
  'lots BAD_DATE expiresOn',
  'movements BAD_NUMBER quantity',
  'movements BAD_UNIT quantity',
  'movements MISSING_VALUE lotNumber',
];

/** `rule subject field`; a subject is a lot number or the key of a record. */
export const FINDINGS: readonly string[] = [
  'ACCEPTED_WITHOUT_RESULTS FL-3 AN-3',
  'MASTER_MISSING MB-2',
  'SAME_NUMBER RS-1 lotNumber',
  'SAME_NUMBER RS-1 lotNumber',
  'TEXT_REPAIRED 0a1b2c3d-0000-4000-8000-000000000001 supplierLotNumber',
  'TEXT_REPAIRED ART-001 name',
  'UNIT_CONVERTED M02|1|to quantity',
  'UNKNOWN_CODE 0a1b2c3d-0000-4000-8000-000000000010 hold',
  'UNKNOWN_CODE ART-900 uom',
  'UNKNOWN_CODE M18|1|from movementKind',
  'ZERO_DATE 0a1b2c3d-0000-4000-8000-000000000004 expiresOn',
];

/** stream, what finds its record, what else that must say */
export const RECORDS: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
])[] = [
  ['items', { code: 'ART-001' }, { name: 'Resina & endurecedor', uom: 'kg', active: true }],
  ['items', { code: 'ART-900' }, { uom: 'UNKNOWN', active: false }],
  ['locations', { code: 'A2' }, { site: 'LIS', name: 'Produto acabado' }],
  ['parties', { code: 'E1' }, { role: 'SUPPLIER', name: 'Químicos do Tejo', country: 'PT' }],
  [
    'lots',
    { lotNumber: 'RS-1', item: 'ART-001' },
    {
      manufacturedOn: '2026-01-15',
      expiresOn: '2028-01-14',
      supplier: 'E1',
      hold: 'NONE',
      supplierLotNumber: 'Q&T 9',
    },
  ],
  ['lots', { lotNumber: 'RS-1', item: 'ART-002' }, { manufacturedOn: '2025-12-01', expiresOn: '2030-11-30' }],
  ['lots', { lotNumber: 'RS-2' }, { expiresOn: '2028-01-15' }],
  ['lots', { lotNumber: 'RS-3' }, { manufacturedOn: null, expiresOn: null }],
  ['lots', { lotNumber: 'FL-1' }, { sterilizationLoad: 'E-77', hold: 'NONE' }],
  ['lots', { lotNumber: 'FL-2' }, { hold: 'BLOCKED' }],
  ['lots', { lotNumber: 'FL-3' }, { hold: 'QUARANTINE', sterilizationLoad: 'E-78' }],
  ['lots', { lotNumber: 'FL-4' }, { hold: 'UNKNOWN', sterilizationLoad: null }],
  ['lots', { lotNumber: 'FL-6' }, { hold: 'EXPIRY' }],
  [
    'movements',
    { lotNumber: 'RS-1', item: 'ART-001', movementKind: 'RECEIPT' },
    { quantity: '1250.5', uom: 'kg', occurredAt: '2026-06-01T08:30:00.000Z', location: 'A1', site: 'LIS' },
  ],
  [
    'movements',
    { lotNumber: 'RS-2', movementKind: 'RECEIPT' },
    { quantity: '80', uom: 'kg', occurredAt: '2026-06-02T09:00:00.000Z' },
  ],
  [
    'movements',
    { lotNumber: 'RS-1', movementKind: 'TRANSFER_IN' },
    { quantity: '200', site: 'OPO', location: 'B1', occurredAt: '2026-06-03T08:00:00.500Z' },
  ],
  [
    'movements',
    { lotNumber: 'RS-1', movementKind: 'TRANSFER_OUT' },
    { quantity: '-200', site: 'LIS', location: 'A1' },
  ],
  ['movements', { movementKind: 'COUNT' }, { lotNumber: 'MB-2', level: '118' }],
  ['movements', { movementKind: 'OTHER' }, { lotNumber: 'FL-3', quantity: '-1' }],
  ['movements', { movementKind: 'SCRAP' }, { lotNumber: 'FL-2', quantity: '-1' }],
  ['results', { keyword: 'pH', value: '7,2' }, { numericValue: '7.2', lowerLimit: '6.5', upperLimit: '7.5' }],
  ['results', { keyword: 'Pressão de rutura' }, { numericValue: '1250.5', lowerLimit: '1000', unit: 'kPa' }],
  ['results', { keyword: 'Aspeto' }, { value: 'conforme', numericValue: null }],
  ['dispositions', { lotNumber: 'FL-1' }, { item: 'ART-100', decision: 'RELEASED', decidedOn: '2026-06-07' }],
  ['dispositions', { lotNumber: 'FL-2' }, { decision: 'REJECTED' }],
  ['dispositions', { lotNumber: 'FL-3' }, { decision: 'PENDING' }],
];

/** Lots of movements that tell that the lot stood on another row. */
export const LOT_FROM_ELSEWHERE: readonly string[] = ['FL-1'];

/** Kept as `stream key: reason`, and not counted. */
export const VOIDS: readonly string[] = [
  'movements M09|1|from: cancelled',
  'movements M13|1|to: draft',
  'orders OP-3|made|0: cancelled',
  'orders OP-3|used|0: cancelled',
];
