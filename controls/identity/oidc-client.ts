/**
 * The protocol with an OpenID provider: discovery, code flow with PKCE, state and nonce; then the ID token's signature,
 * issuer, audience and time, with the provider's keys as they are now. Accepted algorithms are ours to say, never the
 * token's.
 */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import type { Clock } from '../../platform/clock';
import { ConfigError, GatewayError } from '../../platform/errors';
import type { Secret } from '../../platform/secret';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
const CLOCK_TOLERANCE_S = 5;

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret | null;
  /** Address that the provider sends people back to. */
  readonly redirectUri: string;
}

/** What must come back with a flow. */
export interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Seconds that the person's proof may be old; null where any age will do. */
  readonly maxAgeS: number | null;
}

export interface IdToken {
  readonly issuer: string;
  readonly subject: string;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Ms since the epoch; null where the provider did not say. */
  readonly authTime: number | null;
  readonly claims: Readonly<Record<string, unknown>>;
}

interface Provider {
  readonly configuration: oidc.Configuration;
  readonly issuer: string;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

export class OidcClient {
  #provider: Promise<Provider> | undefined;
  /** As configured, and as accounts are kept under. */
  readonly issuer: string;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
  ) {
    this.issuer = settings.issuer;
    const { protocol, hostname } = new URL(settings.issuer);
    const loopback = hostname === 'localhost' || /^127(\.\d{1,3}){3}$/.test(hostname);
    if (protocol !== 'https:' && !loopback)
      throw new ConfigError(['LOTGRAPH_OIDC_ISSUER must be an https address']);
  }

  /** Where to send the person, and what to remember meanwhile. */
  async begin(maxAgeS: number | null, acr: readonly string[]): Promise<{ url: string; checks: OidcChecks }> {
    const { configuration } = await this.#discovered();
    const checks = {
      ...{
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        maxAgeS,
      },
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      ...{
        redirect_uri: this.settings.redirectUri,
        scope: 'openid profile',
        state: checks.state,
        nonce: checks.nonce,
      },
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
      ...(acr.length === 0 ? {} : { acr_values: acr.join(' ') }),
      ...(maxAgeS === null ? {} : { max_age: '0', prompt: 'login' }),
    });
    return { url: url.href, checks };
  }

  /** Redeems the code that came back. Thrown when anything does not hold: SIGN_IN_REFUSED. */
  async redeem(currentUrl: URL, checks: OidcChecks): Promise<IdToken> {
    const provider = await this.#discovered();
    try {
      const tokens = await oidc.authorizationCodeGrant(provider.configuration, currentUrl, {
        ...{ expectedState: checks.state, expectedNonce: checks.nonce, pkceCodeVerifier: checks.verifier },
        ...(checks.maxAgeS === null ? {} : { maxAge: checks.maxAgeS }),
      });
      return await this.#verify(provider, tokens.id_token ?? '', checks);
    } catch (error) {
      throw new GatewayError('SIGN_IN_REFUSED', undefined, {}, error);
    }
  }

  async #verify(provider: Provider, token: string, checks: OidcChecks): Promise<IdToken> {
    const { payload } = await jwtVerify(token, provider.keys, {
      ...{ algorithms: ALGORITHMS, issuer: provider.issuer, audience: this.settings.clientId },
      ...{ clockTolerance: CLOCK_TOLERANCE_S, currentDate: new Date(this.clock.now()) },
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    });
    const audiences = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
    // a token for several is ours only when it says that we asked for it
    if (audiences.length > 1 && payload['azp'] !== this.settings.clientId)
      throw new TypeError('azp is another');
    if (payload['nonce'] !== checks.nonce) throw new TypeError('nonce is another');
    const authTime = typeof payload['auth_time'] === 'number' ? payload['auth_time'] * 1000 : null;
    const oldest = this.clock.now() - ((checks.maxAgeS ?? 0) + CLOCK_TOLERANCE_S) * 1000;
    if (checks.maxAgeS !== null && (authTime === null || authTime < oldest))
      throw new TypeError('auth_time is old');
    const amr = payload['amr'];
    return {
      ...{ issuer: this.issuer, subject: payload.sub ?? '', authTime, claims: payload },
      acr: typeof payload['acr'] === 'string' ? payload['acr'] : null,
      amr: Array.isArray(amr) ? amr.filter((entry): entry is string => typeof entry === 'string') : [],
    };
  }

  /** Asked once; a provider that does not answer is asked again the next time. */
  async #discovered(): Promise<Provider> {
    this.#provider ??= this.#discover();
    try {
      return await this.#provider;
    } catch (error) {
      this.#provider = undefined;
      throw new GatewayError('SOURCE_UNAVAILABLE', 'the OpenID provider did not answer', {}, error);
    }
  }

  async #discover(): Promise<Provider> {
    const { issuer, clientId, clientSecret } = this.settings;
    const address = new URL(issuer);
    const configuration = await oidc.discovery(
      address,
      clientId,
      undefined,
      clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret.reveal()),
      address.protocol === 'http:' ? { execute: [loopbackWithoutTls] } : {},
    );
    const { jwks_uri: keysUri, issuer: named } = configuration.serverMetadata();
    if (keysUri === undefined) throw new TypeError('the provider names no keys');
    // a key that is not known yet is looked for at once: providers change theirs whenever they like
    const keys = createRemoteJWKSet(new URL(keysUri), { cooldownDuration: 0 });
    return { configuration, issuer: named, keys };
  }
}

/** Loopback alone is reached without TLS: the constructor refuses any other such address. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out, which it should
const loopbackWithoutTls = oidc.allowInsecureRequests;
