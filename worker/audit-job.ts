/**
 * The audit trail's own loop: gives waiting entries their place, signs checkpoints, hands them to the sinks, and
 * watches the gap. One worker at a time does it, by lease.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, Counter, type Registry } from 'prom-client';
import { SYSTEM_ACTOR } from '../controls/audit/audit-entry';
import { pendingAge } from '../controls/audit/pending-age';
import { Sequencer } from '../controls/audit/sequencer';
import { type CheckpointSink, deliverCheckpoints, openSinks } from '../controls/audit/sinks';
import type { Leases } from '../controls/jobs/lease';
import type { Controls } from '../controls/open-controls';
import { systemClock, type Clock } from '../platform/clock';
import type { Config } from '../platform/config';
import type { Database } from '../platform/database/database';
import type { Logger } from '../platform/log';
import { leasesOf } from './leased-job';

const LEASE = 'audit-sequencer';
const LEASE_MS = 10_000;
const PAUSE_MS = 200;
const AFTER_FAILURE_MS = 1_000;
/** An entry that waits longer than this is told of in the trail itself, and raises an alarm. */
export const MOST_PENDING_MS = 60_000;

export interface AuditJobOptions {
  readonly database: Database;
  readonly controls: Pick<Controls, 'audit' | 'signing'>;
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly registry: Registry;
}

export class AuditJob {
  readonly #options: AuditJobOptions;
  readonly #sequencer: Sequencer;
  readonly #sinks: readonly CheckpointSink[];
  readonly #leases: Leases;
  readonly #metrics: AuditMetrics;
  #leaseUntil = 0;
  #checkpointDue = 0;
  #sinceCheckpoint = Number.POSITIVE_INFINITY;
  #gapTold = false;

  constructor(options: AuditJobOptions) {
    const { database, clock, config, controls } = options;
    this.#options = options;
    this.#metrics = new AuditMetrics(options.registry);
    this.#sequencer = new Sequencer({
      ...{ database, clock, algorithm: config.digestAlgorithm },
      signer: controls.signing.for('audit'),
    });
    this.#sinks = openSinks(config.audit);
    // leases go by real time: a clock that stands still would never let a dead worker's lease end
    this.#leases = leasesOf(database, options.holder);
  }

  /** Runs until the signal aborts; then appends what is left, signs once more, and lets the lease go. */
  async run(): Promise<void> {
    const { signal, logger } = this.#options;
    await this.#announceKeys().catch((error: unknown) => logger.error({ err: error }, 'keys not announced'));
    while (!signal.aborted) {
      const pause = await this.tick().then(
        () => PAUSE_MS,
        (error: unknown) => {
          logger.error({ err: error }, 'audit sequencing failed');
          return AFTER_FAILURE_MS;
        },
      );
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    this.#checkpointDue = 0;
    await this.tick().catch((error: unknown) => logger.error({ err: error }, 'audit sequencing failed'));
    await this.#leases.release(LEASE).catch(() => undefined);
  }

  /** One turn. Does nothing while another worker holds the lease. */
  async tick(): Promise<void> {
    const { database, clock, config } = this.#options;
    // measured by every worker: one that is kept from the lease must not be kept from seeing what stands still
    const age = await pendingAge(database.reader, clock.now());
    this.#metrics.pendingSeconds.set((age ?? 0) / 1000);
    await this.#watchGap(age ?? 0);
    if (!(await this.#hasLease())) return;
    const appended = age === null ? 0 : await this.#sequencer.drain();
    this.#metrics.entries.inc(appended);
    this.#sinceCheckpoint += appended;
    const due = performance.now() >= this.#checkpointDue;
    if (this.#sinceCheckpoint > 0 && (due || this.#sinceCheckpoint >= config.audit.checkpointEntries)) {
      await this.#sequencer.checkpoint();
      this.#sinceCheckpoint = 0;
      this.#checkpointDue = performance.now() + config.audit.checkpointMs;
      await this.#deliver();
    } else if (due) await this.#deliver();
  }

  async #deliver(): Promise<void> {
    const { database, clock, logger, config } = this.#options;
    const state = await deliverCheckpoints(database, this.#sinks, clock.now(), logger);
    this.#metrics.sinksFailing.set(state.failed);
    this.#checkpointDue = performance.now() + config.audit.checkpointMs;
  }

  async #hasLease(): Promise<boolean> {
    const now = systemClock.now();
    if (now < this.#leaseUntil - LEASE_MS / 2) return true;
    if (!(await this.#leases.take(LEASE, LEASE_MS))) return false;
    this.#leaseUntil = now + LEASE_MS;
    return true;
  }

  /** Told once for each time that the gap grows too old. */
  async #watchGap(age: number): Promise<void> {
    const { database, controls } = this.#options;
    if (age <= MOST_PENDING_MS) {
      this.#gapTold = false;
      return;
    }
    if (this.#gapTold) return;
    await database.write((manager) =>
      controls.audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: 'audit.gap', outcome: 'FAILED' },
        facts: { pendingSeconds: Math.round(age / 1000), mostSeconds: MOST_PENDING_MS / 1000 },
      }),
    );
    this.#gapTold = true;
  }

  /** A key that signs for the first time is told of in the trail. */
  async #announceKeys(): Promise<void> {
    const { database, controls, clock } = this.#options;
    for (const purpose of ['audit', 'signOff'] as const) {
      await database.write((manager) =>
        controls.signing.announce(manager, purpose, clock.now(), controls.audit),
      );
    }
  }
}

class AuditMetrics {
  readonly pendingSeconds: Gauge;
  readonly entries: Counter;
  readonly sinksFailing: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.pendingSeconds = new Gauge({
      name: 'lotgraph_audit_pending_seconds',
      help: 'Seconds that the oldest audit entry waits for its place',
      registers,
    });
    this.entries = new Counter({
      name: 'lotgraph_audit_entries_total',
      help: 'Audit entries that were given their place',
      registers,
    });
    this.sinksFailing = new Gauge({
      name: 'lotgraph_audit_sinks_failing',
      help: 'Sinks of checkpoints that did not take the last ones',
      registers,
    });
  }
}
