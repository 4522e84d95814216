/**
 * How much one person may ask for in a minute, and how much at once: two accounts of one human share it. Counted in
 * this process: behind several replicas a person has as many times the rate.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayError } from '../../platform/errors';
import type { Caller } from '../../platform/request';

const WINDOW_S = 60;

export interface CallerLimitSettings {
  /** Cost that one person may use in a minute, each request counting one more; 0 sets no limit. */
  readonly pointsPerMinute: number;
  /** Requests of one person that may be under way at once; 0 sets no limit. */
  readonly mostAtOnce: number;
}

/** Told once in each window in which a caller went over the limit, before the refusal. */
export type OnExceeded = (caller: Caller, limited: 'rate' | 'atOnce') => Promise<void>;

export class CallerLimits {
  readonly #rate: RateLimiterMemory | null;
  readonly #underWay = new Map<string, number>();
  /** Who was already told of in this window for asking too much at once. */
  readonly #told: RateLimiterMemory;

  constructor(
    private readonly settings: CallerLimitSettings,
    private readonly onExceeded: OnExceeded,
  ) {
    const points = settings.pointsPerMinute;
    this.#rate = points === 0 ? null : new RateLimiterMemory({ points, duration: WINDOW_S });
    this.#told = new RateLimiterMemory({ points: 1, duration: WINDOW_S });
  }

  /** Takes `points` from the caller's minute. Thrown when it has none left: RATE_LIMITED. */
  async charge(caller: Caller, points: number): Promise<void> {
    if (this.#rate === null) return;
    try {
      await this.#rate.consume(keyOf(caller), points);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const first = error.consumedPoints - points <= this.settings.pointsPerMinute;
      if (first) await this.onExceeded(caller, 'rate');
      throw rateLimited(Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
    }
  }

  /** Counts a request as under way until the given function is called. Thrown when the caller has too many: RATE_LIMITED. */
  async enter(caller: Caller): Promise<() => void> {
    const key = keyOf(caller);
    const already = this.#underWay.get(key) ?? 0;
    if (this.settings.mostAtOnce > 0 && already >= this.settings.mostAtOnce) {
      await this.#tellOnce(caller);
      throw rateLimited(1);
    }
    this.#underWay.set(key, already + 1);
    return () => {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    };
  }

  async #tellOnce(caller: Caller): Promise<void> {
    const first = await this.#told.consume(keyOf(caller)).then(
      () => true,
      () => false,
    );
    if (first) await this.onExceeded(caller, 'atOnce');
  }
}

function keyOf(caller: Caller): string {
  return caller.person ?? caller.subject;
}

function rateLimited(retryAfterS: number): GatewayError {
  return new GatewayError('RATE_LIMITED', undefined, { retryAfterS });
}
