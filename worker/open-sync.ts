/** Opens the sync engine of this process. */
import { randomUUID } from 'node:crypto';
import { type OpenServices, openServices } from '../canonical/open-services';
import { SyncService } from '../canonical/sync/sync-service';
import { type Config, clockOf } from '../platform/config';
import type { Logger } from '../platform/log';
import { leasesOf } from './leased-job';

export interface OpenSync {
  readonly services: OpenServices;
  readonly sync: SyncService;
}

export async function openSync(
  config: Config,
  root: string,
  env: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<OpenSync> {
  const clock = clockOf(config);
  const services = await openServices({
    root,
    config,
    env,
    clock,
    logger,
  });
  const leases = leasesOf(services.database, `${process.pid}-${randomUUID()}`);
  const sync = new SyncService({
    database: services.database,
    controls: services.controls,
    dictionary: services.dictionary,
    consistencyRules: services.consistencyRules,
    clock,
    logger,
    leases,
    leaseMs: config.syncLeaseMs,
  });
  return { services, sync };
}
