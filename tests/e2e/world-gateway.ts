/** The gateway over the demo world, in one process and split, under the world's clock. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { demoTokenKey, subgraphKeyOf } from '../../controls/identity/keys';
import { issueToken } from '../../controls/identity/token';
import { serveSubgraph } from '../../controls/serving/serve-subgraph';
import { startGateway, type Gateway } from '../../gateway/gateway';
import { createSubgraphs } from '../../gateway/subgraphs';
import type { AccessSource } from '../../platform/access';
import { systemClock } from '../../platform/clock';
import { loadConfig, type Config } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import type { SourceState } from '../../platform/sources';
import type { DemoWorld } from '../support/demo-world';
import { believedTokens } from '../support/identity';
import { MemoryAudit } from '../support/audit';

const ROOT = path.resolve(__dirname, '../..');

export interface GraphAnswer {
  readonly status: number;
  readonly text: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[] | undefined;
  readonly sources: readonly SourceState[];
}

export interface WorldGateway {
  readonly gateway: Gateway;
  /** Asks as an analyst, under the policy that is shipped. */
  ask(query: string, variables?: object, language?: string): Promise<GraphAnswer>;
  /** Asks as a person with these roles. */
  askAs(roles: readonly string[], query: string, variables?: object): Promise<GraphAnswer>;
  close(): Promise<void>;
}

export async function startWorldGateway(
  world: DemoWorld,
  topology: 'single' | 'split',
): Promise<WorldGateway> {
  const base = loadConfig(
    { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: path.join(world.dir, 'data'), LOTGRAPH_PORT: '0' },
    ROOT,
  );
  const published = world.services.controls.access;
  const version = await published.currentVersion();
  // the shipped policy; asking for its version now and then would disturb tests that count statements
  const access: AccessSource = {
    currentVersion: () => Promise.resolve(version),
    profile: (roles, policyVersion) => published.profile(roles, policyVersion),
  };
  const subgraphs = createSubgraphs(world.services);
  const services =
    topology === 'split'
      ? await Promise.all(
          subgraphs.map((subgraph) =>
            serveSubgraph({ subgraph, key: subgraphKeyOf(base), log: silentLogger, access }),
          ),
        )
      : [];
  const config: Config = {
    ...base,
    topology,
    subgraphUrls: new Map(subgraphs.map(({ name }, index) => [name, services[index]?.url ?? ''])),
  };
  const gateway = await startGateway({
    access,
    callers: believedTokens,
    config,
    audit: new MemoryAudit(),
    root: ROOT,
    supergraphSdl: readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8'),
    subgraphs: topology === 'single' ? subgraphs : [],
    clock: world.clock,
    log: silentLogger,
  });
  const token = await tokenOf(config, ['analyst']);
  return {
    gateway,
    ask: (query, variables = {}, language = 'en') => ask(gateway, token, { query, variables }, language),
    askAs: async (roles, query, variables = {}) =>
      await ask(gateway, await tokenOf(config, roles), { query, variables }, 'en'),
    close: async () => {
      await gateway.close();
      await Promise.all(services.map((service) => service.close()));
    },
  };
}

async function tokenOf(config: Config, roles: readonly string[]): Promise<string> {
  const { issuer, audience } = config.tokens;
  return await issueToken(
    { key: demoTokenKey(config), issuer, audience, clock: systemClock },
    {
      caller: {
        subject: 'demo:analyst',
        name: 'Analyst',
        kind: 'person',
        roles,
        sites: [],
        suppliers: [],
        person: 'demo:analyst',
        client: null,
        onBehalfOf: null,
        session: 's-1',
      },
      language: null,
      lifetimeMs: 600_000,
    },
  );
}

async function ask(gateway: Gateway, token: string, body: object, language: string): Promise<GraphAnswer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'accept-language': language,
      'x-request-id': 'request-1',
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json = JSON.parse(text) as {
    data?: Record<string, unknown> | null;
    errors?: GraphAnswer['errors'];
    extensions?: { sources?: SourceState[] };
  };
  return {
    status: response.status,
    text,
    data: json.data,
    errors: json.errors,
    sources: json.extensions?.sources ?? [],
  };
}

/** The query that the README shows, as it stands in the docs. */
export const ONE_SCREEN = readFileSync(path.join(ROOT, 'docs/examples/one-screen.graphql'), 'utf8');
