/**
 * Walks the log once, in order: body hashes, sequence, chain and tree. The tree is built from the leaves as they are
 * stored, each of which is held to its entry, so that harm is named where it was done and not everywhere after it.
 */
import { hash } from 'node:crypto';
import type { Cell, ReadOnlyDatabase } from '../../../platform/database/read-only';
import { type DigestAlgorithm, DIGEST_ALGORITHMS } from '../../integrity/digest';
import { Frontier, TreeHasher } from '../../integrity/merkle';
import { nextChainHash } from '../chain';
import { type EntryMac, isMarked, unmarked } from '../entry-mac';
import { INDEX_COLUMNS } from '../index-entry';
import type { Findings } from './finding';
import { isIndexed } from './index-fit';

const PAGE = 4_000;
const INDEXED = INDEX_COLUMNS.map((column) => `i.${column}`).join(', ');
/** Columns of a page before those of the index. */
const OWN_COLUMNS = 7;

/** An entry that carries seals, for the check of what they seal. */
export interface SealingEntry {
  readonly seq: number;
  readonly entryId: string;
  readonly body: string;
}

export interface LogScanOptions {
  readonly database: ReadOnlyDatabase;
  readonly algorithm: DigestAlgorithm;
  readonly findings: Findings;
  /** Sizes at which the caller wants to look at the tree, in order. */
  readonly stops: readonly number[];
  readonly onStop: (state: LogState) => void;
  /** Entries of one page whose acts wrote records or batches. */
  readonly onSealing: (entries: readonly SealingEntry[]) => Promise<void>;
  readonly onProgress?: ((seq: number) => void) | undefined;
  /** Each entry's instant, ms since the epoch, in the order of places. */
  readonly onInstant?: ((seq: number, at: number, place: string) => void) | undefined;
  /** Tells entries that the product wrote; whoever has only the public key does without. */
  readonly mac?: EntryMac | undefined;
  /** Where to begin; the whole log when left out. */
  readonly from?: ScanStart | undefined;
}

export interface ScanStart {
  readonly size: number;
  readonly frontier: readonly string[];
  readonly chainHash: string;
}

/** The log up to a size. */
export interface LogState {
  readonly size: number;
  /** With algorithm; null where places are missing, since no tree can be built then. */
  readonly root: string | null;
  readonly chainHash: string;
  readonly frontier: readonly string[];
}

/** Canonical JSON sorts its keys: an entry begins with its action and ends with its records, so two looks suffice. */
const BATCH_START = '{"action":"sync.batch"';
const SEALS_NOTHING = '"records":[],"v":1}';

export class LogScan {
  readonly #options: LogScanOptions;
  readonly #hasher: TreeHasher;
  readonly #frontier: Frontier;
  readonly #prefix: string;
  #chain: string;
  #last: number;
  #whole = true;
  #stop = 0;
  readonly #ids = new TextOf();
  readonly #instants = new InstantOf();
  /** Entries from before there were marks have none; once one has, all have. */
  #marked = false;

  constructor(options: LogScanOptions) {
    this.#options = options;
    this.#hasher = new TreeHasher(options.algorithm);
    this.#prefix = `${options.algorithm}:`;
    const { from } = options;
    this.#frontier = new Frontier(this.#hasher, from?.size ?? 0, from?.frontier ?? []);
    this.#chain = from === undefined ? this.#hasher.empty() : from.chainHash.slice(this.#prefix.length);
    this.#last = from?.size ?? 0;
  }

  /** Resolves to the state at the end of the log. */
  async run(): Promise<LogState> {
    const { onSealing, onProgress } = this.#options;
    let next = this.#page(this.#last);
    for (;;) {
      const rows = await next;
      const last = rows.at(-1)?.[0];
      // the server reads the next page while this one is hashed
      const more = rows.length === PAGE && typeof last === 'number';
      if (more) next = this.#page(last);
      const sealing: SealingEntry[] = [];
      for (const row of rows) {
        const entry = this.#row(row);
        if (entry !== null) sealing.push(entry);
      }
      if (sealing.length > 0) await onSealing(sealing);
      onProgress?.(this.#last);
      if (!more) return this.#state();
    }
  }

  #page(after: number): Promise<Cell[][]> {
    const page = this.#options.database.rows(
      `SELECT l.seq, l.entry_id, l.leaf_hash, l.chain_hash, e.body, e.hash, e.at, ${INDEXED}
         FROM audit_log l LEFT JOIN audit_entry e ON e.id = l.entry_id LEFT JOIN audit_index i ON i.seq = l.seq
        WHERE l.seq > ? ORDER BY l.seq LIMIT ${PAGE}`,
      [after],
    );
    // it is awaited a page later; a failure until then must not count as unhandled
    page.catch(() => undefined);
    return page;
  }

  /** One place of the log; gives the entry when it seals something. */
  #row(row: readonly Cell[]): SealingEntry | null {
    const [seq, entryId, leafHash, chainHash, body, entryHash, at] = row as unknown as [
      ...[number, string, string, string, string | null, string | null, number | null],
    ];
    const { findings } = this.#options;
    const place = `audit_log seq ${seq}`;
    if (seq !== this.#last + 1) {
      findings.add('SEQUENCE_GAP', `audit_log seq ${this.#last + 1} to ${seq - 1}`);
      this.#whole = false;
    }
    this.#last = seq;
    const stands = this.#checkEntry(place, entryId, body, entryHash, at, leafHash);
    if (stands && body !== null && at !== null) {
      // what else is wrong is told as such
      const indexed = isIndexed(row.slice(OWN_COLUMNS), { seq, id: entryId, at, body });
      if (!indexed) findings.add('INDEX_DIFFERS', `audit_index seq ${seq}, entry ${entryId}`);
    }
    if (at !== null) this.#options.onInstant?.(seq, at, `${place}, entry ${entryId}`);
    const leaf = leafHash.slice(this.#prefix.length);
    const expected = nextChainHash(this.#options.algorithm, this.#chain, leaf);
    if (chainHash !== this.#prefix + expected) findings.add('CHAIN_BROKEN', place);
    this.#chain = chainHash.slice(this.#prefix.length);
    if (this.#whole) this.#frontier.append(leaf);
    this.#lookAround(seq);
    return body !== null && seals(body) ? { seq, entryId, body } : null;
  }

  #lookAround(seq: number): void {
    const { stops, onStop } = this.#options;
    let next = stops[this.#stop];
    for (; next !== undefined && next <= seq; next = stops[this.#stop]) {
      this.#stop += 1;
      if (next === seq) onStop(this.#state());
    }
  }

  /** False where the entry is not what the log says. */
  #checkEntry(
    place: string,
    entryId: string,
    body: string | null,
    entryHash: string | null,
    at: number | null,
    leafHash: string,
  ): boolean {
    const { findings } = this.#options;
    if (body === null || entryHash === null) {
      findings.add('ENTRY_MISSING', `${place}, entry ${entryId}`);
      return false;
    }
    const differs: string[] = [];
    if (leafHash !== this.#prefix + this.#hasher.leaf(entryHash))
      differs.push('its hash is not the one of its leaf');
    if (!hashFits(body, entryHash)) differs.push('its body does not have its hash');
    else if (!this.#ids.isIn(body, `"id":"${entryId}"`) || !this.#instants.isIn(body, at))
      differs.push('its id or instant is not that of its body');
    for (const detail of differs) findings.add('ENTRY_ALTERED', `${place}, entry ${entryId}`, detail);
    this.#checkMark(place, entryId, body);
    return differs.length === 0;
  }

  #checkMark(place: string, entryId: string, body: string): void {
    const { mac, findings } = this.#options;
    if (mac === undefined) return;
    this.#marked ||= isMarked(body);
    if (this.#marked && !mac.isOwn(body)) findings.add('ENTRY_FORGED', `${place}, entry ${entryId}`);
  }

  #state(): LogState {
    return {
      size: this.#last,
      root: this.#whole ? this.#prefix + this.#frontier.root() : null,
      chainHash: this.#prefix + this.#chain,
      frontier: this.#whole ? this.#frontier.hashes : [],
    };
  }
}

const seals = (body: string): boolean =>
  !unmarked(body).endsWith(SEALS_NOTHING) || body.startsWith(BATCH_START);

function hashFits(body: string, entryHash: string): boolean {
  const split = entryHash.indexOf(':');
  const algorithm = DIGEST_ALGORITHMS.find((one) => one === entryHash.slice(0, split));
  return algorithm !== undefined && hash(algorithm, body, 'hex') === entryHash.slice(split + 1);
}

/** Looks for text first where the entry before had its own: entries alike have it at the same place. */
class TextOf {
  #at = 0;

  isIn(body: string, text: string): boolean {
    if (body.startsWith(text, this.#at)) return true;
    const found = body.indexOf(text);
    if (found >= 0) this.#at = found;
    return found >= 0;
  }
}

const AT = '"at":"';
const SECOND = 1_000;
/** Instants that a Date can hold. */
const MOST_MS = 8.64e15;

/**
 * Holds an instant to that of a body. Canonical JSON has `action` and `actor` before it, neither of which has an `at`.
 * The text of an instant down to the second is made once a second.
 */
class InstantOf {
  #second = Number.NaN;
  #start = '';

  isIn(body: string, at: number | null): boolean {
    if (at === null || !Number.isSafeInteger(at) || Math.abs(at) > MOST_MS) return false;
    const second = Math.floor(at / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#start = new Date(second * SECOND).toISOString().slice(0, -'000Z'.length);
    }
    const ms = String(at - second * SECOND).padStart(3, '0');
    return body.startsWith(`${this.#start}${ms}Z"`, body.indexOf(AT) + AT.length);
  }
}
