/**
 * A month of a factory that went from lots on the rows of its vouchers to bundles of lots, in ERPNext's tables.
 *
 * Planted, and what is expected of it:
 * - PR-3, DN-4 drafts and PR-4, SE-6 cancelled: records that do not count; their ledger rows are cancelled both ways
 * - PR-2, SE-4, DN-2: the lot stands only in a bundle; SE-4's entries have no sign, DN-2's have one: both go out
 * - WO-2: material consumed in an entry of its own (SE-3) went into both lots of the work order
 * - SLE-30: an item kept by lot, and no lot anywhere: rejected; SLE-31: an item not kept by lot: no row of ours
 * - SLE-32: a valuation that moves nothing; SLE-33: a purpose that nobody knows: counts, as OTHER, with a finding
 * - made on 0000-00-00; M-002: expires before it was made; R-004: disabled; R-OT: of another company
 * - readings 1.234,5 and 7,2 and 6.50 are numbers; 1,234 may be two and stays text; two readings stay text
 * - SN-3: a state that nobody knows
 */
import type { Row, SimulatedSource } from '../support/source-server';
import { ERPNEXT_SCHEMA } from './schema';

const DM = 'Demo Medical';
const STORES = 'Stores - DM';
const WIP = 'WIP - DM';
const FINISHED = 'Finished - DM';
const REJECTED = 'Rejected - DM';
const ITEM_UNITS: Readonly<Record<string, string>> = {
  'RES-1': 'Kg',
  'MEM-2': 'Nos',
  'KIT-9': 'Nos',
  'GLV-3': 'Nos',
};

type Voucher = 'Purchase Receipt' | 'Delivery Note' | 'Stock Entry' | 'Stock Reconciliation';
const FIELD = { parentfield: 'items' };
const at = (day: string, time = '09:00:00') => ({
  company: DM,
  posting_date: `2026-06-${day}`,
  posting_time: time,
});
const stamp = (day: string) => `2026-06-${day} 09:00:01.000000`;

/** One ledger row; `lot` begins with SABB where it is a bundle. */
function ledger(
  name: string,
  voucher: Voucher,
  no: string,
  day: string,
  item: string,
  place: string,
  qty: number,
  lot: string | null,
  more: Row = {},
): Row {
  const isBundle = lot?.startsWith('SABB') === true;
  return {
    ...{
      name,
      modified: stamp(day),
      docstatus: 1,
      item_code: item,
      warehouse: place,
      ...at(day),
      actual_qty: qty,
    },
    ...{ voucher_type: voucher, voucher_no: no, stock_uom: ITEM_UNITS[item] ?? 'Nos', has_batch_no: 1 },
    ...{ batch_no: isBundle ? null : lot, serial_and_batch_bundle: isBundle ? lot : null },
    ...more,
  };
}

const LEDGER: readonly Row[] = [
  ledger('SLE-01', 'Purchase Receipt', 'PR-1', '01', 'RES-1', STORES, 100, 'R-001'),
  ledger('SLE-02', 'Purchase Receipt', 'PR-1', '01', 'MEM-2', STORES, 200, 'M-001'),
  ledger('SLE-03', 'Purchase Receipt', 'PR-2', '02', 'RES-1', STORES, 60, 'SABB-1'),
  ledger('SLE-04', 'Purchase Receipt', 'PR-2', '02', 'MEM-2', STORES, 80, 'SABB-2'),
  ledger('SLE-05', 'Purchase Receipt', 'PR-4', '02', 'MEM-2', STORES, 40, 'M-003', { is_cancelled: 1 }),
  ledger('SLE-06', 'Purchase Receipt', 'PR-4', '02', 'MEM-2', STORES, -40, 'M-003', { is_cancelled: 1 }),
  ledger('SLE-07', 'Purchase Receipt', 'PR-5', '02', 'RES-1', 'Stores - OT', 10, 'R-OT', {
    company: 'Other Trading',
  }),
  ledger('SLE-08', 'Stock Entry', 'SE-1', '03', 'RES-1', STORES, -50, 'R-001'),
  ledger('SLE-09', 'Stock Entry', 'SE-1', '03', 'RES-1', WIP, 50, 'R-001'),
  ledger('SLE-10', 'Stock Entry', 'SE-1', '03', 'MEM-2', STORES, -100, 'M-001'),
  ledger('SLE-11', 'Stock Entry', 'SE-1', '03', 'MEM-2', WIP, 100, 'M-001'),
  ledger('SLE-12', 'Stock Entry', 'SE-2', '04', 'RES-1', WIP, -40, 'R-001'),
  ledger('SLE-13', 'Stock Entry', 'SE-2', '04', 'MEM-2', WIP, -80, 'M-001'),
  ledger('SLE-14', 'Stock Entry', 'SE-2', '04', 'KIT-9', FINISHED, 80, 'SABB-3'),
  ledger('SLE-15', 'Stock Entry', 'SE-3', '05', 'RES-1', STORES, -20, 'SABB-4'),
  ledger('SLE-16', 'Stock Entry', 'SE-4', '06', 'MEM-2', STORES, -25, 'SABB-5'),
  ledger('SLE-17', 'Stock Entry', 'SE-4', '06', 'KIT-9', FINISHED, 25, 'K-003'),
  ledger('SLE-18', 'Stock Entry', 'SE-5', '07', 'MEM-2', STORES, -15, 'M-002'),
  ledger('SLE-19', 'Stock Entry', 'SE-5', '07', 'KIT-9', FINISHED, 15, 'K-004'),
  ledger('SLE-20', 'Stock Entry', 'SE-6', '07', 'RES-1', WIP, -5, 'R-001', { is_cancelled: 1 }),
  ledger('SLE-21', 'Stock Entry', 'SE-6', '07', 'RES-1', WIP, 5, 'R-001', { is_cancelled: 1 }),
  ledger('SLE-22', 'Stock Entry', 'SE-6', '07', 'KIT-9', FINISHED, 5, 'K-005', { is_cancelled: 1 }),
  ledger('SLE-23', 'Stock Entry', 'SE-6', '07', 'KIT-9', FINISHED, -5, 'K-005', { is_cancelled: 1 }),
  ledger('SLE-24', 'Delivery Note', 'DN-1', '10', 'KIT-9', FINISHED, -30, 'K-001'),
  ledger('SLE-25', 'Delivery Note', 'DN-2', '11', 'KIT-9', FINISHED, -15, 'SABB-6'),
  ledger('SLE-26', 'Delivery Note', 'DN-3', '12', 'KIT-9', REJECTED, 4, 'K-001'),
  ledger('SLE-27', 'Stock Reconciliation', 'SR-1', '15', 'RES-1', STORES, -2, 'R-001'),
  ledger('SLE-28', 'Stock Entry', 'SE-7', '16', 'KIT-9', FINISHED, -6, 'K-004'),
  ledger('SLE-29', 'Stock Entry', 'SE-7', '16', 'KIT-9', FINISHED, 6, 'K-006'),
  ledger('SLE-30', 'Stock Entry', 'SE-9', '17', 'MEM-2', WIP, 1, null),
  ledger('SLE-31', 'Stock Entry', 'SE-9', '17', 'GLV-3', STORES, 500, null, { has_batch_no: 0 }),
  ledger('SLE-32', 'Stock Reconciliation', 'SR-1', '15', 'RES-1', WIP, 0, 'R-001'),
  ledger('SLE-33', 'Stock Entry', 'SE-8', '18', 'MEM-2', STORES, -1, 'M-001'),
];

/** What ERPNext itself keeps: the stock of an item in a warehouse, lots or none. */
const BINS: readonly Row[] = [
  { name: 'bin-1', item_code: 'RES-1', warehouse: STORES, actual_qty: 88 },
  { name: 'bin-2', item_code: 'RES-1', warehouse: WIP, actual_qty: 10 },
  { name: 'bin-3', item_code: 'RES-1', warehouse: 'Stores - OT', actual_qty: 10 },
  { name: 'bin-4', item_code: 'MEM-2', warehouse: STORES, actual_qty: 139 },
  { name: 'bin-5', item_code: 'MEM-2', warehouse: WIP, actual_qty: 21 },
  { name: 'bin-6', item_code: 'KIT-9', warehouse: FINISHED, actual_qty: 75 },
  { name: 'bin-7', item_code: 'KIT-9', warehouse: REJECTED, actual_qty: 4 },
  { name: 'bin-8', item_code: 'GLV-3', warehouse: STORES, actual_qty: 500 },
];

const lot = (
  name: string,
  item: string,
  made: string | null,
  expiry: string | null,
  qty: number,
  more: Row = {},
): Row => ({
  ...{ name, batch_id: name, item, manufacturing_date: made, expiry_date: expiry, batch_qty: qty },
  ...{ stock_uom: ITEM_UNITS[item] ?? 'Nos', modified: stamp('01'), ...more },
});

/** `batch_qty` is what ERPNext says of the stock of the lot in all warehouses. */
const LOTS: readonly Row[] = [
  lot('R-001', 'RES-1', '2025-11-01', '2027-10-31', 58, { supplier: 'SUP-1' }),
  lot('R-002', 'RES-1', '0000-00-00', '2027-12-31', 40, { supplier: 'SUP-1' }),
  lot('R-003', 'RES-1', '2025-12-01', '2027-11-30', 0),
  lot('R-004', 'RES-1', '2024-12-01', '2026-11-30', 0, {
    disabled: 1,
    description: 'Recalled &lt;by maker&gt;',
  }),
  lot('R-OT', 'RES-1', '2025-12-01', '2027-11-30', 10),
  lot('M-001', 'MEM-2', '2025-10-01', null, 149, { supplier: 'SUP-2' }),
  lot('M-002', 'MEM-2', '2026-02-01', '2026-01-01', 10, { supplier: 'SUP-2' }),
  lot('M-003', 'MEM-2', '2026-02-01', null, 0),
  lot('K-001', 'KIT-9', '2026-06-04', '2029-06-03', 24, {
    reference_doctype: 'Stock Entry',
    reference_name: 'SE-2',
    produced_qty: 50,
  }),
  lot('K-002', 'KIT-9', '2026-06-04', '2029-06-03', 20, { produced_qty: 30 }),
  lot('K-003', 'KIT-9', '2026-06-06', '2029-06-05', 20, { produced_qty: 25 }),
  lot('K-004', 'KIT-9', '2026-06-07', '2029-06-06', 9, { produced_qty: 15 }),
  lot('K-005', 'KIT-9', '2026-06-07', '2029-06-06', 0),
  lot('K-006', 'KIT-9', '2026-06-07', '2029-06-06', 6, { parent_batch: 'K-004' }),
];

function bundle(
  name: string,
  item: string,
  type: 'Inward' | 'Outward',
  entries: readonly (readonly [string, number])[],
) {
  const total = entries.reduce((sum, [, qty]) => sum + Math.abs(qty), 0);
  return {
    head: {
      name,
      item_code: item,
      type_of_transaction: type,
      total_qty: total,
      docstatus: 1,
      modified: stamp('02'),
    },
    entries: entries.map(([batch, qty], i): Row => ({
      ...{
        name: `${name}-${i + 1}`,
        parent: name,
        parenttype: 'Serial and Batch Bundle',
        parentfield: 'entries',
      },
      ...{
        batch_no: batch,
        qty,
        is_outward: type === 'Outward' ? 1 : 0,
        docstatus: 1,
        modified: stamp('02'),
      },
    })),
  };
}

const BUNDLES = [
  bundle('SABB-1', 'RES-1', 'Inward', [['R-002', 60]]),
  bundle('SABB-2', 'MEM-2', 'Inward', [
    ['M-002', 50],
    ['M-001', 30],
  ]),
  bundle('SABB-3', 'KIT-9', 'Inward', [
    ['K-001', 50],
    ['K-002', 30],
  ]),
  bundle('SABB-4', 'RES-1', 'Outward', [['R-002', -20]]),
  bundle('SABB-5', 'MEM-2', 'Outward', [['M-002', 25]]),
  bundle('SABB-6', 'KIT-9', 'Outward', [
    ['K-002', -10],
    ['K-003', -5],
  ]),
];

const receipt = (name: string, day: string, docstatus: number, more: Row = {}): Row => ({
  ...{ name, docstatus, supplier: 'SUP-1', ...at(day), modified: stamp(day), ...more },
});
const entry = (name: string, day: string, purpose: string, order: string | null, docstatus = 1): Row => ({
  ...{ name, docstatus, purpose, work_order: order, ...at(day), modified: stamp(day) },
});
const delivery = (name: string, day: string, docstatus: number, more: Row = {}): Row => ({
  ...{ name, docstatus, customer: 'C-1', ...at(day), modified: stamp(day), ...more },
});

function line(
  parenttype: Voucher,
  parent: string,
  idx: number,
  day: string,
  item: string,
  qty: number,
  lotOrBundle: string | null,
  more: Row = {},
): Row {
  const isBundle = lotOrBundle?.startsWith('SABB') === true;
  return {
    ...{ name: `${parent}-${idx}`, parent, parenttype, ...FIELD, idx, docstatus: 1, modified: stamp(day) },
    ...{ item_code: item, qty, stock_uom: ITEM_UNITS[item] ?? 'Nos' },
    ...{
      batch_no: isBundle ? null : lotOrBundle,
      serial_and_batch_bundle: isBundle ? lotOrBundle : null,
      ...more,
    },
  };
}
const received = (
  parent: string,
  idx: number,
  day: string,
  item: string,
  qty: number,
  of: string,
  more: Row = {},
) =>
  line('Purchase Receipt', parent, idx, day, item, qty, of, { stock_qty: qty, warehouse: STORES, ...more });
const sent = (
  parent: string,
  idx: number,
  day: string,
  item: string,
  qty: number,
  of: string,
  more: Row = {},
) => line('Delivery Note', parent, idx, day, item, qty, of, { stock_qty: qty, warehouse: FINISHED, ...more });
const used = (
  parent: string,
  idx: number,
  day: string,
  item: string,
  qty: number,
  of: string,
  from: string,
  more: Row = {},
) => line('Stock Entry', parent, idx, day, item, qty, of, { transfer_qty: qty, s_warehouse: from, ...more });
const made = (parent: string, idx: number, day: string, qty: number, of: string, more: Row = {}) =>
  line('Stock Entry', parent, idx, day, 'KIT-9', qty, of, {
    ...{ transfer_qty: qty, t_warehouse: FINISHED, is_finished_item: 1, ...more },
  });

const inspection = (name: string, lotNo: string, status: string, docstatus: number): Row => ({
  ...{
    name,
    docstatus,
    report_date: '2026-06-08',
    inspection_type: 'In Process',
    reference_type: 'Stock Entry',
  },
  ...{
    reference_name: 'SE-2',
    item_code: 'KIT-9',
    batch_no: lotNo,
    sample_size: 5,
    status,
    modified: stamp('08'),
  },
  ...{ inspected_by: 'qa@example.com', verified_by: 'head@example.com' },
});
const reading = (idx: number, specification: string, more: Row): Row => ({
  ...{ name: `QIR-${idx}`, parent: 'QI-1', parenttype: 'Quality Inspection', parentfield: 'readings', idx },
  ...{ docstatus: 1, specification, numeric: 1, status: 'Accepted', modified: stamp('08'), ...more },
});

const master = (name: string, more: Row): Row => ({ name, modified: stamp('01'), ...more });
const item = (code: string, name: string, more: Row): Row =>
  master(code, {
    item_code: code,
    item_name: name,
    stock_uom: ITEM_UNITS[code] ?? 'Nos',
    has_batch_no: 1,
    ...more,
  });

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  Item: [
    item('RES-1', 'Resin &amp; hardener', { item_group: 'Raw', has_expiry_date: 1, shelf_life_in_days: 730 }),
    item('MEM-2', 'Membrane', { item_group: 'Raw' }),
    item('KIT-9', 'Filter kit', {
      item_group: 'Products',
      has_expiry_date: 1,
      shelf_life_in_days: 1095,
      has_serial_no: 1,
    }),
    item('GLV-3', 'Gloves', { item_group: 'Consumables', has_batch_no: 0, disabled: 1 }),
  ],
  Company: [
    master(DM, { company_name: DM, abbr: 'DM' }),
    master('Other Trading', { company_name: 'Other Trading', abbr: 'OT' }),
  ],
  Warehouse: [
    master('All - DM', { warehouse_name: 'All', company: DM, is_group: 1 }),
    ...[STORES, WIP, FINISHED].map((name) =>
      master(name, { warehouse_name: name.slice(0, -5), company: DM }),
    ),
    master(REJECTED, { warehouse_name: 'Rejected', company: DM, is_rejected_warehouse: 1 }),
    master('Stores - OT', { warehouse_name: 'Stores', company: 'Other Trading' }),
  ],
  Supplier: [
    master('SUP-1', { supplier_name: 'Resins &amp; Co', country: 'Germany' }),
    master('SUP-2', { supplier_name: '膜材料有限公司', country: 'China' }),
  ],
  Customer: [master('C-1', { customer_name: 'City Hospital', territory: 'China' })],
  Bin: BINS,
  Batch: LOTS,
  'Stock Ledger Entry': LEDGER,
  'Serial and Batch Bundle': BUNDLES.map(({ head }) => head),
  'Serial and Batch Entry': BUNDLES.flatMap(({ entries }) => entries),
  'Purchase Order': [
    master('PO-1', { docstatus: 1, supplier: 'SUP-1', transaction_date: '2026-05-20', status: 'Completed' }),
  ],
  'Purchase Receipt': [
    receipt('PR-1', '01', 1),
    receipt('PR-2', '02', 1),
    receipt('PR-3', '02', 0),
    receipt('PR-4', '02', 2),
    receipt('PR-5', '02', 1, { company: 'Other Trading' }),
  ],
  'Purchase Receipt Item': [
    received('PR-1', 1, '01', 'RES-1', 100, 'R-001', { purchase_order: 'PO-1' }),
    received('PR-1', 2, '01', 'MEM-2', 200, 'M-001'),
    received('PR-2', 1, '02', 'RES-1', 60, 'SABB-1'),
    received('PR-2', 2, '02', 'MEM-2', 80, 'SABB-2'),
    received('PR-3', 1, '02', 'RES-1', 70, 'R-003', { docstatus: 0 }),
    received('PR-4', 1, '02', 'MEM-2', 40, 'M-003', { docstatus: 2 }),
    received('PR-5', 1, '02', 'RES-1', 10, 'R-OT', { warehouse: 'Stores - OT' }),
  ],
  'Work Order': ['WO-1', 'WO-2', 'WO-3'].map((name) =>
    master(name, {
      docstatus: 1,
      production_item: 'KIT-9',
      company: DM,
      status: name === 'WO-3' ? 'Stopped' : 'Completed',
      sales_order: 'SO-1',
    }),
  ),
  'Stock Entry': [
    entry('SE-1', '03', 'Material Transfer for Manufacture', 'WO-1'),
    entry('SE-2', '04', 'Manufacture', 'WO-1'),
    entry('SE-3', '05', 'Material Consumption for Manufacture', 'WO-2'),
    entry('SE-4', '06', 'Manufacture', 'WO-2'),
    entry('SE-5', '07', 'Manufacture', 'WO-2'),
    entry('SE-6', '07', 'Manufacture', 'WO-3', 2),
    entry('SE-7', '16', 'Repack', null),
    entry('SE-8', '18', 'Regrade', null),
    entry('SE-9', '17', 'Material Receipt', null),
  ],
  'Stock Entry Detail': [
    used('SE-1', 1, '03', 'RES-1', 50, 'R-001', STORES, { t_warehouse: WIP }),
    used('SE-1', 2, '03', 'MEM-2', 100, 'M-001', STORES, { t_warehouse: WIP }),
    used('SE-2', 1, '04', 'RES-1', 40, 'R-001', WIP),
    used('SE-2', 2, '04', 'MEM-2', 80, 'M-001', WIP),
    made('SE-2', 3, '04', 80, 'SABB-3'),
    used('SE-3', 1, '05', 'RES-1', 20, 'SABB-4', STORES),
    used('SE-4', 1, '06', 'MEM-2', 25, 'SABB-5', STORES),
    made('SE-4', 2, '06', 25, 'K-003'),
    used('SE-5', 1, '07', 'MEM-2', 15, 'M-002', STORES),
    made('SE-5', 2, '07', 15, 'K-004'),
    used('SE-6', 1, '07', 'RES-1', 5, 'R-001', WIP, { docstatus: 2 }),
    made('SE-6', 2, '07', 5, 'K-005', { docstatus: 2 }),
    used('SE-7', 1, '16', 'KIT-9', 6, 'K-004', FINISHED),
    made('SE-7', 2, '16', 6, 'K-006', { is_finished_item: 0 }),
  ],
  'Sales Order': [
    master('SO-1', { docstatus: 1, customer: 'C-1', transaction_date: '2026-05-25', status: 'To Deliver' }),
  ],
  'Delivery Note': [
    delivery('DN-1', '10', 1),
    delivery('DN-2', '11', 1),
    delivery('DN-3', '12', 1, { is_return: 1, return_against: 'DN-1' }),
    delivery('DN-4', '13', 0),
  ],
  'Delivery Note Item': [
    sent('DN-1', 1, '10', 'KIT-9', 30, 'K-001', { against_sales_order: 'SO-1' }),
    sent('DN-2', 1, '11', 'KIT-9', 15, 'SABB-6'),
    sent('DN-3', 1, '12', 'KIT-9', -4, 'K-001', { warehouse: REJECTED }),
    sent('DN-4', 1, '13', 'KIT-9', 2, 'K-004', { docstatus: 0 }),
  ],
  'Stock Reconciliation': [{ name: 'SR-1', docstatus: 1, ...at('15'), modified: stamp('15') }],
  'Serial No': [
    master('SN-1', {
      serial_no: 'SN-1',
      item_code: 'KIT-9',
      batch_no: 'K-001',
      warehouse: FINISHED,
      status: 'Active',
    }),
    master('SN-2', {
      serial_no: 'SN-2',
      item_code: 'KIT-9',
      batch_no: 'K-001',
      status: 'Delivered',
      customer: 'C-1',
    }),
    master('SN-3', {
      serial_no: 'SN-3',
      item_code: 'KIT-9',
      batch_no: 'K-003',
      warehouse: FINISHED,
      status: 'Lent',
    }),
  ],
  'Quality Inspection': [
    inspection('QI-1', 'K-001', 'Accepted', 1),
    inspection('QI-2', 'K-002', 'Rejected', 1),
    inspection('QI-3', 'K-003', 'Accepted', 0),
    inspection('QI-4', 'K-004', 'Cancelled', 2),
  ],
  'Quality Inspection Reading': [
    reading(1, 'Burst pressure', { reading_1: '1.234,5', min_value: 1000, max_value: 2000 }),
    reading(2, 'pH', { reading_1: '7,2', min_value: 6.5, max_value: 7.5 }),
    reading(3, 'Mass', { reading_1: '6.50', min_value: 6, max_value: 7 }),
    reading(4, 'Load', { reading_1: '1,234', max_value: 2 }),
    reading(5, 'Colour', { numeric: 0, reading_value: 'clear' }),
    reading(6, 'Thickness', { reading_1: '0,31', reading_2: '0,29', min_value: 0.2, max_value: 0.4 }),
  ],
};

export async function fillErpNext(source: SimulatedSource): Promise<void> {
  await source.run(`SET SESSION sql_mode = 'ANSI_QUOTES'; ${ERPNEXT_SCHEMA}`);
  for (const [doctype, rows] of Object.entries(TABLES)) await source.fill(`tab${doctype}`, rows);
}
