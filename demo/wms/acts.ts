// Business acts for tests: what a warehouse worker would do in the WMS, with fresh stamps.
import { siteDay, wmsStamp } from '../story/calendar';
import { textOf } from '../http';
import type { Store } from '../store';
import { book, levelOf, nextId, refuse, requireRow } from './book';
import type { Json } from './lookup';
import { W, lotKey } from './tables';

interface Shelf {
  readonly lot: string;
  readonly bin: string;
  readonly location: string;
}

/** Runs `move`, `count` or `ship`. Thrown as 400 or 404 when lot, bin or quantity do not fit. */
export function act(store: Store, body: Record<string, unknown>): Json {
  const name = textOf(body['act']) ?? '';
  const now = nowOf(body);
  const quantity = Number(body['quantity']);
  if (!(quantity >= 0)) throw refuse('quantity is missing');
  const shelf = shelfOf(store, body);
  const { lot: inventoryItemId, bin: binId, location: locationId } = shelf;
  const base = { inventoryItemId, binId, locationId, quantity, now };
  switch (name) {
    case 'count':
      return { act: name, created: [book(store, { ...base, type: '7' })] };
    case 'move': {
      const to = binByName(store, textOf(body['toBin']));
      const target = requireRow(store, 'location', to['parent_id']);
      const destinationId = String(target['id']);
      const out = book(store, { ...base, type: '9', destinationId });
      const into = {
        ...base,
        binId: String(to['id']),
        locationId: destinationId,
        type: '8',
        sourceId: locationId,
      };
      return { act: name, created: [out, book(store, into)] };
    }
    case 'ship': {
      const destinationId = destinationOf(store, textOf(body['destination']));
      const shipment = ship(store, shelf, quantity, destinationId, now);
      const transaction = book(store, { ...base, type: '9', destinationId, shipmentId: shipment });
      return { act: name, created: [shipment, transaction] };
    }
    default:
      throw refuse(`no act ${name}: move, count, ship`);
  }
}

function nowOf(body: Record<string, unknown>): number {
  const given = textOf(body['now']);
  const now = given === undefined ? Date.now() : Date.parse(given);
  if (Number.isNaN(now)) throw refuse(`not an instant: ${String(given)}`);
  return now;
}

function shelfOf(store: Store, body: Record<string, unknown>): Shelf {
  const number = lotKey(textOf(body['lotNumber']) ?? '');
  const code = textOf(body['productCode']);
  const lots = store.all(
    `SELECT i.* FROM inventory_item i JOIN product p ON p.id = i.product_id
     WHERE i.lot_key = ? AND (? IS NULL OR lower(p.code) = lower(?))`,
    [number, code ?? null, code ?? null],
  );
  const [lot] = lots;
  if (!lot) throw refuse(`lot ${number} not found`, 404);
  const wanted = textOf(body['bin']) ?? textOf(body['fromBin']);
  if (wanted !== undefined) {
    const bin = binByName(store, wanted);
    return { lot: String(lot['id']), bin: String(bin['id']), location: String(bin['parent_id']) };
  }
  const [level] = store.all(
    'SELECT * FROM product_availability WHERE inventory_item_id = ? ORDER BY quantity DESC, id LIMIT 1',
    [lot['id'] ?? null],
  );
  if (!level) throw refuse(`lot ${number} is nowhere; name a bin`);
  return { lot: String(lot['id']), bin: String(level['bin_id']), location: String(level['location_id']) };
}

function binByName(store: Store, name: string | undefined): Record<string, unknown> {
  const bin = store.get("SELECT * FROM location WHERE type = 'BIN_LOCATION' AND (number = ? OR id = ?)", [
    name ?? '',
    name ?? '',
  ]);
  if (!bin) throw refuse(`bin ${name ?? ''} not found`, 404);
  return bin;
}

function destinationOf(store: Store, number: string | undefined): string {
  const sql =
    "SELECT id FROM location WHERE type = 'DISTRIBUTOR' AND (? IS NULL OR number = ?) ORDER BY number LIMIT 1";
  const found = store.get(sql, [number ?? null, number ?? null]);
  if (!found) throw refuse(`destination ${number ?? ''} not found`, 404);
  return String(found['id']);
}

function ship(store: Store, shelf: Shelf, quantity: number, destinationId: string, now: number): string {
  const { id, n } = nextId(store, W.shipment.name, 'shipment');
  const number = `S${String(n).padStart(7, '0')}`;
  const depot = requireRow(store, 'location', shelf.location);
  const day = siteDay(now, String(depot['number']));
  const lot = requireRow(store, 'inventory_item', shelf.lot);
  store.insert(W.shipment.name, {
    ...{ id, number, name: `Shipment ${number}`, origin_id: shelf.location, destination_id: destinationId },
    ...{ status: 'SHIPPED', expected_date: day, shipped_date: day, delivered_date: null },
    ...{ date_created: wmsStamp(now), last_updated: wmsStamp(now) },
  });
  store.insert(W.shipmentItem.name, {
    id: nextId(store, W.shipmentItem.name, 'shipmentItem').id,
    shipment_id: id,
    product_id: lot['product_id'] ?? null,
    inventory_item_id: shelf.lot,
    lot_number: lot['lot_number'] ?? null,
    expiration_date: lot['expiration_date'] ?? null,
    quantity,
    bin_id: shelf.bin,
  });
  return id;
}

/** The level before an adjustment, zero when the lot never was in the bin. */
export const onHand = (store: Store, inventoryItemId: string, binId: string): number =>
  Number(levelOf(store, inventoryItemId, binId)?.['quantity'] ?? 0);
