/** Ways to sign in to a source. Credentials come from references and go into headers, nowhere else. */
import { LegacyUnavailableError } from '../../platform/errors';
import type { Login } from '../mapping/document';
import { requireReference, type Environment } from '../resilience/references';
import type { Headers, Send } from './http-client';

export interface SignIn {
  /** Headers that go with each request. */
  headers(send: Send): Promise<Headers>;
  /** Signs in anew after a refusal; null where that would change nothing. */
  readonly renew: ((send: Send) => Promise<void>) | null;
}

const always = (headers: Headers): SignIn => ({ headers: () => Promise.resolve(headers), renew: null });

/** Throws ConfigError when a credential is not set. */
export function signInFor(system: string, login: Login | undefined, env: Environment): SignIn {
  if (login === undefined) return always({});
  if (login.type === 'bearer') {
    return always({ authorization: `${login.scheme ?? 'Bearer'} ${requireReference(login.token, env)}` });
  }
  const username = requireReference(login.username, env);
  const password = requireReference(login.password, env);
  if (login.type === 'session') return new SessionSignIn(system, login, username, password);
  return always({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });
}

/** A login that answers with cookies. Requests that find the session gone wait for one new login, not for many. */
class SessionSignIn implements SignIn {
  #cookies: string | null = null;
  #pending: Promise<void> | null = null;

  constructor(
    private readonly system: string,
    private readonly login: Extract<Login, { type: 'session' }>,
    private readonly username: string,
    private readonly password: string,
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
    const { path, usernameField = 'username', passwordField = 'password' } = this.login;
    const body = { [usernameField]: this.username, [passwordField]: this.password };
    const { status, headers } = await send({ method: 'POST', path, body }, {});
    const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0] ?? '');
    if (status < 200 || status > 299 || cookies.length === 0) {
      // a wrong password stays wrong; trying on would lock the account
      const retryable = status >= 500 || status === 429;
      throw new LegacyUnavailableError(this.system, `${this.system}: the login was refused`, { retryable });
    }
    this.#cookies = cookies.join('; ');
  }
}
