/** Waiting with an end: a source that never answers MUST NOT hold what asked it. */
import { setTimeout as wait } from 'node:timers/promises';
import { LegacyUnavailableError } from '../../platform/errors';

/** Bounds one run over a stream, or one question: everything inside shares the time that is left. */
export class Deadline {
  readonly #ends: number;

  constructor(
    private readonly system: string,
    ms: number,
    readonly signal: AbortSignal,
  ) {
    // not the injected clock: a clock that is set or stands still MUST NOT lengthen a wait
    this.#ends = performance.now() + ms;
  }

  get remaining(): number {
    return this.#ends - performance.now();
  }

  /** Throws LegacyUnavailableError when the time is over or the caller gave up. */
  check(): void {
    if (this.signal.aborted) throw this.error('reading was given up', this.signal.reason);
    if (this.remaining <= 0) throw this.error('the deadline has passed');
  }

  /** Waits, but not past the end. Throws when the end comes first. */
  async pause(ms: number): Promise<void> {
    if (ms >= this.remaining) throw this.error('the deadline would pass while waiting');
    try {
      await wait(ms, undefined, { signal: this.signal });
    } catch (error) {
      throw this.error('reading was given up', error);
    }
  }

  /** The answer of `work`, or an error after `ms`; `onTimeout` ends what still runs. */
  async race<T>(work: Promise<T>, ms: number, onTimeout: () => void): Promise<T> {
    const limit = Math.max(1, Math.min(ms, this.remaining));
    const stop = new AbortController();
    const signal = AbortSignal.any([this.signal, stop.signal]);
    const late = wait(limit, undefined, { signal }).then(
      () => this.error(`no answer within ${Math.round(limit)} ms`),
      (reason: unknown) => this.error('reading was given up', reason),
    );
    try {
      const first = await Promise.race([work, late]);
      if (!(first instanceof LegacyUnavailableError)) return first;
      work.catch(() => undefined);
      onTimeout();
      throw first;
    } finally {
      stop.abort();
    }
  }

  error(message: string, cause?: unknown): LegacyUnavailableError {
    return new LegacyUnavailableError(this.system, `${this.system}: ${message}`, { retryable: true, cause });
  }
}
