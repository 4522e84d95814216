// Business acts for tests: what people in the ERP would do, with fresh stamps.
import { isRecord, textOf } from '../http';
import { DAY, dayOf, isoDay } from '../story/calendar';
import { COMPANY } from '../story/sites';
import type { Record_ } from '../store';
import { hash, nextName, post, posted, whereIs } from './book';
import { updateDoc } from './commands';
import { insertRow } from './db';
import type { ErpDb } from './db';
import { frappe, requireDoc } from './resources';
import { childOf, date, head } from './rows';
import { T } from './tables';

type Body = Record<string, unknown>;
type Act = (db: ErpDb, body: Body, now: number) => Promise<Body>;

const need = (body: Body, field: string): string => {
  const value = textOf(body[field]);
  if (value === undefined) throw frappe(417, 'ValidationError', `${field} is mandatory`);
  return value;
};
const quantity = (body: Body): number => {
  const qty = Number(body['qty']);
  if (!(qty > 0)) throw frappe(417, 'ValidationError', 'qty must be more than zero');
  return qty;
};

async function newBatch(db: ErpDb, body: Body, now: number, source: [string, string]): Promise<Record_> {
  const item = await requireDoc(db, T.item, need(body, 'item_code'));
  const [{ n = 0 } = {}] = await db.all(`SELECT count(*) AS n FROM \`${T.batch.name}\``);
  const number = textOf(body['lot']) ?? `LT${String(970_000 + (Number(n) % 29_999))}-${hash().slice(0, 2)}`;
  const shelf = Number(item['shelf_life_in_days'] ?? 0);
  const expiry = textOf(body['expiry_date']) ?? (shelf > 0 ? isoDay(dayOf(now) + shelf) : null);
  const row = {
    ...head(number, now, now, 0),
    ...{ batch_id: number, item: item['name'] ?? null, item_name: item['item_name'] ?? null },
    ...{
      manufacturing_date: date(now),
      expiry_date: expiry,
      supplier: textOf(body['supplier']) ?? null,
      batch_qty: 0,
    },
    ...{
      stock_uom: item['stock_uom'] ?? null,
      disabled: 0,
      reference_doctype: source[0],
      reference_name: source[1],
    },
    ...{ qty_to_produce: 0, produced_qty: 0, custom_quality_status: 'Released' },
    custom_sterilization_load: textOf(body['load']) ?? null,
  };
  await insertRow(db, T.batch.name, row);
  return requireDoc(db, T.batch, number);
}

const units = (batch: Record_, qty: number): Body => ({
  ...{ item_code: batch['item'], item_name: batch['item_name'], qty, uom: batch['stock_uom'] },
  ...{ stock_uom: batch['stock_uom'], conversion_factor: 1 },
});

type Values = Record<string, string | number | null>;

const receive: Act = async (db, body, now) => {
  const qty = quantity(body);
  const name = await nextName(db, T.purchaseReceipt.name, 'MAT-PRE', now);
  const supplier =
    textOf(body['supplier']) ??
    String((await db.all(`SELECT name FROM \`${T.supplier.name}\` ORDER BY name LIMIT 1`))[0]?.['name']);
  const { supplier_name: title = null } = await requireDoc(db, T.supplier, supplier);
  const warehouse = textOf(body['warehouse']) ?? 'SZ Stores - DMD';
  const batch = await newBatch(db, { ...body, supplier }, now, ['Purchase Receipt', name]);
  const row = hash();
  await insertRow(db, T.purchaseReceipt.name, {
    ...head(name, now, now),
    ...{ supplier, supplier_name: title, ...posted(now), is_return: 0, status: 'To Bill', company: COMPANY },
  });
  const voucher = { voucherType: 'Purchase Receipt', voucherNo: name, detail: row, now };
  const bundle = await post(db, { batch, warehouse, delta: qty, ...voucher });
  await insertRow(db, T.purchaseReceiptItem.name, {
    ...head(row, now, now),
    ...childOf(name, 'Purchase Receipt', 'items', 1),
    ...(units(batch, qty) as Values),
    ...{ received_qty: qty, rejected_qty: 0, stock_qty: qty, warehouse, serial_and_batch_bundle: bundle },
    use_serial_batch_fields: 0,
  });
  return { created: [name, batch['name']], batch_no: batch['name'] };
};

const manufacture: Act = async (db, body, now) => {
  const qty = quantity(body);
  const work = await nextName(db, T.workOrder.name, 'MFG-WO', now);
  const name = await nextName(db, T.stockEntry.name, 'MAT-STE', now);
  const target = textOf(body['warehouse']) ?? 'SZ Finished Goods - DMD';
  const batch = await newBatch(db, body, now, ['Stock Entry', name]);
  await insertRow(db, T.workOrder.name, {
    ...head(work, now - DAY, now),
    ...{
      production_item: batch['item'] ?? null,
      item_name: batch['item_name'] ?? null,
      qty,
      produced_qty: qty,
    },
    ...{
      bom_no: `BOM-${String(batch['item'])}-001`,
      status: 'Completed',
      company: COMPANY,
      fg_warehouse: target,
    },
    ...{ batch_size: qty, stock_uom: batch['stock_uom'] ?? null },
  });
  await insertRow(db, T.stockEntry.name, {
    ...head(name, now, now),
    ...{
      purpose: 'Manufacture',
      stock_entry_type: 'Manufacture',
      work_order: work,
      ...posted(now),
      is_return: 0,
    },
    ...{ company: COMPANY, fg_completed_qty: qty, to_warehouse: target },
  });
  const inputs = Array.isArray(body['inputs']) ? (body['inputs'] as unknown[]).filter(isRecord) : [];
  let idx = 0;
  const line = async (of: Record_, warehouse: string, delta: number): Promise<void> => {
    const row = hash();
    const bundle = await post(db, {
      batch: of,
      warehouse,
      delta,
      voucherType: 'Stock Entry',
      voucherNo: name,
      detail: row,
      now,
    });
    await insertRow(db, T.stockEntryDetail.name, {
      ...head(row, now, now),
      ...childOf(name, 'Stock Entry', 'items', (idx += 1)),
      ...(units(of, Math.abs(delta)) as Values),
      ...{ transfer_qty: Math.abs(delta), serial_and_batch_bundle: bundle, use_serial_batch_fields: 0 },
      ...{ s_warehouse: delta < 0 ? warehouse : null, t_warehouse: delta > 0 ? warehouse : null },
      ...{ is_finished_item: delta > 0 ? 1 : 0, is_scrap_item: 0 },
    });
  };
  for (const input of inputs) {
    const consumed = await requireDoc(db, T.batch, need(input, 'batch_no'));
    const warehouse =
      textOf(input['warehouse']) ?? (await whereIs(db, String(consumed['name'])))[0]?.warehouse ?? '';
    await line(consumed, warehouse, -quantity(input));
  }
  await line(batch, target, qty);
  return { created: [work, name, batch['name']], batch_no: batch['name'] };
};

const deliver: Act = async (db, body, now) => {
  const qty = quantity(body);
  const batch = await requireDoc(db, T.batch, need(body, 'batch_no'));
  const customer = textOf(body['customer']) ?? 'CUST-1001';
  const { customer_name: title = null } = await requireDoc(db, T.customer, customer);
  const warehouse =
    textOf(body['warehouse']) ?? (await whereIs(db, String(batch['name'])))[0]?.warehouse ?? '';
  const name = await nextName(db, T.deliveryNote.name, 'MAT-DN', now);
  const row = hash();
  await insertRow(db, T.deliveryNote.name, {
    ...head(name, now, now),
    ...{ customer, customer_name: title, ...posted(now), is_return: 0, status: 'To Bill', company: COMPANY },
  });
  const voucher = { voucherType: 'Delivery Note', voucherNo: name, detail: row, now };
  const bundle = await post(db, { batch, warehouse, delta: -qty, ...voucher });
  await insertRow(db, T.deliveryNoteItem.name, {
    ...head(row, now, now),
    ...childOf(name, 'Delivery Note', 'items', 1),
    ...(units(batch, qty) as Values),
    ...{ stock_qty: qty, warehouse, serial_and_batch_bundle: bundle, use_serial_batch_fields: 0 },
  });
  return { created: [name] };
};

const changeExpiry: Act = async (db, body, now) => {
  const name = need(body, 'batch_no');
  await updateDoc(db, 'Batch', name, { expiry_date: body['expiry_date'] ?? null }, now);
  return { changed: [name] };
};

const renameItem: Act = async (db, body, now) => {
  const name = need(body, 'item_code');
  const { item_name: en, custom_name_zh: zh } = body;
  const fields = {
    ...(en === undefined ? {} : { item_name: en }),
    ...(zh === undefined ? {} : { custom_name_zh: zh }),
  };
  await updateDoc(db, 'Item', name, fields, now);
  return { changed: [name] };
};

const ACTS: Readonly<Record<string, Act>> = { receive, manufacture, deliver, changeExpiry, renameItem };

/** Runs a named act. Thrown as 417 or 404 when the facts do not fit. */
export async function act(db: ErpDb, body: Body): Promise<Body> {
  const name = textOf(body['act']) ?? '';
  const run = ACTS[name];
  if (!run) throw frappe(417, 'ValidationError', `no act ${name}: ${Object.keys(ACTS).join(', ')}`);
  const given = textOf(body['now']);
  const now = given === undefined ? Date.now() : Date.parse(given);
  if (Number.isNaN(now)) throw frappe(417, 'ValidationError', `not an instant: ${String(given)}`);
  return { act: name, ...(await run(db, body, now)) };
}
