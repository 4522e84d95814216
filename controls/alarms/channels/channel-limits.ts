/**
 * Keeps each channel below its vendor's limits: who asks too soon learns how long to wait, and the message stays queued.
 * Counts real time in this process; after a restart the vendor's own answer is the last word.
 */
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Channel } from './channel';

const TOKEN = 'channel';

export class ChannelLimits {
  readonly #limiters = new Map<string, readonly RateLimiterMemory[]>();

  /** Takes a turn; the wait in ms when there is none left. */
  async take(channel: Channel): Promise<number> {
    for (const limiter of this.#of(channel)) {
      try {
        await limiter.consume(TOKEN);
      } catch (refusal) {
        return Math.max(1, (refusal as RateLimiterRes).msBeforeNext);
      }
    }
    return 0;
  }

  #of(channel: Channel): readonly RateLimiterMemory[] {
    const known = this.#limiters.get(channel.id);
    if (known) return known;
    const made = channel.limits.map(
      ({ messages, seconds }) => new RateLimiterMemory({ points: messages, duration: seconds }),
    );
    this.#limiters.set(channel.id, made);
    return made;
  }
}
