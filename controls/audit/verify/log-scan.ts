/**
 * Reads the log and walks it once, in order. A long one is walked page by page in several threads; what they tell is put
 * together in the order of places, so that it makes no difference to what is found, nor in which order.
 */
import type { ReadOnlyDatabase } from '../../../platform/database/read-only';
import type { DigestAlgorithm } from '../../integrity/digest';
import { Frontier, rootOf, TreeHasher } from '../../integrity/merkle';
import type { EntryMac } from '../entry-mac';
import type { Findings } from './finding';
import { type CheckpointMarks, marksOf } from './instant-check';
import { type LogRows, readLog } from './log-rows';
import { LogWalk, type SealingEntry, type WalkState } from './log-walk';
import type { WalkedPage } from './scan-page';
import { ScanThreads, type ThreadUse } from './scan-threads';

export type { SealingEntry } from './log-walk';

/** Places of a page: 2^12, a whole subtree. */
const PAGE_LEVEL = 12;
export interface LogScanOptions {
  readonly database: ReadOnlyDatabase;
  readonly algorithm: DigestAlgorithm;
  readonly findings: Findings;
  /** Checkpoints whose signatures are good, by size: entries' instants are held to them. */
  readonly checkpoints: readonly { readonly treeSize: number; readonly at: number }[];
  /** Hears of the state at each size that has a checkpoint. */
  readonly onStop: (state: LogState) => void;
  /** Entries of one page whose acts wrote records or batches. */
  readonly onSealing: (entries: readonly SealingEntry[]) => Promise<void>;
  readonly onProgress?: ((seq: number) => void) | undefined;
  /** Tells entries that the product wrote; whoever has only the public key does without. */
  readonly mac?: EntryMac | undefined;
  /** Where to begin; the whole log when left out. */
  readonly from?: ScanStart | undefined;
  /** One thread, this one, when left out. */
  readonly threads?: ThreadUse | undefined;
  readonly pageLevel?: number | undefined;
}

export interface ScanStart {
  readonly size: number;
  readonly frontier: readonly string[];
  readonly chainHash: string;
  /** Whether an entry before carries the product's mark. */
  readonly marked?: boolean;
}

/** The log up to a size. */
export interface LogState {
  readonly size: number;
  /** With algorithm; null where places are missing, since no tree can be built then. */
  readonly root: string | null;
  readonly chainHash: string;
  readonly frontier: readonly string[];
}

export class LogScan {
  readonly #options: LogScanOptions;
  readonly #hasher: TreeHasher;
  readonly #level: number;
  readonly #marks: CheckpointMarks;
  #walk: LogWalk;
  #inThreads = 0;

  constructor(options: LogScanOptions) {
    this.#options = options;
    this.#hasher = new TreeHasher(options.algorithm);
    this.#level = options.pageLevel ?? PAGE_LEVEL;
    this.#marks = marksOf(options.checkpoints);
    const { from } = options;
    this.#walk = this.#walkFrom({
      size: from?.size ?? 0,
      frontier: from?.frontier ?? [],
      chain: from?.chainHash.slice(options.algorithm.length + 1) ?? this.#hasher.empty(),
      marked: from?.marked ?? false,
    });
  }

  /** Pages that other threads walked. */
  get pagesInThreads(): number {
    return this.#inThreads;
  }

  /** Resolves to the state at the end of the log. */
  async run(): Promise<LogState> {
    const { threads } = this.#options;
    if (threads !== undefined && threads.count > 1) await this.#runInThreads(threads);
    let next = this.#page();
    for (;;) {
      const rows = await next;
      const last = rows.places.at(-1)?.[0];
      // the server reads the next page while this one is hashed
      const more = rows.full && typeof last === 'number';
      if (more) next = this.#page(last);
      await this.#over(rows);
      if (!more) return this.#stateOf(this.#walk.state);
    }
  }

  /** As many pages as stand without a gap. */
  async #runInThreads({ url, count, leastPages, open }: ThreadUse): Promise<void> {
    const { database, algorithm, mac } = this.#options;
    const size = 2 ** this.#level;
    // what came since this connection began to look is not its business
    const [newest] = await database.rows('SELECT MAX(seq) FROM audit_log');
    const [first, end] = [Math.ceil(this.#walk.last / size), Math.floor(Number(newest?.[0] ?? 0) / size)];
    if (end - first < leastPages) return;
    const macKey = mac?.key() ?? null;
    const data = { url, algorithm, macKey, checkpoints: this.#marks, pageSize: size };
    const threads = open?.(data, first, end) ?? new ScanThreads(data, count, first, end);
    try {
      if (this.#walk.last % size !== 0) await this.#over(await this.#page());
      while (this.#walk.last < end * size) {
        const { chain, marked } = this.#walk.state;
        const walked = await threads.next(marked);
        if (walked === null || walked.chainBefore !== chain) return;
        // from the first entry with a mark on, all must have one: walked before that was known
        if (walked.markedBefore === marked) await this.#take(walked);
        else await this.#over(await this.#page());
      }
    } finally {
      await threads.close();
    }
  }

  /** What stands after a place, up to the end of its page. */
  #page(after = this.#walk.last): Promise<LogRows> {
    const size = 2 ** this.#level;
    const page = readLog(this.#options.database, after, size - (after % size));
    // it is awaited a page later; a failure until then must not count as unhandled
    page.catch(() => undefined);
    return page;
  }

  async #over(rows: LogRows): Promise<void> {
    await this.#seal(this.#walk.over(rows));
  }

  /** Goes on from a page that was walked apart. */
  async #take({ told, end, sealing }: WalkedPage): Promise<void> {
    const before = this.#walk.state.frontier ?? [];
    const tree = new Frontier(this.#hasher, end.size - 2 ** this.#level, before);
    tree.appendSubtree(this.#level, end.frontier?.[0] ?? '');
    const inWhole = (state: WalkState): WalkState => ({
      ...state,
      frontier: state.size === end.size ? [...tree.hashes] : [...before, ...(state.frontier ?? [])],
    });
    for (const one of told) {
      if ('code' in one) this.#options.findings.add(one.code, one.place, one.detail);
      else this.#options.onStop(this.#stateOf(inWhole(one)));
    }
    this.#walk = this.#walkFrom({ ...end, frontier: tree.hashes });
    this.#inThreads += 1;
    await this.#seal(sealing);
  }

  async #seal(sealing: readonly SealingEntry[]): Promise<void> {
    if (sealing.length > 0) await this.#options.onSealing(sealing);
    this.#options.onProgress?.(this.#walk.last);
  }

  #walkFrom({ size, chain, frontier, marked }: WalkState): LogWalk {
    const { algorithm, findings, mac, onStop } = this.#options;
    return new LogWalk(
      {
        ...{ algorithm, findings, mac, checkpoints: this.#marks },
        onStop: (state) => onStop(this.#stateOf(state)),
      },
      { last: size, chain, marked, tree: new Frontier(this.#hasher, size, frontier ?? []) },
    );
  }

  #stateOf({ size, chain, frontier }: WalkState): LogState {
    const prefix = `${this.#options.algorithm}:`;
    return {
      ...{ size, chainHash: prefix + chain, frontier: frontier ?? [] },
      root: frontier === null ? null : prefix + rootOf(this.#hasher, frontier),
    };
  }
}
