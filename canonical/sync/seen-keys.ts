/**
 * A set of keys in eight bytes each: the start of their SHA-256. Two keys that share it are one here, which hides a
 * row that is gone (one in 10^12 for ten million rows) and never makes one gone that is there.
 */
import { hash } from 'node:crypto';

const FIRST_SIZE = 1024;

const prefixOf = (key: string): bigint => hash('sha256', key, 'buffer').readBigUInt64BE(0);

export class SeenKeys {
  #prefixes = new BigUint64Array(FIRST_SIZE);
  #size = 0;
  #closed = false;

  /** How many were added; one that came twice counts twice. */
  get size(): number {
    return this.#size;
  }

  add(key: string): void {
    if (this.#closed) throw new Error('no key is added to a closed set');
    if (this.#size === this.#prefixes.length) {
      const larger = new BigUint64Array(this.#size * 2);
      larger.set(this.#prefixes);
      this.#prefixes = larger;
    }
    this.#prefixes[this.#size] = prefixOf(key);
    this.#size += 1;
  }

  /** Sorts what was added; only then it can be asked. */
  close(): void {
    this.#prefixes = this.#prefixes.subarray(0, this.#size).sort();
    this.#closed = true;
  }

  has(key: string): boolean {
    if (!this.#closed) throw new Error('a set is closed before it is asked');
    const wanted = prefixOf(key);
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#prefixes[middle] ?? 0n) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#prefixes[low] === wanted && low < this.#size;
  }
}
