// What lies where, while the story is being told: holdings are taken first in, first out.
import type { Alloc, Item, Lot, Place, Site } from './model';

export interface Holding {
  readonly lot: Lot;
  readonly place: Place;
  /** From when on it can be taken. */
  readonly from: number;
  qty: number;
  serials: string[];
}

export class Stock {
  private readonly pools = new Map<Item, Holding[]>();

  put(lot: Lot, place: Place, from: number, qty: number, serials: readonly string[]): Holding {
    const holding: Holding = { lot, place, from, qty, serials: [...serials] };
    const pool = this.pools.get(lot.item);
    if (!pool) {
      this.pools.set(lot.item, [holding]);
      return holding;
    }
    let index = pool.length;
    while (index > 0 && (pool[index - 1]?.from ?? 0) > from) index -= 1;
    pool.splice(index, 0, holding);
    return holding;
  }

  /** Holdings of an item at a site that may be taken at `at`, oldest first. */
  find(item: Item, site: Site, at: number, accept?: (lot: Lot) => boolean): Holding[] {
    return (this.pools.get(item) ?? []).filter(
      (holding) =>
        holding.qty > 0 &&
        holding.from <= at &&
        holding.place.site === site &&
        holding.lot.status === 'Released' &&
        (accept?.(holding.lot) ?? true),
    );
  }

  *all(): Iterable<Holding> {
    for (const pool of this.pools.values()) for (const holding of pool) if (holding.qty > 0) yield holding;
  }
}

/** Takes up to `qty` out of one holding. */
export function takeFrom(holding: Holding, qty: number): Alloc {
  const taken = Math.min(qty, holding.qty);
  holding.qty -= taken;
  const serials = holding.lot.item.serial ? holding.serials.splice(0, taken / 1000) : [];
  return { lot: holding.lot, qty: taken, serials };
}
