/** Tokens by client credentials (RFC 6749 §4.4). A token is kept until shortly before it ends. */
import * as oidc from 'openid-client';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Clock } from '../../platform/clock';
import { ConfigError, LegacyUnavailableError } from '../../platform/errors';
import type { Login } from '../mapping/document';
import type { SourceHosts } from '../resilience/source-hosts';
import type { Headers } from './http-client';
import type { SignIn } from './sign-in';

/** A token is renewed this long before it ends, so that none ends on its way. */
const EARLY_MS = 30_000;
/** How long a token lasts where the endpoint does not say. */
const UNSAID_MS = 5 * 60_000;
const TIMEOUT_S = 15;

type OAuthLogin = Extract<Login, { type: 'oauth2' }>;

export interface OAuthSecrets {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export class OAuthSignIn implements SignIn {
  readonly #configuration: oidc.Configuration;
  #token: { readonly header: string; readonly until: number } | null = null;
  #pending: Promise<void> | null = null;

  constructor(
    private readonly system: string,
    private readonly login: OAuthLogin,
    { tokenUrl, clientId, clientSecret }: OAuthSecrets,
    private readonly clock: Clock,
    hosts: SourceHosts,
  ) {
    const url = endpointOf(system, tokenUrl);
    hosts.require(system, url);
    const metadata = { issuer: url.origin, token_endpoint: url.href };
    const secret =
      login.secretIn === 'body' ? oidc.ClientSecretPost(clientSecret) : oidc.ClientSecretBasic(clientSecret);
    this.#configuration = new oidc.Configuration(metadata, clientId, {}, secret);
    this.#configuration.timeout = TIMEOUT_S;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to be noticed; only loopback gets here
    if (url.protocol === 'http:') oidc.allowInsecureRequests(this.#configuration);
    const dispatcher = new Agent({ connect: { lookup: hosts.lookup }, keepAliveTimeout: 1_000 });
    this.#configuration[oidc.customFetch] = async (address, options) =>
      await undiciFetch(address, { ...options, dispatcher } as never);
  }

  async headers(): Promise<Headers> {
    if (this.#token === null || this.clock.now() >= this.#token.until) await this.renew();
    return { authorization: this.#token?.header ?? '' };
  }

  readonly renew = async (): Promise<void> => {
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = null;
    });
    await this.#pending;
  };

  async #ask(): Promise<void> {
    const { scope, params = {} } = this.login;
    try {
      const answer = await oidc.clientCredentialsGrant(this.#configuration, {
        ...params,
        ...(scope === undefined ? {} : { scope }),
      });
      const lasts = answer.expires_in === undefined ? UNSAID_MS : answer.expires_in * 1000;
      this.#token = {
        header: `Bearer ${answer.access_token}`,
        until: this.clock.now() + Math.max(0, lasts - EARLY_MS),
      };
    } catch (cause) {
      // the endpoint's own words may repeat what it was sent, so they stay in the cause
      const isRefusal = cause instanceof oidc.ResponseBodyError && cause.status < 500;
      const message = `${this.system}: ${isRefusal ? 'the login was refused' : 'no token can be had'}`;
      throw new LegacyUnavailableError(this.system, message, { retryable: !isRefusal, cause });
    }
  }
}

/** The secret goes over this address, so only a machine's own may be without TLS. */
function endpointOf(system: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLocal = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)))
    throw new ConfigError([`${system}: its token endpoint is not an https URL`]);
  return url;
}
