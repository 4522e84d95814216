/** Closes sign-offs that nobody signed in time and reports overdue reviews, in one process of a deployment. */
import type { SignOffService } from '../controls/sign-off/sign-off-service';
import type { Clock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';
import { leasesOf, runLeased } from './leased-job';

export interface SignOffJobOptions {
  readonly signOff: SignOffService;
  readonly database: Database;
  /** The clock that sign-offs go by. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 30_000;
const LEASE_MS = 90_000;

/** Runs until the signal fires. A signature looks at the time itself: a sweep that is late lets nothing through. */
export async function runSignOffJob(options: SignOffJobOptions): Promise<void> {
  const { signOff, database, clock, logger, signal, holder, intervalMs = INTERVAL_MS } = options;
  await runLeased({
    ...{ name: 'sign-off-sweep', leases: leasesOf(database, holder), leaseMs: LEASE_MS, logger, signal },
    failure: 'the sweep of sign-offs failed',
    work: async () => {
      const { expired, overdue } = await signOff.sweep(clock.now());
      if (expired + overdue > 0) logger.info({ expired, overdue }, 'sign-offs were closed by silence');
    },
    pauseMs: () => intervalMs,
  });
}
