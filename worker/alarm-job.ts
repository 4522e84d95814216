/**
 * Watches the trail and delivers alarms, beside the other jobs of the worker. Each loop has a lease of its own, so that
 * one process of a deployment does it, and another takes over when that one dies; should two overlap, cursor and claims
 * keep them apart.
 */
import type { Registry } from 'prom-client';
import { type AlarmFigures, alarmFigures } from '../controls/alarms/alarm-figures';
import { AlarmsInForce } from '../controls/alarms/alarms-in-force';
import { type OpenAlarms, openAlarms } from '../controls/alarms/open-alarms';
import type { Leases } from '../controls/jobs/lease';
import type { OpenServices } from '../canonical/open-services';
import { type Clock, systemClock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';
import { AlarmMetrics } from './alarm-metrics';
import { leasesOf, runLeased } from './leased-job';

export interface AlarmJobOptions {
  readonly alarms: OpenAlarms;
  readonly database: Database;
  readonly leases: Leases;
  /** Real time. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onFigures: (figures: AlarmFigures) => void;
  /** Before each look: what it aborts, ends with it. */
  readonly beforeLook?: () => Promise<void>;
  /** Pause between two looks; an alarm is raised within two of them after its act has its sequence. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 1000;
const LEASE_MS = 15_000;
const FIGURES_MS = 10_000;

/**
 * Opens the alarms over what the worker has and runs them, anew whenever other rules are published. Rejects with
 * ConfigError when neither the published rules and channels nor the shipped ones compile.
 */
export async function startAlarmJob(options: {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly services: Pick<OpenServices, 'database' | 'dictionary' | 'controls'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly registry: Registry;
  /** Unique to this process. */
  readonly holder: string;
}): Promise<void> {
  const { services, registry, holder, ...shared } = options;
  const { database, dictionary, controls } = services;
  // escalation, delivery and leases wait in real time: a clock that stands still would wait for ever
  const clock = systemClock;
  const { config, env, logger, signal } = shared;
  const inForce = new AlarmsInForce({
    ...{ document: controls.alarmRules, dictionary, env, logger, ...config.alarms },
  });
  const metrics = new AlarmMetrics(registry);
  const leases = leasesOf(database, holder);
  while (!isAborted(signal)) {
    const settings = await inForce.settings();
    const alarms = openAlarms({ settings, database, clock, logger, audit: controls.audit });
    const { open, off } = settings.channels;
    metrics.observeChannels(open.size, off.length);
    const tell = config.mode === 'production' ? 'error' : 'info';
    if (open.size === 0) logger[tell]({ off }, 'no channel of the alarms is configured: they reach nobody');
    const replaced = new AbortController();
    await runAlarmJob({
      ...{ alarms, database, clock, logger, leases },
      signal: AbortSignal.any([signal, replaced.signal]),
      onFigures: (figures) => metrics.observe(figures, clock.now()),
      beforeLook: async () => {
        if ((await inForce.settings()) !== settings) replaced.abort();
      },
    });
  }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Runs until the signal aborts; resolves when every loop has ended and let go of its lease. */
async function runAlarmJob(options: AlarmJobOptions): Promise<void> {
  const { alarms, clock, database } = options;
  let shownAt = 0;
  const watch = loop(options, 'alarms', async () => {
    const now = clock.now();
    await options.beforeLook?.();
    if (isAborted(options.signal)) return;
    await alarms.engine.run(now);
    if (now - shownAt < FIGURES_MS) return;
    shownAt = now;
    options.onFigures(await alarmFigures(database.reader));
  });
  const deliver = alarms.delivery.queues.map((queue) =>
    loop(options, `alarm-delivery:${queue}`, async () => {
      await alarms.delivery.run(queue);
    }),
  );
  await Promise.all([watch, ...deliver]);
  await alarms.close();
}

const loop = (
  { leases, logger, signal, intervalMs = INTERVAL_MS }: AlarmJobOptions,
  name: string,
  work: () => Promise<void>,
): Promise<void> =>
  runLeased({
    ...{ leases, name, leaseMs: LEASE_MS, logger, signal, work },
    failure: 'a job of the alarms broke off',
    pauseMs: () => intervalMs,
  });
