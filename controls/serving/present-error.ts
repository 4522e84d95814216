/**
 * The one place where an error becomes something that a client sees. An allowlist: a code of ours is shown, with its
 * own words only where these are written for clients; anything else is masked and reaches the log whole.
 */
import type { GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, GatewayError, type ErrorCode } from '../../platform/errors';
import type { Language } from '../../platform/request';

/** Codes whose own message is written for the client; the others show only the words of the table. */
const OWN_WORDS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ACCESS_DENIED',
  'INVALID_REQUEST',
  'INVALID_INPUT',
  'REQUEST_TOO_LARGE',
  'OPERATION_TOO_COMPLEX',
  'DOCUMENT_NOT_ALLOWED',
  'NOT_FOUND',
  'AMBIGUOUS',
  'SIGN_OFF_UNAVAILABLE',
]);

/** Facts that a client may see of the codes whose words it may not. */
const SAFE_FACTS = ['system', 'subgraph', 'fields', 'retryAfterS'] as const;

export interface PresentedError extends GraphQLFormattedError {
  readonly extensions: { readonly code: ErrorCode } & Readonly<Record<string, unknown>>;
}

/** An error with its code, as a client may see it. `masked` tells that the log must have the original. */
export interface Presentation {
  readonly error: PresentedError;
  readonly masked: boolean;
}

/** What libraries put into an error's extensions for themselves. */
const NOT_FACTS: ReadonlySet<string> = new Set(['code', 'http', 'stacktrace', 'serviceName']);

interface ErrorLike {
  readonly message?: unknown;
  readonly path?: unknown;
  readonly extensions?: unknown;
  readonly originalError?: unknown;
  readonly locations?: unknown;
}

/** Codes that other libraries use for what a client did wrong, and ours for it. */
const TRANSLATED_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_USER_INPUT: 'INVALID_INPUT',
  BAD_REQUEST: 'INVALID_REQUEST',
  GRAPHQL_PARSE_FAILED: 'INVALID_REQUEST',
  GRAPHQL_VALIDATION_FAILED: 'INVALID_REQUEST',
  OPERATION_RESOLUTION_FAILURE: 'INVALID_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'INVALID_REQUEST',
};

/** Presents an error of any kind: ours, graphql-js's, a library's, or one that came as JSON from a subgraph. */
export function presentError(error: unknown, language: Language): Presentation {
  const like = (typeof error === 'object' && error !== null ? error : {}) as ErrorLike;
  const found = codeAndFacts(like);
  const place = placeOf(like);
  if (found === null) {
    return {
      masked: true,
      error: { message: ERROR_CODES.INTERNAL[language], ...place, extensions: { code: 'INTERNAL' } },
    };
  }
  const { code, facts, words } = found;
  const own = OWN_WORDS.has(code) ? words : '';
  return {
    // words of the table were never more than that: an error that was presented before is not masked again
    masked: own !== words && words !== ERROR_CODES[code].en && words !== ERROR_CODES[code].zh,
    error: {
      message: messageIn(language, code, own),
      ...place,
      extensions: { ...(OWN_WORDS.has(code) ? facts : safeFacts(facts)), code },
    },
  };
}

/** A GatewayError at the root of the chain decides; else the code that the error carries. */
function codeAndFacts(
  like: ErrorLike,
): { code: ErrorCode; facts: Readonly<Record<string, unknown>>; words: string } | null {
  const origin = like instanceof GatewayError ? like : rootOf(like);
  if (origin instanceof GatewayError)
    return { code: origin.code, facts: origin.facts, words: origin.message };
  const extensions = like.extensions as Readonly<Record<string, unknown>> | null | undefined;
  const given = extensions?.['code'];
  if (typeof given !== 'string') return null;
  const words = typeof like.message === 'string' ? like.message : '';
  const translated = Object.hasOwn(TRANSLATED_CODES, given) ? TRANSLATED_CODES[given] : undefined;
  if (translated !== undefined) return { code: translated, facts: {}, words };
  if (!Object.hasOwn(ERROR_CODES, given)) return null;
  const facts = Object.fromEntries(Object.entries(extensions ?? {}).filter(([name]) => !NOT_FACTS.has(name)));
  return { code: given as ErrorCode, facts, words };
}

function rootOf(like: ErrorLike): unknown {
  let current: unknown = like.originalError;
  for (let depth = 0; depth < 5 && !(current instanceof GatewayError); depth += 1) {
    const next = (current as ErrorLike | null | undefined)?.originalError;
    if (next === undefined || next === null) break;
    current = next;
  }
  return current;
}

/** The table's words in the caller's language; an English detail follows in brackets where there is one. */
function messageIn(language: Language, code: ErrorCode, words: string): string {
  const general = ERROR_CODES[code];
  if (words === '' || words === general.en || words === general.zh) return general[language];
  if (language === 'en' || words.startsWith(general.zh)) return words;
  return `${general.zh}(${words})`;
}

function safeFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(SAFE_FACTS.flatMap((name) => (name in facts ? [[name, facts[name]]] : [])));
}

function placeOf(like: ErrorLike): Pick<GraphQLFormattedError, 'path' | 'locations'> {
  const { path, locations } = like;
  return {
    ...(Array.isArray(locations) && locations.length > 0
      ? { locations: locations as { line: number; column: number }[] }
      : {}),
    ...(Array.isArray(path) ? { path: path as (string | number)[] } : {}),
  };
}
