/** Callers of the graph: sessions of the demo's analyst, and one way to ask. */
import path from 'node:path';
import { openControls } from '../../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { systemClock } from '../../platform/clock';
import type { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { silentLogger } from '../../platform/log';
import type { Caller } from '../../platform/request';

const ROOT = path.resolve(__dirname, '../..');

/** The n-th analyst, as a subgraph is told of one. */
export function analyst(n: number): Caller {
  return {
    ...{ subject: `demo:analyst-${n}`, name: `Analyst ${n}`, kind: 'person', person: null },
    ...{ roles: ['analyst'], sites: [], suppliers: [], client: null, onBehalfOf: null },
    session: `bench-${n}`,
  };
}

/** `count` tokens, each of another session of the demo's analyst, opened in the deployment's own database. */
export async function tokensOf(config: Config, count: number): Promise<string[]> {
  const tables = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
  const database = await Database.open({ url: config.databaseUrl, ...tables, migrate: false });
  try {
    const { identity } = openControls({
      ...{ config, root: ROOT, database, clock: systemClock, logger: silentLogger },
      dictionary: loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms')),
    });
    await identity.seedDemo();
    const tokens: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const attempt = { requestId: `bench-${n}`, address: '127.0.0.1', client: 'bench', language: null };
      tokens.push((await identity.signIn.asDemoUser('demo:analyst', attempt)).accessToken);
    }
    return tokens;
  } finally {
    await database.close();
  }
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
