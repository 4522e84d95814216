/** Callers of the graph: tokens of a deployment's own demo key, and one way to ask. */
import { demoTokenKey } from '../../controls/identity/keys';
import { issueToken } from '../../controls/identity/token';
import { systemClock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import type { Caller } from '../../platform/request';

const TOKEN_LIFETIME_MS = 4 * 60 * 60_000;

/** The n-th analyst; each has a session of their own. */
export function analyst(n: number): Caller {
  return {
    subject: `demo:analyst-${n}`,
    name: `Analyst ${n}`,
    kind: 'person',
    roles: ['analyst'],
    sites: [],
    suppliers: [],
    person: null,
    client: null,
    onBehalfOf: null,
    session: `bench-${n}`,
  };
}

/** `count` tokens, each of another caller. */
export async function tokensOf(config: Config, count: number): Promise<string[]> {
  const { issuer, audience } = config.tokens;
  const by = { key: demoTokenKey(config), issuer, audience, clock: systemClock };
  return await Promise.all(
    Array.from({ length: count }, (_, n) =>
      issueToken(by, { caller: analyst(n), language: null, lifetimeMs: TOKEN_LIFETIME_MS }),
    ),
  );
}

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  /** The body as it came. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly message: string }[];
}

/** Asks the graph once. */
export async function ask(url: string, token: string, operation: Operation): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text) as Partial<Answer>;
  return { text, data, errors };
}
