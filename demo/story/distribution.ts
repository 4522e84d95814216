// Kits go from the plants to the distribution centres; the example kit is spread on purpose.
import { DAY } from './calendar';
import type { Lot, Place, Site } from './model';
import type { Workshop } from './production';
import { workingTime } from './production';
import { place } from './sites';
import type { Holding } from './stock';
import { takeFrom } from './stock';

const TRANSIT_DAYS: Partial<Record<Site, readonly [number, number]>> = {
  SH: [1, 2],
  GZ: [2, 4],
  RTM: [6, 12],
};

/** Ships part of a holding to a DC: dock, then shelf. Null when it would not arrive before `end`. */
function replenish(shop: Workshop, holding: Holding, site: Site, qty: number, end: number): Holding | null {
  const { rng, stock, docs } = shop;
  const [low, high] = TRANSIT_DAYS[site] ?? [1, 2];
  const leftAt = workingTime(rng, holding.from + rng.int(1, 5) * DAY);
  const at = workingTime(rng, leftAt + rng.int(low, high) * DAY);
  const shelvedAt = workingTime(rng, at + DAY);
  if (shelvedAt >= end || qty <= 0) return null;
  const alloc = takeFrom(holding, qty);
  const item = holding.lot.item;
  const dock = place(site, 'main', 0);
  const shelf: Place = place(site, 'main', rng.int(1, 24));
  docs.push({
    kind: 'transfer',
    at,
    leftAt,
    lines: [{ item, allocs: [alloc], from: holding.place, to: dock }],
  });
  docs.push({ kind: 'putaway', at: shelvedAt, lines: [{ item, allocs: [alloc], from: dock, to: shelf }] });
  return stock.put(holding.lot, shelf, shelvedAt, alloc.qty, alloc.serials);
}

const DCS: readonly Site[] = ['SH', 'GZ', 'RTM'];
const whole = (qty: number): number => Math.floor(qty / 1000) * 1000;

/** Sends a new kit lot to two DCs and keeps the rest at the plant. */
export function distribute(shop: Workshop, lot: Lot, end: number): void {
  const skipped = shop.rng.pick(DCS);
  for (const holding of shop.stock.find(lot.item, lot.site, end, (other) => other === lot)) {
    for (const site of DCS) {
      if (site !== skipped) replenish(shop, holding, site, whole(lot.qty * 0.38), end);
    }
  }
}

/** The example kit: stock at the plant and two DCs, nothing left to chance. */
export function distributeExample(shop: Workshop, lot: Lot, end: number): Holding[] {
  const [plant] = shop.stock.find(lot.item, lot.site, end, (other) => other === lot);
  if (!plant) throw new Error('the example kit has no stock');
  const sent: Holding[] = [];
  for (const [site, share] of [
    ['SH', 0.4],
    ['RTM', 0.35],
  ] as const) {
    const holding = replenish(shop, plant, site, whole(lot.qty * share), end);
    if (holding) sent.push(holding);
  }
  return sent;
}
