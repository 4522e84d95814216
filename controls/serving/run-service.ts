/** The main of every subgraph service: opens what it needs, serves, and drains when told to stop. */
import path from 'node:path';
import type { AccessSource } from '../../platform/access';
import { loadConfig, type Config } from '../../platform/config';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createLogger, type Logger } from '../../platform/log';
import { subgraphKeyOf } from '../identity/keys';
import { serveSubgraph } from './serve-subgraph';

export interface OpenedSubgraph {
  readonly subgraph: Subgraph;
  readonly access: AccessSource;
  close(): Promise<void>;
}

/** Where a service runs and what it may use. */
export interface ServiceSurroundings {
  readonly config: Config;
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly logger: Logger;
}

/** Runs until SIGTERM, SIGINT, or the end of the process that started it. Called by `subgraphs/<name>/main.ts` alone. */
export function runSubgraphService(
  open: (surroundings: ServiceSurroundings) => Promise<OpenedSubgraph>,
): void {
  run(open).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}

async function run(open: (surroundings: ServiceSurroundings) => Promise<OpenedSubgraph>): Promise<void> {
  const root = path.resolve(process.env['LOTGRAPH_ROOT'] ?? process.cwd());
  const config = loadConfig(process.env, root);
  const logger = createLogger({ level: config.logLevel, component: 'subgraph' });
  const opened = await open({ config, root, logger });
  const { subgraph } = opened;
  const service = await serveSubgraph({
    subgraph,
    access: opened.access,
    key: subgraphKeyOf(config),
    log: logger.child({ subgraph: subgraph.name }),
    host: config.host,
    port: config.subgraphPort,
  });
  process.stdout.write(`ready ${subgraph.name} ${service.url}\n`);
  const stop = async (): Promise<void> => {
    await service.close();
    await opened.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => void stop());
}
