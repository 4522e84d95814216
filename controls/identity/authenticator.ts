/**
 * Tells who calls, from the Authorization header. A verified signature is remembered until the token expires; what the
 * token is worth is asked anew with every request.
 */
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../platform/errors';
import type { CallerSource } from './known-callers';
import { verifyToken, type TokenClaims, type TokenIssuer } from './token';

const REMEMBERED_TOKENS = 2000;
const LONGEST_TOKEN = 8192;

export class Authenticator {
  readonly #verified = new LRUCache<string, TokenClaims>({ max: REMEMBERED_TOKENS });

  constructor(
    private readonly issuers: readonly TokenIssuer[],
    private readonly callers: CallerSource,
  ) {}

  /** Thrown when there is no valid bearer token, or it is worth nothing any more: UNAUTHENTICATED. */
  async authenticate(authorization: string | undefined): Promise<TokenClaims> {
    const claims = await this.claimsOf(authorization);
    return { ...claims, caller: await this.callers.callerOf(claims) };
  }

  /** What a genuine token says, whatever it is worth now. Thrown when there is none: UNAUTHENTICATED. */
  async claimsOf(authorization: string | undefined): Promise<TokenClaims> {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) throw new GatewayError('UNAUTHENTICATED');
    return await this.#verify(token);
  }

  async #verify(token: string): Promise<TokenClaims> {
    const known = this.#verified.get(token);
    const named = known?.issuer ?? issuerNamed(token);
    const issuer = this.issuers.find((candidate) => candidate.issuer === named);
    if (issuer === undefined) throw new GatewayError('UNAUTHENTICATED');
    if (known !== undefined && issuer.clock.now() < known.expiresAt) return known;
    const claims = await verifyToken(issuer, token);
    this.#verified.set(token, claims);
    return claims;
  }
}

/** Only chooses the key; that the token is that issuer's is verified with it. */
function issuerNamed(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
