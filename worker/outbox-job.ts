/**
 * Carries out commands beside the other jobs of the worker: a loop for each system, so that one that hangs delays no
 * other. No lease of the loop is needed: each command is claimed by itself, so that any number of workers may run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { OpenServices } from '../canonical/open-services';
import { CommandRouter } from '../connectors/commands/command-router';
import { OutboxWorker, backlogOf } from '../controls/outbox/outbox-worker';
import { systemClock } from '../platform/clock';
import type { Logger } from '../platform/log';

const INTERVAL_MS = 500;
const FIGURES_MS = 10_000;
/** Longer than the deadline of a request in any mapping that we ship. */
const DEADLINE_MS = 30_000;
/** Pause after the database or the clock failed. */
const FAILED_MS = 5_000;

export interface OutboxJobOptions {
  readonly services: Pick<OpenServices, 'database' | 'controls' | 'systems' | 'clock'>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}

/** Runs until the signal aborts. */
export async function runOutboxJob(options: OutboxJobOptions): Promise<void> {
  const { services, logger, signal } = options;
  const sender = new CommandRouter(services.systems);
  const worker = new OutboxWorker({
    ...{ database: services.database, audit: services.controls.audit, mac: services.controls.mac },
    ...{ sender, logger },
    // leases and pauses go by real time: a clock that stands still would wait for ever
    ...{ clock: services.clock, timer: systemClock, deadlineMs: DEADLINE_MS },
  });
  const loops = sender.systems.map((system) =>
    repeat(options, INTERVAL_MS, { system }, () => worker.drain(system, signal)),
  );
  await Promise.all([...loops, watch(options)]);
}

async function repeat(
  { logger, signal }: OutboxJobOptions,
  intervalMs: number,
  facts: object,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = intervalMs;
    try {
      await work();
    } catch (error) {
      logger.error({ err: error, ...facts }, 'the outbox stumbled');
      pauseMs = FAILED_MS;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function watch(options: OutboxJobOptions): Promise<void> {
  const { services, registry } = options;
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const pending = gauge('lotgraph_outbox_pending', 'Commands that wait to be sent or are being sent');
  const unknown = gauge(
    'lotgraph_outbox_unknown',
    'Commands of which it is not known whether they were done',
  );
  const oldest = gauge('lotgraph_outbox_oldest_seconds', 'Age of the oldest command that is not settled');
  await repeat(options, FIGURES_MS, {}, async () => {
    const backlog = await backlogOf(services.database, services.clock.now());
    pending.set(backlog.pending);
    unknown.set(backlog.unknown);
    oldest.set(backlog.oldestMs / 1000);
  });
}
