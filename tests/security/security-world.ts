/**
 * The real graph over a real copy, with published permissions and an audit trail in the database, in one process and
 * split: what the attacks of this folder are run against.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { subgraphKeyOf } from '../../controls/identity/keys';
import { serveSubgraph, type SubgraphService } from '../../controls/serving/serve-subgraph';
import { startGateway, type Gateway } from '../../gateway/gateway';
import { EntryWriter } from '../../gateway/reading/entry-writer';
import { createSubgraphs } from '../../gateway/subgraphs';
import { loadConfig, type Config } from '../../platform/config';
import { silentLogger, type Logger } from '../../platform/log';
import type { Caller } from '../../platform/request';
import type { Cleanup } from '../gateway/toy-gateway';
import { type Answer, send, tokenOf } from '../gateway/toy-gateway';
import { type DemoWorld, startDemoWorld, startSyncedWorld } from '../support/demo-world';
import { believedTokens } from '../support/identity';

const ROOT = path.resolve(__dirname, '../..');
const LIFETIME_MS = 600_000;

export interface SecurityWorld {
  readonly world: DemoWorld;
  readonly config: Config;
  /** Gateways by topology. */
  readonly gateways: Readonly<Record<'single' | 'split', Gateway>>;
  readonly services: ReadonlyMap<string, SubgraphService>;
  /** Sends any body as somebody with these roles. */
  post(body: unknown, as?: Partial<Caller>, options?: PostOptions): Promise<Answer>;
  /** Bodies of the audit entries of one action, oldest first. */
  entries(action: string): Promise<AuditBody[]>;
}

export interface PostOptions {
  readonly topology?: 'single' | 'split';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AuditBody {
  readonly action: string;
  readonly code: string | null;
  readonly actor: { readonly account: string; readonly requestId: string | null };
  readonly facts: Readonly<Record<string, unknown>>;
}

export const PERSON: Caller = {
  ...{ subject: 'mallory', person: 'mallory', name: 'Mallory', kind: 'person', roles: ['analyst'] },
  ...{ sites: [], suppliers: [], session: 's-1', client: null, onBehalfOf: null },
};

/** Starts all of it; `log` gets what the gateways log; `empty` leaves the copy without a row. */
export async function startSecurityWorld(
  cleanup: Cleanup,
  options: { log?: Logger; env?: Record<string, string>; empty?: boolean } = {},
): Promise<SecurityWorld> {
  const world = await (options.empty === true ? startDemoWorld() : startSyncedWorld());
  cleanup.add(() => world.close());
  const { controls } = world.services;
  const base = loadConfig(
    {
      LOTGRAPH_MODE: 'demo',
      LOTGRAPH_DATA: path.join(world.dir, 'data'),
      LOTGRAPH_PORT: '0',
      ...options.env,
    },
    ROOT,
  );
  const subgraphs = createSubgraphs(world.services);
  const services = new Map<string, SubgraphService>();
  for (const subgraph of subgraphs) {
    const service = await serveSubgraph({
      ...{ subgraph, key: subgraphKeyOf(base), log: silentLogger, access: controls.access },
    });
    cleanup.add(() => service.close());
    services.set(subgraph.name, service);
  }
  const open = async (topology: 'single' | 'split'): Promise<Gateway> => {
    const subgraphUrls = new Map([...services].map(([name, { url }]) => [name, url]));
    const gateway = await startGateway({
      config: { ...base, topology, subgraphUrls },
      ...{ access: controls.access, callers: believedTokens, clock: world.clock, root: ROOT },
      audit: new EntryWriter(controls.auditWriter, silentLogger),
      supergraphSdl: readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8'),
      subgraphs: topology === 'single' ? subgraphs : [],
      log: options.log ?? silentLogger,
    });
    cleanup.add(() => gateway.close());
    return gateway;
  };
  const gateways = { single: await open('single'), split: await open('split') };
  const post: SecurityWorld['post'] = async (body, as = {}, { topology = 'single', headers = {} } = {}) =>
    await send(gateways[topology], {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenOf(base, { caller: { ...PERSON, ...as }, lifetimeMs: LIFETIME_MS })}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const entries: SecurityWorld['entries'] = async (action) => {
    const rows = await world.services.database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY id',
    );
    return rows.map(({ body }) => JSON.parse(body) as AuditBody).filter((entry) => entry.action === action);
  };
  return { world, config: base, gateways, services, post, entries };
}
