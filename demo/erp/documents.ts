// Business documents of the ERP and what they post to the ledger.
import { DAY } from '../story/calendar';
import type { Doc, Line, Partner } from '../story/model';
import { COMPANY } from '../story/sites';
import type { Row, Sink } from '../sql';
import type { HashNames } from './ids';
import type { Ledger, Voucher } from './ledger';
import { amounts, childOf, date, flag, head, lineQty, q, time } from './rows';
import { T } from './tables';

export class Documents {
  constructor(
    private readonly sink: Sink,
    private readonly names: HashNames,
    private readonly ledger: Ledger,
  ) {}

  write(doc: Doc): void {
    if (doc.kind === 'receipt') this.receipt(doc);
    else if (doc.kind === 'manufacture') this.manufacture(doc);
    else if (doc.kind === 'delivery' || doc.kind === 'return') this.delivery(doc);
    else {
      const purpose = doc.kind === 'adjust' ? 'Material Issue' : 'Material Transfer';
      this.entry(doc, doc.lines, requireName(doc), purpose);
    }
  }

  private receipt(doc: Doc): void {
    const { at, orderedAt = at } = doc;
    const supplier = requirePartner(doc);
    const name = requireName(doc);
    const order = doc.erpOrder ?? '';
    const by = { supplier: supplier.id, supplier_name: supplier.nameEn, company: COMPANY };
    this.sink.insert(T.purchaseOrder, {
      ...head(order, orderedAt, at),
      ...by,
      transaction_date: date(orderedAt),
      schedule_date: date(at),
      status: 'Completed',
      currency: 'CNY',
    });
    const voucher = voucherOf('Purchase Receipt', name, doc);
    this.sink.insert(T.purchaseReceipt, {
      ...head(name, at, at + 60_000),
      ...by,
      ...posted(at),
      is_return: 0,
      status: 'Completed',
      supplier_delivery_note: `DN${String(at % 1_000_000)}`,
    });
    doc.lines.forEach((line, index) => {
      const qty = lineQty(line);
      const item = { item_code: line.item.code, item_name: line.item.nameEn };
      const counted = amounts(line.item, qty, doc.inBoxes ?? false);
      const warehouse = line.to?.warehouse ?? null;
      const orderRow = this.names.next();
      this.sink.insert(T.purchaseOrderItem, {
        ...head(orderRow, orderedAt, at),
        ...childOf(order, 'Purchase Order', 'items', index + 1),
        ...item,
        ...counted,
        received_qty: counted.qty,
        rate: 1 + (line.item.code.charCodeAt(6) % 7),
        warehouse,
        schedule_date: date(at),
      });
      const row = this.names.next();
      const bundle = this.post(voucher, line, 1, warehouse, row);
      this.sink.insert(T.purchaseReceiptItem, {
        ...head(row, at, at + 60_000),
        ...childOf(name, 'Purchase Receipt', 'items', index + 1),
        ...item,
        ...counted,
        received_qty: counted.qty,
        rejected_qty: 0,
        warehouse,
        ...batchFields(line, bundle, index),
        purchase_order: order,
        purchase_order_item: orderRow,
      });
    });
  }

  private manufacture(doc: Doc): void {
    const name = requireName(doc);
    const work = doc.erpOrder ?? '';
    const finished = doc.lines.find((line) => line.finished);
    if (!finished) throw new Error(`${name} makes nothing`);
    const { item } = finished;
    const inputs = doc.lines.filter((line) => !line.finished);
    const made = q(lineQty(finished));
    const source = inputs[0]?.from?.warehouse ?? null;
    this.sink.insert(T.workOrder, {
      ...head(work, doc.at - 2 * DAY, doc.at + 120_000),
      production_item: item.code,
      item_name: item.nameEn,
      bom_no: `BOM-${item.code}-001`,
      qty: made,
      produced_qty: made,
      status: 'Completed',
      company: COMPANY,
      source_warehouse: source,
      wip_warehouse: source,
      fg_warehouse: finished.to?.warehouse ?? null,
      planned_start_date: stamp(doc.at - DAY),
      actual_start_date: stamp(doc.at - DAY / 3),
      actual_end_date: stamp(doc.at),
      batch_size: made,
      stock_uom: item.uom,
    });
    const needed = new Map<Line['item'], number>();
    for (const line of inputs) needed.set(line.item, (needed.get(line.item) ?? 0) + lineQty(line));
    let idx = 0;
    for (const [input, qty] of needed) {
      this.sink.insert(T.workOrderItem, {
        ...head(this.names.next(), doc.at - 2 * DAY, doc.at),
        ...childOf(work, 'Work Order', 'required_items', (idx += 1)),
        item_code: input.code,
        required_qty: q(qty),
        transferred_qty: q(qty),
        consumed_qty: q(qty),
        source_warehouse: source,
      });
    }
    if (doc.erpConsumption !== undefined) {
      this.entry(doc, inputs, doc.erpConsumption, 'Material Consumption for Manufacture');
      this.entry(doc, [finished], name, 'Manufacture');
    } else {
      this.entry(doc, [...inputs, finished], name, 'Manufacture');
    }
  }

  private entry(doc: Doc, lines: readonly Line[], name: string, purpose: string): void {
    const voucher = voucherOf('Stock Entry', name, doc);
    const finished = lines.find((line) => line.finished);
    const merged = this.ledger.usesBundles(doc.at) ? merge(lines) : lines;
    this.sink.insert(T.stockEntry, {
      ...head(name, doc.at, doc.at + 60_000, statusOf(doc)),
      purpose,
      stock_entry_type: purpose,
      work_order: doc.kind === 'manufacture' ? (doc.erpOrder ?? null) : null,
      ...posted(doc.at),
      is_return: 0,
      company: COMPANY,
      fg_completed_qty: finished ? q(lineQty(finished)) : 0,
      from_warehouse: lines[0]?.from?.warehouse ?? null,
      to_warehouse: lines.at(-1)?.to?.warehouse ?? null,
      remarks: doc.remark ?? null,
    });
    merged.forEach((line, index) => {
      const row = this.names.next();
      const from = line.from?.warehouse ?? null;
      const to = line.to?.warehouse ?? null;
      const out = from === null ? null : this.post(voucher, line, -1, from, row);
      const into = to === null ? null : this.post(voucher, line, 1, to, row);
      const qty = q(lineQty(line));
      this.sink.insert(T.stockEntryDetail, {
        ...head(row, doc.at, doc.at + 60_000, statusOf(doc)),
        ...childOf(name, 'Stock Entry', 'items', index + 1),
        item_code: line.item.code,
        item_name: line.item.nameEn,
        s_warehouse: from,
        t_warehouse: to,
        qty,
        transfer_qty: qty,
        uom: line.item.uom,
        stock_uom: line.item.uom,
        conversion_factor: 1,
        ...batchFields(line, out ?? into, index),
        serial_no: serialText(line, out ?? into),
        is_finished_item: flag(line.finished ?? false),
        is_scrap_item: 0,
      });
    });
  }

  private delivery(doc: Doc): void {
    const { at, orderedAt = at } = doc;
    const customer = requirePartner(doc);
    const name = requireName(doc);
    const order = doc.erpOrder ?? null;
    const isReturn = doc.kind === 'return';
    const by = { customer: customer.id, customer_name: customer.nameEn, company: COMPANY };
    const status = doc.state === 'draft' ? 'Draft' : doc.state === 'cancelled' ? 'Cancelled' : 'Completed';
    if (order !== null) {
      this.sink.insert(T.salesOrder, {
        ...head(order, orderedAt, at),
        ...by,
        transaction_date: date(orderedAt),
        delivery_date: date(at),
        status: doc.state ? 'To Deliver and Bill' : 'Completed',
        po_no: `PO-${String(orderedAt % 100_000)}`,
      });
    }
    const stamps = head(name, at, at + 60_000 + (doc.state === 'cancelled' ? 3_600_000 : 0), statusOf(doc));
    this.sink.insert(T.deliveryNote, {
      ...stamps,
      ...by,
      ...posted(at),
      is_return: flag(isReturn),
      return_against: doc.returnOf?.erpName ?? null,
      status: isReturn ? 'Return' : status,
    });
    const merged = this.ledger.usesBundles(at) ? merge(doc.lines) : doc.lines;
    merged.forEach((line, index) => this.deliveryRow(doc, line, index, name, stamps));
  }

  private deliveryRow(doc: Doc, line: Line, index: number, name: string, stamps: Row): void {
    const isReturn = doc.kind === 'return';
    const warehouse = (isReturn ? line.to : line.from)?.warehouse ?? null;
    const item = { item_code: line.item.code, item_name: line.item.nameEn };
    const counted = amounts(line.item, lineQty(line), doc.inBoxes ?? false);
    const order = doc.erpOrder ?? null;
    const orderRow = order === null ? null : this.names.next();
    const orderedAt = doc.orderedAt ?? doc.at;
    if (order !== null && orderRow !== null) {
      this.sink.insert(T.salesOrderItem, {
        ...head(orderRow, orderedAt, doc.at),
        ...childOf(order, 'Sales Order', 'items', index + 1),
        ...item,
        ...counted,
        delivered_qty: doc.state ? 0 : counted.qty,
        rate: 10,
        warehouse,
        delivery_date: date(doc.at),
      });
    }
    const row = this.names.next();
    const voucher = voucherOf('Delivery Note', name, doc);
    const bundle = doc.state === 'draft' ? null : this.post(voucher, line, isReturn ? 1 : -1, warehouse, row);
    const signed = isReturn ? { qty: -Number(counted.qty), stock_qty: -Number(counted.stock_qty) } : {};
    this.sink.insert(T.deliveryNoteItem, {
      ...stamps,
      ...childOf(name, 'Delivery Note', 'items', index + 1),
      name: row,
      ...item,
      ...counted,
      ...signed,
      warehouse,
      ...batchFields(line, bundle, index),
      serial_no: serialText(line, bundle),
      against_sales_order: order,
      so_detail: orderRow,
    });
  }

  private post(
    voucher: Voucher,
    line: Line,
    sign: 1 | -1,
    warehouse: string | null,
    detail: string,
  ): string | null {
    if (warehouse === null) throw new Error(`${voucher.no} has a row without a warehouse`);
    return this.ledger.post(voucher, { item: line.item, warehouse, allocs: line.allocs, sign, detail });
  }
}

const stamp = (at: number): string => `${date(at)} ${time(at)}`;
const posted = (at: number): Row => ({ posting_date: date(at), posting_time: time(at) });
const statusOf = (doc: Doc): number => (doc.state === 'draft' ? 0 : doc.state === 'cancelled' ? 2 : 1);
const voucherOf = (type: string, no: string, doc: Doc): Voucher => ({
  type,
  no,
  at: doc.at,
  cancelled: doc.state === 'cancelled',
});

/** Before the upgrade the row names its batch; after it only rows that use the old fields do. */
function batchFields(line: Line, bundle: string | null, index: number): Row {
  const [only] = line.allocs;
  const oldFields = line.allocs.length === 1 && (bundle === null || index % 3 === 2);
  return {
    batch_no: oldFields ? (only?.lot.erpName ?? null) : null,
    serial_and_batch_bundle: bundle,
    use_serial_batch_fields: flag(bundle !== null && oldFields),
  };
}

const serialText = (line: Line, bundle: string | null): string | null => {
  const serials = bundle === null ? line.allocs.flatMap((alloc) => alloc.serials) : [];
  return serials.length > 0 ? serials.join('\n') : null;
};

/** With bundles one row may hold several lots: rows of the same item and warehouses become one. */
function merge(lines: readonly Line[]): Line[] {
  const merged: Line[] = [];
  for (const line of lines) {
    const index = merged.findIndex(
      (other) =>
        other.item === line.item &&
        !line.finished &&
        other.from?.warehouse === line.from?.warehouse &&
        other.to?.warehouse === line.to?.warehouse,
    );
    const same = merged[index];
    if (same) merged[index] = { ...same, allocs: [...same.allocs, ...line.allocs] };
    else merged.push(line);
  }
  return merged;
}

/** Thrown when a document that must be in the books was not named. */
function requireName(doc: Doc): string {
  if (doc.erpName === undefined) throw new Error(`a ${doc.kind} has no name`);
  return doc.erpName;
}

function requirePartner(doc: Doc): Partner {
  if (!doc.partner) throw new Error(`a ${doc.kind} has no partner`);
  return doc.partner;
}
