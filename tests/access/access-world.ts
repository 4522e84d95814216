/**
 * The whole graph over a small copy, under the policy that is shipped. `hidden` are the values that somebody may not
 * see: two worlds that differ only in them must answer alike whoever may not see them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MoreThan } from 'typeorm';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { LotRow } from '../../canonical/entities/lot.entity';
import { DispositionRow, InspectionResultRow, InspectionRow } from '../../canonical/entities/quality.entity';
import { RejectedRowRow } from '../../canonical/entities/source.entity';
import { openServices, type OpenServices } from '../../canonical/open-services';
import { loadProvenance } from '../../canonical/provenance';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { subgraphKeyOf } from '../../controls/identity/keys';
import { serveSubgraph, type SubgraphService } from '../../controls/serving/serve-subgraph';
import { startGateway } from '../../gateway/gateway';
import { createSubgraphs } from '../../gateway/subgraphs';
import type { AccessSource } from '../../platform/access';
import { FixedClock } from '../../platform/clock';
import { loadConfig, type Config } from '../../platform/config';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { silentLogger } from '../../platform/log';
import type { Caller, RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { type Cleanup, type Answer, send, tokenOf } from '../gateway/toy-gateway';
import { KIT_LOT, fillLotWorld } from '../lots/lot-world';
import { ALL_TABLES } from '../support/all-tables';
import { NOW, ROOT } from '../support/ask-subgraph';
import { MemoryAudit } from '../support/audit';
import { createMigratedDatabase } from '../support/migrated-database';
import { believedTokens } from '../support/identity';
import { tableReads } from '../support/table-reads';

export const SUPERGRAPH = readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8');

/** Names of people, free text and raw rows: what is hidden from some. */
export interface Hidden {
  readonly person: string;
  readonly remark: string;
  readonly verdict: 'PASS' | 'FAIL';
}

export const ONE: Hidden = { person: 'Zhang San', remark: 'opened by hand', verdict: 'PASS' };
export const OTHER: Hidden = { person: 'Li Si', remark: 'sealed anew', verdict: 'FAIL' };

export interface AccessWorld {
  readonly services: OpenServices;
  readonly subgraphs: readonly Subgraph[];
  readonly access: AccessSource;
  readonly policyVersion: string;
  readonly audit: MemoryAudit;
  /** Asks the gateway as somebody with these roles. */
  ask(roles: readonly string[], query: string, variables?: object): Promise<Answer>;
  /** What a subgraph gets of such a caller, by whatever way it was reached. */
  request(roles: readonly string[]): Promise<RequestContext>;
}

export async function startAccessWorld(
  cleanup: Cleanup,
  options: { readonly hidden?: Hidden; readonly topology?: 'single' | 'split' } = {},
): Promise<AccessWorld> {
  const config = loadWorldConfig(cleanup);
  const services = await openWorld(cleanup, config);
  await fillLotWorld(services.database, 2);
  await fillHidden(services, options.hidden ?? ONE);
  const published = services.controls.access;
  const policyVersion = await published.currentVersion();
  const subgraphs = createSubgraphs(overTables(services));
  const audit = new MemoryAudit();
  const served = await serveAll(cleanup, config, options.topology === 'split' ? subgraphs : [], published);
  const gateway = await startGateway({
    ...{ access: published, callers: believedTokens, audit, root: ROOT, supergraphSdl: SUPERGRAPH },
    config: { ...config, topology: options.topology ?? 'single', subgraphUrls: served },
    subgraphs: options.topology === 'split' ? [] : subgraphs,
    clock: new FixedClock(NOW),
    log: silentLogger,
    limits: { cost: 1_000_000, aliases: 500, fields: 20_000, tokens: 20_000 },
  });
  cleanup.add(() => gateway.close());
  const tokens = new Map<string, string>();
  const tokenFor = async (roles: readonly string[]): Promise<string> => {
    const key = roles.join();
    const token =
      tokens.get(key) ?? (await tokenOf(config, { caller: callerWith(roles), lifetimeMs: 600_000 }));
    tokens.set(key, token);
    return token;
  };
  return {
    ...{ services, subgraphs, access: published, policyVersion, audit },
    ask: async (roles, query, variables = {}) =>
      await send(gateway, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenFor(roles)}`,
          'x-request-id': 'request-0001',
        },
        body: JSON.stringify({ query, variables }),
      }),
    request: async (roles) => ({
      ...{ requestId: 'request-0001', caller: callerWith(roles), language: 'en', now: NOW, policyVersion },
      access: await published.profile(roles, policyVersion),
      signal: new AbortController().signal,
      sources: new SourceReport(),
    }),
  };
}

function callerWith(roles: readonly string[]): Caller {
  return {
    ...{ subject: 'ann', person: 'ann', name: 'Ann', kind: 'person', roles, sites: [], suppliers: [] },
    ...{ session: 's-1', client: null, onBehalfOf: null },
  };
}

function loadWorldConfig(cleanup: Cleanup): Config {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-access-'));
  cleanup.add(() => rmSync(dataDir, { recursive: true, force: true }));
  return loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: dataDir,
    LOTGRAPH_PORT: '0',
    LOTGRAPH_RATE_POINTS: '100000000',
  });
}

async function openWorld(cleanup: Cleanup, config: Config): Promise<OpenServices> {
  const database = await createMigratedDatabase('sqlite', ALL_TABLES, 'access');
  cleanup.add(() => database.drop());
  const services = await openServices({
    ...{ root: ROOT, env: {}, clock: new FixedClock(NOW), logger: silentLogger },
    config: { ...config, databaseUrl: database.url },
  });
  cleanup.add(() => services.close());
  return services;
}

/** The services with reads straight from the tables: no legacy system runs here. */
function overTables(services: OpenServices): SubgraphServices {
  const { database, dictionary } = services;
  return {
    ...services,
    canonical: {
      ...tableReads(database),
      provenanceOf: (type, pks) => loadProvenance(database, dictionary, [], type, pks),
    },
  };
}

async function serveAll(
  cleanup: Cleanup,
  config: Config,
  subgraphs: readonly Subgraph[],
  access: AccessSource,
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>();
  for (const subgraph of subgraphs) {
    const service: SubgraphService = await serveSubgraph({
      ...{ subgraph, access, key: subgraphKeyOf(config), log: silentLogger },
    });
    cleanup.add(() => service.close());
    urls.set(subgraph.name, service.url);
  }
  return urls;
}

/** Everything that some role may not see, once in each kind of record. */
async function fillHidden({ database }: OpenServices, hidden: Hidden): Promise<void> {
  await database.write(async (manager) => {
    await manager.update(InspectionRow, { pk: MoreThan(0) }, { inspector: hidden.person });
    await manager.update(DispositionRow, { pk: MoreThan(0) }, { decidedBy: hidden.person });
    await manager.update(LotRow, { pk: KIT_LOT }, { remarks: hidden.remark });
    await manager.insert(InspectionResultRow, {
      ...{
        pk: 900_001,
        ref: 'lims:R1',
        inspectionRef: 'lims:I1',
        keyword: 'STER',
        title: null,
        titleZh: null,
      },
      ...{ value: hidden.verdict, numericMicros: null, unit: null, lowerMicros: null, upperMicros: null },
      ...{ verdict: hidden.verdict, state: 'VERIFIED', retestOfRef: null, capturedAt: null },
      analyst: hidden.person,
    });
    await manager.insert(FindingRow, {
      ...{ pk: 910_001, dedupeKey: 'k', rule: 'VALUE_DIFFERS', severity: 'WARNING', state: 'OPEN' },
      ...{ subjectType: 'lot', subjectPk: KIT_LOT, field: 'remarks', resolvedAt: null, occurrences: 1 },
      ...{ facts: JSON.stringify({ remark: hidden.remark }), openedAt: NOW, lastSeenAt: NOW },
    });
    await manager.insert(RejectedRowRow, {
      ...{ pk: 920_001, streamPk: 1, rowKey: 'K1', code: 'MISSING_VALUE', field: 'item' },
      ...{ message: `no item; by ${hidden.person}`, raw: JSON.stringify({ by: hidden.person }) },
      ...{ mappingVersion: 'm1', firstSeenAt: NOW, lastSeenAt: NOW, resolvedAt: null },
    });
  });
}
