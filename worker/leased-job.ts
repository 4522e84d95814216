/** A job that one process of a deployment does at a time, by lease, turn after turn until it is stopped. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Leases } from '../controls/jobs/lease';
import { systemClock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';

export interface LeasedJob {
  readonly leases: Leases;
  /** Name of the lease. */
  readonly name: string;
  readonly leaseMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** What the log says when a turn fails; the next one tries again. */
  readonly failure: string;
  /** Whether there is a turn to take; asked before the lease is. Absent: always. */
  isDue?(): Promise<boolean>;
  /** One turn, under the lease. `renew` takes it again; false when another process has it. */
  work(renew: () => Promise<boolean>): Promise<void>;
  /** Pause after a turn that took so long. */
  pauseMs(tookMs: number): number;
}

/** Leases of this process; they go by real time: a clock that stands still would never let a dead one's lease end. */
export const leasesOf = (database: Database, holder: string): Leases =>
  new Leases(database, systemClock, holder.slice(0, 64));

/** Runs until the signal aborts; resolves when the last turn has ended and the lease was let go of. */
export async function runLeased(job: LeasedJob): Promise<void> {
  const { leases, name, leaseMs, logger, signal, failure } = job;
  const take = (): Promise<boolean> => leases.take(name, leaseMs);
  while (!signal.aborted) {
    const began = performance.now();
    try {
      if ((await (job.isDue?.() ?? true)) && (await take())) await job.work(take);
    } catch (error) {
      // the database is away, say; that it was stopped is no failure
      if (error !== signal.reason) logger.error({ err: error, job: name }, failure);
    }
    await sleep(job.pauseMs(performance.now() - began), undefined, { signal }).catch(() => undefined);
  }
  await leases.release(name).catch(() => undefined);
}
