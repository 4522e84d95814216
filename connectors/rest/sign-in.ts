/** Ways to sign in to a source. Credentials come from references and go into headers, nowhere else. */
import type { Clock } from '../../platform/clock';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { Login } from '../mapping/document';
import { isReference, requireReference, type Environment } from '../resilience/references';
import type { SourceHosts } from '../resilience/source-hosts';
import { textOf } from '../transforms/transform';
import type { Headers, HttpAnswer, Send } from './http-client';
import { parseExactJson } from './json';
import { OAuthSignIn } from './oauth-sign-in';

export interface SignIn {
  /** Headers that go with each request. */
  headers(send: Send): Promise<Headers>;
  /** Signs in anew after a refusal; null where that would change nothing. */
  readonly renew: ((send: Send) => Promise<void>) | null;
}

const always = (headers: Headers): SignIn => ({ headers: () => Promise.resolve(headers), renew: null });

export interface SignInContext {
  readonly env: Environment;
  readonly clock: Clock;
  readonly hosts: SourceHosts;
}

/** Throws ConfigError when a credential is not set, or a token endpoint is no address that may be asked. */
export function signInFor(system: string, login: Login | undefined, context: SignInContext): SignIn {
  const { env, clock, hosts } = context;
  if (login === undefined) return always({});
  if (login.type === 'bearer') {
    return always({ authorization: `${login.scheme ?? 'Bearer'} ${requireReference(login.token, env)}` });
  }
  if (login.type === 'oauth2') {
    const secrets = {
      tokenUrl: requireReference(login.tokenUrl, env),
      clientId: requireReference(login.clientId, env),
      clientSecret: requireReference(login.clientSecret, env),
    };
    return new OAuthSignIn(system, login, secrets, clock, hosts);
  }
  const username = requireReference(login.username, env);
  const password = requireReference(login.password, env);
  if (login.type === 'session') {
    const { usernameField = 'username', passwordField = 'password', fields = {} } = login;
    const more = Object.entries(fields).map(([name, value]) => [
      name,
      isReference(value) ? requireReference(value, env) : value,
    ]);
    return new SessionSignIn(system, login, {
      ...(Object.fromEntries(more) as Record<string, RawValue>),
      ...{ [usernameField]: username, [passwordField]: password },
    });
  }
  return always({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });
}

/** A login that answers with cookies. Requests that find the session gone wait for one new login, not for many. */
class SessionSignIn implements SignIn {
  #cookies: string | null = null;
  #pending: Promise<void> | null = null;

  constructor(
    private readonly system: string,
    private readonly login: Extract<Login, { type: 'session' }>,
    private readonly body: Readonly<Record<string, RawValue>>,
  ) {}

  async headers(send: Send): Promise<Headers> {
    if (this.#cookies === null) await this.renew(send);
    return { cookie: this.#cookies ?? '' };
  }

  readonly renew = async (send: Send): Promise<void> => {
    this.#pending ??= this.#signIn(send).finally(() => {
      this.#pending = null;
    });
    await this.#pending;
  };

  async #signIn(send: Send): Promise<void> {
    const answer = await send({ method: 'POST', path: this.login.path, body: { ...this.body } }, {});
    const { status, headers } = answer;
    const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0] ?? '');
    if (status < 200 || status > 299 || cookies.length === 0 || !this.#isWelcome(answer)) {
      // a wrong password stays wrong; trying on would lock the account
      const retryable = status >= 500 || status === 429;
      throw new LegacyUnavailableError(this.system, `${this.system}: the login was refused`, { retryable });
    }
    this.#cookies = cookies.join('; ');
  }

  /** Some systems give cookies to everybody, and say in the body whether the login succeeded. */
  #isWelcome({ text }: HttpAnswer): boolean {
    const expected = Object.entries(this.login.expect ?? {});
    if (expected.length === 0) return true;
    try {
      const answer = parseExactJson(text);
      return expected.every(([path, wanted]) => textOf(valueAt(answer, path)) === String(wanted));
    } catch {
      return false;
    }
  }
}
