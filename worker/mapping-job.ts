/** Assesses what drafts of mappings would change, in one process of a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { assessNext } from '../canonical/mappings/impact-job';
import type { OpenServices } from '../canonical/open-services';
import { Leases } from '../controls/jobs/lease';
import { systemClock } from '../platform/clock';
import type { Logger } from '../platform/log';

export interface MappingJobOptions {
  readonly services: Pick<OpenServices, 'database' | 'dictionary' | 'clock' | 'controls' | 'versions'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
}

const LEASE = 'mapping-impact';
const INTERVAL_MS = 1_000;
const LEASE_MS = 30_000;

/** Runs until the signal fires. */
export async function runMappingJob({ services, logger, signal, holder }: MappingJobOptions): Promise<void> {
  const leases = new Leases(services.database, systemClock, holder.slice(0, 64));
  while (!signal.aborted) {
    try {
      if (await leases.take(LEASE, LEASE_MS)) await drain({ services, logger, signal, holder }, leases);
    } catch (error) {
      logger.error({ err: error }, 'a mapping was not assessed');
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}

/** Holds the lease while drafts wait; an assessment may take longer than a lease. */
async function drain({ services, logger, signal }: MappingJobOptions, leases: Leases): Promise<void> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    leases.take(LEASE, LEASE_MS).then(
      (held) => {
        if (!held) lost.abort(new Error('the lease of this assessment was taken over'));
      },
      (error: unknown) => {
        logger.warn({ err: error, lease: LEASE }, 'lease not renewed');
      },
    );
  }, LEASE_MS / 4);
  try {
    const stop = AbortSignal.any([signal, lost.signal]);
    let more = true;
    while (more) more = await assessNext({ ...services, signal: stop });
  } finally {
    clearInterval(renewal);
  }
}
