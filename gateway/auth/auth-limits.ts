/** How often one address, and one name, may knock at /auth: beyond that nothing is judged at all. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayError } from '../../platform/errors';

const WINDOW_S = 60;

export interface AuthLimitSettings {
  /** Calls of one address in a minute. */
  readonly perAddress: number;
  /** Calls that name one user in a minute. */
  readonly perName: number;
}

export const DEFAULT_AUTH_LIMITS: AuthLimitSettings = { perAddress: 240, perName: 30 };

export class AuthLimits {
  readonly #addresses: RateLimiterMemory;
  readonly #names: RateLimiterMemory;

  constructor(settings: AuthLimitSettings) {
    this.#addresses = new RateLimiterMemory({ points: settings.perAddress, duration: WINDOW_S });
    this.#names = new RateLimiterMemory({ points: settings.perName, duration: WINDOW_S });
  }

  /** Thrown when it is too often: RATE_LIMITED. */
  async admit(address: string, name: string | null): Promise<void> {
    const refuse = (cause: unknown): never => {
      throw new GatewayError('RATE_LIMITED', undefined, {}, cause);
    };
    await this.#addresses.consume(address).catch(refuse);
    if (name !== null) await this.#names.consume(name.normalize('NFKC').toLowerCase()).catch(refuse);
  }
}
