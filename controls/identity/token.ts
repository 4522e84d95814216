/** Bearer tokens: JWTs signed with Ed25519 and nothing else, so that no token can choose its own algorithm. */
import { randomUUID, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { Clock } from '../../platform/clock';
import { GatewayError } from '../../platform/errors';
import type { Caller, Language } from '../../platform/request';

const ALGORITHM = 'EdDSA';
const CLOCK_TOLERANCE_S = 5;

/** What a token says. */
export interface TokenClaims {
  readonly caller: Caller;
  readonly language: Language | null;
  /** Ms since the epoch; from then on the token is worthless. */
  readonly expiresAt: number;
  readonly issuer: string;
  /** True when this deployment issued it for a session of its own. */
  readonly builtIn: boolean;
}

/** Who signs a token. */
export interface TokenSigner {
  readonly key: KeyObject;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

/** Whose tokens are accepted. */
export interface TokenIssuer extends TokenSigner {
  /** True for the deployment's own issuer, whose tokens stand for sessions that it keeps. */
  readonly builtIn: boolean;
}

export interface IssueOptions {
  readonly caller: Omit<Caller, 'session'> & { readonly session?: string };
  readonly language: Language | null;
  readonly lifetimeMs: number;
}

/** Signs a token for a caller. */
export async function issueToken(issuer: TokenSigner, options: IssueOptions): Promise<string> {
  const { caller, language } = options;
  const issuedAt = Math.floor(issuer.clock.now() / 1000);
  return await new SignJWT({
    name: caller.name,
    kind: caller.kind,
    roles: [...caller.roles],
    sites: [...caller.sites],
    suppliers: [...caller.suppliers],
    ...(caller.person === null ? {} : { person: caller.person }),
    ...(caller.client === null ? {} : { client: caller.client }),
    ...(caller.onBehalfOf === null ? {} : { onBehalfOf: caller.onBehalfOf }),
    session: caller.session ?? randomUUID(),
    ...(language === null ? {} : { language }),
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(caller.subject)
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(options.lifetimeMs / 1000))
    .setJti(randomUUID())
    .sign(issuer.key);
}

/** Reads a token. Thrown when it is not this issuer's, not for us, altered, expired or incomplete: UNAUTHENTICATED. */
export async function verifyToken(issuer: TokenIssuer, token: string): Promise<TokenClaims> {
  try {
    const { payload } = await jwtVerify(token, issuer.key, {
      algorithms: [ALGORITHM],
      issuer: issuer.issuer,
      audience: issuer.audience,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(issuer.clock.now()),
      requiredClaims: ['sub', 'exp', 'iat', 'jti'],
    });
    return claimsOf(payload, issuer);
  } catch (error) {
    // one answer for every reason: what is wrong with a token is nobody's business but its issuer's
    throw new GatewayError('UNAUTHENTICATED', undefined, {}, error);
  }
}

function claimsOf(payload: JWTPayload, issuer: TokenIssuer): TokenClaims {
  const { sub, exp, name, kind, roles, sites, suppliers = [], session, language } = payload;
  if (typeof sub !== 'string' || sub === '' || exp === undefined)
    throw new TypeError('sub and exp are required');
  if (!isTexts(roles) || !isTexts(sites) || !isTexts(suppliers))
    throw new TypeError('roles, sites and suppliers must be lists of text');
  if (typeof session !== 'string' || session === '') throw new TypeError('session is required');
  const caller: Caller = {
    subject: sub,
    name: typeof name === 'string' ? name : sub,
    kind: kind === 'service' ? 'service' : 'person',
    roles: Object.freeze([...roles]),
    sites: Object.freeze([...sites]),
    suppliers: Object.freeze([...suppliers]),
    person: textOrNull(payload['person']),
    client: textOrNull(payload['client']),
    onBehalfOf: textOrNull(payload['onBehalfOf']),
    session,
  };
  return {
    caller: Object.freeze(caller),
    language: language === 'zh' || language === 'en' ? language : null,
    expiresAt: exp * 1000,
    issuer: issuer.issuer,
    builtIn: issuer.builtIn,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
