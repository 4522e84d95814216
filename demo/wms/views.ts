// Rows to JSON, in the shapes of OpenBoxes' API.
import type { Record_ } from '../store';
import { lotRef, productRef } from './lookup';
import type { Json, Lookup } from './lookup';
import { TRANSACTION_TYPES } from './tables';

export type View = (lookup: Lookup, rows: readonly Record_[]) => Json[];

const stamps = (row: Record_): Json => ({
  dateCreated: row['date_created'],
  lastUpdated: row['last_updated'],
});
const values = (rows: readonly Record_[], name: string): unknown[] => rows.map((row) => row[name]);

export const locations: View = (lookup, rows) =>
  rows.map((row) => ({
    id: row['id'],
    name: row['name'],
    locationNumber: row['number'],
    locationType: { id: row['type'], name: row['type'], locationTypeCode: row['type'] },
    parentLocation: lookup.location(row['parent_id']),
    inventory: row['inventory_id'] === null ? null : { id: row['inventory_id'] },
    zone: row['zone'],
    timezone: row['timezone'],
    active: row['active'] === 1,
    ...stamps(row),
  }));

export const products: View = (_, rows) =>
  rows.map((row) => ({
    id: row['id'],
    productCode: row['code'],
    name: row['name'],
    description: row['description'],
    category: { id: row['category'], name: row['category'] },
    unitOfMeasure: row['uom'],
    upc: row['upc'],
    active: row['active'] === 1,
    lotAndExpiryControl: true,
    ...stamps(row),
  }));

export const inventoryItems: View = (lookup, rows) => {
  const known = lookup.byId('product', values(rows, 'product_id'));
  return rows.map((row) => ({
    id: row['id'],
    product: productRef(known.get(row['product_id'])),
    lotNumber: row['lot_number'],
    expirationDate: row['expiration_date'],
    lotStatus: row['lot_status'],
    comments: row['comments'],
    ...stamps(row),
  }));
};

function transactionHead(
  lookup: Lookup,
  row: Record_,
  shipments: Map<unknown, Record_>,
  inventory: unknown,
): Json {
  const shipment = (id: unknown): Json | null =>
    typeof id === 'string' ? { id, shipmentNumber: shipments.get(id)?.['number'] ?? null } : null;
  return {
    id: row['id'],
    transactionNumber: row['number'],
    transactionDate: row['transaction_date'],
    transactionType: TRANSACTION_TYPES.find((type) => type.id === row['type_id']) ?? null,
    inventory: { id: inventory },
    location: lookup.location(row['location_id']),
    source: lookup.location(row['source_id']),
    destination: lookup.location(row['destination_id']),
    incomingShipment: shipment(row['incoming_shipment_id']),
    outgoingShipment: shipment(row['outgoing_shipment_id']),
    receipt: row['receipt_id'] === null ? null : { id: row['receipt_id'] },
    order: row['order_id'] === null ? null : { id: row['order_id'], orderNumber: row['order_number'] },
    comment: row['comment'],
    confirmed: row['confirmed'] === 1,
  };
}

function heads(lookup: Lookup, rows: readonly Record_[]): Map<unknown, Json> {
  const ids = [...values(rows, 'incoming_shipment_id'), ...values(rows, 'outgoing_shipment_id')];
  const shipments = lookup.byId('shipment', ids);
  const depots = lookup.byId('location', values(rows, 'location_id'));
  return new Map(
    rows.map((row) => {
      const inventory = depots.get(row['location_id'])?.['inventory_id'] ?? null;
      return [row['id'], transactionHead(lookup, row, shipments, inventory)];
    }),
  );
}

function entryViews(lookup: Lookup, rows: readonly Record_[]): Json[] {
  const lots = lookup.byId('inventory_item', values(rows, 'inventory_item_id'));
  const known = lookup.byId('product', values(rows, 'product_id'));
  return rows.map((row) => ({
    id: row['id'],
    product: productRef(known.get(row['product_id'])),
    inventoryItem: lotRef(lots.get(row['inventory_item_id'])),
    binLocation: lookup.location(row['bin_id']),
    quantity: row['quantity'],
    reasonCode: row['reason_code'],
  }));
}

export const transactions: View = (lookup, rows) => {
  const entries = lookup.children('transaction_entry', 'transaction_id', values(rows, 'id'));
  const all = [...entries.values()].flat();
  const views = new Map(entryViews(lookup, all).map((view) => [view['id'], view]));
  const head = heads(lookup, rows);
  return rows.map((row) => ({
    ...head.get(row['id']),
    transactionEntries: (entries.get(row['id']) ?? []).map((entry) => views.get(entry['id'])),
    ...stamps(row),
  }));
};

export const entries: View = (lookup, rows) => {
  const byId = lookup.byId('transaction_head', values(rows, 'transaction_id'));
  const head = heads(lookup, [...byId.values()]);
  return entryViews(lookup, rows).map((view, index) => {
    const id = rows[index]?.['transaction_id'];
    const parent = byId.get(id);
    return { ...view, transaction: head.get(id) ?? null, ...(parent ? stamps(parent) : {}) };
  });
};

/** Lines of a paper with product, lot and the copies of number and expiry. */
function lines(
  lookup: Lookup,
  table: string,
  parent: string,
  rows: readonly Record_[],
  own: (row: Record_) => Json,
): Map<unknown, Json[]> {
  const groups = lookup.children(table, parent, values(rows, 'id'));
  const all = [...groups.values()].flat();
  const lots = lookup.byId('inventory_item', values(all, 'inventory_item_id'));
  const known = lookup.byId('product', values(all, 'product_id'));
  const view = (row: Record_): Json => ({
    id: row['id'],
    product: productRef(known.get(row['product_id'])),
    inventoryItem: lotRef(lots.get(row['inventory_item_id'])),
    ...own(row),
  });
  return new Map([...groups].map(([id, group]) => [id, group.map(view)]));
}

const copies = (lookup: Lookup, row: Record_): Json => ({
  lotNumber: row['lot_number'],
  expirationDate: row['expiration_date'],
  binLocation: lookup.location(row['bin_id']),
});

export const shipments: View = (lookup, rows) => {
  const items = lines(lookup, 'shipment_item', 'shipment_id', rows, (row) => ({
    ...copies(lookup, row),
    quantity: row['quantity'],
  }));
  return rows.map((row) => ({
    id: row['id'],
    shipmentNumber: row['number'],
    name: row['name'],
    origin: lookup.location(row['origin_id']),
    destination: lookup.location(row['destination_id']),
    currentStatus: row['status'],
    expectedShippingDate: row['expected_date'],
    actualShippingDate: row['shipped_date'],
    actualDeliveryDate: row['delivered_date'],
    shipmentItems: items.get(row['id']) ?? [],
    ...stamps(row),
  }));
};

export const stockMovements: View = (lookup, rows) => {
  const papers = lookup.byId('shipment', values(rows, 'shipment_id'));
  const items = lines(lookup, 'shipment_item', 'shipment_id', [...papers.values()], (row) => ({
    quantityRequested: row['quantity'],
    quantityShipped: row['quantity'],
  }));
  return rows.map((row) => ({
    id: row['id'],
    identifier: row['identifier'],
    statusCode: row['status'],
    origin: lookup.location(row['origin_id']),
    destination: lookup.location(row['destination_id']),
    shipment: { id: row['shipment_id'], shipmentNumber: papers.get(row['shipment_id'])?.['number'] ?? null },
    dateRequested: row['date_requested'],
    lineItems: items.get(row['shipment_id']) ?? [],
    ...stamps(row),
  }));
};

export const receipts: View = (lookup, rows) => {
  const papers = lookup.byId('shipment', values(rows, 'shipment_id'));
  const items = lines(lookup, 'receipt_item', 'receipt_id', rows, (row) => ({
    ...copies(lookup, row),
    quantityShipped: row['shipped'],
    quantityReceived: row['received'],
    quantityCanceled: row['canceled'],
  }));
  return rows.map((row) => {
    const shipment = papers.get(row['shipment_id']);
    return {
      id: row['id'],
      receiptNumber: row['number'],
      receiptStatus: row['status'],
      shipment: shipment ? { id: shipment['id'], shipmentNumber: shipment['number'] } : null,
      origin: lookup.location(row['origin_id']),
      destination: lookup.location(row['destination_id']),
      actualDeliveryDate: row['delivered_date'],
      receiptItems: items.get(row['id']) ?? [],
      ...stamps(row),
    };
  });
};

export const putaways: View = (lookup, rows) => {
  const items = lines(lookup, 'putaway_item', 'putaway_id', rows, (row) => ({
    currentBin: lookup.location(row['current_bin_id']),
    putawayBin: lookup.location(row['putaway_bin_id']),
    quantity: row['quantity'],
  }));
  return rows.map((row) => ({
    id: row['id'],
    putawayNumber: row['number'],
    putawayStatus: row['status'],
    location: lookup.location(row['location_id']),
    putawayItems: items.get(row['id']) ?? [],
    ...stamps(row),
  }));
};

const HELD = new Set(['ON_HOLD', 'QUARANTINED', 'RECALLED', 'EXPIRED', 'DAMAGED']);

export const availability: View = (lookup, rows) => {
  const lots = lookup.byId('inventory_item', values(rows, 'inventory_item_id'));
  const known = lookup.byId('product', values(rows, 'product_id'));
  return rows.map((row) => {
    const lot = lots.get(row['inventory_item_id']);
    const onHand = Number(row['quantity']);
    const held = HELD.has(String(lot?.['lot_status'])) ? onHand : 0;
    return {
      id: row['id'],
      product: productRef(known.get(row['product_id'])),
      inventoryItem: {
        ...lotRef(lot),
        expirationDate: lot?.['expiration_date'],
        lotStatus: lot?.['lot_status'],
      },
      location: lookup.location(row['location_id']),
      binLocation: lookup.location(row['bin_id']),
      quantityOnHand: onHand,
      quantityAllocated: 0,
      quantityOnHold: held,
      quantityAvailableToPromise: onHand - held,
      lastUpdated: row['last_updated'],
    };
  });
};
