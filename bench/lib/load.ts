/**
 * Load from a process of its own: N connections, each asking again as soon as it was answered, for a fixed time after
 * a warm-up. Told by messages: first the tokens, then one job after another.
 */
import { Pool } from 'undici';

export interface LoadJob {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Bytes of a right answer; one of another length counts as wrong. */
  readonly bytes: number;
}

export interface LoadResult {
  /** Right answers a second. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests sent in all, warm-up included. */
  readonly sent: number;
  /** Measured answers that had another status or length, or never came. */
  readonly wrong: number;
}

export type LoadMessage = { readonly tokens: readonly string[] } | { readonly job: LoadJob };

const ANSWER_WITHIN_MS = 30_000;

/** The value that `share` of the sorted values do not exceed; NaN when there are none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

async function run(job: LoadJob, nextToken: () => string): Promise<LoadResult> {
  const { origin, pathname } = new URL(job.url);
  const pool = new Pool(origin, {
    connections: job.connections,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  });
  const measuredFrom = performance.now() + job.warmUpMs;
  const end = measuredFrom + job.measuredMs;
  const latencies: number[] = [];
  let sent = 0;
  let wrong = 0;
  const askOnce = async (): Promise<boolean> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${nextToken()}` };
    const answer = await pool.request({ path: pathname, method: 'POST', headers, body: job.body });
    const bytes = (await answer.body.bytes()).length;
    return answer.statusCode === 200 && bytes === job.bytes;
  };
  const connection = async (): Promise<void> => {
    for (let started = performance.now(); started < end; started = performance.now()) {
      sent += 1;
      const right = await askOnce().catch(() => false);
      const answered = performance.now();
      if (started < measuredFrom || answered > end) continue;
      if (right) latencies.push(answered - started);
      else wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: job.connections }, connection));
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (latencies.length / job.measuredMs) * 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    sent,
    wrong,
  };
}

if (require.main === module) {
  let tokens: readonly string[] = [];
  let next = 0;
  const nextToken = (): string => tokens[(next = (next + 1) % tokens.length)] ?? '';
  process.on('message', (message: LoadMessage) => {
    if ('tokens' in message) {
      ({ tokens } = message);
      return;
    }
    run(message.job, nextToken).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
}
