/** Assesses what drafts of mappings would change, in one process of a deployment. */
import { assessNext } from '../canonical/mappings/impact-job';
import type { OpenServices } from '../canonical/open-services';
import type { Logger } from '../platform/log';
import { leasesOf, runLeased } from './leased-job';

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
export async function runMappingJob(options: MappingJobOptions): Promise<void> {
  const { services, logger, signal, holder } = options;
  await runLeased({
    ...{ name: LEASE, leases: leasesOf(services.database, holder), leaseMs: LEASE_MS, logger, signal },
    failure: 'a mapping was not assessed',
    work: (renew) => drain(options, renew),
    pauseMs: () => INTERVAL_MS,
  });
}

/** Holds the lease while drafts wait; an assessment may take longer than a lease. */
async function drain(
  { services, logger, signal }: MappingJobOptions,
  renew: () => Promise<boolean>,
): Promise<void> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    renew().then(
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
