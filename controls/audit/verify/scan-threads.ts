/** Threads that walk pages of the log side by side. Their answers come in the order of the pages, a few at a time. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PageQuestion, WalkedPage } from './scan-page';
import { ROLE, type ThreadData } from './scan-thread';

/** Pages that each thread is asked for before the first of them was taken: bounds what waits in memory. */
const AHEAD = 2;
/** Young objects of a thread: pages of rows live longer than the little that it has by default. */
const YOUNG_MB = 64;

/** Each has a connection of its own, and the server has its share of the work. */
const MOST_THREADS = 4;
/** About a second of processor time goes into starting threads, which fewer pages do not give back. */
const LEAST_PAGES = 64;

/** Threads to walk with; one means the caller's own. */
export interface ThreadUse {
  /** The database that is read. */
  readonly url: string;
  readonly count: number;
  /** Shorter logs are walked in one thread. */
  readonly leastPages: number;
  /** What walks the pages from `first` up to but without `end`; threads when left out. */
  readonly open?: (data: Omit<ThreadData, 'role'>, first: number, end: number) => PageWalker;
}

export interface PageWalker {
  /** The next page; null where it cannot be walked apart, or no more threads are at work. */
  next(marked: boolean): Promise<WalkedPage | null>;
  close(): Promise<void>;
}

/** As many threads as there are cores, but for those that are left to others. */
export function threadsFor(url: string, { spared = 0 }: { readonly spared?: number } = {}): ThreadUse {
  return { url, count: Math.min(MOST_THREADS, availableParallelism() - spared), leastPages: LEAST_PAGES };
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (walked: WalkedPage | null) => void>;
  readonly ended: Promise<void>;
}

export class ScanThreads implements PageWalker {
  readonly #threads: readonly Thread[];
  readonly #answers: Promise<WalkedPage | null>[] = [];
  #broken = false;
  #next: number;

  /** Walks the pages from `first` up to but without `end`. */
  constructor(
    data: Omit<ThreadData, 'role'>,
    count: number,
    first: number,
    private readonly end: number,
  ) {
    this.#next = first;
    this.#threads = Array.from({ length: count }, () => this.#start({ ...data, role: ROLE }));
  }

  async next(marked: boolean): Promise<WalkedPage | null> {
    while (this.#next < this.end && this.#answers.length < AHEAD * this.#threads.length) {
      this.#answers.push(this.#ask({ page: this.#next, marked }));
      this.#next += 1;
    }
    return (await this.#answers.shift()) ?? null;
  }

  async close(): Promise<void> {
    for (const { worker } of this.#threads) worker.postMessage('end');
    await Promise.all(this.#threads.map(({ ended }) => ended));
  }

  #ask(question: PageQuestion): Promise<WalkedPage | null> {
    const [least] = [...this.#threads].sort((a, b) => a.waiting.size - b.waiting.size);
    if (least === undefined || this.#broken) return Promise.resolve(null);
    return new Promise((resolve) => {
      least.waiting.set(question.page, resolve);
      least.worker.postMessage(question);
    });
  }

  #start(data: ThreadData): Thread {
    const options = { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } };
    const worker = isCompiled
      ? new Worker(THREAD, options)
      : new Worker(`require(${JSON.stringify(TYPESCRIPT)});require(${JSON.stringify(THREAD)})`, {
          ...options,
          eval: true,
        });
    const waiting: Thread['waiting'] = new Map();
    const giveUp = (): void => {
      this.#broken = true;
      for (const resolve of waiting.values()) resolve(null);
      waiting.clear();
    };
    worker.on('message', ({ page, walked }: { page: number; walked: WalkedPage | null }) => {
      waiting.get(page)?.(walked);
      waiting.delete(page);
    });
    worker.on('error', giveUp);
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        giveUp();
        resolve();
      });
    });
    return { worker, waiting, ended };
  }
}

const isCompiled = __filename.endsWith('.js');
/** What lets threads of programs that run without a build read TypeScript. */
const TYPESCRIPT = path.resolve(__dirname, '../../../scripts/lib/typescript.cjs');
const THREAD = path.join(__dirname, `scan-thread${path.extname(__filename)}`);
