// Tools of those who plant mess: what is left where, and lots picked so that no two plants meet on one lot.
import { DAY } from './calendar';
import type { Cell, Doc, Item, Lot, Place, Planted } from './model';
import { ancestorsOf } from './recalls';

export interface Left {
  readonly place: Place;
  qty: number;
}

/** What remains of each lot in each place after all documents. */
function remainders(docs: readonly Doc[]): Map<Lot, Map<string, Left>> {
  const left = new Map<Lot, Map<string, Left>>();
  const move = (lot: Lot, place: Place, delta: number): void => {
    let places = left.get(lot);
    if (!places) left.set(lot, (places = new Map<string, Left>()));
    const known = places.get(place.bin);
    if (known) known.qty += delta;
    else places.set(place.bin, { place, qty: delta });
  };
  for (const doc of docs) {
    if (doc.state) continue;
    for (const { from, to, allocs } of doc.lines) {
      for (const { lot, qty } of allocs) {
        if (from) move(lot, from, -qty);
        if (to) move(lot, to, qty);
      }
    }
  }
  return left;
}

export class Planter {
  private readonly used: Set<Lot>;
  private readonly counters = new Map<string, number>();
  private readonly left: Map<Lot, Map<string, Left>>;

  constructor(
    readonly cell: Cell,
    readonly end: number,
  ) {
    this.used = new Set(cell.example ? [cell.example, ...ancestorsOf(cell.example)] : []);
    this.left = remainders(cell.docs);
  }

  /** Up to `count` unused lots that satisfy `accept`, spread over the years. */
  lots(count: number, accept: (lot: Lot) => boolean): Lot[] {
    const fit = this.cell.lots.filter((lot) => !this.used.has(lot) && !lot.item.serial && accept(lot));
    const picked: Lot[] = [];
    for (let n = 0; n < count; n += 1) {
      const lot = fit[Math.floor(((n + 0.5) * fit.length) / count)];
      if (!lot || this.used.has(lot)) continue;
      this.used.add(lot);
      picked.push(lot);
    }
    return picked;
  }

  /** The place with most of a lot left, or null. */
  shelf(lot: Lot): Left | null {
    const places = [...(this.left.get(lot)?.values() ?? [])];
    return places.sort((a, b) => b.qty - a.qty)[0] ?? null;
  }

  /** Lots with a good stock that were made long enough ago for further acts. */
  stocked(count: number, accept: (lot: Lot) => boolean = () => true): Lot[] {
    const old = this.end - 150 * DAY;
    return this.lots(
      count,
      (lot) =>
        lot.item.level >= 5 && lot.madeAt < old && (this.shelf(lot)?.qty ?? 0) >= 10_000 && accept(lot),
    );
  }

  note(
    kind: string,
    systems: readonly string[],
    description: string,
    keys: Planted['keys'],
    expect: Planted['expect'],
  ): void {
    const n = (this.counters.get(kind) ?? 0) + 1;
    this.counters.set(kind, n);
    this.cell.planted.push({ id: `${kind}-${n}`, kind, description, systems, keys, expect });
  }
}

export const keysOf = (lot: Lot): Record<string, string> => ({
  itemCode: lot.item.code,
  lotNumber: lot.number,
});

/** A lot that only one system has heard of. */
export function strangeLot(
  item: Item,
  number: string,
  madeAt: number,
  mfgDay: number,
  where: Partial<Lot>,
): Lot {
  return {
    ...{ number, erpName: number, item, qty: 50_000, site: item.site, madeAt, mfgDay },
    expiryDay: item.shelfDays === null ? null : mfgDay + item.shelfDays,
    ...{ supplier: null, supplierLot: null, inputs: new Map<Lot, number>(), serials: [], load: null },
    ...{
      status: 'Released',
      disabled: false,
      touchedAt: madeAt,
      inErp: false,
      inWms: false,
      source: null,
      workOrder: null,
    },
    ...where,
  };
}
