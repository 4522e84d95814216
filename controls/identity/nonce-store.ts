/** Remembers which signed requests were already seen, for as long as their signature could still be valid. */

export class NonceStore {
  readonly #seen = new Map<number, Set<string>>();
  readonly #sliceMs: number;
  readonly #capacity: number;
  #size = 0;

  /**
   * @param windowMs how far a request's time may lie from ours, to either side
   * @param capacity how many are remembered at most; beyond that, requests are refused rather than forgotten
   */
  constructor(windowMs: number, capacity = 500_000) {
    this.#sliceMs = windowMs;
    this.#capacity = capacity;
  }

  /** False when the nonce was seen before, or no more can be remembered. */
  admit(nonce: string, signedAt: number, now: number): boolean {
    this.#forgetBefore(now - 2 * this.#sliceMs);
    const slice = Math.floor(signedAt / this.#sliceMs);
    const seen = this.#seen.get(slice) ?? new Set<string>();
    if (this.#size >= this.#capacity || seen.has(nonce)) return false;
    seen.add(nonce);
    this.#seen.set(slice, seen);
    this.#size += 1;
    return true;
  }

  /** Whole slices are dropped at once, so forgetting costs nothing per request. */
  #forgetBefore(instant: number): void {
    const oldest = Math.floor(instant / this.#sliceMs);
    for (const [slice, seen] of this.#seen) {
      if (slice >= oldest) continue;
      this.#size -= seen.size;
      this.#seen.delete(slice);
    }
  }
}
