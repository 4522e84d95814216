/**
 * The Merkle tree of RFC 9162 (§2.1), over hashes as lower-case hex. A leaf is H(0x00 ‖ data), a node
 * H(0x01 ‖ left ‖ right); the domain bytes keep one from being passed off as the other. Pure: no I/O.
 */
import { hash } from 'node:crypto';
import type { DigestAlgorithm } from './digest';

const HASH_BYTES = 32;

/** Hashes leaves and nodes with one algorithm. Both SHA-256 and SM3 give 32 bytes. */
export class TreeHasher {
  readonly #scratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

  constructor(readonly algorithm: DigestAlgorithm) {}

  /** Hash of a leaf whose data is the UTF-8 of `text`. */
  leaf(text: string): string {
    return hash(this.algorithm, `\0${text}`, 'hex');
  }

  node(left: string, right: string): string {
    const written = this.#scratch.write(left + right, 1, 'hex');
    // what is no hash must not be hashed with what was hashed before it
    if (written < 2 * HASH_BYTES) this.#scratch.fill(0, 1 + written);
    return hash(this.algorithm, this.#scratch, 'hex');
  }

  empty(): string {
    return hash(this.algorithm, '', 'hex');
  }
}

/** A complete subtree of 2^level leaves, the `index`-th of its level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
  readonly hash: string;
}

/**
 * The right edge of a growing tree: one hash for each set bit of its size, the largest subtree first. Appending costs
 * O(log n) at most and O(1) on average.
 */
export class Frontier {
  readonly #hasher: TreeHasher;
  readonly #hashes: string[];
  #size: number;

  constructor(hasher: TreeHasher, size = 0, hashes: readonly string[] = []) {
    if (hashes.length !== setBits(size)) throw new RangeError('this is no frontier of a tree of that size');
    this.#hasher = hasher;
    this.#size = size;
    this.#hashes = [...hashes];
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly string[] {
    return this.#hashes;
  }

  /** Appends a leaf; `completed` hears of each subtree of two leaves or more that this completes. */
  append(leaf: string, completed?: (subtree: Subtree) => void): void {
    this.appendSubtree(0, leaf, completed);
  }

  /** Appends a complete subtree; the size so far MUST be a multiple of its leaves. */
  appendSubtree(level: number, root: string, completed?: (subtree: Subtree) => void): void {
    let filled = Math.floor(this.#size / 2 ** level);
    if (filled * 2 ** level !== this.#size) throw new RangeError('a subtree must begin where one can stand');
    let top = root;
    let height = level;
    while (filled % 2 === 1) {
      top = this.#hasher.node(this.#hashes.pop() ?? '', top);
      filled = (filled - 1) / 2;
      height += 1;
      completed?.({ level: height, index: filled, hash: top });
    }
    this.#hashes.push(top);
    this.#size += 2 ** level;
  }

  /** Root of the tree as it stands. */
  root(): string {
    return rootOf(this.#hasher, this.#hashes);
  }
}

/** Root of the tree whose right edge these hashes are. */
export function rootOf(hasher: TreeHasher, hashes: readonly string[]): string {
  let root: string | undefined;
  for (let index = hashes.length - 1; index >= 0; index -= 1) {
    const left = hashes[index] ?? '';
    root = root === undefined ? left : hasher.node(left, root);
  }
  return root ?? hasher.empty();
}

/** Leaves from `start` up to but without `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The subtrees whose roots prove that leaf `index` stands in a tree of `size` leaves, in the order of the proof. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/** The subtrees whose roots prove that a tree of `size` leaves continues one of `earlier` leaves. */
export function consistencyRanges(earlier: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end, rest, whole] = [0, size, earlier, true];
  while (rest !== end - start) {
    const split = splitOf(end - start);
    if (rest <= split) {
      path.push({ start: start + split, end });
      end = start + split;
    } else {
      path.push({ start, end: start + split });
      start += split;
      rest -= split;
      whole = false;
    }
  }
  if (!whole) path.push({ start, end });
  return path.reverse();
}

/** True when the path leads from the leaf to the root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(
  hasher: TreeHasher,
  proof: {
    readonly index: number;
    readonly size: number;
    readonly leaf: string;
    readonly path: readonly string[];
    readonly root: string;
  },
): boolean {
  const { index, size, path, root } = proof;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!path.every(isHash) || !isHash(root) || !isHash(proof.leaf)) return false;
  let [node, last, hash] = [index, size - 1, proof.leaf];
  for (const step of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hasher.node(step, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = hasher.node(hash, step);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash === root;
}

/** True when the path proves that the later tree begins with the earlier one (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  hasher: TreeHasher,
  proof: {
    readonly earlier: number;
    readonly earlierRoot: string;
    readonly size: number;
    readonly root: string;
    readonly path: readonly string[];
  },
): boolean {
  const { earlier, earlierRoot, size, root, path } = proof;
  if (!isCount(earlier) || !isCount(size) || earlier > size || !path.every(isHash)) return false;
  if (earlier === size) return path.length === 0 && earlierRoot === root;
  if (earlier === 0) return path.length === 0 && earlierRoot === hasher.empty();
  const steps = isPowerOfTwo(earlier) ? [earlierRoot, ...path] : [...path];
  let [node, last] = [earlier - 1, size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const first = steps.shift();
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = hasher.node(step, oldHash);
      newHash = hasher.node(step, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else newHash = hasher.node(newHash, step);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash === earlierRoot && newHash === root;
}

const HASH = /^[0-9a-f]{64}$/;
export const isHash = (text: string): boolean => HASH.test(text);

const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isPowerOfTwo = (n: number): boolean => n > 0 && setBits(n) === 1;

function setBits(n: number): number {
  let [count, rest] = [0, n];
  for (; rest > 0; rest = half(rest)) count += rest % 2;
  return count;
}

/** The largest power of two that is smaller than `n`, for n > 1. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}
