/** Calls of the gateway's addresses beside /graphql, from a command. */
import { ERROR_CODES, type ErrorCode, GatewayError } from '../platform/errors';
import type { Language } from '../platform/request';

interface ErrorBody {
  readonly errors?: readonly {
    readonly message?: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

/** Thrown when the gateway refuses, with its own code and words; or does not answer: SUBGRAPH_UNAVAILABLE. */
export async function postJson<T>(
  url: string,
  address: string,
  body: object,
  token?: string,
  language?: Language,
): Promise<T> {
  const response = await fetch(url + address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(language === undefined ? {} : { 'accept-language': language }),
    },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new GatewayError('SUBGRAPH_UNAVAILABLE', `no gateway answers at ${url}`, {}, error);
  });
  const answer = (await response.json().catch(() => ({}))) as ErrorBody;
  // a request that waits for a step-up is answered 401, with a body that says so
  if (response.ok || 'data' in answer) return answer as T;
  const error = answer.errors?.[0];
  const code = error?.extensions?.code;
  throw new GatewayError(
    code !== undefined && code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL',
    error?.message ?? `the gateway answered ${response.status}`,
  );
}
