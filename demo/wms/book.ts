// Booking a transaction as the WMS does: head, entries, and the level of each lot in each bin.
import { siteDay, wmsStamp } from '../story/calendar';
import { HttpError } from '../http';
import type { Record_, Store } from '../store';
import { W, wmsId } from './tables';

export interface Booking {
  readonly type: string;
  readonly locationId: string;
  readonly inventoryItemId: string;
  readonly binId: string;
  /** Unsigned; for counts the level. */
  readonly quantity: number;
  readonly now: number;
  readonly reasonCode?: string | null;
  readonly destinationId?: string | null;
  readonly sourceId?: string | null;
  readonly shipmentId?: string | null;
  readonly comment?: string | null;
}

/** A refusal in the shape of OpenBoxes. */
export const refuse = (message: string, status = 400): HttpError =>
  new HttpError(status, { errorCode: status, errorMessage: message, errorMessages: [message] });

export function nextId(
  store: Store,
  table: string,
  kind: Parameters<typeof wmsId>[0],
): { id: string; n: number } {
  const last = store.get(`SELECT max(id) AS id FROM ${table}`)?.['id'];
  const n = (typeof last === 'string' ? parseInt(last.slice(8), 16) : 0) + 1;
  return { id: wmsId(kind, n), n };
}

/** Thrown as 404 when the row is not there. */
export function requireRow(store: Store, table: string, id: unknown): Record_ {
  const row = typeof id === 'string' ? store.get(`SELECT * FROM ${table} WHERE id = ?`, [id]) : null;
  if (!row) throw refuse(`${table} ${String(id)} not found`, 404);
  return row;
}

export const levelOf = (store: Store, inventoryItemId: string, binId: string): Record_ | null =>
  store.get('SELECT * FROM product_availability WHERE inventory_item_id = ? AND bin_id = ?', [
    inventoryItemId,
    binId,
  ]);

const CREDITS = new Set(['3', '8']);
const COUNTS = new Set(['7', '11']);

/** Books one entry; returns the transaction's id. Thrown as 400 when the bin would go below zero. */
export function book(store: Store, booking: Booking): string {
  const { type, locationId, inventoryItemId, binId, quantity, now } = booking;
  const lot = requireRow(store, 'inventory_item', inventoryItemId);
  const depot = requireRow(store, 'location', locationId);
  const stamp = wmsStamp(now);
  const level = levelOf(store, inventoryItemId, binId);
  const before = Number(level?.['quantity'] ?? 0);
  const after = COUNTS.has(type) ? quantity : before + (CREDITS.has(type) ? quantity : -quantity);
  if (after < 0) throw refuse(`Quantity on hand of ${String(lot['lot_number'])} would be ${after}`);
  const { id, n } = nextId(store, W.transaction.name, 'transaction');
  store.insert(W.transaction.name, {
    id,
    number: `TX${String(n).padStart(8, '0')}`,
    transaction_date: siteDay(now, String(depot['number'])),
    type_id: type,
    location_id: locationId,
    source_id: booking.sourceId ?? null,
    destination_id: booking.destinationId ?? null,
    outgoing_shipment_id: booking.shipmentId ?? null,
    comment: booking.comment ?? null,
    confirmed: 1,
    date_created: stamp,
    last_updated: stamp,
  });
  store.insert(W.entry.name, {
    id: nextId(store, W.entry.name, 'entry').id,
    transaction_id: id,
    product_id: lot['product_id'] ?? null,
    inventory_item_id: inventoryItemId,
    bin_id: binId,
    quantity,
    reason_code: booking.reasonCode ?? null,
  });
  const rounded = Math.round(after * 1000) / 1000;
  if (level) {
    const sql = 'UPDATE product_availability SET quantity = ?, last_updated = ? WHERE id = ?';
    store.run(sql, [rounded, stamp, level['id'] ?? null]);
  } else {
    store.insert(W.availability.name, {
      id: nextId(store, W.availability.name, 'availability').id,
      product_id: lot['product_id'] ?? null,
      inventory_item_id: inventoryItemId,
      location_id: locationId,
      bin_id: binId,
      quantity: rounded,
      last_updated: stamp,
    });
  }
  return id;
}
