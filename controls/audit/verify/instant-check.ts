/**
 * Holds the instants of entries to the checkpoints around them. An entry gets its place within seconds: one that says
 * it happened long before the checkpoint that it stands behind, or long after the one that covers it, was dated by hand.
 */
import type { Checkpoint } from '../checkpoint';
import type { Findings } from './finding';

/** Longer than any act takes to commit, and than clocks of two hosts differ. */
export const MOST_OFF_MS = 10 * 60_000;

export class InstantCheck {
  #next = 0;

  /** `checkpoints` are those whose signatures are good, by size. */
  constructor(
    private readonly checkpoints: readonly Pick<Checkpoint, 'treeSize' | 'at'>[],
    private readonly findings: Findings,
  ) {}

  /** One entry; entries come in the order of their places. */
  see(seq: number, at: number, place: string): void {
    for (
      let next = this.checkpoints[this.#next];
      next && next.treeSize < seq;
      next = this.checkpoints[this.#next]
    )
      this.#next += 1;
    const [before, after] = [this.checkpoints[this.#next - 1], this.checkpoints[this.#next]];
    // a clock that was set back stands in the checkpoints themselves: then either of them may be the earlier one
    const [earliest, latest] = [
      Math.min(before?.at ?? Number.NEGATIVE_INFINITY, after?.at ?? Number.POSITIVE_INFINITY),
      Math.max(before?.at ?? Number.NEGATIVE_INFINITY, after?.at ?? Number.POSITIVE_INFINITY),
    ];
    if (at >= earliest - MOST_OFF_MS && at <= latest + MOST_OFF_MS) return;
    this.findings.add('ENTRY_MISDATED', place, `it says ${isoOf(at)}`);
  }
}

const isoOf = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
};
