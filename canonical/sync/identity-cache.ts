/** What is remembered of the identity map from one transaction to the next. */
import { boundedCache } from '../../platform/bounded-cache';
import type { IdentityEdges } from './identity-edges';

export interface KnownLot {
  readonly pk: number;
  readonly manufacturerPk: number | null;
  /** False for a lot that an edge of the identity map starts from and that has no golden row. */
  readonly hasRow: boolean;
}

/** Keys of committed entities; a key never changes its entity here, so a hit is always right. */
export class IdentityCache {
  readonly entities = boundedCache<string, number>(300_000);
  readonly lotGroups = boundedCache<string, readonly KnownLot[]>(300_000);

  /** Edges of the identity map, as of the epoch. */
  edges: IdentityEdges | null = null;

  #epoch: number | null = null;

  clear(): void {
    this.entities.clear();
    this.lotGroups.clear();
    this.edges = null;
  }

  /** Forgets everything when entities were taken away, or edges were changed, since. */
  follow(epoch: number): void {
    if (this.#epoch !== null && this.#epoch !== epoch) this.clear();
    this.#epoch = epoch;
  }
}
