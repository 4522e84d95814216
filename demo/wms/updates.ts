// Commands of the WMS: a lot's status or expiry, the level of a lot in a bin, and adjustments that belong together.
import { wmsStamp } from '../story/calendar';
import { isRecord, textOf } from '../http';
import type { Store } from '../store';
import { onHand } from './acts';
import { book, nextId, refuse, requireRow } from './book';
import { W, lotKey } from './tables';

const LOT_STATUSES = ['APPROVED', 'RECALLED', 'ON_HOLD', 'QUARANTINED', 'EXPIRED', 'RESERVED', 'DAMAGED'];

const isUsDate = (text: string): boolean => {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  if (!match) return false;
  const iso = `${match[3] ?? ''}-${match[1] ?? ''}-${match[2] ?? ''}`;
  const instant = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(iso);
};

/** Changes status, expiry or comments of a lot. Thrown as 400 when a value is not one of the product's. */
export function updateLot(store: Store, id: string, body: Record<string, unknown>, now: number): void {
  requireRow(store, 'inventory_item', id);
  const changes: [string, string | null][] = [];
  if ('lotStatus' in body) {
    const status = textOf(body['lotStatus']) ?? null;
    if (status !== null && !LOT_STATUSES.includes(status))
      throw refuse(`Property [lotStatus] has no value ${status}`);
    changes.push(['lot_status', status]);
  }
  if ('expirationDate' in body) {
    const expiry = textOf(body['expirationDate']) ?? null;
    if (expiry !== null && !isUsDate(expiry))
      throw refuse(`Property [expirationDate] must be MM/dd/yyyy: ${expiry}`);
    changes.push(['expiration_date', expiry]);
  }
  if ('comments' in body) changes.push(['comments', textOf(body['comments']) ?? null]);
  if (changes.length === 0) throw refuse('Nothing to change');
  const names = changes.map(([name]) => `${name} = ?`).join(', ');
  const values = changes.map(([, value]) => value);
  store.run(`UPDATE inventory_item SET ${names}, last_updated = ? WHERE id = ?`, [
    ...values,
    wmsStamp(now),
    id,
  ]);
}

/**
 * Adjustments that belong together, in one step and under one comment, as a warehouse worker records the stock of a
 * product anew. A lot number that the product has not yet becomes a lot of its own. Returns the transactions' ids.
 */
export function adjustAll(store: Store, body: Record<string, unknown>, now: number): string[] {
  const comment = textOf(body['comment']) ?? null;
  const asked = Array.isArray(body['adjustments']) ? (body['adjustments'] as unknown[]).filter(isRecord) : [];
  if (asked.length === 0) throw refuse('adjustments is missing');
  return asked.map((one) => {
    const item = isRecord(one['inventoryItem']) ? one['inventoryItem'] : {};
    const inventoryItem = { id: textOf(item['id']) ?? lotOf(store, item, now) };
    return adjust(store, { ...one, inventoryItem }, now, comment);
  });
}

/** The lot of a product by its number; made where there is none. */
function lotOf(store: Store, item: Record<string, unknown>, now: number): string {
  const product = requireRow(store, 'product', idOf(item['product']));
  const number = textOf(item['lotNumber']) ?? '';
  if (number === '') throw refuse('Property [lotNumber] cannot be blank');
  const known = store.get('SELECT id FROM inventory_item WHERE product_id = ? AND lot_key = ?', [
    String(product['id']),
    lotKey(number),
  ]);
  if (known) return String(known['id']);
  const { id } = nextId(store, W.inventoryItem.name, 'inventoryItem');
  const stamp = wmsStamp(now);
  store.insert(W.inventoryItem.name, {
    ...{ id, product_id: String(product['id']), lot_number: number, lot_key: lotKey(number) },
    ...{ expiration_date: null, lot_status: null, comments: null, date_created: stamp, last_updated: stamp },
  });
  const { expirationDate, lotStatus } = item;
  if (expirationDate !== undefined || lotStatus !== undefined)
    updateLot(
      store,
      id,
      {
        ...(expirationDate === undefined ? {} : { expirationDate }),
        ...(lotStatus === undefined ? {} : { lotStatus }),
      },
      now,
    );
  return id;
}

const idOf = (value: unknown): string => (isRecord(value) ? (textOf(value['id']) ?? '') : '');

/** Adjusts the level of a lot in a bin, by a difference or to a new level; returns the transaction's id. */
export function adjust(
  store: Store,
  body: Record<string, unknown>,
  now: number,
  comment: string | null = null,
): string {
  const inventoryItemId = idOf(body['inventoryItem']);
  const binId = idOf(body['binLocation']);
  const bin = requireRow(store, 'location', binId);
  const locationId = idOf(body['location']) || String(bin['parent_id']);
  const wanted = body['quantity'];
  const difference = body['quantityAdjusted'];
  const delta =
    typeof wanted === 'number'
      ? wanted - onHand(store, inventoryItemId, binId)
      : typeof difference === 'number'
        ? difference
        : NaN;
  if (Number.isNaN(delta)) throw refuse('quantity or quantityAdjusted must be a number');
  const reasonCode = textOf(body['reasonCode']) ?? null;
  const debit = reasonCode === 'DAMAGED' ? '5' : reasonCode === 'EXPIRED' ? '4' : '10';
  const quantity = Math.abs(Math.round(delta * 1000) / 1000);
  return book(store, {
    type: delta < 0 ? debit : '3',
    locationId,
    inventoryItemId,
    binId,
    quantity,
    now,
    reasonCode,
    comment,
  });
}
