/** Opens what a process needs to work on the stitched copy: database, dictionary, legacy systems, reads. */
import path from 'node:path';
import type { LegacySystem } from '../connectors/contract';
import { loadMappings } from '../connectors/load-mappings';
import { type NotConfigured, openSystems } from '../connectors/open-system';
import { openControls } from '../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import type { Config } from '../platform/config';
import type { Clock } from '../platform/clock';
import { Database } from '../platform/database/database';
import { attributeFieldsOf } from '../platform/dictionary/attributes';
import { loadDictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import { CommandPlanner } from './acts/command-planner';
import { CanonicalReadsService } from './reads-service';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from './schema';
import { STALE_AFTER_MS } from './stale-after';
import type { SubgraphServices } from './subgraph-services';

export interface OpenServicesOptions {
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly config: Config;
  /** Where the mappings' `env:` references are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OpenServices extends SubgraphServices {
  readonly systems: readonly LegacySystem[];
  readonly notConfigured: readonly NotConfigured[];
  close(): Promise<void>;
}

const TABLES = {
  entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
};

/** Brings the tables up to date; run by whoever starts the other processes, under an account that may. */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const database = await Database.open({ url: databaseUrl, ...TABLES, migrate: true });
  await database.close();
}

/** Opens the services. Connects to no legacy system: one may be down now. Throws MappingError, ConfigError. */
export async function openServices(options: OpenServicesOptions): Promise<OpenServices> {
  const { root, clock, logger, env, config } = options;
  const dictionary = loadDictionary(path.join(root, 'schema', 'dictionary', 'terms'));
  const { systems, notConfigured } = openSystems(
    loadMappings(config.mappingsDir, attributeFieldsOf(dictionary)),
    {
      env,
      clock,
      logger,
    },
  );
  const database = await Database.open({ url: config.databaseUrl, ...TABLES, migrate: false });
  const canonical = new CanonicalReadsService({
    database,
    dictionary,
    systems,
    logger,
    sourceDeadlineMs: config.sourceDeadlineMs,
    staleAfterMs: STALE_AFTER_MS,
  });
  const controls = openControls({ config, root, database, dictionary, clock, logger });
  return {
    root,
    database,
    controls,
    canonical,
    commands: new CommandPlanner(systems),
    dictionary,
    clock,
    logger,
    systems,
    notConfigured,
    close: async () => {
      await Promise.allSettled(systems.map((system) => system.close()));
      await database.close();
    },
  };
}
