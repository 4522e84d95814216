// Depots, bins, partners, products and lots as the WMS keeps them.
import { usDay, wmsStamp } from '../story/calendar';
import type { Item, Lot, Partner, QualityStatus } from '../story/model';
import { SITES, WAREHOUSES } from '../story/sites';
import type { Sink } from '../sql';
import { W, lotKey, wmsId } from './tables';

const STATUS: Record<QualityStatus, string> = {
  Released: 'APPROVED',
  Quarantine: 'QUARANTINED',
  'On Hold': 'ON_HOLD',
  Rejected: 'QUARANTINED',
};

/** Ids that the writers must agree on. */
export class WmsIds {
  private readonly locations = new Map<string, string>();
  private readonly products = new Map<Item, string>();
  private readonly lots = new Map<Lot, string>();
  private productCount = 0;
  private lotCount = 0;
  private readonly counters = new Map<string, number>();

  location(code: string): string {
    let id = this.locations.get(code);
    if (id === undefined) this.locations.set(code, (id = wmsId('location', this.locations.size + 1)));
    return id;
  }

  product(item: Item): string {
    let id = this.products.get(item);
    if (id === undefined) this.products.set(item, (id = wmsId('product', (this.productCount += 1))));
    return id;
  }

  lot(lot: Lot): string {
    let id = this.lots.get(lot);
    if (id === undefined) this.lots.set(lot, (id = wmsId('inventoryItem', (this.lotCount += 1))));
    return id;
  }

  next(kind: Parameters<typeof wmsId>[0]): string {
    return wmsId(kind, this.count(kind));
  }

  count(kind: string): number {
    const value = (this.counters.get(kind) ?? 0) + 1;
    this.counters.set(kind, value);
    return value;
  }

  /** Forgets what the next cell does not need. */
  forgetCell(): void {
    this.products.clear();
    this.lots.clear();
  }
}

export function writeDepots(sink: Sink, ids: WmsIds, at: number): void {
  const stamps = { active: 1, date_created: wmsStamp(at), last_updated: wmsStamp(at) };
  for (const { code, nameEn, timezone } of SITES) {
    const id = ids.location(code);
    sink.insert(W.location, {
      ...{ id, name: nameEn, number: code, type: 'DEPOT', parent_id: null },
      ...{ inventory_id: id.replace('ff808101', 'ff80811f'), zone: null, timezone, ...stamps },
    });
  }
  for (const { site, bins, zone } of WAREHOUSES) {
    for (const bin of bins) {
      sink.insert(W.location, {
        ...{
          id: ids.location(bin),
          name: bin,
          number: bin,
          type: 'BIN_LOCATION',
          parent_id: ids.location(site),
        },
        ...{ inventory_id: null, zone, timezone: null, ...stamps },
      });
    }
  }
}

export function writePartners(
  sink: Sink,
  ids: WmsIds,
  partners: readonly Partner[],
  type: string,
  at: number,
): void {
  const stamps = { active: 1, date_created: wmsStamp(at), last_updated: wmsStamp(at) };
  for (const { id: number, nameEn } of partners) {
    sink.insert(W.location, {
      ...{ id: ids.location(number), name: nameEn, number, type, parent_id: null },
      ...{ inventory_id: null, zone: null, timezone: null, ...stamps },
    });
  }
}

export function writeProducts(sink: Sink, ids: WmsIds, items: readonly Item[], at: number): void {
  for (const item of items) {
    sink.insert(W.product, {
      id: ids.product(item),
      code: item.wmsCode,
      name: item.nameEn,
      description: item.nameZh,
      category: item.kind,
      uom: item.uom === 'Kg' ? 'kg' : 'pcs',
      upc: item.gtin,
      active: 1,
      date_created: wmsStamp(at),
      last_updated: wmsStamp(at),
    });
  }
}

/** The expiry as the WMS prints it: `MM/dd/yyyy`, null, or whatever was typed. */
export const printedExpiry = (lot: Lot): string | null =>
  lot.wmsExpiry !== undefined ? lot.wmsExpiry : lot.expiryDay === null ? null : usDay(lot.expiryDay);

export function writeLots(sink: Sink, ids: WmsIds, lots: readonly Lot[], today: number): void {
  for (const lot of lots) {
    if (!lot.inWms) continue;
    const expired = lot.expiryDay !== null && lot.expiryDay < today;
    const status = lot.wmsStatus !== undefined ? lot.wmsStatus : expired ? 'EXPIRED' : STATUS[lot.status];
    const number = lot.wmsNumber ?? lot.number;
    sink.insert(W.inventoryItem, {
      id: ids.lot(lot),
      product_id: ids.product(lot.item),
      lot_number: number === '' ? null : number,
      lot_key: number === '' ? null : lotKey(number),
      expiration_date: printedExpiry(lot),
      lot_status: status,
      comments: lot.comment ?? null,
      date_created: wmsStamp(lot.madeAt),
      last_updated: wmsStamp(lot.touchedAt),
    });
  }
}
