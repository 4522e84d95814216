/** Opens what a process needs to work on the stitched copy: database, dictionary, legacy systems, reads. */
import path from 'node:path';
import type { LegacySystem } from '../connectors/contract';
import { loadMappingTexts } from '../connectors/load-mappings';
import type { NotConfigured } from '../connectors/open-system';
import { openControls } from '../controls/open-controls';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import type { Config } from '../platform/config';
import type { Clock } from '../platform/clock';
import { Database } from '../platform/database/database';
import { attributeFieldsOf } from '../platform/dictionary/attributes';
import { type Dictionary, loadDictionary } from '../platform/dictionary/dictionary';
import type { Logger } from '../platform/log';
import { CommandPlanner } from './acts/command-planner';
import { loadCopies } from './copies';
import { type CompiledText, MappingVersions } from './mappings/mapping-versions';
import { PublishedSystems } from './mappings/published-systems';
import { openDocuments } from './open-documents';
import { CanonicalReadsService } from './reads-service';
import { publishShipped } from '../controls/controlled-documents/shipped';
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
  readonly versions: MappingVersions;
  /** Follows what is published; a process that lives long calls `follow`. */
  readonly published: PublishedSystems;
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
  const database = await Database.open({ url: config.databaseUrl, ...TABLES, migrate: false });
  const controls = openControls({ config, root, database, dictionary, clock, logger });
  await controls.identity.adopt();
  const { audit, records, alarmRules, claims } = controls;
  const { consistencyRules, qualityStandards, completenessRules } = openDocuments({
    ...{ root, dictionary, database, clock, audit, records },
  });
  const versions = new MappingVersions({ database, dictionary, clock, controls });
  const published = new PublishedSystems(versions, {
    ...{ env, clock, logger },
    copies: () => loadCopies(database),
  });
  try {
    // standards name owners of the rules
    for (const document of [consistencyRules, qualityStandards, completenessRules, alarmRules, claims])
      await publishShipped(document, logger);
    if ((await versions.numbers()).size === 0) await versions.bootstrap(shippedMappings(config, dictionary));
    await published.refresh();
  } catch (error) {
    await database.close();
    throw error;
  }
  const { systems } = published;
  const canonical = new CanonicalReadsService({
    database,
    dictionary,
    systems,
    copied: () => published.copied,
    logger,
    sourceDeadlineMs: config.sourceDeadlineMs,
    staleAfterMs: STALE_AFTER_MS,
  });
  return {
    root,
    database,
    controls,
    canonical,
    commands: new CommandPlanner(systems),
    dictionary,
    clock,
    logger,
    sourceEnv: env,
    systems,
    get notConfigured() {
      return published.notConfigured;
    },
    versions,
    consistencyRules,
    qualityStandards,
    completenessRules,
    published,
    close: async () => {
      await published.close();
      await database.close();
    },
  };
}

/** The mapping files that came with the product, or that the deployment put in their place. Throws MappingError. */
function shippedMappings(config: Config, dictionary: Dictionary): CompiledText[] {
  return loadMappingTexts(config.mappingsDir, attributeFieldsOf(dictionary)).map(({ mapping, text }) => ({
    system: mapping.document.system.id,
    text,
  }));
}
