/** Starts gateways over the toy subgraphs, and asks them things. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoTokenKey, subgraphKeyOf } from '../../controls/identity/keys';
import { issueToken, type IssueOptions } from '../../controls/identity/token';
import { serveSubgraph, type SubgraphService } from '../../controls/serving/serve-subgraph';
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/gateway';
import { FixedClock, systemClock } from '../../platform/clock';
import { loadConfig, type Config } from '../../platform/config';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import { toyLots, toyQuality, toySupergraph } from './toy-subgraphs';
import { believedTokens } from '../support/identity';
import { openAccess } from '../support/access';
import { MemoryAudit } from '../support/audit';

export const INSTANT = '2026-11-20T02:00:00.000Z';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
    extensions?: { requestId: string; sources: unknown[] };
  };
}

/** Closes what a test opened, last first. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

export function toyConfig(cleanup: Cleanup, env: Record<string, string> = {}): Config {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-gateway-'));
  cleanup.add(() => rmSync(dataDir, { recursive: true, force: true }));
  const documents = path.join(dataDir, 'documents'); // none of the real ones fits the toy schema
  return loadConfig({
    ...{ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dataDir, LOTGRAPH_PORT: '0', LOTGRAPH_DOCUMENTS: documents },
    ...env,
  });
}

export interface ToyOptions {
  readonly env?: Record<string, string>;
  readonly subgraphs?: readonly Subgraph[];
  readonly gateway?: Partial<GatewayOptions>;
}

export interface ToyGateway {
  readonly gateway: Gateway;
  readonly config: Config;
  readonly token: string;
  /** What the gateway wrote down. */
  readonly audit: MemoryAudit;
}

/** A gateway with its subgraphs in process. */
export async function startSingle(cleanup: Cleanup, options: ToyOptions = {}): Promise<ToyGateway> {
  return await start(
    cleanup,
    toyConfig(cleanup, options.env),
    options.subgraphs ?? [toyLots(), toyQuality()],
    options,
  );
}

/** The same gateway with each subgraph behind signed HTTP; `urls` puts something else in a subgraph's place. */
export async function startSplit(
  cleanup: Cleanup,
  options: ToyOptions & { urls?: Record<string, string> } = {},
): Promise<ToyGateway & { services: Map<string, SubgraphService> }> {
  const base = toyConfig(cleanup, options.env);
  const services = new Map<string, SubgraphService>();
  for (const subgraph of options.subgraphs ?? [toyLots(), toyQuality()]) {
    const service = await serveSubgraph({
      subgraph,
      key: subgraphKeyOf(base),
      log: silentLogger,
      access: openAccess,
    });
    cleanup.add(() => service.close());
    services.set(subgraph.name, service);
  }
  const urls = new Map([...services].map(([name, { url }]) => [name, url]));
  for (const [name, url] of Object.entries(options.urls ?? {})) urls.set(name, url);
  const config: Config = { ...base, topology: 'split', subgraphUrls: urls };
  return { ...(await start(cleanup, config, [], options)), services };
}

async function start(
  cleanup: Cleanup,
  config: Config,
  subgraphs: readonly Subgraph[],
  options: ToyOptions,
): Promise<ToyGateway> {
  const audit = new MemoryAudit();
  const gateway = await startGateway({
    access: openAccess,
    callers: believedTokens,
    audit,
    config,
    supergraphSdl: toySupergraph(),
    subgraphs,
    clock: new FixedClock(INSTANT),
    log: silentLogger,
    ...options.gateway,
  });
  cleanup.add(() => gateway.close());
  return { gateway, config, audit, token: await tokenOf(config) };
}

/** A token of this deployment for a person. */
export async function tokenOf(config: Config, options: Partial<IssueOptions> = {}): Promise<string> {
  const { issuer, audience } = config.tokens;
  return await issueToken(
    { key: demoTokenKey(config), issuer, audience, clock: systemClock },
    {
      caller: {
        subject: 'ann',
        name: 'Ann',
        person: null,
        kind: 'person',
        roles: ['analyst'],
        sites: [],
        suppliers: [],
        session: 's-1',
        client: null,
        onBehalfOf: null,
      },
      language: null,
      lifetimeMs: 60_000,
      ...options,
    },
  );
}

/** Sends a query. */
export async function ask(
  { gateway, token }: ToyGateway,
  query: string,
  options: { variables?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return await send(gateway, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-request-id': 'request-0001',
      ...options.headers,
    },
    body: JSON.stringify({ query, variables: options.variables }),
  });
}

/** Sends anything to /graphql. */
export async function send(gateway: Gateway, init: RequestInit, address = '/graphql'): Promise<Answer> {
  const response = await fetch(gateway.url + address, init);
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json')
    ? (JSON.parse(text) as Answer['json'])
    : {};
  return { status: response.status, headers: response.headers, text, json };
}
