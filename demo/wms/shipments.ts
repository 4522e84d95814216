// Papers around the transactions: shipments, stock movements, receipts and put-aways.
import { siteDay, wmsStamp } from '../story/calendar';
import type { Doc, Lot } from '../story/model';
import type { Sink } from '../sql';
import type { WmsIds } from './masters';
import { printedExpiry } from './masters';
import { W } from './tables';

export interface Papers {
  readonly shipment: string | null;
  readonly receipt: string | null;
  readonly order: { id: string; number: string } | null;
}

const NONE: Papers = { shipment: null, receipt: null, order: null };

interface Parties {
  readonly origin: string;
  readonly destination: string;
  readonly originSite: string;
  readonly destinationSite: string;
}

export class PaperWriter {
  constructor(
    private readonly sink: Sink,
    private readonly ids: WmsIds,
  ) {}

  /** Writes the papers of a document; the transactions point to them. */
  write(doc: Doc): Papers {
    const [line] = doc.lines;
    const from = line?.from;
    const to = line?.to;
    const partner = doc.partner ? this.ids.location(doc.partner.id) : null;
    if (doc.kind === 'delivery' && from && partner !== null) {
      const parties = {
        origin: this.ids.location(from.site),
        destination: partner,
        originSite: from.site,
        destinationSite: from.site,
      };
      return { ...NONE, shipment: this.shipment(doc, parties, doc.at) };
    }
    if (doc.kind === 'receipt' && to && partner !== null) {
      const parties = {
        origin: partner,
        destination: this.ids.location(to.site),
        originSite: to.site,
        destinationSite: to.site,
      };
      const order = { id: this.ids.next('movement'), number: doc.erpOrder ?? '' };
      return { ...NONE, receipt: this.receipt(doc, parties, null), order };
    }
    if (!from || !to) return NONE;
    if (from.site === to.site)
      return doc.kind === 'putaway' ? { ...NONE, order: this.putaway(doc, from.site) } : NONE;
    const parties = {
      origin: this.ids.location(from.site),
      destination: this.ids.location(to.site),
      originSite: from.site,
      destinationSite: to.site,
    };
    const shipment = this.shipment(doc, parties, doc.leftAt ?? doc.at);
    this.movement(doc, parties, shipment);
    return { ...NONE, shipment, receipt: this.receipt(doc, parties, shipment) };
  }

  private shipment(doc: Doc, parties: Parties, leftAt: number): string {
    const id = this.ids.next('shipment');
    const number = `S${String(this.ids.count('S')).padStart(7, '0')}`;
    this.sink.insert(W.shipment, {
      id,
      number,
      name: `Shipment ${number}`,
      origin_id: parties.origin,
      destination_id: parties.destination,
      status: doc.kind === 'delivery' ? 'SHIPPED' : 'RECEIVED',
      expected_date: siteDay(leftAt, parties.originSite),
      shipped_date: siteDay(leftAt, parties.originSite),
      delivered_date: doc.kind === 'delivery' ? null : siteDay(doc.at, parties.destinationSite),
      date_created: wmsStamp(leftAt - 3_600_000),
      last_updated: wmsStamp(doc.at),
    });
    for (const { lot, qty, bin } of items(doc, 'from')) {
      this.sink.insert(W.shipmentItem, {
        ...{ id: this.ids.next('shipmentItem'), shipment_id: id, ...this.copies(lot) },
        ...{ quantity: qty / 1000, bin_id: this.ids.location(bin) },
      });
    }
    return id;
  }

  /** Product, lot and the copies of number and expiry that the papers keep. */
  private copies(lot: Lot): Record<string, string | null> {
    return {
      product_id: this.ids.product(lot.item),
      inventory_item_id: this.ids.lot(lot),
      lot_number: (lot.wmsNumber ?? lot.number) || null,
      expiration_date: printedExpiry(lot),
    };
  }

  private movement(doc: Doc, parties: Parties, shipment: string): void {
    const leftAt = doc.leftAt ?? doc.at;
    this.sink.insert(W.movement, {
      id: this.ids.next('movement'),
      identifier: `SM${String(this.ids.count('SM')).padStart(6, '0')}`,
      status: 'ISSUED',
      origin_id: parties.origin,
      destination_id: parties.destination,
      shipment_id: shipment,
      date_requested: siteDay(leftAt - 86_400_000, parties.destinationSite),
      date_created: wmsStamp(leftAt - 86_400_000),
      last_updated: wmsStamp(leftAt),
    });
  }

  private receipt(doc: Doc, parties: Parties, shipment: string | null): string {
    const id = this.ids.next('receipt');
    this.sink.insert(W.receipt, {
      id,
      number: `R${String(this.ids.count('R')).padStart(7, '0')}`,
      status: 'RECEIVED',
      shipment_id: shipment,
      origin_id: parties.origin,
      destination_id: parties.destination,
      delivered_date: siteDay(doc.at, parties.destinationSite),
      date_created: wmsStamp(doc.at),
      last_updated: wmsStamp(doc.at + 60_000),
    });
    for (const { lot, qty, bin } of items(doc, 'to')) {
      this.sink.insert(W.receiptItem, {
        ...{ id: this.ids.next('receiptItem'), receipt_id: id, ...this.copies(lot) },
        ...{ shipped: qty / 1000, received: qty / 1000, canceled: 0, bin_id: this.ids.location(bin) },
      });
    }
    return id;
  }

  private putaway(doc: Doc, site: string): { id: string; number: string } {
    const id = this.ids.next('putaway');
    const number = `PA${String(this.ids.count('PA')).padStart(6, '0')}`;
    const stamps = { date_created: wmsStamp(doc.at - 600_000), last_updated: wmsStamp(doc.at) };
    this.sink.insert(W.putaway, {
      id,
      number,
      status: 'COMPLETED',
      location_id: this.ids.location(site),
      ...stamps,
    });
    for (const { from, to, allocs } of doc.lines) {
      for (const { lot, qty } of allocs) {
        this.sink.insert(W.putawayItem, {
          id: this.ids.next('putawayItem'),
          putaway_id: id,
          product_id: this.ids.product(lot.item),
          inventory_item_id: this.ids.lot(lot),
          current_bin_id: from ? this.ids.location(from.bin) : null,
          putaway_bin_id: to ? this.ids.location(to.bin) : null,
          quantity: qty / 1000,
        });
      }
    }
    return { id, number };
  }
}

const items = (doc: Doc, side: 'from' | 'to'): { lot: Lot; qty: number; bin: string }[] =>
  doc.lines.flatMap((line) => {
    const place = line[side];
    return place ? line.allocs.map(({ lot, qty }) => ({ lot, qty, bin: place.bin })) : [];
  });
