// Making things: a demand is met from stock, and what is missing is made (or bought) a little earlier.
import { DAY, HOUR, dayOf } from './calendar';
import type { Doc, Item, Line, Lot, Partner, Place, Site } from './model';
import type { Rng } from './rng';
import { at as nth } from './rng';
import { place } from './sites';
import type { Stock } from './stock';
import { takeFrom } from './stock';

export interface Workshop {
  readonly rng: Rng;
  readonly stock: Stock;
  readonly lots: Lot[];
  readonly docs: Doc[];
  readonly suppliers: readonly Partner[];
}

const MINUTE = 60_000;
const SUPPLIER_GROUP: Partial<Record<Item['kind'], number>> = { RES: 0, ADD: 1, CMP: 2, PKG: 3 };

/** Moves an instant to working hours of its day (08:00 to 18:00 in Shanghai). */
export function workingTime(rng: Rng, instant: number): number {
  const midnight = dayOf(instant) * DAY - 8 * HOUR;
  return midnight + 8 * HOUR + rng.int(0, 599) * MINUTE + rng.int(0, 59_999);
}

function newLot(shop: Workshop, item: Item, qty: number, site: Site, madeAt: number): Lot {
  const mfgDay = dayOf(madeAt);
  const lot: Lot = {
    number: '',
    erpName: '',
    item,
    qty,
    site,
    madeAt,
    mfgDay,
    expiryDay: item.shelfDays === null ? null : mfgDay + item.shelfDays,
    supplier: null,
    supplierLot: null,
    inputs: new Map(),
    serials: [],
    load: null,
    status: 'Released',
    disabled: false,
    touchedAt: madeAt,
    inErp: true,
    inWms: true,
    source: null,
    workOrder: null,
  };
  shop.lots.push(lot);
  return lot;
}

/** Buys a lot of a raw material: receipt on the dock, inspection, put-away. */
export function receive(shop: Workshop, item: Item, site: Site, at: number, rejected = false): Lot {
  const { rng, stock, docs } = shop;
  const group = SUPPLIER_GROUP[item.kind] ?? 0;
  const supplier = nth(shop.suppliers, group + 4 * rng.int(0, 2));
  const base = newLot(shop, item, item.lotSize, site, at);
  const age = rng.int(5, 40);
  const lot: Lot = {
    ...base,
    mfgDay: base.mfgDay - age,
    expiryDay: base.expiryDay === null ? null : base.expiryDay - age,
    supplier,
    supplierLot: `${rng.pick(['B', 'L', 'P'])}${rng.int(10000, 99999)}/${rng.int(1, 9)}`,
    status: rejected ? 'Rejected' : 'Released',
  };
  shop.lots[shop.lots.length - 1] = lot;
  const dock = place(site, 'stores', 0);
  const shelf = rejected ? place(site, 'quarantine', 0) : place(site, 'stores', rng.int(1, 20));
  const alloc = { lot, qty: lot.qty, serials: [] };
  const orderedAt = at - rng.int(12, 30) * DAY;
  const inspected = lot.status;
  docs.push({
    kind: 'receipt',
    at,
    orderedAt,
    partner: supplier,
    inspected,
    inBoxes: item.boxSize > 1,
    lines: [{ item, allocs: [alloc], from: null, to: dock }],
  });
  const shelvedAt = workingTime(rng, at + DAY);
  docs.push({
    kind: rejected ? 'transfer' : 'putaway',
    at: shelvedAt,
    lines: [{ item, allocs: [alloc], from: dock, to: shelf }],
  });
  stock.put(lot, shelf, shelvedAt, lot.qty, []);
  return lot;
}

/** Makes one lot at its own plant; its inputs are met (and made) first. */
export function manufacture(shop: Workshop, item: Item, at: number, serialBase: () => string): Lot {
  const { rng, stock, docs } = shop;
  const site = item.site;
  const lot = newLot(shop, item, item.lotSize, site, at);
  if (item.serial) lot.serials = Array.from({ length: lot.qty / 1000 }, serialBase);
  const lines: Line[] = [];
  for (const { item: input, per } of item.bom) {
    const scrap = input.uom === 'Kg' ? 1 + rng.int(0, 20) / 1000 : 1;
    const need = Math.ceil((lot.qty / 1000) * per * scrap);
    lines.push(...consume(shop, lot, input, need, site, at, serialBase));
  }
  const finished = item.level >= 5;
  const output = finished ? place(site, 'finished', 0) : place(site, 'stores', rng.int(1, 20));
  const allocs = [{ lot, qty: lot.qty, serials: lot.serials }];
  lines.push({ item, allocs, from: null, to: output, finished: true });
  docs.push({
    kind: 'manufacture',
    at,
    lines,
    ...(item.level === 4 || finished ? { inspected: 'Released' } : {}),
  });
  let ready = at + HOUR;
  let home: Place = output;
  if (finished) {
    ready = workingTime(rng, at + (item.level === 6 ? 10 : 2) * DAY);
    home = place(site, 'finished', rng.int(1, 12));
    docs.push({ kind: 'putaway', at: ready, lines: [{ item, allocs, from: output, to: home }] });
  }
  lot.touchedAt = ready;
  stock.put(lot, home, ready, lot.qty, lot.serials);
  return lot;
}

function consume(
  shop: Workshop,
  output: Lot,
  input: Item,
  need: number,
  site: Site,
  at: number,
  serialBase: () => string,
): Line[] {
  const lines: Line[] = [];
  let open = need;
  const draw = (): void => {
    const usable = (lot: Lot): boolean => lot.expiryDay === null || lot.expiryDay > dayOf(at) + 30;
    for (const holding of shop.stock.find(input, site, at - 2 * HOUR, usable)) {
      if (open <= 0) return;
      const alloc = takeFrom(holding, open);
      open -= alloc.qty;
      output.inputs.set(alloc.lot, (output.inputs.get(alloc.lot) ?? 0) + alloc.qty);
      lines.push({ item: input, allocs: [alloc], from: holding.place, to: null });
    }
  };
  draw();
  while (open > 0) {
    if (!fetchFromOtherPlant(shop, input, site, at)) {
      const early = workingTime(shop.rng, at - shop.rng.int(9, 14) * DAY);
      if (input.bom.length === 0) receive(shop, input, site, early);
      else manufacture(shop, input, early, serialBase);
    }
    draw();
  }
  return lines;
}

/** Brings a whole holding from the other plant in time for `at`; false when there is none to bring. */
function fetchFromOtherPlant(shop: Workshop, item: Item, site: Site, at: number): boolean {
  const other: Site = site === 'SZ' ? 'CD' : 'SZ';
  const arrive = workingTime(shop.rng, at - DAY);
  const leave = workingTime(shop.rng, at - 4 * DAY);
  const [holding] = shop.stock.find(item, other, leave);
  if (!holding) return false;
  const target = item.level >= 5 ? 'finished' : 'stores';
  moveBetweenSites(shop, holding, holding.qty, place(site, target, shop.rng.int(1, 12)), leave, arrive);
  return true;
}

/** Ships part of a holding to another site and makes it available there. */
function moveBetweenSites(
  shop: Workshop,
  holding: Parameters<typeof takeFrom>[0],
  qty: number,
  to: Place,
  leftAt: number,
  at: number,
): void {
  const alloc = takeFrom(holding, qty);
  const item = holding.lot.item;
  shop.docs.push({
    kind: 'transfer',
    at,
    leftAt,
    lines: [{ item, allocs: [alloc], from: holding.place, to }],
  });
  shop.stock.put(holding.lot, to, at + MINUTE, alloc.qty, alloc.serials);
}
