/** Tells who calls, from the Authorization header; verified tokens are remembered until they expire. */
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../platform/errors';
import { verifyToken, type TokenClaims, type TokenIssuer } from './token';

const REMEMBERED_TOKENS = 2000;
const LONGEST_TOKEN = 8192;

export class Authenticator {
  readonly #issuer: TokenIssuer;
  readonly #verified = new LRUCache<string, TokenClaims>({ max: REMEMBERED_TOKENS });

  constructor(issuer: TokenIssuer) {
    this.#issuer = issuer;
  }

  /** Thrown when there is no valid bearer token, whatever the reason: UNAUTHENTICATED. */
  async authenticate(authorization: string | undefined): Promise<TokenClaims> {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) throw new GatewayError('UNAUTHENTICATED');
    const known = this.#verified.get(token);
    if (known !== undefined && this.#issuer.clock.now() < known.expiresAt) return known;
    const claims = await verifyToken(this.#issuer, token);
    this.#verified.set(token, claims);
    return claims;
  }
}
