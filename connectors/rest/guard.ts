/**
 * Keeps one source from taking others down with it: a bulkhead bounds what waits, a breaker stops asking a source
 * that keeps failing, and reads — never commands — are tried again, within the caller's deadline.
 */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  ConsecutiveBreaker,
  DelegateBackoff,
  bulkhead,
  circuitBreaker,
  handleWhen,
  retry,
} from 'cockatiel';
import { LegacyUnavailableError } from '../../platform/errors';
import { millisecondsOf, type RestConnector } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';

const CONCURRENCY = 4;
const QUEUE = 64;
const ATTEMPTS = 4;
const FAILURES = 5;
const BREAK_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Thrown when a source asks to be left alone for a while; it is no sign of failure. */
export class ThrottledError extends LegacyUnavailableError {
  constructor(
    system: string,
    readonly waitMs: number,
  ) {
    super(system, `${system}: too many requests, asked to wait ${Math.round(waitMs / 1000)} s`, {
      retryable: true,
    });
  }
}

/** Thrown when the caller stopped waiting; it says nothing about the source. */
export class GivenUpError extends LegacyUnavailableError {}

const countsAsFailure = (error: unknown) =>
  error instanceof LegacyUnavailableError &&
  error.retryable &&
  !(error instanceof ThrottledError) &&
  !(error instanceof GivenUpError);

export class Guard {
  readonly concurrency: number;
  readonly #bulkhead;
  readonly #breaker;
  readonly #attempts: number;
  readonly #spacingMs: number;
  #nextSlot = 0;
  /** Until when the source asked to be left alone, on the clock of `performance`. */
  #notBefore = 0;

  constructor(
    private readonly system: string,
    options: Omit<RestConnector, 'type'>,
  ) {
    this.concurrency = options.concurrency ?? CONCURRENCY;
    this.#attempts = options.attempts ?? ATTEMPTS;
    this.#spacingMs = options.requestsPerSecond === undefined ? 0 : 1000 / options.requestsPerSecond;
    this.#bulkhead = bulkhead(this.concurrency, options.queue ?? QUEUE);
    this.#breaker = circuitBreaker(handleWhen(countsAsFailure), {
      halfOpenAfter: millisecondsOf(options.breaker?.retryAfter, BREAK_MS),
      breaker: new ConsecutiveBreaker(options.breaker?.failures ?? FAILURES),
    });
  }

  /** Runs a read, and runs it again while that may help and time is left. Throws LegacyUnavailableError. */
  async read<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const mayHelp = (error: unknown) =>
      error instanceof LegacyUnavailableError &&
      error.retryable &&
      !(error instanceof GivenUpError) &&
      pauseFor(error, 0) < deadline.remaining &&
      !deadline.signal.aborted;
    const policy = retry(handleWhen(mayHelp), {
      maxAttempts: this.#attempts - 1,
      backoff: new DelegateBackoff(({ attempt, result }) =>
        pauseFor('error' in result ? result.error : null, attempt),
      ),
    });
    return await policy.execute(() => this.#whenAllowed(work, deadline), deadline.signal);
  }

  /** Runs a command, never twice. Throws what it throws, or GivenUpError when it was not begun. */
  async command<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    return await this.#once(work, deadline);
  }

  /** A source that asked to be left alone is left alone by everybody who reads it, not only by whom it told. */
  async #whenAllowed<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    const left = this.#notBefore - performance.now();
    if (left >= deadline.remaining) throw new ThrottledError(this.system, left);
    if (left > 0) await deadline.pause(left);
    try {
      return await this.#once(work, deadline);
    } catch (error) {
      if (error instanceof ThrottledError)
        this.#notBefore = Math.max(this.#notBefore, performance.now() + error.waitMs);
      throw error;
    }
  }

  async #once<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    deadline.check();
    try {
      return await this.#breaker.execute(() =>
        this.#bulkhead.execute(async () => {
          await this.#takeTurn(deadline);
          return await work();
        }),
      );
    } catch (error) {
      throw this.#translated(error);
    }
  }

  /** Requests leave at least a slot apart. */
  async #takeTurn(deadline: Deadline): Promise<void> {
    if (this.#spacingMs === 0) return;
    const now = performance.now();
    const turn = Math.max(now, this.#nextSlot);
    this.#nextSlot = turn + this.#spacingMs;
    if (turn > now) await deadline.pause(turn - now);
  }

  #translated(error: unknown): unknown {
    if (error instanceof BrokenCircuitError) {
      return new GivenUpError(this.system, `${this.system}: failed again and again, not asked for a while`, {
        retryable: true,
        cause: error,
      });
    }
    if (error instanceof BulkheadRejectedError) {
      return new GivenUpError(this.system, `${this.system}: too many questions wait already`, {
        retryable: true,
        cause: error,
      });
    }
    return error;
  }
}

function pauseFor(error: unknown, attempt: number): number {
  if (error instanceof ThrottledError) return error.waitMs;
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempt - 1), LONGEST_PAUSE_MS);
}
