/** Measures the quality of the data in one process of a deployment, also while a source is not read: a feed is late then. */
import { performance } from 'node:perf_hooks';
import { copyIsWhole } from '../canonical/copies';
import { DataQuality } from '../canonical/data-quality/data-quality';
import type { OpenServices } from '../canonical/open-services';
import type { Logger } from '../platform/log';
import { leasesOf, runLeased } from './leased-job';

export interface QualityJobOptions {
  readonly services: Pick<
    OpenServices,
    'database' | 'dictionary' | 'clock' | 'controls' | 'published' | 'qualityStandards'
  >;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Unique to this process. */
  readonly holder: string;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 30_000;
/** A first reading of the systems is not held up, unless one of them cannot be read. */
const PATIENCE_MS = 10 * 60_000;
/** Most of the time nothing is measured: a rest is so many times as long as the measurement before it. */
const REST = 19;
/** A rest, and more; the first measurement of a large copy takes longer, and two at once count nothing twice. */
const LEASE_MS = 5 * 60_000;

/** Measures as the published standards say. */
export function openDataQuality(services: QualityJobOptions['services']): DataQuality {
  const { database, dictionary, clock, controls, published, qualityStandards: standards } = services;
  const systems = () => published.systems;
  return new DataQuality({ database, dictionary, standards, clock, audit: controls.audit, systems });
}

/** Runs until the signal fires. */
export async function runQualityJob(options: QualityJobOptions): Promise<void> {
  const { services, logger, signal, holder, intervalMs = INTERVAL_MS } = options;
  const { database, published } = services;
  const quality = openDataQuality(services);
  const began = performance.now();
  await runLeased({
    ...{ name: 'data-quality', leases: leasesOf(database, holder), leaseMs: LEASE_MS, logger, signal },
    failure: 'the quality of the data was not measured',
    isDue: async () =>
      performance.now() - began > PATIENCE_MS || (await copyIsWhole(database, published.systems)),
    work: async () => {
      await quality.measure({ signal });
    },
    pauseMs: (tookMs) => Math.max(intervalMs, REST * tookMs),
  });
}
