// One cell of the story: a closed world of 150 items and 2,000 lots whose books balance by themselves.
import { DAY, dayOf, midnight } from './calendar';
import { distribute, distributeExample } from './distribution';
import { itemsOf } from './items';
import type { Cell, Doc, Item, Lot } from './model';
import { LOTS_PER_CELL, numberLots } from './numbering';
import { customersOf, suppliersOf } from './partners';
import type { Workshop } from './production';
import { manufacture, receive, workingTime } from './production';
import { Rng, at } from './rng';
import { careForStock, sell, sellExample, takeBack } from './sales';
import { Stock } from './stock';

const CAMPAIGNS = 57;
const KIT_LOTS = 200;
const ORDERS = 700;
const EXAMPLE_AGE = 300 * DAY;
const YEARS = 1095;

export interface CellRequest {
  readonly index: number;
  readonly seed: number;
  /** Calendar day of the demo date. */
  readonly day: number;
}

/** Tells the story of one cell, without its mess. */
export function tellCell({ index, seed, day }: CellRequest): Cell {
  const rng = new Rng(seed + index * 7919);
  const items = itemsOf(index);
  const customers = customersOf(index);
  const suppliers = suppliersOf(index);
  const shop: Workshop = { rng, stock: new Stock(), lots: [], docs: [], suppliers };
  const end = midnight(day);
  const begin = midnight(day - YEARS);
  const example = makeKits(shop, items, index, begin, end);
  topUp(shop, items, begin, end);
  const reserved = new Set(example ? [example] : []);
  const market = { customers, items, begin: begin + 150 * DAY, end, reserved };
  if (example) sellExample(shop, market, distributeExample(shop, example, end));
  sell(shop, market, ORDERS);
  takeBack(shop, end, 14);
  careForStock(shop, end, reserved);
  numberLots(shop.lots, index, example);
  settleStatus(shop, end);
  shop.docs.sort(byTime);
  return {
    index,
    items,
    customers,
    suppliers,
    lots: shop.lots,
    docs: shop.docs,
    samples: [],
    example,
    planted: [],
    recalls: [],
  };
}

export const byTime = (a: Doc, b: Doc): number => a.at - b.at;

/** Makes the kits in campaigns; the lots of one campaign and plant share a sterilisation load. */
function makeKits(
  shop: Workshop,
  items: readonly Item[],
  cell: number,
  begin: number,
  end: number,
): Lot | null {
  const { rng } = shop;
  const kits = items.filter((item) => item.level === 6);
  let serial = cell * 20_000;
  const nextSerial = (): string => `SN${String((serial += 1)).padStart(7, '0')}`;
  const first = begin + 130 * DAY;
  const span = end - 16 * DAY - first;
  const made: Lot[] = [];
  let load = 240_000 + cell * 120;
  for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
    const day = first + (span * campaign) / (CAMPAIGNS - 1);
    const until = Math.round(((campaign + 1) * KIT_LOTS) / CAMPAIGNS);
    const loads = new Map<string, string>();
    while (made.length < until) {
      const item = at(kits, made.length);
      const lot = manufacture(shop, item, workingTime(rng, day), nextSerial);
      if (!loads.has(item.site)) loads.set(item.site, `EO-${(load += 1)}`);
      lot.load = loads.get(item.site) ?? null;
      made.push(lot);
    }
  }
  const example =
    cell === 0
      ? closestToAge(
          made.filter((lot) => lot.item === kits[0]),
          end,
        )
      : null;
  for (const lot of made) if (lot !== example) distribute(shop, lot, end);
  return example;
}

const closestToAge = (lots: readonly Lot[], end: number): Lot | null =>
  [...lots].sort(
    (a, b) => Math.abs(end - a.madeAt - EXAMPLE_AGE) - Math.abs(end - b.madeAt - EXAMPLE_AGE),
  )[0] ?? null;

/** Buys raw material until the cell has its lots; every twentieth delivery fails inspection. */
function topUp(shop: Workshop, items: readonly Item[], begin: number, end: number): void {
  const bought = items.filter((item) => item.level === 1);
  const missing = LOTS_PER_CELL - shop.lots.length;
  for (let n = 0; n < missing; n += 1) {
    const item = at(bought, n);
    const when = begin + 60 * DAY + ((end - begin - 64 * DAY) * (n + 0.5)) / missing;
    receive(shop, item, item.site, workingTime(shop.rng, when), n % 20 === 7);
  }
}

/** Fresh kits wait for release; a few lots are on hold. */
function settleStatus(shop: Workshop, end: number): void {
  const today = dayOf(end);
  for (const lot of shop.lots) {
    if (lot.status === 'Released' && lot.item.level === 6 && lot.mfgDay > today - 14 - 10)
      lot.status = 'Quarantine';
  }
}
