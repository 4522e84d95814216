/** A fortnight of Nordwerk. What is planted, and what must come of it, stands in ./expected.ts. */

export type Row = Readonly<Record<string, unknown>>;

const changed = (day: string): string => `2026-06-${day}T20:00:00+02:00`;
const padded = (material: string): string => material.padStart(18, '0');

function material(id: string, plant: string, unit: string, de: string, en: string, more: Row = {}): Row {
  return {
    ID: id,
    Plant: plant,
    BaseUnit: unit,
    Name: de,
    NameEN: en,
    DeletionMark: '',
    ChangedAt: changed('01'),
    ...more,
  };
}

export const MATERIALS: readonly Row[] = [
  material('100', '1000', 'KG', 'Harz', 'Resin &lt;A&gt;'),
  material('100', '2000', 'KG', 'Harz', 'Resin &lt;A&gt;'),
  material('200', '1000', 'ST', 'Membran', 'Membrane'),
  material('900', '1000', 'ST', 'Dialysator', 'Dialyser'),
  material('999', '1000', 'PAL', 'Etikett', 'Label', { DeletionMark: 'X' }),
  material('100', '3000', 'KG', 'Fremdes Harz', 'Foreign resin'),
];

export const PLANTS: readonly Row[] = [
  { Code: '1000', Company: 'DE01', Name: 'Werk Bremen' },
  { Code: '2000', Company: 'DE01', Name: 'Werk Ulm' },
  { Code: '3000', Company: 'AT01', Name: 'Werk Graz' },
];

export const BINS: readonly Row[] = [
  { Plant: '1000', Bin: 'L1', Name: 'Rohstoffe' },
  { Plant: '1000', Bin: 'L2', Name: 'Fertigware' },
  { Plant: '2000', Bin: 'L1', Name: 'Rohstoffe' },
];

export const PARTNERS: readonly Row[] = [
  { ID: 'L-1', Kind: 'Supplier', Name: 'Chemie Süd GmbH', Country: 'DE' },
  { ID: 'L-2', Kind: 'Supplier', Name: 'Folien AG', Country: 'CH' },
  { ID: 'K-1', Kind: 'Customer', Name: 'Klinikum Nord', Country: 'DE' },
];

let batches = 0;
function batch(of: string, name: string, made: string, expiry: string, state: string, more: Row = {}): Row {
  batches += 1;
  return {
    ...{
      BatchUUID: `0f0e0d0c-0000-4000-8000-${String(batches).padStart(12, '0')}`,
      Material: of,
      Batch: name,
    },
    ...{
      ProductionDate: made,
      ExpiryText: expiry,
      VendorID: null,
      VendorBatch: null,
      State: state,
      DeletionMark: '',
    },
    ...{ ChangedAt: changed('01'), Characteristics: [], ...more },
  };
}
const cycle = (value: string): Row => ({
  Characteristics: [
    { Name: 'FARBE', Value: 'blau' },
    { Name: 'STERIL_ZYKLUS', Value: value },
  ],
});

export const BATCHES: readonly Row[] = [
  batch('100', 'CH1', '2026-01-15', '20280114', 'F', { VendorID: 'L-1', VendorBatch: 'V&amp;9' }),
  batch('100', 'CH2', '0001-01-01', '20280115', 'F', { VendorID: 'L-1' }),
  batch('100', 'CH3', '2024-01-15', '20260114', 'F', { VendorID: 'L-1', DeletionMark: 'X' }),
  batch('200', 'CH1', '2025-12-01', '20301130', 'F', { VendorID: 'L-2' }),
  batch('200', 'FO1', '2025-12-02', '00000000', 'F', { VendorID: 'L-2' }),
  batch('200', 'fo2', '2025-12-03', '20301302', 'F', { VendorID: 'L-2' }),
  batch('900', 'D1', '2026-06-05', '20290604', 'F', cycle('Z-12')),
  batch('900', 'D2', '2026-06-05', '20290604', 'S', cycle('Z-12')),
  batch('900', 'D3', '2026-06-06', '20290605', 'Q', cycle('Z-13')),
  batch('900', 'D4', '2026-06-12', '20290611', 'W'),
  batch('900', 'D5', '2026-06-12', '20290611', 'F'),
  batch('900', 'D6', '2026-06-12', '20290611', 'F'),
];

interface Line {
  readonly of: string;
  readonly batch: string | null;
  readonly sign: string | null;
  readonly quantity: string;
  readonly bin?: string;
  readonly plant?: string;
  readonly unit?: string;
  readonly factor?: string;
  /** Handling unit that was moved, with the batch within. */
  readonly unitOf?: string;
}

const l = (
  of: string,
  name: string | null,
  sign: string | null,
  quantity: string,
  more: Partial<Line> = {},
): Line => ({
  ...{ of, batch: name, sign, quantity, ...more },
});

function document(
  no: string,
  type: string,
  day: string,
  time: string,
  lines: readonly Line[],
  more: Row = {},
): Row {
  return {
    ...{
      DocNo: no,
      Year: 2026,
      MovementType: type,
      PostingDate: `2026-06-${day}`,
      PostingTime: time,
      State: 'P',
    },
    ...{ CompanyCode: 'DE01', ReversalOf: null, Partner: null, ChangedAt: changed(day) },
    Lines: lines.map((one, i) => ({
      ...{ LineNo: i + 1, Material: padded(one.of), Batch: one.batch, Plant: one.plant ?? '1000' },
      ...{ Bin: one.bin ?? (one.of === '900' ? 'L2' : 'L1'), DebitCredit: one.sign, EntryQty: one.quantity },
      ...{ EntryUnit: one.unit ?? (one.of === '100' ? 'KG' : 'ST'), Factor: one.factor ?? '1' },
      HandlingUnit: one.unitOf === undefined ? null : { HU: `HU-${no}`, Batch: one.unitOf },
    })),
    ...more,
  };
}

export const DOCUMENTS: readonly Row[] = [
  document(
    'D01',
    '101',
    '01',
    'PT9H30M0S',
    [
      l('100', 'CH1', 'S', '500.000'),
      l('200', 'CH1', 'S', '100.000'),
      l('100', 'CH2', 'S', '60000.000', { unit: 'G', factor: '0.001' }),
    ],
    { Partner: 'L-1' },
  ),
  document('D02', '101', '02', 'PT10H', [l('200', 'FO1', 'S', '80.000'), l('200', 'fo2', 'S', '70.000')], {
    Partner: 'L-2',
  }),
  document('D03', '301', '03', 'PT8H5M', [
    l('100', 'CH1', 'H', '50.000'),
    l('100', 'CH1', 'S', '50.000', { plant: '2000' }),
  ]),
  document('D04', '261', '05', 'PT8H', [l('100', 'CH1', 'H', '100.500'), l('200', 'CH1', 'H', '40.000')]),
  document('D05', '131', '05', 'PT17H', [l('900', 'D1', 'S', '30.000'), l('900', 'D2', 'S', '20.000')]),
  document('D06', '261', '06', 'PT8H', [l('100', 'ch2', 'H', '20.000'), l('200', 'FO2', 'H', '30.000')]),
  document('D07', '131', '06', 'PT17H', [l('900', 'D3', 'S', '25.000')]),
  document(
    'D08',
    '601',
    '08',
    'PT14H',
    [l('900', null, 'H', '10.000', { unitOf: 'D1' }), l('900', 'D2', 'H', '4.000')],
    { Partner: 'K-1' },
  ),
  document('D09', '601', '08', 'PT15H', [l('900', 'D1', 'H', '3.000')], { State: 'D', Partner: 'K-1' }),
  document('D10', '601', '09', 'PT9H', [l('900', 'D3', 'H', '5.000')], { Partner: 'K-1' }),
  document('D11', '602', '09', 'PT10H', [l('900', 'D3', 'S', '5.000')], {
    ReversalOf: 'D10',
    Partner: 'K-1',
  }),
  document('D12', 'INV', '10', 'PT18H', [l('200', 'FO1', null, '77.000')]),
  document('D13', '101', '10', 'PT19H', [l('100', 'CH1', 'S', '900.000', { plant: '3000' })], {
    CompanyCode: 'AT01',
  }),
  document('D14', '551', '11', 'PT9H', [l('900', 'D2', 'H', '1.000')]),
  document('D15', '653', '11', 'PT10H', [l('900', 'D1', 'S', '2.000')], { Partner: 'K-1' }),
  document('D16', '101', '11', 'PT11H', [l('200', null, 'S', '6.000')], { Partner: 'L-2' }),
  document('D17', '999', '11', 'PT12H', [l('900', 'D3', 'H', '1.000')]),
  document('D18', '101', '11', 'PT13H', [l('200', 'FO1', 'X', '5.000')], { Partner: 'L-2' }),
  document('D19', '131', '12', 'PT0S', [
    l('900', 'D4', 'S', '10.000'),
    l('900', 'D5', 'S', '6.000'),
    l('900', 'D6', 'S', '4.000'),
  ]),
  document('D20', '101', '13', 'PT9H', [l('100', 'CH1', 'S', '10.000', { unit: 'G', factor: '0.1' })], {
    Partner: 'L-1',
  }),
];

const end = (of: string, name: string): Row => ({ Material: padded(of), Batch: name });
const link = (
  id: number,
  kind: string,
  source: string,
  target: string,
  product: Row,
  component: Row,
): Row => ({
  ...{ ID: id, Kind: kind, Source: source, Target: target, Product: product, Component: component },
  ChangedAt: changed('06'),
});

/** Source is the line of the product, Target that of what went into it; other links say other things. */
export const LINKS: readonly Row[] = [
  link(1, 'PROD', 'D05/1', 'D04/1', end('900', 'D1'), end('100', 'CH1')),
  link(2, 'PROD', 'D05/1', 'D04/2', end('900', 'D1'), end('200', 'CH1')),
  link(3, 'PROD', 'D05/2', 'D04/1', end('900', 'D2'), end('100', 'CH1')),
  link(4, 'PROD', 'D05/2', 'D04/2', end('900', 'D2'), end('200', 'CH1')),
  link(5, 'PROD', 'D07/1', 'D06/1', end('900', 'D3'), end('100', 'ch2')),
  link(6, 'PROD', 'D07/1', 'D06/2', end('900', 'D3'), end('200', 'FO2')),
  link(7, 'REF', 'D11/1', 'D10/1', end('900', 'D3'), end('900', 'D3')),
];

export const INSPECTIONS: readonly Row[] = [
  {
    ...{
      No: 'P-1',
      Material: '900',
      Batch: 'D1',
      Decision: 'A',
      DecidedOn: '2026-06-07',
      Inspector: 'Jana Vogt',
    },
    Results: [
      { Characteristic: 'pH', Value: '7,2', Lower: '6,5', Upper: '7,5', Unit: null },
      { Characteristic: 'Berstdruck', Value: '1.250,5', Lower: '1.000', Upper: null, Unit: 'kPa' },
      { Characteristic: 'Aussehen', Value: 'i. O.', Lower: null, Upper: null, Unit: null },
    ],
    ChangedAt: changed('07'),
  },
  {
    ...{
      No: 'P-2',
      Material: '900',
      Batch: 'd2',
      Decision: 'R',
      DecidedOn: '2026-06-07',
      Inspector: 'Jana Vogt',
    },
    Results: [{ Characteristic: 'pH', Value: '8,1', Lower: '6,5', Upper: '7,5', Unit: null }],
    ChangedAt: changed('07'),
  },
  {
    ...{
      No: 'P-3',
      Material: '900',
      Batch: 'D3',
      Decision: '',
      DecidedOn: '0001-01-01',
      Inspector: 'Uwe Harms',
    },
    Results: [],
    ChangedAt: changed('08'),
  },
];

const level = (of: string, name: string, plant: string, bin: string, quantity: string): Row => ({
  ...{ Material: of, Batch: name, Plant: plant, Bin: bin, Quantity: quantity },
});

/** What Nordwerk itself says lies where; the receipt without a batch lies there without one. */
export const STOCK_LEVELS: readonly Row[] = [
  level('100', 'CH1', '1000', 'L1', '350.500'),
  level('100', 'CH1', '2000', 'L1', '50.000'),
  level('100', 'CH2', '1000', 'L1', '40.000'),
  level('200', 'CH1', '1000', 'L1', '60.000'),
  level('200', 'FO1', '1000', 'L1', '77.000'),
  level('200', 'FO2', '1000', 'L1', '40.000'),
  level('200', '', '1000', 'L1', '6.000'),
  level('900', 'D1', '1000', 'L2', '22.000'),
  level('900', 'D2', '1000', 'L2', '15.000'),
  level('900', 'D3', '1000', 'L2', '24.000'),
  level('900', 'D4', '1000', 'L2', '10.000'),
  level('900', 'D5', '1000', 'L2', '6.000'),
  level('900', 'D6', '1000', 'L2', '4.000'),
];
