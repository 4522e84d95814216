/**
 * Holds the instants of entries to the checkpoints around them. An entry gets its place within seconds: one that says
 * it happened long before the checkpoint that it stands behind, or long after the one that covers it, was dated by hand.
 */

/** Longer than any act takes to commit, and than clocks of two hosts differ. */
const MOST_OFF_MS = 10 * 60_000;

/** Sizes and instants of the checkpoints whose signatures are good, by size. */
export interface CheckpointMarks {
  readonly sizes: Float64Array;
  readonly instants: Float64Array;
}

export function marksOf(
  checkpoints: readonly { readonly treeSize: number; readonly at: number }[],
): CheckpointMarks {
  return {
    sizes: Float64Array.from(checkpoints, ({ treeSize }) => treeSize),
    instants: Float64Array.from(checkpoints, ({ at }) => at),
  };
}

/** Goes along the checkpoints with a walk over the places after `last`. */
export class CheckpointsAround {
  #next: number;
  #earliest = 0;
  #latest = 0;

  constructor(
    private readonly marks: CheckpointMarks,
    last: number,
  ) {
    this.#next = firstAfter(marks.sizes, last);
    this.#bound();
  }

  /** Goes on to a place; places come in order. */
  reach(seq: number): void {
    const { sizes } = this.marks;
    if (!((sizes[this.#next] ?? Infinity) < seq)) return;
    while ((sizes[this.#next] ?? Infinity) < seq) this.#next += 1;
    this.#bound();
  }

  /** Whether there is a checkpoint of just this size. */
  isAt(seq: number): boolean {
    return this.marks.sizes[this.#next] === seq;
  }

  /** Whether an entry at the place that was reached may say this instant. */
  allow(at: number): boolean {
    return at >= this.#earliest && at <= this.#latest;
  }

  #bound(): void {
    const { instants } = this.marks;
    const [before, after] = [instants[this.#next - 1] ?? -Infinity, instants[this.#next] ?? Infinity];
    // a clock that was set back stands in the checkpoints themselves: then either of them may be the earlier one
    this.#earliest = Math.min(before, after) - MOST_OFF_MS;
    this.#latest = Math.max(before, after) + MOST_OFF_MS;
  }
}

/** The first index whose size is more than `last`, by halving. */
function firstAfter(sizes: Float64Array, last: number): number {
  let [low, high] = [0, sizes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sizes[middle] ?? Infinity) > last) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const isoOf = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
};
