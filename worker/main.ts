/** The worker process: keeps the stitched copy fresh, beside the processes that answer queries. */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyIsWhole } from '../canonical/copies';
import { type ShippedFile, shippedFiles } from '../canonical/shipped-files';
import type { SyncProgress, SyncSummary } from '../canonical/sync/sync-service';
import { clockOf, loadConfig } from '../platform/config';
import { createLogger } from '../platform/log';
import { startAlarmJob } from './alarm-job';
import { AuditJob } from './audit-job';
import { runIdentityJob } from './identity-job';
import { IntegrityJob } from './integrity-job';
import { runMappingJob } from './mapping-job';
import { SyncMetrics } from './metrics';
import { openSync } from './open-sync';
import { runOutboxJob } from './outbox-job';
import { runQualityJob } from './quality-job';
import { runRulesJob } from './rules-job';
import { runSignOffJob } from './sign-off-job';
import { startSyncLoop } from './sync-loop';

/** A run longer than this is cut off; what it committed stays, and the next one goes on from there. */
const RUN_DEADLINE_MS = 6 * 60 * 60_000;

type Message =
  | ({ type: 'progress' } & SyncProgress)
  | ({ type: 'summary' } & SyncSummary)
  | { type: 'initialSyncDone'; summaries: readonly SyncSummary[] }
  | { type: 'noSources' }
  | { type: 'metrics'; metrics: unknown };

/** Tells the process that started us, if one did. */
function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}

async function main(): Promise<void> {
  const root = path.resolve(process.env['LOTGRAPH_ROOT'] ?? process.cwd());
  const config = loadConfig(process.env, root);
  const logger = createLogger({ level: config.logLevel, component: 'worker' });
  const { services, sync } = await openSync(config, root, process.env, logger);
  for (const { id, missing } of services.notConfigured)
    logger.info({ system: id, missing }, 'system not configured');

  const files = await shippedFiles({ ...services, mappingsDir: config.mappingsDir }).catch(
    (error: unknown): ShippedFile[] => {
      logger.error({ err: error }, 'files were not compared with what was published');
      return [];
    },
  );
  // what was never published is published by this very start
  const told = files.filter(({ state }) => state === 'DIFFERS' || state === 'BROKEN');
  for (const { what, state, problems, publish } of told)
    logger.warn(
      { what, state, problems, publish },
      'a file is not what was published, and counts for nothing',
    );

  const stop = new AbortController();
  // every loop and job listens for it, for as long as the process lives
  setMaxListeners(0, stop.signal);
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => stop.abort());
  const metrics = new SyncMetrics((snapshot) => tell({ type: 'metrics', metrics: snapshot }));
  const audit = new AuditJob({
    ...{ config, logger, registry: metrics.registry, signal: stop.signal },
    ...{ database: services.database, controls: services.controls, clock: clockOf(config) },
    holder: `${process.pid}-${randomUUID()}`,
  }).run();
  const integrity = new IntegrityJob({
    ...{ config, logger, registry: metrics.registry, signal: stop.signal, dictionary: services.dictionary },
    ...{ database: services.database, controls: services.controls, clock: clockOf(config) },
    holder: `${process.pid}-${randomUUID()}`,
  }).run();
  const alarms = startAlarmJob({
    ...{ config, env: process.env, services, logger, registry: metrics.registry, signal: stop.signal },
    holder: `${process.pid}-${randomUUID()}`,
  });
  const outbox = runOutboxJob({ services, logger, registry: metrics.registry, signal: stop.signal });
  const signOffs = runSignOffJob({
    ...{ signOff: services.controls.signOff, database: services.database, clock: clockOf(config) },
    ...{ logger, signal: stop.signal, holder: `${process.pid}-${randomUUID()}` },
  });
  const mappings = runMappingJob({
    ...{ services, logger, signal: stop.signal, holder: `${process.pid}-${randomUUID()}` },
  });
  const rules = runRulesJob({
    ...{ services, logger, signal: stop.signal, holder: `${process.pid}-${randomUUID()}` },
  });
  const quality = runQualityJob({
    ...{ services, logger, signal: stop.signal, holder: `${process.pid}-${randomUUID()}` },
  });
  const identity = runIdentityJob({
    ...{ identity: services.controls.identity, database: services.database, logger, signal: stop.signal },
    holder: `${process.pid}-${randomUUID()}`,
  });
  if (services.systems.length === 0) {
    // nothing to read, and nothing that could ever be answered: stay, and let readiness say so
    logger.error({ notConfigured: services.notConfigured }, 'no source system is configured');
    tell({ type: 'noSources' });
    await sleep(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => undefined);
    await integrity;
    await audit;
    await alarms;
    await signOffs;
    await identity;
    await mappings;
    await rules;
    await quality;
    await outbox;
    await services.close();
    return;
  }
  // a copy made earlier answers queries at once, and says how old it is; only the very first sync is waited for
  if (await copyIsWhole(services.database, services.systems))
    tell({ type: 'initialSyncDone', summaries: [] });
  services.published.follow();
  const loop = startSyncLoop({
    service: sync,
    systems: services.systems,
    onAdded: (listener) => services.published.onAdded(listener),
    intervalMs: config.syncIntervalMs,
    runDeadlineMs: RUN_DEADLINE_MS,
    logger,
    signal: stop.signal,
    onProgress: (progress) => tell({ type: 'progress', ...progress }),
    onSummary: (summary) => {
      metrics.observeRun(summary);
      tell({ type: 'summary', ...summary });
    },
    onLag: (ms) => metrics.observeLag(ms),
  });
  tell({ type: 'initialSyncDone', summaries: await loop.firstRuns });
  await loop.stopped;
  await identity;
  await mappings;
  await rules;
  await quality;
  await integrity;
  await audit;
  await alarms;
  await signOffs;
  await outbox;
  await services.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
