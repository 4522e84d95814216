/** Closes sign-offs that nobody signed in time and reports overdue reviews, in one process of a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Leases } from '../controls/jobs/lease';
import type { SignOffService } from '../controls/sign-off/sign-off-service';
import { type Clock, systemClock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';

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

const LEASE = 'sign-off-sweep';
const INTERVAL_MS = 30_000;
const LEASE_MS = 90_000;

/** Runs until the signal fires. A signature looks at the time itself: a sweep that is late lets nothing through. */
export async function runSignOffJob(options: SignOffJobOptions): Promise<void> {
  const { signOff, database, clock, logger, signal, holder, intervalMs = INTERVAL_MS } = options;
  const leases = new Leases(database, systemClock, holder.slice(0, 64));
  while (!signal.aborted) {
    try {
      if (await leases.take(LEASE, LEASE_MS)) {
        const { expired, overdue } = await signOff.sweep(clock.now());
        if (expired + overdue > 0) logger.info({ expired, overdue }, 'sign-offs were closed by silence');
      }
    } catch (error) {
      logger.error({ err: error }, 'the sweep of sign-offs failed');
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}
