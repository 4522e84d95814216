/**
 * The one source of time. Nothing else in the product may ask the system for it, so that a test can
 * put every process under the same clock.
 */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still at `instant` until it is set. */
export class FixedClock implements Clock {
  #now: number;

  constructor(instant: number | string) {
    this.#now = typeof instant === 'number' ? instant : Date.parse(instant);
    if (Number.isNaN(this.#now)) throw new RangeError(`not an instant: ${instant}`);
  }

  now(): number {
    return this.#now;
  }

  set(instant: number): void {
    this.#now = instant;
  }
}
