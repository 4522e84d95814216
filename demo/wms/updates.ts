// Commands of the WMS: a lot's status or expiry, and the level of a lot in a bin.
import { wmsStamp } from '../story/calendar';
import { isRecord, textOf } from '../http';
import type { Store } from '../store';
import { onHand } from './acts';
import { book, refuse, requireRow } from './book';

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

const idOf = (value: unknown): string => (isRecord(value) ? (textOf(value['id']) ?? '') : '');

/** Adjusts the level of a lot in a bin, by a difference or to a new level; returns the transaction's id. */
export function adjust(store: Store, body: Record<string, unknown>, now: number): string {
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
  });
}
