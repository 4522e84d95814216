/** Asking the graph from a sign-off command, as the person who is signed in. */
import { ERROR_CODES, type ErrorCode, GatewayError, InvalidInputError } from '../../platform/errors';
import type { Language } from '../../platform/request';
import { IdentityClient, type WhoOptions } from '../identity/client';
import { postJson } from '../gateway-call';

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Whoever acts, in one session: a ticket is good in no other. */
export interface Hand {
  readonly client: IdentityClient;
  readonly token: string;
  readonly language: Language | undefined;
}

/** `demoUser` asks in demo mode where nobody is named or signed in; without one, as for a signature, somebody must be. */
export async function handOf(root: string, who: WhoOptions, demoUser?: string): Promise<Hand> {
  const client = new IdentityClient(root, who, demoUser);
  return { client, token: await client.token(), language: who.lang };
}

/** The data of an answer. Thrown when it has errors: the first of them, with its code. */
export async function askGraph<T>(
  { client, token, language }: Hand,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<T> {
  const body = { query, variables };
  const { data, errors } = await postJson<Answer<T>>(client.url, '/graphql', body, token, language);
  const [error] = errors ?? [];
  if (error !== undefined) {
    const code = error.extensions?.code ?? '';
    throw new GatewayError(code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL', error.message);
  }
  if (data == null) throw new GatewayError('INTERNAL', 'the gateway answered without data');
  return data;
}

/** The id of a lot that is named `ITEM/LOT`; an id is taken as it stands. Thrown when there is none: NOT_FOUND. */
export async function lotIdOf(hand: Hand, lot: string): Promise<string> {
  const slash = lot.indexOf('/');
  if (slash < 0) return lot;
  const [item, lotNumber] = [lot.slice(0, slash), lot.slice(slash + 1)];
  const query =
    'query ($item: String!, $lotNumber: String!) { lot(item: $item, lotNumber: $lotNumber) { id } }';
  const { lot: found } = await askGraph<{ lot: { id: string } | null }>(hand, query, { item, lotNumber });
  if (found === null) throw new GatewayError('NOT_FOUND', `There is no lot ${lot}.`);
  return found.id;
}

/** `name=value` pairs of the command line, in their order. */
export function pairsOf(given: readonly string[]): (readonly [name: string, value: string])[] {
  return given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new InvalidInputError(`--set takes name=value, not ${pair}`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}
