// Selling, taking back, damage and counts: what happens to finished goods once they are at a depot.
import { DAY, dayOf } from './calendar';
import type { Alloc, Doc, Item, Line, Lot, Partner, Site } from './model';
import type { Workshop } from './production';
import { workingTime } from './production';
import { at as nth } from './rng';
import { place } from './sites';
import type { Holding } from './stock';
import { takeFrom } from './stock';

const SELLING: readonly Site[] = ['SH', 'GZ', 'RTM', 'SH', 'GZ', 'SZ'];

export interface Market {
  readonly customers: readonly Partner[];
  readonly items: readonly Item[];
  readonly begin: number;
  readonly end: number;
  /** Lots that the market must leave alone. */
  readonly reserved: ReadonlySet<Lot>;
}

const buyers = (market: Market, site: Site): Partner[] =>
  market.customers.filter((customer) => (customer.country === 'China') !== (site === 'RTM'));

/** Customers' orders over the years: each takes a share of what lies there, oldest lot first. */
export function sell(shop: Workshop, market: Market, orders: number): void {
  const { rng } = shop;
  const byLevel = (level: number): Item[] => market.items.filter((item) => item.level === level);
  const kits = byLevel(6);
  const units = byLevel(5);
  const local = buyers(market, 'SH');
  const abroad = buyers(market, 'RTM');
  const span = market.end - 2 * DAY - market.begin;
  for (let order = 0; order < orders; order += 1) {
    const at = workingTime(rng, market.begin + (span * (order + rng.next())) / orders);
    const site = nth(SELLING, rng.int(0, SELLING.length - 1));
    const customer = rng.pick(site === 'RTM' ? abroad : local);
    const lines: Line[] = [];
    const wanted = rng.chance(0.25) ? 2 : 1;
    for (let tries = 0; tries < 6 && lines.length < wanted; tries += 1) {
      const item = rng.pick(site === 'SZ' && rng.chance(0.7) ? units : kits);
      lines.push(...sellItem(shop, market, item, site, at));
    }
    if (lines.length === 0) continue;
    const orderedAt = workingTime(rng, at - rng.int(2, 9) * DAY);
    const inBoxes = rng.chance(0.15) && lines.every(inFullBoxes);
    shop.docs.push({ kind: 'delivery', at, orderedAt, partner: customer, lines, inBoxes });
  }
}

const inFullBoxes = ({ item, allocs }: Line): boolean =>
  item.boxSize > 1 && allocs.every((alloc) => alloc.qty % (item.boxSize * 1000) === 0);

function sellItem(shop: Workshop, market: Market, item: Item, site: Site, at: number): Line[] {
  const { rng, stock } = shop;
  const sellable = (lot: Lot): boolean => !market.reserved.has(lot) && (lot.expiryDay ?? 0) > dayOf(at) + 90;
  const holdings = stock.find(item, site, at, sellable);
  const total = holdings.reduce((sum, holding) => sum + holding.qty, 0);
  let open = Math.max(1000, Math.floor((total * rng.int(12, 45)) / 100_000) * 1000);
  if (item.boxSize > 1 && open > item.boxSize * 1000) open -= open % (item.boxSize * 1000);
  const lines: Line[] = [];
  for (const holding of holdings) {
    if (open <= 0) break;
    const alloc = takeFrom(holding, open);
    open -= alloc.qty;
    lines.push({ item, allocs: [alloc], from: holding.place, to: null });
  }
  return lines;
}

/** The example kit goes to five customers of two depots. */
export function sellExample(shop: Workshop, market: Market, holdings: readonly Holding[]): void {
  for (const holding of holdings) {
    const site = holding.place.site;
    const customers = buyers(market, site);
    const portions = site === 'SH' ? [3, 2, 4] : [3, 4];
    portions.forEach((pieces, index) => {
      const at = workingTime(shop.rng, holding.from + (20 + index * 35) * DAY);
      const alloc = takeFrom(holding, pieces * 1000);
      shop.docs.push({
        kind: 'delivery',
        at,
        orderedAt: workingTime(shop.rng, at - 5 * DAY),
        partner: nth(customers, index * 7 + 2),
        lines: [{ item: holding.lot.item, allocs: [alloc], from: holding.place, to: null }],
      });
    });
  }
}

/** Some customers send goods back: they arrive in the returns area of the same depot. */
export function takeBack(shop: Workshop, end: number, count: number): Doc[] {
  const candidates = shop.docs.filter(
    (doc) => doc.kind === 'delivery' && !doc.inBoxes && doc.lines.length === 1 && doc.at < end - 60 * DAY,
  );
  const returns: Doc[] = [];
  for (let n = 0; n < count; n += 1) {
    const original = candidates[Math.floor(((n + 0.5) * candidates.length) / count)];
    const line = original?.lines[0];
    const alloc = line?.allocs[0];
    if (!original || !line?.from || !alloc || line.from.site === 'SZ') continue;
    const at = workingTime(shop.rng, original.at + shop.rng.int(10, 40) * DAY);
    const qty = Math.max(1000, Math.floor(alloc.qty / 3000) * 1000);
    const back: Alloc = {
      lot: alloc.lot,
      qty,
      serials: alloc.serials.slice(0, line.item.serial ? qty / 1000 : 0),
    };
    const to = place(line.from.site, 'returns', 0);
    returns.push({
      kind: 'return',
      at,
      returnOf: original,
      ...(original.partner ? { partner: original.partner } : {}),
      lines: [{ item: line.item, allocs: [back], from: null, to }],
    });
  }
  shop.docs.push(...returns);
  return returns;
}

/** Breakage and expired goods written off in both books, and cycle counts that confirm the shelf. */
export function careForStock(shop: Workshop, end: number, reserved: ReadonlySet<Lot>): void {
  const { rng, docs } = shop;
  const today = dayOf(end);
  for (const holding of [...shop.stock.all()]) {
    const { lot, place: from } = holding;
    if (reserved.has(lot) || holding.from > end - 40 * DAY || lot.item.level < 5) continue;
    const at = workingTime(rng, holding.from + rng.int(20, 36) * DAY);
    const line = (alloc: Alloc): Line => ({ item: lot.item, allocs: [alloc], from, to: null });
    if (lot.expiryDay !== null && lot.expiryDay < today - 40 && rng.chance(0.7)) {
      const scrappedAt = workingTime(rng, end - rng.int(3, 30) * DAY);
      docs.push({
        kind: 'adjust',
        at: scrappedAt,
        lines: [line(takeFrom(holding, holding.qty))],
        typeOverride: '4',
      });
    } else if (rng.chance(0.06) && holding.qty > 3000) {
      docs.push({ kind: 'adjust', at, lines: [line(takeFrom(holding, 1000))], typeOverride: '5' });
    } else if (rng.chance(0.12)) {
      const counted: Line = { ...line({ lot, qty: 0, serials: [] }) };
      docs.push({ kind: 'count', at, lines: [counted], only: 'wms', difference: 0 });
    }
  }
}
