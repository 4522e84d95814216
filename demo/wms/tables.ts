// The WMS's own tables, after OpenBoxes. `lot_key` is the lot number as MySQL's collation would compare it.
import { parseColumns } from '../columns';
import type { Table } from '../columns';

const TYPES = { d: 'text', n: 'numeric', flag: 'integer' };
const table = (name: string, words: string): Table => ({ name, columns: parseColumns(words, TYPES) });
const STAMPS = 'date_created* last_updated*';

export const W = {
  location: table(
    'location',
    `id name number type* parent_id* inventory_id zone timezone active:flag ${STAMPS}`,
  ),
  product: table('product', `id code* name description category uom upc active:flag ${STAMPS}`),
  inventoryItem: table(
    'inventory_item',
    `id product_id* lot_number lot_key* expiration_date lot_status comments ${STAMPS}`,
  ),
  transaction: table(
    'transaction_head',
    `id number* transaction_date type_id location_id* source_id destination_id incoming_shipment_id
     outgoing_shipment_id receipt_id order_id order_number comment confirmed:flag ${STAMPS}`,
  ),
  entry: table(
    'transaction_entry',
    'id transaction_id* product_id* inventory_item_id* bin_id quantity:n reason_code',
  ),
  shipment: table(
    'shipment',
    `id number name origin_id destination_id status expected_date shipped_date delivered_date ${STAMPS}`,
  ),
  shipmentItem: table(
    'shipment_item',
    'id shipment_id* product_id inventory_item_id* lot_number expiration_date quantity:n bin_id',
  ),
  movement: table(
    'stock_movement',
    `id identifier status origin_id destination_id shipment_id date_requested ${STAMPS}`,
  ),
  receipt: table('receipt', `id number status shipment_id origin_id destination_id delivered_date ${STAMPS}`),
  receiptItem: table(
    'receipt_item',
    `id receipt_id* product_id inventory_item_id* lot_number expiration_date shipped:n received:n canceled:n bin_id`,
  ),
  putaway: table('putaway', `id number status location_id ${STAMPS}`),
  putawayItem: table(
    'putaway_item',
    'id putaway_id* product_id inventory_item_id* current_bin_id putaway_bin_id quantity:n',
  ),
  availability: table(
    'product_availability',
    'id product_id* inventory_item_id* location_id* bin_id quantity:n last_updated*',
  ),
} as const;

export const WMS_TABLES: readonly Table[] = Object.values(W);

export interface TransactionType {
  readonly id: string;
  readonly name: string;
  readonly transactionCode: string;
}

/** The installed transaction types; the sign of an entry is in the code. */
export const TRANSACTION_TYPES: readonly TransactionType[] = [
  { id: '2', name: 'Consumption', transactionCode: 'DEBIT' },
  { id: '3', name: 'Adjustment', transactionCode: 'CREDIT' },
  { id: '4', name: 'Expired', transactionCode: 'DEBIT' },
  { id: '5', name: 'Damaged', transactionCode: 'DEBIT' },
  { id: '7', name: 'Inventory', transactionCode: 'INVENTORY' },
  { id: '8', name: 'Transfer In', transactionCode: 'CREDIT' },
  { id: '9', name: 'Transfer Out', transactionCode: 'DEBIT' },
  { id: '10', name: 'Adjustment Debit', transactionCode: 'DEBIT' },
  { id: '11', name: 'Product Inventory', transactionCode: 'PRODUCT_INVENTORY' },
];

const KINDS = {
  location: '01',
  product: '02',
  inventoryItem: '03',
  transaction: '04',
  entry: '05',
  shipment: '06',
  shipmentItem: '07',
  movement: '08',
  receipt: '09',
  receiptItem: '0a',
  putaway: '0b',
  putawayItem: '0c',
  availability: '0d',
} as const;

/** A 32-digit hexadecimal id, as Hibernate's uuid generator would give. */
export const wmsId = (kind: keyof typeof KINDS, n: number): string =>
  `ff8081${KINDS[kind]}${n.toString(16).padStart(24, '0')}`;

export const lotKey = (lotNumber: string): string => lotNumber.trim().toLowerCase();
