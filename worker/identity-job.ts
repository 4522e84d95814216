/** Closes grants that have run out and forgets what identity no longer needs, in one process of a deployment. */
import type { IdentityService } from '../controls/identity/identity-service';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';
import { leasesOf, runLeased } from './leased-job';

export interface IdentityJobOptions {
  readonly identity: IdentityService;
  readonly database: Database;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
}

const INTERVAL_MS = 60_000;
const LEASE_MS = 3 * 60_000;

/** Runs until the signal fires. Every request looks at the time itself: a sweep that is late lets nobody in. */
export async function runIdentityJob(options: IdentityJobOptions): Promise<void> {
  const { identity, database, logger, signal, holder } = options;
  await runLeased({
    ...{ name: 'identity-sweep', leases: leasesOf(database, holder), leaseMs: LEASE_MS, logger, signal },
    failure: 'the sweep of grants failed',
    work: async () => {
      const expired = await identity.sweep();
      if (expired > 0) logger.info({ expired }, 'grants have run out');
    },
    pauseMs: () => INTERVAL_MS,
  });
}
