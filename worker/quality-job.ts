/** Measures the quality of the data in one process of a deployment, also while a source is not read: a feed is late then. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyIsWhole } from '../canonical/copies';
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
/** A first reading of the systems is not held up, unless one of them cannot be read. */
const PATIENCE_MS = 10 * 60_000;
/** Most of the time nothing is measured: a rest is so many times as long as the measurement before it. */
const REST = 19;
/** A rest, and more; the first measurement of a large copy takes longer, and two at once count nothing twice. */
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
  const { database, published } = services;
  const leases = new Leases(database, systemClock, holder.slice(0, 64));
  const stopped = (): boolean => signal.aborted;
  const began = performance.now();
  while (!stopped()) {
    const started = performance.now();
    try {
      const isDue = started - began > PATIENCE_MS || (await copyIsWhole(database, published.systems));
      if (isDue && (await leases.take(LEASE, LEASE_MS))) await quality.measure({ signal });
    } catch (error) {
      if (!stopped()) logger.error({ err: error }, 'the quality of the data was not measured');
    }
    const rest = Math.max(options.intervalMs ?? INTERVAL_MS, REST * (performance.now() - started));
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
  await leases.release(LEASE).catch(() => undefined);
}
