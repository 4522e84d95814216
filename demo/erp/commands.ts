// Commands of the ERP's REST: changing a document's fields, and a stock reconciliation.
import { isRecord, textOf } from '../http';
import { COMPANY } from '../story/sites';
import { batchLevel, hash, nextName, post, posted } from './book';
import { insertRow } from './db';
import type { Record_ } from '../store';
import type { ErpDb } from './db';
import { frappe, readDoc, requireDoc, requireTable } from './resources';
import { childOf, date, head, time } from './rows';
import { T } from './tables';

const FIXED = new Set([
  'name',
  'creation',
  'modified',
  'modified_by',
  'owner',
  'docstatus',
  'idx',
  'batch_id',
  'item',
]);

const isDay = (text: string): boolean => {
  const instant = Date.parse(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(instant) &&
    new Date(instant).toISOString().startsWith(text)
  );
};

type Doc = Record<string, unknown>;

/** Changes fields of a document. Thrown as 417 when a field or value is not allowed. */
export async function updateDoc(
  db: ErpDb,
  doctype: string,
  name: string,
  body: Doc,
  now: number,
): Promise<Doc> {
  const table = requireTable(doctype);
  const row = await requireDoc(db, table, name);
  if (row['docstatus'] !== 0) throw frappe(417, 'UpdateAfterSubmitError', `${doctype} ${name} is submitted`);
  const sets: string[] = [];
  const values: (string | number | null)[] = [];
  for (const [field, value] of Object.entries(body)) {
    const column = table.columns.find((candidate) => candidate.name === field);
    if (!column || FIXED.has(field)) throw frappe(417, 'ValidationError', `Cannot set ${field}`);
    if (value !== null && typeof value !== 'string' && typeof value !== 'number') {
      throw frappe(417, 'ValidationError', `${field} has a wrong type`);
    }
    if (column.type === 'date' && value !== null && !isDay(String(value))) {
      throw frappe(417, 'InvalidDates', `${String(value)} is not a valid date`);
    }
    if (column.type === 'tinyint(4)' && value !== 0 && value !== 1) {
      throw frappe(417, 'ValidationError', `${field} must be 0 or 1`);
    }
    sets.push(`\`${field}\` = ?`);
    values.push(value);
  }
  if (sets.length === 0) throw frappe(417, 'ValidationError', 'Nothing to change');
  await db.run(
    `UPDATE \`${table.name}\` SET ${sets.join(', ')}, modified = ?, modified_by = ? WHERE name = ?`,
    [...values, `${date(now)} ${time(now)}`, 'integration.user', name],
  );
  return readDoc(db, doctype, name);
}

/** Turns batches into others of their item; a batch that comes out and is not there yet is made like the one that went in. */
export async function repack(db: ErpDb, body: Doc, now: number): Promise<Doc> {
  const items = Array.isArray(body['items']) ? (body['items'] as unknown[]).filter(isRecord) : [];
  const rows = items.map((item) => ({
    batchNo: textOf(item['batch_no']) ?? '',
    warehouse: textOf(item['s_warehouse']) ?? textOf(item['t_warehouse']) ?? '',
    delta: (textOf(item['s_warehouse']) === undefined ? 1 : -1) * Number(item['qty']),
  }));
  const total = Math.round(rows.reduce((sum, { delta }) => sum + delta, 0) * 1000);
  const source = rows.find(({ delta }) => delta < 0);
  if (
    body['purpose'] !== 'Repack' ||
    source === undefined ||
    total !== 0 ||
    rows.some(({ delta }) => !(delta !== 0))
  )
    throw frappe(417, 'ValidationError', 'a repack takes as much as it gives');
  const origin = await requireDoc(db, T.batch, source.batchNo);
  const name = await nextName(db, T.stockEntry.name, 'MAT-STE', now);
  await insertRow(db, T.stockEntry.name, {
    ...head(name, now, now),
    ...{ purpose: 'Repack', stock_entry_type: 'Repack', ...posted(now), is_return: 0, company: COMPANY },
  });
  for (const [index, row] of rows.entries()) await repackRow(db, { ...row, name, index, origin, now });
  return readDoc(db, 'Stock Entry', name);
}

interface RepackRow {
  readonly batchNo: string;
  readonly warehouse: string;
  readonly delta: number;
  readonly name: string;
  readonly index: number;
  readonly origin: Record_;
  readonly now: number;
}

async function repackRow(db: ErpDb, row: RepackRow): Promise<void> {
  const { batchNo, warehouse, delta, name, index, origin, now } = row;
  const [known] = await db.all(`SELECT * FROM \`${T.batch.name}\` WHERE name = ?`, [batchNo]);
  if (delta > 0 && !known) {
    if (batchNo === '') throw frappe(417, 'ValidationError', 'batch_no is mandatory');
    await insertRow(db, T.batch.name, {
      ...origin,
      ...head(batchNo, now, now, 0),
      ...{ batch_id: batchNo, batch_qty: 0, parent_batch: origin['name'] ?? null },
      ...{ reference_doctype: 'Stock Entry', reference_name: name },
    });
  }
  const batch = await requireDoc(db, T.batch, batchNo);
  if (batch['item'] !== origin['item']) throw frappe(417, 'ValidationError', `${batchNo} is of another item`);
  const detail = hash();
  const voucher = { voucherType: 'Stock Entry', voucherNo: name, detail, now };
  const bundle = await post(db, { batch, warehouse, delta, ...voucher });
  await insertRow(db, T.stockEntryDetail.name, {
    ...head(detail, now, now),
    ...childOf(name, 'Stock Entry', 'items', index + 1),
    ...{ item_code: batch['item'] ?? null, item_name: batch['item_name'] ?? null },
    ...(delta < 0 ? { s_warehouse: warehouse } : { t_warehouse: warehouse }),
    ...{ qty: Math.abs(delta), transfer_qty: Math.abs(delta), conversion_factor: 1 },
    ...{ uom: batch['stock_uom'] ?? null, stock_uom: batch['stock_uom'] ?? null },
    ...{ batch_no: batchNo, serial_and_batch_bundle: bundle, use_serial_batch_fields: 1 },
    ...{ is_finished_item: delta > 0 ? 1 : 0, is_scrap_item: 0 },
  });
}

/** Sets levels of batches in warehouses and posts the differences. */
export async function reconcile(db: ErpDb, body: Doc, now: number): Promise<Doc> {
  const items = Array.isArray(body['items']) ? (body['items'] as unknown[]).filter(isRecord) : [];
  if (items.length === 0) throw frappe(417, 'ValidationError', 'items is mandatory');
  const name = await nextName(db, T.reconciliation.name, 'MAT-RECO', now);
  const docstatus = body['docstatus'] === 0 ? 0 : 1;
  await insertRow(db, T.reconciliation.name, {
    ...head(name, now, now, docstatus),
    ...{ purpose: 'Stock Reconciliation', ...posted(now), company: COMPANY },
  });
  for (const [index, item] of items.entries()) {
    const batchNo = textOf(item['batch_no']) ?? '';
    const warehouse = textOf(item['warehouse']) ?? '';
    const wanted = Number(item['qty']);
    if (!(wanted >= 0)) throw frappe(417, 'ValidationError', 'qty must be zero or more');
    const batch = await requireDoc(db, T.batch, batchNo);
    await requireDoc(db, T.warehouse, warehouse);
    const current = await batchLevel(db, batchNo, warehouse);
    const difference = Math.round((wanted - current) * 1000) / 1000;
    const row = hash();
    await insertRow(db, T.reconciliationItem.name, {
      ...head(row, now, now, docstatus),
      ...childOf(name, 'Stock Reconciliation', 'items', index + 1),
      ...{ item_code: batch['item'] ?? null, warehouse, qty: wanted, batch_no: batchNo },
      ...{ current_qty: current, quantity_difference: difference },
    });
    if (docstatus === 0 || difference === 0) continue;
    const voucher = { voucherType: 'Stock Reconciliation', voucherNo: name, detail: row, now };
    await post(db, { batch, warehouse, delta: difference, ...voucher });
  }
  return readDoc(db, 'Stock Reconciliation', name);
}
