/**
 * A main depot and a second one in OpenBoxes' tables.
 *
 * Planted, and what is expected of it:
 * - T2, T4, T12 count: they set levels among debits and credits; T14 lies before T4 and so changes nothing behind it
 * - T12 counts MEM-2 and leaves M-002 out: OpenBoxes has none of it any more, the copy still has 12
 * - T15: a type of the site's own whose code is no sign: rejected
 * - T17: gloves without a lot are no row of ours; resin without one is rejected, since it is kept by lot
 * - LT-001 on two products with two expiries; R-001 expires on 0000-00-00; R-004 has a status that nobody knows
 * - an order from 05/20/2026 and one of 2026-05-21 00:00:00.0; a pending order and a pending receipt do not count
 * - a line of a shipment whose lot stands only in its own copy
 * - T18 is rolled back later, which deletes it
 */
import type { Row, SimulatedSource } from '../support/source-server';
import { OPENBOXES_SCHEMA } from './schema';

const UPDATED = { last_updated: '2026-06-20 10:00:00', date_created: '2026-05-01 10:00:00' };
export const ROLLED_BACK = 'T18';

const product = (id: string, name: string, unit: string, byLot: number, active = 1): Row => ({
  ...{ id, product_code: id, name, unit_of_measure: unit, active, lot_and_expiry_control: byLot, ...UPDATED },
});
const location = (id: string, name: string, type: string, more: Row = {}): Row => ({
  ...{ id, name, location_number: id, location_type_id: type, active: 1, ...UPDATED, ...more },
});
const lot = (
  id: string,
  productId: string,
  lotNumber: string | null,
  expiry: string | null,
  status: string | null,
  more: Row = {},
): Row => ({
  ...{ id, product_id: productId, lot_number: lotNumber, lot_status: status, ...UPDATED },
  ...{ expiration_date: expiry === null ? null : `${expiry} 00:00:00`, ...more },
});

const LOTS: readonly Row[] = [
  lot('ii-01', 'KIT-9', 'LT-001', '2027-10-31', 'APPROVED'),
  lot('ii-02', 'KIT-9', 'LT-002', '2027-11-30', 'QUARANTINED', { comments: 'seal &amp; label' }),
  lot('ii-03', 'KIT-9', 'LT-003', '2027-12-31', 'RECALLED'),
  lot('ii-04', 'RES-1', 'LT-001', '2028-01-31', 'APPROVED'),
  lot('ii-05', 'MEM-2', 'M-001', null, null),
  lot('ii-06', 'MEM-2', 'M-002', '2027-03-31', 'APPROVED'),
  lot('ii-07', 'MEM-2', 'M-003', '2027-03-31', 'ON_HOLD'),
  lot('ii-08', 'RES-1', 'R-001', '0000-00-00', 'EXPIRED'),
  lot('ii-09', 'RES-1', 'R-002', '2027-05-31', 'RESERVED'),
  lot('ii-10', 'RES-1', '00392/174', '2027-06-30', 'DAMAGED'),
  lot('ii-11', 'RES-1', 'R-004', '2027-07-31', 'LOANED'),
  lot('ii-12', 'RES-1', ' R  005', '2027-08-31', 'APPROVED'),
  lot('ii-13', 'KIT-9', 'LT-013', '2027-09-30', 'APPROVED'),
  lot('ii-20', 'GLV-3', null, null, null),
  lot('ii-21', 'RES-1', null, null, null),
];
const PRODUCT_OF = new Map(LOTS.map((row) => [row['id'], row['product_id'] ?? null]));

type Entry = readonly [lot: string, quantity: number, bin: string | null];

function transaction(id: string, day: string, type: number, entries: readonly Entry[], more: Row = {}) {
  return {
    head: {
      ...{
        id,
        transaction_number: id,
        transaction_date: `2026-06-${day} 09:00:00`,
        transaction_type_id: String(type),
      },
      ...{ inventory_id: 'inv-SH', confirmed: 0, ...UPDATED, ...more },
    },
    entries: entries.map(([item, quantity, bin], i): Row => ({
      ...{
        id: `${id}-${i + 1}`,
        transaction_id: id,
        inventory_item_id: item,
        product_id: PRODUCT_OF.get(item) ?? null,
      },
      ...{ bin_location_id: bin, quantity },
    })),
  };
}

const TRANSACTIONS = [
  transaction(
    'T01',
    '01',
    8,
    [
      ['ii-01', 100, 'A1'],
      ['ii-05', 200, 'A1'],
      ['ii-08', 50, null],
    ],
    { source_id: 'SUP-1', incoming_shipment_id: 's-1', receipt_id: 'r-1' },
  ),
  transaction('T02', '02', 11, [
    ['ii-01', 98, 'A1'],
    ['ii-02', 40, 'A1'],
  ]),
  transaction(
    'T03',
    '03',
    9,
    [
      ['ii-01', 20, 'A1'],
      ['ii-02', 5, 'A1'],
    ],
    { destination_id: 'WARD-3', outgoing_shipment_id: 's-2' },
  ),
  transaction('T04', '04', 7, [['ii-05', 190, 'A1']]),
  transaction('T05', '05', 2, [['ii-05', 15, 'A1']]),
  transaction('T06', '05', 9, [['ii-01', 30, 'A1']], { destination_id: 'BOS', outgoing_shipment_id: 's-3' }),
  transaction('T07', '07', 8, [['ii-01', 30, null]], {
    inventory_id: 'inv-BOS',
    source_id: 'SH',
    incoming_shipment_id: 's-3',
  }),
  transaction('T08', '08', 4, [['ii-08', 10, null]]),
  transaction('T09', '08', 5, [['ii-02', 1, 'A1']]),
  transaction('T10', '08', 3, [['ii-03', 7, 'R1']]),
  transaction('T11', '09', 10, [['ii-03', 2, 'R1']]),
  transaction('T12', '10', 11, [['ii-05', 170, 'A1']]),
  transaction(
    'T13',
    '06',
    8,
    [
      ['ii-06', 12, 'A1'],
      ['ii-04', 8, 'A1'],
    ],
    { source_id: 'SUP-1' },
  ),
  transaction('T14', '03', 3, [['ii-05', 3, 'A1']]),
  transaction('T15', '11', 12, [['ii-09', 4, 'A1']]),
  transaction(
    'T16',
    '12',
    8,
    [
      ['ii-09', 25, 'A1'],
      ['ii-10', 6, 'A1'],
      ['ii-11', 9, 'A1'],
      ['ii-12', 3, 'A1'],
      ['ii-13', 1, 'A1'],
      ['ii-07', 5, 'A1'],
    ],
    { source_id: 'SUP-1' },
  ),
  transaction(
    'T17',
    '12',
    8,
    [
      ['ii-20', 500, 'A1'],
      ['ii-21', 2, 'A1'],
    ],
    { source_id: 'SUP-1' },
  ),
  transaction(ROLLED_BACK, '13', 8, [['ii-13', 10, 'A1']], { source_id: 'SUP-1' }),
];

const available = (item: string, depot: string, bin: string | null, quantity: number): Row => ({
  ...{
    id: `${item}-${depot}-${bin ?? ''}`,
    product_id: PRODUCT_OF.get(item) ?? null,
    inventory_item_id: item,
  },
  ...{ location_id: depot, bin_location_id: bin, quantity_on_hand: quantity },
});

/** What OpenBoxes itself says that it has. */
const AVAILABILITY: readonly Row[] = [
  available('ii-01', 'SH', 'A1', 48),
  available('ii-01', 'BOS', null, 30),
  available('ii-02', 'SH', 'A1', 34),
  available('ii-03', 'SH', 'R1', 5),
  available('ii-04', 'SH', 'A1', 8),
  available('ii-05', 'SH', 'A1', 170),
  available('ii-06', 'SH', 'A1', 0),
  available('ii-07', 'SH', 'A1', 5),
  available('ii-08', 'SH', null, 40),
  available('ii-09', 'SH', 'A1', 25),
  available('ii-10', 'SH', 'A1', 6),
  available('ii-11', 'SH', 'A1', 9),
  available('ii-12', 'SH', 'A1', 3),
  available('ii-13', 'SH', 'A1', 11),
  available('ii-20', 'SH', 'A1', 500),
];

const TYPES: readonly (readonly [number, string, string])[] = [
  [2, 'Consumption|fr:Consommation', 'DEBIT'],
  [3, 'Adjustment', 'CREDIT'],
  [4, 'Expired', 'DEBIT'],
  [5, 'Damaged', 'DEBIT'],
  [7, 'Inventory', 'INVENTORY'],
  [8, 'Transfer In', 'CREDIT'],
  [9, 'Transfer Out', 'DEBIT'],
  [10, 'Adjustment Debit', 'DEBIT'],
  [11, 'Product Inventory', 'PRODUCT_INVENTORY'],
  [12, 'Bin swap', 'SWAP'],
];

const shipment = (id: string, origin: string, destination: string, status: string): Row => ({
  ...{
    id,
    shipment_number: id.toUpperCase(),
    origin_id: origin,
    destination_id: destination,
    current_status: status,
    ...UPDATED,
  },
});
const shipped = (
  id: string,
  of: string,
  item: string | null,
  productId: string,
  quantity: number,
  copied: string | null,
): Row => ({
  ...{
    id,
    shipment_id: of,
    inventory_item_id: item,
    product_id: productId,
    quantity,
    lot_number: copied,
    ...UPDATED,
  },
});
const received = (id: string, of: string, item: string, quantity: number, canceled = 0): Row => ({
  ...{
    id,
    receipt_id: of,
    inventory_item_id: item,
    product_id: PRODUCT_OF.get(item) ?? null,
    quantity_shipped: quantity + canceled,
  },
  ...{ quantity_received: quantity, quantity_canceled: canceled, ...UPDATED },
});
const order = (id: string, status: string, ordered: string, type = 'PURCHASE_ORDER'): Row => ({
  ...{
    id,
    order_number: id,
    order_type_id: type,
    status,
    origin_id: 'SUP-1',
    destination_id: 'SH',
    date_ordered: ordered,
    ...UPDATED,
  },
});

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  product: [
    product('KIT-9', 'Filter kit', 'EA', 1),
    product('MEM-2', 'Membrane', 'EA', 1, 0),
    product('RES-1', 'Resin', 'kg', 1),
    product('GLV-3', 'Gloves', 'BX', 0),
  ],
  location_type: [
    { id: '2', name: 'Depot', location_type_code: 'DEPOT' },
    { id: '3', name: 'Ward', location_type_code: 'WARD' },
    { id: '4', name: 'Supplier', location_type_code: 'SUPPLIER' },
    { id: '5', name: 'Bin', location_type_code: 'BIN_LOCATION' },
  ],
  location: [
    location('SH', 'Shanghai depot', '2', { inventory_id: 'inv-SH' }),
    location('BOS', 'Boston depot', '2', { inventory_id: 'inv-BOS', location_number: null }),
    location('A1', 'A1', '5', { parent_location_id: 'SH' }),
    location('R1', 'Recall cage', '5', { parent_location_id: 'SH' }),
    location('SUP-1', 'Resins Ltd', '4'),
    location('WARD-3', 'Ward 3', '3'),
  ],
  inventory_item: LOTS,
  transaction_type: TYPES.map(([id, name, code]) => ({ id: String(id), name, transaction_code: code })),
  transaction: TRANSACTIONS.map(({ head }) => head),
  transaction_entry: TRANSACTIONS.flatMap(({ entries }) => entries),
  shipment: [
    shipment('s-1', 'SUP-1', 'SH', 'RECEIVED'),
    shipment('s-2', 'SH', 'WARD-3', 'SHIPPED'),
    shipment('s-3', 'SH', 'BOS', 'PARTIALLY_RECEIVED'),
    shipment('s-4', 'SH', 'WARD-3', 'PENDING'),
  ],
  shipment_item: [
    shipped('si-1', 's-1', 'ii-01', 'KIT-9', 100, 'LT-001'),
    shipped('si-2', 's-2', 'ii-01', 'KIT-9', 20, 'LT-001'),
    shipped('si-3', 's-2', null, 'KIT-9', 5, 'LT-002'),
    shipped('si-4', 's-2', 'ii-20', 'GLV-3', 5, null),
  ],
  receipt: [
    {
      id: 'r-1',
      receipt_number: 'R-1',
      receipt_status_code: 'RECEIVED',
      shipment_id: 's-1',
      actual_delivery_date: '2026-06-01 08:30:00',
      ...UPDATED,
    },
    { id: 'r-2', receipt_number: 'R-2', receipt_status_code: 'PENDING', shipment_id: 's-3', ...UPDATED },
  ],
  receipt_item: [received('ri-1', 'r-1', 'ii-01', 100, 4), received('ri-2', 'r-1', 'ii-05', 200)],
  order: [
    order('PO-1', 'RECEIVED', '05/20/2026'),
    order('PO-2', 'PLACED', '2026-05-21 00:00:00.0'),
    order('PO-3', 'PENDING', '05/22/2026'),
    order('TO-1', 'COMPLETED', '05/22/2026', 'TRANSFER_ORDER'),
  ],
  product_availability: AVAILABILITY,
};

export async function fillOpenBoxes(source: SimulatedSource): Promise<void> {
  // an installation of MySQL that takes zero dates
  await source.run(`SET SESSION sql_mode = 'ANSI_QUOTES'; ${OPENBOXES_SCHEMA}`);
  for (const [table, rows] of Object.entries(TABLES)) await source.fill(table, rows);
}
