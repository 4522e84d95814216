/** Tables of ERPNext as MariaDB has them, with the columns that a reader of lots meets. */

const COMMON = `"name" varchar(140) PRIMARY KEY, "creation" datetime(6), "modified" datetime(6), "owner" varchar(140),
  "docstatus" int(1) NOT NULL DEFAULT 0, "idx" int(8) NOT NULL DEFAULT 0`;
const CHILD = `"parent" varchar(140), "parentfield" varchar(140), "parenttype" varchar(140)`;
const QTY = 'decimal(21,9) NOT NULL DEFAULT 0';
const FLAG = 'int(1) NOT NULL DEFAULT 0';
const TEXT = 'varchar(140)';
const POSTED = `"company" ${TEXT}, "posting_date" date, "posting_time" time(6)`;

/** Doctype → its own columns; child tables say so. */
const DOCTYPES: Readonly<Record<string, string>> = {
  Item: `"item_code" ${TEXT}, "item_name" ${TEXT}, "item_group" ${TEXT}, "stock_uom" ${TEXT}, "has_batch_no" ${FLAG},
    "has_expiry_date" ${FLAG}, "shelf_life_in_days" int(11) NOT NULL DEFAULT 0, "has_serial_no" ${FLAG}, "disabled" ${FLAG}`,
  Company: `"company_name" ${TEXT}, "abbr" ${TEXT}`,
  Warehouse: `"warehouse_name" ${TEXT}, "parent_warehouse" ${TEXT}, "company" ${TEXT}, "lft" int(11), "rgt" int(11),
    "is_group" ${FLAG}, "disabled" ${FLAG}, "is_rejected_warehouse" ${FLAG}`,
  Supplier: `"supplier_name" ${TEXT}, "country" ${TEXT}`,
  Customer: `"customer_name" ${TEXT}, "territory" ${TEXT}`,
  Bin: `"item_code" ${TEXT}, "warehouse" ${TEXT}, "actual_qty" ${QTY}`,
  Batch: `"batch_id" ${TEXT}, "item" ${TEXT}, "manufacturing_date" date, "expiry_date" date, "supplier" ${TEXT},
    "batch_qty" ${QTY}, "stock_uom" ${TEXT}, "disabled" ${FLAG}, "parent_batch" ${TEXT}, "description" text,
    "reference_doctype" ${TEXT}, "reference_name" ${TEXT}, "qty_to_produce" ${QTY}, "produced_qty" ${QTY}`,
  'Stock Ledger Entry': `"item_code" ${TEXT}, "warehouse" ${TEXT}, ${POSTED}, "actual_qty" ${QTY},
    "qty_after_transaction" ${QTY}, "voucher_type" ${TEXT}, "voucher_no" ${TEXT}, "voucher_detail_no" ${TEXT},
    "batch_no" ${TEXT}, "serial_no" longtext, "serial_and_batch_bundle" ${TEXT}, "is_cancelled" ${FLAG},
    "has_batch_no" ${FLAG}, "stock_uom" ${TEXT}`,
  'Serial and Batch Bundle': `"item_code" ${TEXT}, "warehouse" ${TEXT}, "type_of_transaction" ${TEXT},
    "voucher_type" ${TEXT}, "voucher_no" ${TEXT}, "voucher_detail_no" ${TEXT}, "is_cancelled" ${FLAG},
    "is_rejected" ${FLAG}, "returned_against" ${TEXT}, "total_qty" ${QTY}`,
  'Serial and Batch Entry': `${CHILD}, "batch_no" ${TEXT}, "serial_no" ${TEXT}, "qty" ${QTY}, "warehouse" ${TEXT},
    "is_outward" ${FLAG}, "delivered_qty" ${QTY}`,
  'Stock Entry': `"purpose" ${TEXT}, "work_order" ${TEXT}, ${POSTED}, "is_return" ${FLAG}`,
  'Stock Entry Detail': `${CHILD}, "item_code" ${TEXT}, "s_warehouse" ${TEXT}, "t_warehouse" ${TEXT}, "qty" ${QTY},
    "transfer_qty" ${QTY}, "uom" ${TEXT}, "stock_uom" ${TEXT}, "conversion_factor" ${QTY}, "batch_no" ${TEXT},
    "serial_and_batch_bundle" ${TEXT}, "is_finished_item" ${FLAG}, "quality_inspection" ${TEXT}`,
  'Work Order': `"production_item" ${TEXT}, "bom_no" ${TEXT}, "company" ${TEXT}, "qty" ${QTY}, "produced_qty" ${QTY},
    "status" ${TEXT}, "sales_order" ${TEXT}`,
  'Purchase Order': `"supplier" ${TEXT}, "transaction_date" date, "status" ${TEXT}`,
  'Purchase Receipt': `"supplier" ${TEXT}, ${POSTED}, "is_return" ${FLAG}, "return_against" ${TEXT}`,
  'Purchase Receipt Item': `${CHILD}, "item_code" ${TEXT}, "qty" ${QTY}, "stock_qty" ${QTY}, "stock_uom" ${TEXT},
    "received_qty" ${QTY}, "rejected_qty" ${QTY}, "warehouse" ${TEXT}, "rejected_warehouse" ${TEXT}, "batch_no" ${TEXT},
    "serial_and_batch_bundle" ${TEXT}, "purchase_order" ${TEXT}`,
  'Sales Order': `"customer" ${TEXT}, "transaction_date" date, "status" ${TEXT}`,
  'Delivery Note': `"customer" ${TEXT}, ${POSTED}, "is_return" ${FLAG}, "return_against" ${TEXT}`,
  'Delivery Note Item': `${CHILD}, "item_code" ${TEXT}, "qty" ${QTY}, "stock_qty" ${QTY}, "stock_uom" ${TEXT},
    "conversion_factor" ${QTY}, "warehouse" ${TEXT}, "batch_no" ${TEXT}, "serial_and_batch_bundle" ${TEXT},
    "against_sales_order" ${TEXT}`,
  'Stock Reconciliation': POSTED,
  'Serial No': `"serial_no" ${TEXT}, "item_code" ${TEXT}, "batch_no" ${TEXT}, "warehouse" ${TEXT}, "status" ${TEXT},
    "customer" ${TEXT}, "work_order" ${TEXT}, "reference_doctype" ${TEXT}, "reference_name" ${TEXT}`,
  'Quality Inspection': `"report_date" date, "inspection_type" ${TEXT}, "reference_type" ${TEXT},
    "reference_name" ${TEXT}, "item_code" ${TEXT}, "batch_no" ${TEXT}, "item_serial_no" ${TEXT}, "sample_size" ${QTY},
    "status" ${TEXT}, "inspected_by" ${TEXT}, "verified_by" ${TEXT}`,
  'Quality Inspection Reading': `${CHILD}, "specification" ${TEXT}, "numeric" ${FLAG}, "min_value" ${QTY},
    "max_value" ${QTY}, ${Array.from({ length: 10 }, (_, i) => `"reading_${i + 1}" ${TEXT}`).join(', ')},
    "reading_value" ${TEXT}, "value" ${TEXT}, "status" ${TEXT}`,
};

export const ERPNEXT_SCHEMA = Object.entries(DOCTYPES)
  .map(([doctype, columns]) => `CREATE TABLE "tab${doctype}" (${COMMON}, ${columns}) CHARACTER SET utf8mb4`)
  .join(';\n');
