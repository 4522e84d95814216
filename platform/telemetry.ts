/** The metrics of a process. Labels MUST stay few and bounded: never a user, lot or query text. */
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const LATENCY_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  /** Requests answered, by HTTP status. */
  readonly requests: Counter<'status'>;
  /** Seconds from the request's arrival to its answer. */
  readonly requestSeconds: Histogram;
  /** Calls of a subgraph, by name and outcome: `ok`, `errors` or an error code. */
  readonly subgraphCalls: Counter<'subgraph' | 'outcome'>;
  readonly subgraphSeconds: Histogram<'subgraph'>;
  /** Requests that are being answered now. */
  readonly inFlight: Gauge;
  readonly registry: Registry;
}

/** What another process of ours measured, as `Registry.getMetricsAsJSON` gives it. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Metrics of this process and, after them, those of others, in the text format. */
export async function renderMetrics(metrics: Metrics, others: readonly MetricsSnapshot[]): Promise<string> {
  const texts = others.map((snapshot) => AggregatorRegistry.aggregate([snapshot]).metrics());
  return (await Promise.all([metrics.registry.metrics(), ...texts])).join('');
}

/** Makes a fresh set of metrics; one process has one, each test its own. */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: 'lotgraph_requests_total',
      help: 'GraphQL requests answered, by HTTP status.',
      labelNames: ['status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'lotgraph_request_seconds',
      help: 'Seconds from the arrival of a GraphQL request to its answer.',
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    subgraphCalls: new Counter({
      name: 'lotgraph_subgraph_calls_total',
      help: 'Calls of a subgraph, by outcome.',
      labelNames: ['subgraph', 'outcome'],
      registers,
    }),
    subgraphSeconds: new Histogram({
      name: 'lotgraph_subgraph_seconds',
      help: 'Seconds that a call of a subgraph took.',
      labelNames: ['subgraph'],
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    inFlight: new Gauge({
      name: 'lotgraph_requests_in_flight',
      help: 'GraphQL requests that are being answered.',
      registers,
    }),
  };
}
