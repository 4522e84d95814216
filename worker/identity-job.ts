/** Closes grants that have run out and forgets what identity no longer needs, in one process of a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdentityService } from '../controls/identity/identity-service';
import { Leases } from '../controls/jobs/lease';
import { systemClock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';

export interface IdentityJobOptions {
  readonly identity: IdentityService;
  readonly database: Database;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
}

const LEASE = 'identity-sweep';
const INTERVAL_MS = 60_000;
const LEASE_MS = 3 * 60_000;

/** Runs until the signal fires. Every request looks at the time itself: a sweep that is late lets nobody in. */
export async function runIdentityJob({
  identity,
  database,
  logger,
  signal,
  holder,
}: IdentityJobOptions): Promise<void> {
  const leases = new Leases(database, systemClock, holder.slice(0, 64));
  while (!signal.aborted) {
    try {
      if (await leases.take(LEASE, LEASE_MS)) {
        const expired = await identity.sweep();
        if (expired > 0) logger.info({ expired }, 'grants have run out');
      }
    } catch (error) {
      logger.error({ err: error }, 'the sweep of grants failed');
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}
