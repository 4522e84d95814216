// Commands of the ERP's REST: changing a document's fields, and a stock reconciliation.
import { isRecord, textOf } from '../http';
import { COMPANY } from '../story/sites';
import { batchLevel, hash, nextName, post, posted } from './book';
import { insertRow } from './db';
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
