/** Opens what the configured gateway needs, and starts it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openServices } from '../canonical/open-services';
import { type Controls, openControls } from '../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import { assertSignOffEnforced } from '../controls/sign-off/guard-sign-off';
import { UsageStore } from '../controls/usage/usage-store';
import { clockOf, type Config } from '../platform/config';
import { Database } from '../platform/database/database';
import { loadDictionary } from '../platform/dictionary/dictionary';
import { createLogger } from '../platform/log';
import { createMetrics, type MetricsSnapshot } from '../platform/telemetry';
import { startGateway, type Gateway } from './gateway';
import type { ReadinessCheck } from './http/health';
import { EntryWriter } from './reading/entry-writer';
import { createSubgraphs } from './subgraphs';

const SUPERGRAPH = 'schema/generated/supergraph.graphql';

export interface RunGatewayOptions {
  readonly config: Config;
  /** Folder of the project, where `schema/` and `dist/` stand. */
  readonly root: string;
  /** Where mappings' references to hosts and credentials are looked up. */
  readonly env: NodeJS.ProcessEnv;
  /** What else must hold before traffic comes. */
  readonly checks?: Readonly<Record<string, ReadinessCheck>>;
  /** Metrics of processes that serve none themselves. */
  readonly otherMetrics?: () => readonly MetricsSnapshot[];
}

/** Starts the gateway. The tables must be up to date. Rejects when it cannot serve. */
export async function runGateway(options: RunGatewayOptions): Promise<Gateway> {
  const { config, root } = options;
  const log = createLogger({ level: config.logLevel, component: 'gateway' });
  const clock = clockOf(config);
  const supergraphSdl = await readFile(path.join(root, SUPERGRAPH), 'utf8');
  const opened =
    config.topology === 'single' ? await openForSubgraphs(options) : await openControlsAlone(options);
  if (config.mode === 'demo') await opened.controls.identity.seedDemo();
  const gateway = await startGateway({
    ...{ config, root, supergraphSdl, clock, log },
    subgraphs: opened.subgraphs,
    access: opened.controls.access,
    callers: opened.controls.identity.callers,
    identity: opened.controls.identity,
    audit: new EntryWriter(opened.controls.auditWriter, log),
    usage: new UsageStore(opened.database),
    ...(options.otherMetrics && { otherMetrics: options.otherMetrics }),
    metrics: createMetrics({ processMetrics: true }),
    checks: { database: databaseCheck(opened.database), ...options.checks },
  }).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await gateway.close();
    await opened.close();
  };
  return { ...gateway, close };
}

interface Opened {
  readonly database: Database;
  readonly controls: Controls;
  readonly subgraphs: ReturnType<typeof createSubgraphs>;
  close(): Promise<void>;
}

async function openForSubgraphs({ config, root, env }: RunGatewayOptions): Promise<Opened> {
  const services = await openServices({
    ...{ root, env },
    config,
    clock: clockOf(config),
    logger: createLogger({ level: config.logLevel, component: 'subgraphs' }),
  });
  services.published.follow();
  const subgraphs = createSubgraphs(services);
  for (const { schema } of subgraphs) assertSignOffEnforced(schema);
  services.controls.signOff.present.serve(subgraphs);
  return {
    database: services.database,
    controls: services.controls,
    subgraphs,
    close: () => services.close(),
  };
}

/** With the split topology the gateway itself reads no legacy data: it knows people, permissions and the audit trail. */
async function openControlsAlone({ config, root }: RunGatewayOptions): Promise<Opened> {
  const database = await Database.open({
    url: config.databaseUrl,
    entities: CONTROLS_ENTITIES,
    migrations: CONTROLS_MIGRATIONS,
    migrate: false,
  });
  const controls = openControls({
    ...{ config, root, database, clock: clockOf(config) },
    dictionary: loadDictionary(path.join(root, 'schema', 'dictionary', 'terms')),
    logger: createLogger({ level: config.logLevel, component: 'gateway' }),
  });
  return { database, controls, subgraphs: [], close: () => database.close() };
}

function databaseCheck(database: Database): ReadinessCheck {
  return async () => {
    await database.reader.query('SELECT 1');
    return null;
  };
}
