// Writes one cell of the story into the WMS's tables, keeping the level of every lot in every bin.
import { DAY, dayOf, siteDay, wmsStamp } from '../story/calendar';
import type { Cell, Item, Lot, Site } from '../story/model';
import type { Sink } from '../sql';
import { WmsIds, writeDepots, writeLots, writePartners, writeProducts } from './masters';
import { W } from './tables';
import type { Papers } from './shipments';
import { PaperWriter } from './shipments';
import type { Entry, Transaction } from './transactions';
import { transactionsOf } from './transactions';
import { WAREHOUSES } from '../story/sites';

const SITE_OF_BIN = new Map(WAREHOUSES.flatMap(({ site, bins }) => bins.map((bin) => [bin, site] as const)));

interface Level {
  qty: number;
  touchedAt: number;
}

export class WmsWriter {
  private readonly ids = new WmsIds();
  private readonly papers: PaperWriter;
  private readonly levels = new Map<Lot, Map<string, Level>>();

  constructor(
    private readonly sink: Sink,
    private readonly end: number,
  ) {
    this.papers = new PaperWriter(sink, this.ids);
    writeDepots(sink, this.ids, end - 1100 * DAY);
  }

  write(cell: Cell): void {
    const founded = this.end - 1098 * DAY;
    writePartners(this.sink, this.ids, cell.suppliers, 'SUPPLIER', founded);
    writePartners(this.sink, this.ids, cell.customers, 'DISTRIBUTOR', founded);
    writeProducts(this.sink, this.ids, cell.items, founded);
    writeLots(this.sink, this.ids, cell.lots, dayOf(this.end));
    const transactions = cell.docs.flatMap(transactionsOf).sort((a, b) => a.at - b.at);
    const papersOf = new Map<Transaction['doc'], Papers>();
    for (const transaction of transactions) {
      const { doc } = transaction;
      let papers = papersOf.get(doc);
      if (!papers) papersOf.set(doc, (papers = this.papers.write(doc)));
      this.transaction(transaction, papers);
    }
    this.availability();
    this.levels.clear();
    this.ids.forgetCell();
  }

  private transaction(transaction: Transaction, papers: Papers): void {
    const { at, type, site, doc } = transaction;
    const id = this.ids.next('transaction');
    const outgoing = type === '9';
    this.sink.insert(W.transaction, {
      id,
      number: `TX${String(this.ids.count('TX')).padStart(8, '0')}`,
      transaction_date: siteDay(at, site),
      type_id: type,
      location_id: this.ids.location(site),
      source_id: transaction.source === null ? null : this.ids.location(transaction.source),
      destination_id: transaction.destination === null ? null : this.ids.location(transaction.destination),
      incoming_shipment_id: outgoing ? null : papers.shipment,
      outgoing_shipment_id: outgoing ? papers.shipment : null,
      receipt_id: outgoing ? null : papers.receipt,
      order_id: papers.order?.id ?? null,
      order_number: papers.order?.number ?? null,
      comment: doc.remark ?? (doc.kind === 'manufacture' ? (doc.erpOrder ?? null) : null),
      confirmed: 1,
      date_created: wmsStamp(at),
      last_updated: wmsStamp(at),
    });
    const entries = transaction.count ? this.count(transaction) : transaction.entries;
    for (const { lot, qty, bin } of entries) {
      if (!transaction.count) this.move(lot, bin, this.signOf(type) * qty, at);
      this.sink.insert(W.entry, {
        id: this.ids.next('entry'),
        transaction_id: id,
        product_id: this.ids.product(lot.item),
        inventory_item_id: this.ids.lot(lot),
        bin_id: this.ids.location(bin),
        quantity: qty / 1000,
        reason_code: type === '5' ? 'DAMAGED' : type === '4' ? 'EXPIRED' : null,
      });
    }
  }

  private signOf(type: string): 1 | -1 {
    return type === '3' || type === '8' ? 1 : -1;
  }

  private level(lot: Lot, bin: string): Level {
    let bins = this.levels.get(lot);
    if (!bins) this.levels.set(lot, (bins = new Map<string, Level>()));
    let level = bins.get(bin);
    if (!level) bins.set(bin, (level = { qty: 0, touchedAt: 0 }));
    return level;
  }

  private move(lot: Lot, bin: string, delta: number, at: number): void {
    const level = this.level(lot, bin);
    level.qty += delta;
    level.touchedAt = at;
  }

  /** What was counted: the books plus the difference; a product count lists all its lots at the depot. */
  private count({ type, entries, doc, site, at }: Transaction): Entry[] {
    const difference = doc.difference ?? 0;
    const [first] = entries;
    const counted = first && type === '11' ? this.shelvesOf(first.lot.item, site) : [...entries];
    return counted.map(({ lot, bin }, index) => {
      const level = this.level(lot, bin);
      level.qty += index === 0 ? difference : 0;
      level.touchedAt = at;
      return { lot, bin, qty: level.qty };
    });
  }

  private shelvesOf(item: Item, site: Site): Entry[] {
    const shelves: Entry[] = [];
    for (const [lot, bins] of this.levels) {
      if (lot.item !== item) continue;
      for (const [bin, { qty }] of bins)
        if (qty > 0 && SITE_OF_BIN.get(bin) === site) shelves.push({ lot, bin, qty });
    }
    return shelves;
  }

  private availability(): void {
    for (const [lot, bins] of this.levels) {
      for (const [bin, { qty, touchedAt }] of bins) {
        if (qty === 0) continue;
        this.sink.insert(W.availability, {
          id: this.ids.next('availability'),
          product_id: this.ids.product(lot.item),
          inventory_item_id: this.ids.lot(lot),
          location_id: this.ids.location(SITE_OF_BIN.get(bin) ?? ''),
          bin_id: this.ids.location(bin),
          quantity: qty / 1000,
          last_updated: wmsStamp(touchedAt),
        });
      }
    }
  }
}
