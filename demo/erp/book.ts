// Posting to the ledger while the ERP runs, in the shape it uses since the upgrade: through a bundle.
import { randomBytes } from 'node:crypto';
import type { Row } from '../sql';
import type { Record_ } from '../store';
import { COMPANY } from '../story/sites';
import { insertRow } from './db';
import type { ErpDb } from './db';
import { frappe, requireDoc } from './resources';
import { childOf, date, flag, head, time } from './rows';
import { T } from './tables';

export const hash = (): string => randomBytes(5).toString('hex');

/** The next name of a naming series such as `MAT-RECO-2026-00001`. */
export async function nextName(db: ErpDb, table: string, prefix: string, now: number): Promise<string> {
  const series = `${prefix}-${date(now).slice(0, 4)}-`;
  const [row] = await db.all(
    `SELECT name FROM \`${table}\` WHERE name LIKE ? ORDER BY length(name) DESC, name DESC LIMIT 1`,
    [`${series}%`],
  );
  const last = row ? parseInt(String(row['name']).slice(series.length), 10) : 0;
  return `${series}${String(last + 1).padStart(5, '0')}`;
}

export const posted = (now: number): Row => ({ posting_date: date(now), posting_time: time(now) });

export interface Movement {
  readonly batch: Record_;
  readonly warehouse: string;
  readonly delta: number;
  readonly voucherType: string;
  readonly voucherNo: string;
  readonly detail: string;
  readonly now: number;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** What lies of a batch in a warehouse, over both shapes of the ledger. */
export async function batchLevel(db: ErpDb, batchNo: string, warehouse: string): Promise<number> {
  const [row] = await db.all(
    `SELECT sum(q) AS level FROM (
       SELECT actual_qty AS q FROM \`${T.ledger.name}\` WHERE batch_no = ? AND warehouse = ? AND is_cancelled = 0
       UNION ALL
       SELECT e.qty AS q FROM \`${T.bundleEntry.name}\` e JOIN \`${T.bundle.name}\` b ON b.name = e.parent
       WHERE e.batch_no = ? AND b.warehouse = ? AND b.is_cancelled = 0) x`,
    [batchNo, warehouse, batchNo, warehouse],
  );
  return round(Number(row?.['level'] ?? 0));
}

/** Warehouses that hold a batch, the fullest first. */
export async function whereIs(db: ErpDb, batchNo: string): Promise<{ warehouse: string; level: number }[]> {
  const rows = await db.all(
    `SELECT DISTINCT warehouse FROM \`${T.ledger.name}\` WHERE batch_no = ?
     UNION SELECT DISTINCT warehouse FROM \`${T.bundleEntry.name}\` WHERE batch_no = ?`,
    [batchNo, batchNo],
  );
  const levels: { warehouse: string; level: number }[] = [];
  for (const row of rows) {
    const warehouse = String(row['warehouse']);
    levels.push({ warehouse, level: await batchLevel(db, batchNo, warehouse) });
  }
  return levels.sort((a, b) => b.level - a.level);
}

/** Writes bundle, entry and ledger row, and follows in bin and batch. Thrown as 417 when stock would go negative. */
export async function post(db: ErpDb, movement: Movement): Promise<string> {
  const { batch, warehouse, delta, voucherType, voucherNo, detail, now } = movement;
  const batchNo = String(batch['name']);
  const item = String(batch['item']);
  if (delta < 0 && (await batchLevel(db, batchNo, warehouse)) + delta < -1e-9) {
    throw frappe(417, 'NegativeStockError', `${-delta} units of ${batchNo} needed in ${warehouse}`);
  }
  await requireDoc(db, T.warehouse, warehouse);
  const bundle = `SABB-${hash()}`;
  const voucher = { voucher_type: voucherType, voucher_no: voucherNo, voucher_detail_no: detail };
  await insertRow(db, T.bundle.name, {
    ...head(bundle, now, now),
    ...{ item_code: item, item_name: batch['item_name'] ?? null, warehouse },
    type_of_transaction: delta > 0 ? 'Inward' : 'Outward',
    ...voucher,
    ...posted(now),
    ...{
      total_qty: delta,
      has_batch_no: 1,
      has_serial_no: 0,
      is_cancelled: 0,
      is_rejected: 0,
      company: COMPANY,
    },
  });
  await insertRow(db, T.bundleEntry.name, {
    ...head(hash(), now, now),
    ...childOf(bundle, 'Serial and Batch Bundle', 'entries', 1),
    ...{ batch_no: batchNo, qty: delta, warehouse, is_outward: flag(delta < 0), delivered_qty: 0 },
  });
  const after = await moveBin(db, item, warehouse, delta, batch, now);
  await insertRow(db, T.ledger.name, {
    ...head(hash(), now, now),
    ...{ item_code: item, warehouse, ...posted(now), posting_datetime: `${date(now)} ${time(now)}` },
    ...{ actual_qty: delta, qty_after_transaction: after, ...voucher, serial_and_batch_bundle: bundle },
    ...{
      is_cancelled: 0,
      has_batch_no: 1,
      has_serial_no: 0,
      stock_uom: batch['stock_uom'] ?? null,
      company: COMPANY,
    },
  });
  const sql = `UPDATE \`${T.batch.name}\` SET batch_qty = ?, modified = ? WHERE name = ?`;
  await db.run(sql, [round(Number(batch['batch_qty'] ?? 0) + delta), `${date(now)} ${time(now)}`, batchNo]);
  return bundle;
}

async function moveBin(
  db: ErpDb,
  item: string,
  warehouse: string,
  delta: number,
  batch: Record_,
  now: number,
): Promise<number> {
  const sql = `SELECT name, actual_qty FROM \`${T.bin.name}\` WHERE item_code = ? AND warehouse = ?`;
  const [bin] = await db.all(sql, [item, warehouse]);
  const after = round(Number(bin?.['actual_qty'] ?? 0) + delta);
  if (bin) {
    const update = `UPDATE \`${T.bin.name}\` SET actual_qty = ?, modified = ? WHERE name = ?`;
    await db.run(update, [after, `${date(now)} ${time(now)}`, bin['name'] ?? null]);
  } else {
    const row = { item_code: item, warehouse, actual_qty: after, stock_uom: batch['stock_uom'] ?? null };
    await insertRow(db, T.bin.name, { ...head(hash(), now, now, 0), ...row });
  }
  return after;
}
