/** Opens the systems that published mappings describe. Opening connects to nothing: a system may be down now. */
import type { Logger } from '../platform/log';
import type { Clock } from '../platform/clock';
import { ConfigError, MappingError } from '../platform/errors';
import { expectationOf } from './drift/expectation';
import { openCommandChannel } from './commands/command-channel';
import type { CommandChannel, LegacySystem } from './contract';
import { connectFiles } from './file/file-connector';
import type { CompiledMapping } from './mapping/compile-mapping';
import { readingOf } from './mapping/reading';
import {
  missingForCommands,
  missingReferences,
  requireReference,
  type Environment,
} from './resilience/references';
import { connectOData } from './odata/odata-connector';
import { connectRest } from './rest/rest-connector';
import { loadDrivers } from './sql/drivers';
import { connectSql } from './sql/sql-connector';
import { streamOf, type SystemConnection } from './system';

export interface OpenOptions {
  readonly env: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A system whose mapping names a variable or file that is not set: it is not asked, and that is no failure. */
export interface NotConfigured {
  readonly id: string;
  readonly missing: readonly string[];
}

/** Opens one system. Throws ConfigError when a reference of its mapping has no value. */
export function openSystem(mapping: CompiledMapping, options: OpenOptions): LegacySystem {
  const { system } = mapping.document;
  const missing = missingReferences(mapping.document, options.env);
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${system.id}: ${name} is not set`));
  const connection = connect(mapping, options);
  const commands = openCommands(mapping, options);
  return {
    ...system,
    mappingVersion: mapping.version,
    streams: mapping.streams.map((stream) => ({
      ...streamOf(stream, connection),
      reading: readingOf(mapping, stream),
      expects: expectationOf(mapping, stream, connection),
    })),
    live: connection.live,
    ping: (signal) => connection.ping(signal),
    commandKinds: [...mapping.commands.keys()],
    commands,
    close: async () => {
      await Promise.allSettled([connection.close(), commands?.close()]);
    },
  };
}

/** Opens every system that is configured, and names the others with what they lack. */
export function openSystems(
  mappings: readonly CompiledMapping[],
  options: OpenOptions,
): { readonly systems: LegacySystem[]; readonly notConfigured: NotConfigured[] } {
  const systems: LegacySystem[] = [];
  const notConfigured: NotConfigured[] = [];
  for (const mapping of mappings) {
    const missing = missingReferences(mapping.document, options.env);
    if (missing.length === 0) systems.push(openSystem(mapping, options));
    else notConfigured.push({ id: mapping.document.system.id, missing });
  }
  return { systems, notConfigured };
}

/** A system whose connection for commands is not set is read all the same; acts that would command it refuse. */
function openCommands(mapping: CompiledMapping, { env, clock, logger }: OpenOptions): CommandChannel | null {
  const { document } = mapping;
  if (document.commands === undefined) return null;
  const missing = missingForCommands(document, env);
  if (missing.length > 0) {
    logger.info({ system: document.system.id, missing }, 'system takes no commands');
    return null;
  }
  try {
    return openCommandChannel({ mapping, env, clock, logger, drivers: driversOf(env) });
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    logger.error({ err: error, system: document.system.id }, 'system takes no commands');
    return null;
  }
}

const driversOf = (env: Environment) => loadDrivers(env['LOTGRAPH_SQL_DRIVERS']);

function connect(mapping: CompiledMapping, options: OpenOptions): SystemConnection {
  const { connector } = mapping.document;
  const address = requireReference(connector.connection, options.env);
  switch (connector.type) {
    case 'sql':
      return connectSql(mapping, address, {
        clock: options.clock,
        drivers: driversOf(options.env),
      });
    case 'rest':
      return connectRest(mapping, address, options);
    case 'odata':
      return connectOData(mapping, address, options);
    case 'file':
      return connectFiles(mapping, address, options.clock);
  }
}
