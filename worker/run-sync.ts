/** One sync of one system, or of all, as `lotgraph sync` does it. */
import type { SyncProgress, SyncSummary } from '../canonical/sync/sync-service';
import type { Config } from '../platform/config';
import { InvalidInputError } from '../platform/errors';
import { createLogger } from '../platform/log';
import { openSync } from './open-sync';

export interface RunSyncOptions {
  readonly config: Config;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Id of the only system to sync. */
  readonly system?: string | undefined;
  /** True: copies are brought under the mappings in force, and nothing is read. */
  readonly deriveOnly?: boolean;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly signal?: AbortSignal;
}

/** Syncs and sums up. Throws InvalidInputError when the named system is not configured. */
export async function runSync(options: RunSyncOptions): Promise<SyncSummary[]> {
  const logger = createLogger({ level: options.config.logLevel, component: 'sync' });
  const { services, sync } = await openSync(options.config, options.root, options.env, logger);
  try {
    const systems = services.systems.filter(
      (one) => options.system === undefined || one.id === options.system,
    );
    if (systems.length === 0) throw new InvalidInputError(unknownSystem(options.system, services));
    const summaries: SyncSummary[] = [];
    for (const system of systems) {
      const signal = options.signal ?? new AbortController().signal;
      summaries.push(
        await sync.run(system, {
          signal,
          deriveOnly: options.deriveOnly ?? false,
          ...(options.onProgress && { onProgress: options.onProgress }),
        }),
      );
    }
    return summaries;
  } finally {
    await services.close();
  }
}

function unknownSystem(
  name: string | undefined,
  services: {
    systems: readonly { id: string }[];
    notConfigured: readonly { id: string; missing: readonly string[] }[];
  },
): string {
  const known = services.systems.map((one) => one.id).join(', ') || 'none';
  const lacking = services.notConfigured.find((one) => one.id === name);
  if (lacking) return `${lacking.id} is not configured: ${lacking.missing.join(', ')} is not set`;
  return name === undefined
    ? 'no system is configured'
    : `there is no system "${name}"; configured systems: ${known}`;
}
