/**
 * What the worker measures: how long a change takes from the source to the graph, and how its runs went. The
 * worker serves no port of its own; snapshots go to the process that started it, which shows them with its own.
 */
import { Counter, Histogram, Registry } from 'prom-client';
import type { SyncSummary } from '../canonical/sync/sync-service';

const LAG_BUCKETS_S = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300, 900, 3600];

export class SyncMetrics {
  /** Other jobs of the worker put their metrics here too. */
  readonly registry = new Registry();
  readonly #lag = new Histogram({
    name: 'lotgraph_sync_lag_seconds',
    help: 'Seconds from a change in a source to its commit in the copy; goal: p99 within 60',
    buckets: LAG_BUCKETS_S,
    registers: [this.registry],
  });
  readonly #rows = new Counter({
    name: 'lotgraph_sync_rows_total',
    help: 'Rows read from a system, by what became of them',
    labelNames: ['system', 'outcome'] as const,
    registers: [this.registry],
  });
  readonly #runs = new Counter({
    name: 'lotgraph_sync_runs_total',
    help: 'Sync runs, by how they ended',
    labelNames: ['system', 'state'] as const,
    registers: [this.registry],
  });

  constructor(private readonly publish: (snapshot: unknown) => void) {}

  observeLag(ms: number): void {
    this.#lag.observe(Math.max(0, ms) / 1000);
  }

  observeRun(summary: SyncSummary): void {
    this.#runs.inc({ system: summary.system, state: summary.state });
    for (const outcome of ['changed', 'unchanged', 'rejected'] as const) {
      this.#rows.inc({ system: summary.system, outcome }, summary[outcome]);
    }
    void this.registry.getMetricsAsJSON().then((snapshot) => this.publish(snapshot));
  }
}
