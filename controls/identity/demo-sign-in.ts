/** Signing in without a secret, for the demo alone: the issuer it signs as is worthless in production. */
import type { Clock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import { InvalidInputError } from '../../platform/errors';
import type { Language } from '../../platform/request';
import type { DemoUser } from './demo-users';
import { demoTokenKey } from './keys';
import { issueToken, type TokenIssuer } from './token';

const LIFETIME_MS = 12 * 60 * 60 * 1000;

export class DemoSignIn {
  readonly users: readonly DemoUser[];
  readonly #issuer: TokenIssuer;

  /** Throws ConfigError in production mode. */
  constructor(config: Config, users: readonly DemoUser[], clock: Clock) {
    this.users = users;
    this.#issuer = {
      key: demoTokenKey(config),
      issuer: config.tokens.issuer,
      audience: config.tokens.audience,
      clock,
    };
  }

  /** A token for a demo user. Thrown when there is no such user: INVALID_INPUT, naming those that there are. */
  async tokenFor(user: string, language: Language | null): Promise<string> {
    const found = this.users.find((candidate) => candidate.user === user);
    if (found === undefined) {
      const users = this.users.map((candidate) => candidate.user);
      throw new InvalidInputError(`There is no demo user of that name; there are ${users.join(', ')}.`, {
        users,
      });
    }
    return await issueToken(this.#issuer, {
      caller: {
        subject: `demo:${found.user}`,
        name: found.name[language ?? 'en'],
        kind: 'person',
        roles: found.roles,
        sites: found.sites,
        suppliers: [],
        person: `demo:${found.user}`,
        client: null,
        onBehalfOf: null,
      },
      language,
      lifetimeMs: LIFETIME_MS,
    });
  }
}
