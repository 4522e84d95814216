/**
 * The gateway under load, beside a plain @apollo/server + @apollo/gateway over the same subgraphs: the one-screen query
 * and a small one, for both topologies. Rounds are interleaved, medians are reported, and every answer is checked.
 * `--connections=50 --screen-connections=8 --rounds=5 --seconds=6`
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { EXAMPLE } from '../demo/index';
import { ask, type Operation, tokensOf } from './lib/callers';
import { makeCopy } from './lib/copy';
import type { LoadJob, LoadMessage, LoadResult } from './lib/load';
import { canPin, startProgram, type Program } from './lib/program';
import { type BenchRow, median, option, report, say } from './lib/report';
import { OTHER_CORE, startTargets, type Target } from './lib/targets';

const CALLERS = 1000;
const WARM_UP_MS = 1000;
const FIRST_WARM_UP_MS = 6000;

const QUERIES: Readonly<Record<string, Operation>> = {
  'one-screen': {
    query: readFileSync(path.resolve(__dirname, '../docs/examples/one-screen.graphql'), 'utf8'),
    variables: { item: EXAMPLE.itemCode, lotNumber: EXAMPLE.lotNumber },
  },
  small: { query: '{ lots(first: 10) { nodes { lotNumber expiresOn disposition } } }' },
};

interface Round extends LoadResult {
  /** Processor time of the gateway, ms a request. */
  readonly gatewayCpu: number;
  /** The same of the gateway and its subgraphs together. */
  readonly allCpu: number;
  readonly memory: number;
}

/** Every gateway must give the same data, whole; returns the bytes of each one's answer. */
async function checkAnswers(
  targets: readonly Target[],
  token: string,
  operation: Operation,
): Promise<Map<Target, number>> {
  const answers = await Promise.all(targets.map((target) => ask(target.url, token, operation)));
  const [first] = answers.map(({ data }) => JSON.stringify(data));
  answers.forEach(({ data, errors }, index) => {
    const name = targets[index]?.name ?? '';
    if (errors.length > 0) throw new Error(`${name} answered with errors: ${errors[0]?.message ?? ''}`);
    if (JSON.stringify(data) !== first) throw new Error(`${name} answered with other data`);
  });
  return new Map(targets.map((target, index) => [target, Buffer.byteLength(answers[index]?.text ?? '')]));
}

async function runJob(load: Program, job: LoadJob): Promise<LoadResult> {
  const { child } = load;
  return await new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the load ended early'));
    child.once('exit', ended);
    child.once('message', (result: LoadResult) => {
      child.off('exit', ended);
      resolve(result);
    });
    child.send({ job } satisfies LoadMessage);
  });
}

async function runRound(load: Program, target: Target, job: LoadJob): Promise<Round> {
  const cpu = (programs: readonly Program[]): number => programs.reduce((sum, one) => sum + one.cpuMs(), 0);
  const before = { gateway: target.gateway.cpuMs(), all: cpu(target.programs) };
  const result = await runJob(load, job);
  return {
    ...result,
    gatewayCpu: (target.gateway.cpuMs() - before.gateway) / result.sent,
    allCpu: (cpu(target.programs) - before.all) / result.sent,
    memory: target.gateway.memory(),
  };
}

/** Rows of one query: each topology of ours beside the stock gateway. */
function rowsOf(query: string, rounds: ReadonlyMap<string, readonly Round[]>): BenchRow[] {
  const value = (name: string, pick: (round: Round) => number): number =>
    median((rounds.get(name) ?? []).map(pick));
  const p99Goal = query === 'one-screen' ? 'later executors: <= 120 ms at 50 connections' : '-';
  const figures: [string, string, string, (round: Round) => number][] = [
    ['requests per second', 'req/s', 'later executors: >= 8x stock, then >= 11x', (round) => round.perSecond],
    ['p50', 'ms', '-', (round) => round.p50],
    ['p99', 'ms', p99Goal, (round) => round.p99],
    ['CPU of the gateway', 'ms/req', '-', (round) => round.gatewayCpu],
    ['CPU of gateway and subgraphs', 'ms/req', '-', (round) => round.allCpu],
    ['memory of the gateway', 'MB', '<= 300 MB', (round) => round.memory / 1e6],
  ];
  return ['single', 'split'].flatMap((topology) =>
    figures.map(([figure, unit, goal, pick]) => {
      const [ours, other] = [value(topology, pick), value('stock', pick)];
      return { name: `${query}, ${topology}: ${figure}`, ours, other, unit, ratio: ours / other, goal };
    }),
  );
}

async function measure(load: Program, targets: readonly Target[], token: string): Promise<BenchRow[]> {
  const measuredMs = Number(option('seconds', '6')) * 1000;
  // a screen costs tens of ms of CPU: with many at once, a round would end before it has answers to count
  const connectionsOf: Readonly<Record<string, number>> = {
    'one-screen': Number(option('screen-connections', '8')),
    small: Number(option('connections', '50')),
  };
  const rows: BenchRow[] = [];
  for (const [query, operation] of Object.entries(QUERIES)) {
    const bytes = await checkAnswers(targets, token, operation);
    const jobOf = (target: Target, warmUpMs: number): LoadJob => ({
      ...{ url: target.url, warmUpMs, measuredMs, bytes: bytes.get(target) ?? 0 },
      connections: connectionsOf[query] ?? 1,
      body: JSON.stringify(operation),
    });
    for (const target of targets) await runJob(load, { ...jobOf(target, FIRST_WARM_UP_MS), measuredMs: 1 });
    const rounds = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
    for (let round = 1; round <= Number(option('rounds', '5')); round += 1) {
      for (const target of targets) {
        const result = await runRound(load, target, jobOf(target, WARM_UP_MS));
        rounds.get(target.name)?.push(result);
        const { perSecond, p50, p99, wrong, gatewayCpu, allCpu } = result;
        say(
          `${query} round ${round} ${target.name}: ${perSecond.toFixed(1)} req/s, p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)} ms, CPU ${gatewayCpu.toFixed(2)} of ${allCpu.toFixed(2)} ms/req, wrong ${wrong}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
        );
      }
    }
    rows.push(...rowsOf(query, rounds));
  }
  return rows;
}

async function main(): Promise<void> {
  const copy = await makeCopy();
  try {
    const targets = await startTargets(copy);
    const load = await startProgram({ script: 'bench/lib/load.ts', core: OTHER_CORE });
    try {
      const tokens = await tokensOf(copy.config, CALLERS);
      load.child.send({ tokens } satisfies LoadMessage);
      say(canPin ? 'the gateway under load has a core for itself' : 'processes are not held to cores');
      report(await measure(load, targets.all, tokens[0] ?? ''));
    } finally {
      await Promise.all([load.stop(), targets.stop()]);
    }
  } finally {
    copy.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
