/**
 * Two warehouses of one company in Odoo's tables, and a second company beside it.
 *
 * Planted, and what is expected of it:
 * - line 5 reserved, 6 cancelled: records that do not count
 * - line 4: no lot_id, the number typed on the line: reached all the same, and told
 * - line 23: a tracked product and no lot: rejected; line 22: a product that is not tracked: no row of ours
 * - line 24: from a place of a usage that means nothing: rejected, and the stock differs by it
 * - lot 111 and line 21: the same number for the same product in another company: not read
 * - L-100: one number on two products; product 4 has no internal reference; product 6 is archived
 * - R-001 expires at 16:00 UTC, which is the next day in Shanghai
 * - the links of production say which raw line went into which finished line: M-001 never went into K-003
 */
import type { Row, SimulatedSource } from '../support/source-server';
import { ODOO_SCHEMA } from './schema';

const WRITTEN = { write_date: '2026-06-20 02:00:00.123456' };
const STOCK = 8;
const SHELF = 15;
const QUALITY = 20;
const VENDORS = 4;
const CUSTOMERS = 5;
const PRODUCTION = 14;
const INVENTORY = 13;
const SCRAP = 16;
const TRANSIT = 18;
const SHANGHAI = 40;
const VIEW = 7;

const name = (en: string, zh?: string) =>
  JSON.stringify({ en_US: en, ...(zh === undefined ? {} : { zh_CN: zh }) });

const place = (
  id: number,
  label: string,
  complete: string,
  usage: string,
  warehouse: number | null,
  more: Row = {},
): Row => ({
  ...{
    id,
    name: label,
    complete_name: complete,
    usage,
    warehouse_id: warehouse,
    company_id: 1,
    ...WRITTEN,
    ...more,
  },
});
const product = (
  id: number,
  code: string | null,
  label: string,
  tracking: string,
  unit: number,
  more: Row = {},
) => ({
  template: { id, name: label, tracking, uom_id: unit, ...WRITTEN, expiration_time: 0, ...more },
  product: { id, product_tmpl_id: id, default_code: code, ...WRITTEN },
});
const lot = (id: number, label: string, productId: number, unit: number, more: Row = {}): Row => ({
  ...{ id, name: label, product_id: productId, product_uom_id: unit, company_id: 1, ...WRITTEN, ...more },
});

const PRODUCTS = [
  product(1, 'RES-1', name('Resin', '树脂'), 'lot', 2, { expiration_time: 730 }),
  product(2, 'MEM-2', name('Membrane'), 'lot', 1),
  product(3, 'KIT-9', name('Filter  kit', '过滤套装'), 'lot', 1),
  product(4, null, name('Sample pouch'), 'lot', 1),
  product(5, 'GLV-3', name('Gloves'), 'none', 1),
  product(6, 'OLD-1', name('Old kit'), 'lot', 1),
];

const LOTS: readonly Row[] = [
  lot(101, 'R-001', 1, 2, { ref: 'BASF-77', expiration_date: '2027-10-30 16:00:00', note: '<p>ok</p>' }),
  lot(102, 'R-002', 1, 2, { expiration_date: '2027-12-31 00:00:00' }),
  lot(103, 'M-001', 2, 1),
  lot(104, 'M-002', 2, 1),
  lot(105, 'K-001', 3, 1, {
    expiration_date: '2029-06-01 04:00:00',
    lot_properties: '{"sterilization_load": "ST-26-06", "f00d": 3}',
  }),
  lot(106, 'K-002', 3, 1),
  lot(107, 'K-003', 3, 1),
  lot(108, 'L-100', 1, 2, { expiration_date: '2028-01-01 00:00:00' }),
  lot(109, 'L-100', 3, 1, { expiration_date: '2029-01-01 00:00:00' }),
  lot(110, 'X-001', 4, 1),
  lot(111, 'R-001', 1, 2, { company_id: 2, expiration_date: '2026-01-01 00:00:00' }),
  lot(112, 'O-001', 6, 1),
  lot(113, 'M-003', 2, 1),
];

const UNITS: Readonly<Record<number, number>> = { 1: 2 };

/** One move line and the move that it belongs to. */
function line(
  id: number,
  day: string,
  productId: number,
  lotId: number | null,
  qty: number,
  from: number,
  to: number,
  more: Row = {},
  move: Row = {},
) {
  const state = more['state'] ?? 'done';
  return {
    move: { id: id + 1000, product_id: productId, state, company_id: 1, ...move },
    line: {
      ...{
        id,
        move_id: id + 1000,
        product_id: productId,
        product_uom_id: UNITS[productId] ?? 1,
        lot_id: lotId,
      },
      ...{
        quantity: qty,
        quantity_product_uom: qty,
        location_id: from,
        location_dest_id: to,
        state,
        company_id: 1,
      },
      ...{ date: `2026-06-${day} 01:30:00`, ...WRITTEN, ...more },
    },
  };
}
const of = (picking: number, more: Row = {}): Row => ({ picking_id: picking, ...more });

const LINES = [
  line(1, '01', 1, 101, 100, VENDORS, STOCK, of(1)),
  line(2, '01', 2, 103, 200, VENDORS, STOCK, of(1)),
  line(3, '02', 2, 104, 50, VENDORS, STOCK, of(2)),
  line(4, '02', 2, null, 30, VENDORS, STOCK, of(2, { lot_name: 'M-003' })),
  line(5, '02', 1, 102, 60, VENDORS, STOCK, of(3, { state: 'assigned' })),
  line(6, '02', 1, 102, 10, VENDORS, STOCK, of(4, { state: 'cancel' })),
  line(7, '03', 1, 101, 40, STOCK, SHELF, of(5)),
  line(8, '04', 1, 101, 30, SHELF, PRODUCTION, {}, { raw_material_production_id: 1 }),
  line(9, '04', 2, 103, 60, STOCK, PRODUCTION, {}, { raw_material_production_id: 1 }),
  line(10, '04', 3, 105, 60, PRODUCTION, STOCK, {}, { production_id: 1 }),
  line(11, '05', 2, 103, 20, STOCK, PRODUCTION, {}, { raw_material_production_id: 2 }),
  line(12, '05', 2, 104, 20, STOCK, PRODUCTION, {}, { raw_material_production_id: 2 }),
  line(13, '05', 3, 106, 25, PRODUCTION, STOCK, {}, { production_id: 2 }),
  line(14, '05', 3, 107, 15, PRODUCTION, STOCK, {}, { production_id: 2 }),
  line(15, '10', 3, 105, 20, STOCK, CUSTOMERS, of(6)),
  line(16, '12', 3, 105, 3, CUSTOMERS, QUALITY, of(7)),
  line(17, '13', 1, 101, 2, INVENTORY, STOCK),
  line(18, '13', 3, 106, 1, STOCK, SCRAP),
  line(19, '14', 3, 105, 10, STOCK, TRANSIT, of(8)),
  line(20, '15', 3, 105, 10, TRANSIT, SHANGHAI, of(9)),
  line(21, '15', 1, 111, 7, VENDORS, 30, { company_id: 2 }),
  line(22, '15', 5, null, 500, VENDORS, STOCK),
  line(23, '15', 1, null, 1, VENDORS, STOCK),
  line(24, '15', 2, 103, 1, VIEW, STOCK),
  line(25, '16', 1, 108, 12, VENDORS, STOCK),
  line(26, '16', 3, 109, 4, INVENTORY, STOCK),
  line(27, '16', 4, 110, 9, VENDORS, STOCK),
  line(28, '16', 6, 112, 3, INVENTORY, STOCK),
  line(29, '17', 2, 104, 5, STOCK, VENDORS, of(10)),
];

const quant = (
  productId: number,
  lotId: number | null,
  location: number,
  quantity: number,
  company = 1,
): Row => ({
  ...{
    product_id: productId,
    lot_id: lotId,
    location_id: location,
    quantity,
    company_id: company,
    ...WRITTEN,
  },
});

/** What Odoo itself says that it has; places outside hold quants too, often less than nothing. */
const QUANTS: readonly Row[] = [
  quant(1, 101, STOCK, 62),
  quant(1, 101, SHELF, 10),
  quant(1, 101, VENDORS, -100),
  quant(2, 103, STOCK, 121),
  quant(2, 104, STOCK, 25),
  quant(2, 113, STOCK, 30),
  quant(3, 105, STOCK, 30),
  quant(3, 105, QUALITY, 3),
  quant(3, 105, SHANGHAI, 10),
  quant(3, 105, TRANSIT, 0),
  quant(3, 105, CUSTOMERS, 17),
  quant(3, 106, STOCK, 24),
  quant(3, 106, SCRAP, 1),
  quant(3, 107, STOCK, 15),
  quant(1, 108, STOCK, 12),
  quant(3, 109, STOCK, 4),
  quant(4, 110, STOCK, 9),
  quant(6, 112, STOCK, 3),
  quant(1, null, STOCK, 1),
  quant(5, null, STOCK, 500),
  quant(1, 111, 30, 7, 2),
];

const picking = (
  id: number,
  label: string,
  type: number,
  state: string,
  partner: number | null,
  more: Row = {},
): Row => ({
  ...{ id, name: label, picking_type_id: type, state, partner_id: partner, company_id: 1, ...WRITTEN },
  ...{ date_done: state === 'done' ? '2026-06-10 01:30:00' : null, ...more },
});

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  uom_uom: [
    { id: 1, name: name('Units', '件'), factor: 1, ...WRITTEN },
    { id: 2, name: name('kg'), factor: 1, ...WRITTEN },
  ],
  product_template: PRODUCTS.map(({ template }) =>
    template.id === 6 ? { ...template, active: false } : template,
  ),
  product_product: PRODUCTS.map(({ product: row }) =>
    row.id === 6
      ? { ...row, active: false }
      : row.id === 3
        ? { ...row, barcode: '06901234567892' }
        : { ...row, barcode: `IN-${row.id}` },
  ),
  res_partner: [
    { id: 6, name: 'City Hospital', ref: 'C-1', commercial_partner_id: 6, customer_rank: 3, ...WRITTEN },
    { id: 7, name: 'City Hospital, Ward 3', parent_id: 6, commercial_partner_id: 6, ...WRITTEN },
    { id: 8, name: 'Resins & Co', commercial_partner_id: 8, supplier_rank: 1, active: false, ...WRITTEN },
  ],
  stock_warehouse: [
    { id: 1, name: 'Suzhou', code: 'SZ', company_id: 1, ...WRITTEN },
    { id: 2, name: 'Shanghai', code: 'SH', company_id: 1, ...WRITTEN },
    { id: 3, name: 'Other', code: 'OT', company_id: 2, ...WRITTEN },
  ],
  stock_location: [
    place(VENDORS, 'Vendors', 'Partners/Vendors', 'supplier', null, { company_id: null }),
    place(CUSTOMERS, 'Customers', 'Partners/Customers', 'customer', null, { company_id: null }),
    place(VIEW, 'SZ', 'SZ', 'view', 1),
    place(STOCK, 'Stock', 'SZ/Stock', 'internal', 1),
    place(SHELF, 'Shelf 2', 'SZ/Stock/Shelf 2', 'internal', 1),
    place(QUALITY, 'Quality', 'SZ/Quality', 'internal', 1),
    place(INVENTORY, 'Inventory adjustment', 'Virtual/Inventory adjustment', 'inventory', null),
    place(SCRAP, 'Scrap', 'Virtual/Scrap', 'inventory', null, { scrap_location: true }),
    place(PRODUCTION, 'Production', 'Virtual/Production', 'production', null),
    place(TRANSIT, 'Inter-warehouse transit', 'Physical/Inter-warehouse transit', 'transit', null),
    place(SHANGHAI, 'Stock', 'SH/Stock', 'internal', 2),
    place(41, 'Old', 'SH/Old', 'internal', 2, { active: false }),
    place(30, 'Stock', 'OT/Stock', 'internal', 3, { company_id: 2 }),
  ],
  stock_picking_type: [
    { id: 1, name: name('Receipts'), code: 'incoming', warehouse_id: 1, ...WRITTEN },
    { id: 2, name: name('Delivery Orders'), code: 'outgoing', warehouse_id: 1, ...WRITTEN },
    { id: 3, name: name('Internal Transfers'), code: 'internal', warehouse_id: 1, ...WRITTEN },
    { id: 4, name: name('Manufacturing'), code: 'mrp_operation', warehouse_id: 1, ...WRITTEN },
  ],
  stock_picking: [
    picking(1, 'SZ/IN/00001', 1, 'done', 8),
    picking(2, 'SZ/IN/00002', 1, 'done', 8),
    picking(3, 'SZ/IN/00003', 1, 'assigned', 8),
    picking(4, 'SZ/IN/00004', 1, 'cancel', 8),
    picking(5, 'SZ/INT/00001', 3, 'done', null),
    picking(6, 'SZ/OUT/00001', 2, 'done', 7),
    picking(7, 'SZ/IN/00005', 1, 'done', 7, { return_id: 6 }),
    picking(8, 'SZ/INT/00002', 3, 'done', null),
    picking(9, 'SH/INT/00001', 3, 'done', null),
    picking(10, 'SZ/OUT/00002', 2, 'done', 8),
    picking(11, 'SZ/OUT/00003', 2, 'draft', 7),
  ],
  mrp_production: [
    {
      id: 1,
      name: 'SZ/MO/00001',
      product_id: 3,
      lot_producing_id: 105,
      state: 'done',
      picking_type_id: 4,
      company_id: 1,
      date_finished: '2026-06-04 01:30:00',
      ...WRITTEN,
    },
    {
      id: 2,
      name: 'SZ/MO/00002',
      product_id: 3,
      state: 'to_close',
      picking_type_id: 4,
      company_id: 1,
      ...WRITTEN,
    },
    {
      id: 3,
      name: 'SZ/MO/00003',
      product_id: 3,
      state: 'cancel',
      picking_type_id: 4,
      company_id: 1,
      ...WRITTEN,
    },
  ],
  stock_lot: LOTS,
  stock_move: LINES.map(({ move }) => ({ ...WRITTEN, ...move })),
  stock_move_line: LINES.map(({ line: row }) => row),
  stock_move_line_consume_rel: (
    [
      [10, 8],
      [10, 9],
      [13, 11],
      [13, 12],
      [14, 12],
    ] as const
  ).map(([finished, raw]) => ({ consume_line_id: finished, produce_line_id: raw })),
  stock_quant: QUANTS,
};

export async function fillOdoo(source: SimulatedSource): Promise<void> {
  await source.run(ODOO_SCHEMA);
  for (const [table, rows] of Object.entries(TABLES)) await source.fill(table, rows);
}
