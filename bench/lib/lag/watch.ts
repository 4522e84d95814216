/** Looks for changes in the graph until each is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../callers';
import type { Change, Sight } from './changes';
import type { Json } from './systems';

/** Aliases of one operation are limited. */
const SIGHTS_AT_ONCE = 25;
const LOOK_EVERY_MS = 200;

export interface Seen {
  readonly change: Change;
  /** Ms from just before the change was made until the graph showed it. */
  readonly lagMs: number;
}

interface Sought extends Sight {
  readonly change: Change;
  readonly madeAt: number;
}

export class GraphWatch {
  readonly seen: Seen[] = [];
  #sought: Sought[] = [];

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Changes that the graph does not show yet. */
  get sought(): readonly Change[] {
    return this.#sought.map(({ change }) => change);
  }

  /** Makes a change and looks for it from then on. */
  async make(change: Change): Promise<void> {
    const madeAt = performance.now();
    const sight = await change.make();
    this.#sought.push({ ...sight, change, madeAt });
  }

  /** Looks again and again until the signal aborts. */
  async look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (let from = 0; from < this.#sought.length; from += SIGHTS_AT_ONCE)
        await this.#lookFor(this.#sought.slice(from, from + SIGHTS_AT_ONCE));
      this.#sought = this.#sought.filter(({ change }) => !this.seen.some((seen) => seen.change === change));
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #lookFor(sought: readonly Sought[]): Promise<void> {
    const fields = sought.map(({ field }, index) => `c${index}: ${field}`);
    const { data, errors } = await ask(this.url, this.token, { query: `{ ${fields.join('\n')} }` });
    if (data === null) throw new Error(`the graph did not answer: ${errors[0]?.message ?? ''}`);
    const now = performance.now();
    sought.forEach(({ change, madeAt, shows }, index) => {
      const value = data[`c${index}`] as Json | null | undefined;
      if (value !== null && value !== undefined && shows(value))
        this.seen.push({ change, lagMs: now - madeAt });
    });
  }
}
