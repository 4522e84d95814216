/** Measures the quality of the data in one process of a deployment, also while a source is not read: a feed is late then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DataQuality } from '../canonical/data-quality/data-quality';
import { loadQualityStandards } from '../canonical/data-quality/load-standards';
import type { OpenServices } from '../canonical/open-services';
import { Leases } from '../controls/jobs/lease';
import { systemClock } from '../platform/clock';
import type { Logger } from '../platform/log';

export interface QualityJobOptions {
  readonly services: Pick<
    OpenServices,
    'root' | 'database' | 'dictionary' | 'clock' | 'controls' | 'published'
  >;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
  readonly intervalMs?: number;
}

const LEASE = 'data-quality';
const INTERVAL_MS = 30_000;
/** The first measurement of a large copy takes longer; two at once count nothing twice. */
const LEASE_MS = 5 * 60_000;

/** Measures as the standards of the project folder say. Throws ConfigError when they do not compile. */
export function openDataQuality(services: QualityJobOptions['services']): DataQuality {
  const { root, database, dictionary, clock, controls, published } = services;
  const standards = loadQualityStandards(root, dictionary);
  const systems = () => published.systems;
  return new DataQuality({ database, dictionary, standards, clock, audit: controls.audit, systems });
}

/** Runs until the signal fires. Throws ConfigError when the standards do not compile. */
export function runQualityJob(options: QualityJobOptions): Promise<void> {
  return loop(options, openDataQuality(options.services));
}

async function loop(options: QualityJobOptions, quality: DataQuality): Promise<void> {
  const { services, logger, signal, holder } = options;
  const leases = new Leases(services.database, systemClock, holder.slice(0, 64));
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      if (await leases.take(LEASE, LEASE_MS)) await quality.measure({ signal });
    } catch (error) {
      if (!stopped()) logger.error({ err: error }, 'the quality of the data was not measured');
    }
    await sleep(options.intervalMs ?? INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}
