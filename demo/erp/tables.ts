// ERPNext's tables as it names them. A word is `column:type`, a star marks an index.
import { parseColumns } from '../columns';
import type { Column, Table } from '../columns';

const TYPES: Record<string, string> = {
  d: 'varchar(140)',
  text: 'text',
  date: 'date',
  time: 'time(6)',
  stamp: 'datetime(6)',
  qty: 'decimal(21,9)',
  int: 'int(11)',
  flag: 'tinyint(4)',
};

const COMMON = 'name:d creation:stamp modified:stamp* modified_by:d owner:d docstatus:flag idx:int';
const CHILD = 'parent:d* parenttype:d parentfield:d';

const columnsOf = (words: string): Column[] => parseColumns(words, TYPES);

export interface DocTable extends Table {
  readonly doctype: string;
  readonly child: boolean;
}

const doc = (doctype: string, words: string): DocTable => ({
  name: `tab${doctype}`,
  doctype,
  child: false,
  columns: columnsOf(`${COMMON} ${words}`),
});
const child = (doctype: string, words: string): DocTable => ({
  name: `tab${doctype}`,
  doctype,
  child: true,
  columns: columnsOf(`${COMMON} ${CHILD} ${words}`),
});

const UNITS = 'uom stock_uom conversion_factor:qty';
const BATCHES = 'batch_no* serial_and_batch_bundle* use_serial_batch_fields:flag';

export const T = {
  item: doc(
    'Item',
    `item_code* item_name item_group description:text stock_uom has_batch_no:flag has_expiry_date:flag
     shelf_life_in_days:int has_serial_no:flag is_stock_item:flag disabled:flag custom_name_zh custom_gtin*
     custom_registration_no custom_sterile:flag`,
  ),
  uom: child('UOM Conversion Detail', 'uom conversion_factor:qty'),
  warehouse: doc(
    'Warehouse',
    'warehouse_name parent_warehouse lft:int rgt:int is_group:flag is_rejected_warehouse:flag disabled:flag company city custom_site',
  ),
  supplier: doc('Supplier', 'supplier_name supplier_group country disabled:flag custom_name_zh'),
  customer: doc('Customer', 'customer_name customer_group territory disabled:flag custom_name_zh'),
  batch: doc(
    'Batch',
    `batch_id* item* item_name manufacturing_date:date expiry_date:date supplier batch_qty:qty stock_uom
     disabled:flag parent_batch reference_doctype reference_name qty_to_produce:qty produced_qty:qty description:text
     custom_sterilization_load* custom_supplier_lot custom_supplier_expiry custom_quality_status`,
  ),
  purchaseOrder: doc(
    'Purchase Order',
    'supplier supplier_name transaction_date:date schedule_date:date status company currency',
  ),
  purchaseOrderItem: child(
    'Purchase Order Item',
    `item_code* item_name qty:qty received_qty:qty ${UNITS} stock_qty:qty rate:qty warehouse schedule_date:date`,
  ),
  purchaseReceipt: doc(
    'Purchase Receipt',
    'supplier* supplier_name posting_date:date posting_time:time is_return:flag return_against status company supplier_delivery_note',
  ),
  purchaseReceiptItem: child(
    'Purchase Receipt Item',
    `item_code* item_name qty:qty received_qty:qty rejected_qty:qty ${UNITS} stock_qty:qty warehouse rejected_warehouse
     ${BATCHES} rejected_serial_and_batch_bundle purchase_order* purchase_order_item quality_inspection`,
  ),
  workOrder: doc(
    'Work Order',
    `production_item* item_name bom_no qty:qty produced_qty:qty status sales_order company source_warehouse
     wip_warehouse fg_warehouse planned_start_date:stamp actual_start_date:stamp actual_end_date:stamp batch_size:qty stock_uom`,
  ),
  workOrderItem: child(
    'Work Order Item',
    'item_code required_qty:qty transferred_qty:qty consumed_qty:qty source_warehouse',
  ),
  stockEntry: doc(
    'Stock Entry',
    `purpose stock_entry_type work_order* posting_date:date posting_time:time is_return:flag company
     fg_completed_qty:qty from_warehouse to_warehouse remarks:text`,
  ),
  stockEntryDetail: child(
    'Stock Entry Detail',
    `item_code* item_name s_warehouse t_warehouse qty:qty transfer_qty:qty ${UNITS} ${BATCHES} serial_no:text
     is_finished_item:flag is_scrap_item:flag quality_inspection`,
  ),
  ledger: doc(
    'Stock Ledger Entry',
    `item_code* warehouse* posting_date:date posting_time:time posting_datetime:stamp* actual_qty:qty
     qty_after_transaction:qty voucher_type voucher_no* voucher_detail_no* batch_no* serial_no:text
     serial_and_batch_bundle* is_cancelled:flag has_batch_no:flag has_serial_no:flag stock_uom company`,
  ),
  bundle: doc(
    'Serial and Batch Bundle',
    `item_code item_name warehouse type_of_transaction voucher_type voucher_no* voucher_detail_no
     posting_date:date posting_time:time total_qty:qty has_batch_no:flag has_serial_no:flag is_cancelled:flag
     is_rejected:flag returned_against company`,
  ),
  bundleEntry: child(
    'Serial and Batch Entry',
    'batch_no* serial_no* qty:qty warehouse is_outward:flag delivered_qty:qty',
  ),
  salesOrder: doc(
    'Sales Order',
    'customer* customer_name transaction_date:date delivery_date:date status po_no company',
  ),
  salesOrderItem: child(
    'Sales Order Item',
    `item_code* item_name qty:qty delivered_qty:qty ${UNITS} stock_qty:qty rate:qty warehouse delivery_date:date`,
  ),
  deliveryNote: doc(
    'Delivery Note',
    'customer* customer_name posting_date:date posting_time:time is_return:flag return_against status company',
  ),
  deliveryNoteItem: child(
    'Delivery Note Item',
    `item_code* item_name qty:qty ${UNITS} stock_qty:qty warehouse ${BATCHES} serial_no:text against_sales_order* so_detail`,
  ),
  serial: doc(
    'Serial No',
    `serial_no item_code* item_name batch_no* warehouse status customer* work_order reference_doctype
     reference_name warranty_expiry_date:date company`,
  ),
  inspection: doc(
    'Quality Inspection',
    `report_date:date inspection_type reference_type reference_name* item_code* item_name batch_no*
     item_serial_no sample_size:qty status inspected_by verified_by child_row_reference remarks:text`,
  ),
  reading: child(
    'Quality Inspection Reading',
    `specification numeric:flag min_value:qty max_value:qty reading_1 reading_2 reading_3 reading_value value status`,
  ),
  reconciliation: doc('Stock Reconciliation', 'purpose posting_date:date posting_time:time company'),
  reconciliationItem: child(
    'Stock Reconciliation Item',
    'item_code* warehouse qty:qty batch_no current_qty:qty quantity_difference:qty',
  ),
  bin: doc('Bin', 'item_code* warehouse* actual_qty:qty stock_uom'),
} as const;

export const ERP_TABLES: readonly DocTable[] = Object.values(T);
