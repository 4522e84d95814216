/** Keeps every system's copy fresh: each system has a loop of its own, so that one that hangs delays no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LegacySystem } from '../connectors/contract';
import {
  type SyncProgress,
  type SyncService,
  type SyncSummary,
  wasStopped,
} from '../canonical/sync/sync-service';
import type { Logger } from '../platform/log';

export interface SyncLoopOptions {
  readonly service: SyncService;
  readonly systems: readonly LegacySystem[];
  /** Tells of systems whose mapping is published while the loop runs. */
  readonly onAdded?: (listener: (system: LegacySystem) => void) => void;
  readonly intervalMs: number;
  /** Longest that one run over one system may take. */
  readonly runDeadlineMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SyncProgress) => void;
  readonly onSummary: (summary: SyncSummary) => void;
  readonly onLag: (ms: number) => void;
}

/** Longest pause after failures in a row: well below the 60 s within which a change must be in the graph. */
const MAX_PAUSE_MS = 20_000;
const BUSY_PAUSE_MS = 1_000;

/** Runs until the signal aborts. Resolves `firstRuns` once every system was tried. */
export function startSyncLoop(options: SyncLoopOptions): {
  firstRuns: Promise<SyncSummary[]>;
  stopped: Promise<void>;
} {
  const loops = options.systems.map((system) => startLoop(options, system));
  const later: Promise<void>[] = [];
  options.onAdded?.((system) => later.push(startLoop(options, system).stopped));
  return {
    firstRuns: Promise.all(loops.map((loop) => loop.first)),
    stopped: Promise.all(loops.map((loop) => loop.stopped)).then(async () => {
      await Promise.all(later);
    }),
  };
}

function startLoop(
  options: SyncLoopOptions,
  system: LegacySystem,
): { first: Promise<SyncSummary>; stopped: Promise<void> } {
  const first = firstRun(options, system);
  return { first, stopped: first.then((summary) => repeat(options, system, summary)) };
}

/** A system that another process holds (one that was killed, perhaps) was not tried yet. */
async function firstRun(options: SyncLoopOptions, system: LegacySystem): Promise<SyncSummary> {
  for (;;) {
    const summary = await runOnce(options, system);
    if (summary.state !== 'BUSY' || options.signal.aborted) return summary;
    await pause(options.signal, BUSY_PAUSE_MS);
  }
}

async function pause(signal: AbortSignal, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function repeat(
  options: SyncLoopOptions,
  system: LegacySystem,
  firstSummary: SyncSummary,
): Promise<void> {
  let failures = firstSummary.state === 'FAILED' ? 1 : 0;
  for (;;) {
    await pause(
      options.signal,
      Math.min(options.intervalMs * 2 ** failures, Math.max(MAX_PAUSE_MS, options.intervalMs)),
    );
    if (options.signal.aborted) return;
    const summary = await runOnce(options, system);
    failures = summary.state === 'FAILED' ? Math.min(failures + 1, 10) : 0;
  }
}

async function runOnce(options: SyncLoopOptions, system: LegacySystem): Promise<SyncSummary> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.runDeadlineMs)]);
  try {
    const summary = await options.service.run(system, {
      signal,
      onProgress: options.onProgress,
      onLag: options.onLag,
    });
    options.onSummary(summary);
    if (summary.state === 'FAILED' && !wasStopped(signal)) options.logger.warn({ summary }, 'sync failed');
    return summary;
  } catch (error) {
    // the run's own bookkeeping failed (database away, say): try again later, as with any failure
    options.logger.error({ err: error, system: system.id }, 'sync broke off');
    const message = error instanceof Error ? error.message : 'unknown failure';
    return {
      system: system.id,
      state: 'FAILED',
      streams: [],
      read: 0,
      changed: 0,
      unchanged: 0,
      rejected: 0,
      errorCode: 'INTERNAL',
      errorMessage: message,
      durationMs: 0,
    };
  }
}
