/**
 * Walks places of the log in order: body hashes, sequence, chain and tree. The tree is built from the leaves as they are
 * stored, each of which is held to its entry, so that harm is named where it was done and not everywhere after it. Pure.
 */
import { hash } from 'node:crypto';
import type { Cell } from '../../../platform/database/read-only';
import { type DigestAlgorithm, DIGEST_ALGORITHMS } from '../../integrity/digest';
import { type Frontier, TreeHasher } from '../../integrity/merkle';
import { nextChainHash } from '../chain';
import { type EntryMac, isMarked } from '../entry-mac';
import { InstantOf, seals, TextOf } from './entry-text';
import type { Findings } from './finding';
import { isIndexed } from './index-fit';
import { type CheckpointMarks, CheckpointsAround, isoOf } from './instant-check';
import type { LogRows } from './log-rows';

/** An entry that carries seals, for the check of what they seal. */
export interface SealingEntry {
  readonly seq: number;
  readonly entryId: string;
  readonly body: string;
}

/** The log up to a size; hashes without their algorithm. */
export interface WalkState {
  readonly size: number;
  readonly chain: string;
  /** The right edge of the tree; null where places are missing, since no tree can be built then. */
  readonly frontier: readonly string[] | null;
  /** Entries from before there were marks have none; once one has, all have. */
  readonly marked: boolean;
}

export interface WalkOptions {
  readonly algorithm: DigestAlgorithm;
  readonly findings: Pick<Findings, 'add'>;
  readonly checkpoints: CheckpointMarks;
  /** Hears of the state at each checkpoint. */
  readonly onStop: (state: WalkState) => void;
  /** Tells entries that the product wrote; whoever has only the public key does without. */
  readonly mac?: EntryMac | undefined;
}

export interface WalkStart {
  /** The place before the first. */
  readonly last: number;
  readonly chain: string;
  readonly marked: boolean;
  /** The tree to which leaves are added: that of all places before, or that of the walked ones alone. */
  readonly tree: Frontier;
}

export class LogWalk {
  readonly #options: WalkOptions;
  readonly #hasher: TreeHasher;
  readonly #prefix: string;
  readonly #tree: Frontier;
  readonly #around: CheckpointsAround;
  readonly #ids = new TextOf();
  readonly #instants = new InstantOf();
  #chain: string;
  #last: number;
  #marked: boolean;
  #whole = true;
  /** Where the texts of id and instant end in the entry that was looked at last. */
  #idEnd = -1;
  #atEnd = -1;

  constructor(options: WalkOptions, start: WalkStart) {
    this.#options = options;
    this.#hasher = new TreeHasher(options.algorithm);
    this.#prefix = `${options.algorithm}:`;
    this.#around = new CheckpointsAround(options.checkpoints, start.last);
    ({ last: this.#last, chain: this.#chain, marked: this.#marked, tree: this.#tree } = start);
  }

  get state(): WalkState {
    const frontier = this.#whole ? [...this.#tree.hashes] : null;
    return { size: this.#last, chain: this.#chain, frontier, marked: this.#marked };
  }

  get last(): number {
    return this.#last;
  }

  /** Walks on over the next places; gives the entries that seal something. */
  over({ places, index }: Pick<LogRows, 'places' | 'index'>): SealingEntry[] {
    const sealing: SealingEntry[] = [];
    let next = 0;
    for (const row of places) {
      const seq = row[0] as number;
      while (next < index.length && (index[next]?.[0] as number) < seq) next += 1;
      const indexed = index[next];
      this.#place(row, indexed?.[0] === seq ? indexed : undefined);
      const body = row[4] as string | null;
      if (body !== null && seals(body)) sealing.push({ seq, entryId: row[1] as string, body });
    }
    return sealing;
  }

  #place(row: readonly Cell[], indexed: readonly Cell[] | undefined): void {
    const { findings, algorithm, onStop } = this.#options;
    const [seq, leafHash, chainHash] = [row[0] as number, row[2] as string, row[3] as string];
    if (seq !== this.#last + 1) {
      findings.add('SEQUENCE_GAP', `audit_log seq ${this.#last + 1} to ${seq - 1}`);
      this.#whole = false;
    }
    this.#last = seq;
    this.#around.reach(seq);
    this.#checkEntry(row, indexed, leafHash);
    const leaf = leafHash.slice(this.#prefix.length);
    const due = nextChainHash(algorithm, this.#chain, leaf);
    this.#chain = chainHash.slice(this.#prefix.length);
    if (this.#chain !== due || !chainHash.startsWith(this.#prefix))
      findings.add('CHAIN_BROKEN', `audit_log seq ${seq}`);
    if (this.#whole) this.#tree.append(leaf);
    if (this.#around.isAt(seq)) onStop(this.state);
  }

  #checkEntry(row: readonly Cell[], indexed: readonly Cell[] | undefined, leafHash: string): void {
    const { findings } = this.#options;
    const [seq, id] = [row[0] as number, row[1] as string];
    const [body, entryHash, at] = [row[4] as string | null, row[5] as string | null, row[6] as number | null];
    const place = (): string => `audit_log seq ${seq}, entry ${id}`;
    if (body === null || entryHash === null) findings.add('ENTRY_MISSING', place());
    else {
      const stands = this.#stands(place, id, body, entryHash, at, leafHash);
      this.#checkMark(place, body);
      // what else is wrong is told as such
      const entry = { seq, id, at: at ?? 0, body, idEnd: this.#idEnd, atEnd: this.#atEnd };
      if (stands && !(indexed !== undefined && isIndexed(indexed, entry)))
        findings.add('INDEX_DIFFERS', `audit_index seq ${seq}, entry ${id}`);
    }
    if (at !== null && !this.#around.allow(at))
      findings.add('ENTRY_MISDATED', place(), `it says ${isoOf(at)}`);
  }

  /** False where the entry is not what the log says. */
  #stands(
    place: () => string,
    id: string,
    body: string,
    entryHash: string,
    at: number | null,
    leafHash: string,
  ): boolean {
    const differs: string[] = [];
    if (!isHashed(leafHash, this.#prefix, this.#hasher.leaf(entryHash)))
      differs.push('its hash is not the one of its leaf');
    if (!this.#hasHash(body, entryHash)) differs.push('its body does not have its hash');
    else {
      this.#idEnd = this.#ids.endIn(body, `"id":"${id}"`);
      this.#atEnd = this.#instants.endIn(body, at);
      if (this.#idEnd < 0 || this.#atEnd < 0) differs.push('its id or instant is not that of its body');
    }
    for (const detail of differs) this.#options.findings.add('ENTRY_ALTERED', place(), detail);
    return differs.length === 0;
  }

  /** Under the algorithm that the hash names. */
  #hasHash(body: string, entryHash: string): boolean {
    const { algorithm } = this.#options;
    if (entryHash.startsWith(this.#prefix))
      return isHashed(entryHash, this.#prefix, hash(algorithm, body, 'hex'));
    const other = DIGEST_ALGORITHMS.find((one) => entryHash.startsWith(`${one}:`));
    return other !== undefined && isHashed(entryHash, `${other}:`, hash(other, body, 'hex'));
  }

  #checkMark(place: () => string, body: string): void {
    const { mac, findings } = this.#options;
    if (mac === undefined) return;
    this.#marked ||= isMarked(body);
    if (this.#marked && !mac.isOwn(body)) findings.add('ENTRY_FORGED', place());
  }
}

/** Whether `stored` is the hash with its prefix, without putting them together. */
const isHashed = (stored: string, prefix: string, hex: string): boolean =>
  stored.length === prefix.length + hex.length && stored.startsWith(prefix) && stored.endsWith(hex);
