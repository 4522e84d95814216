/**
 * Changes the legacy systems at random moments while a worker keeps the copy fresh, and measures for each change how
 * long it takes until the graph shows it. Goal: p99 within 60 s. `--changes=200 --seconds=60`
 */
import 'reflect-metadata';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateDatabase } from '../../canonical/open-services';
import { loadConfig } from '../../platform/config';
import { tokensOf } from '../lib/callers';
import { prepareDemo, startDemo } from '../lib/demo-systems';
import { planChanges, type Change } from '../lib/lag/changes';
import { LegacyDoors } from '../lib/lag/systems';
import { GraphWatch, type Seen } from '../lib/lag/watch';
import { percentile } from '../lib/load';
import { startProgram, type Program } from '../lib/program';
import { option, say } from '../lib/report';

const ROOT = path.resolve(__dirname, '../..');
const GOAL_MS = 60_000;
/** A change that is not there by then counts as lost. */
const LOST_AFTER_MS = 120_000;

/** Resolves when the worker has read every system once. */
async function firstSync({ child }: Program): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { type: string }) => {
      if (message.type === 'initialSyncDone') resolve();
    });
    child.once('exit', (code) => reject(new Error(`the worker ended with exit code ${String(code)}`)));
  });
}

/** Makes the changes in a random order at random moments, and waits until the graph shows them or it is too late. */
async function run(watch: GraphWatch, changes: readonly Change[], withinMs: number): Promise<void> {
  const done = new AbortController();
  const looking = watch.look(done.signal);
  const making = changes.map(async (change) => {
    await sleep(Math.random() * withinMs);
    await watch.make(change);
  });
  const finished = (async () => {
    await Promise.all(making);
    const until = performance.now() + LOST_AFTER_MS;
    while (watch.sought.length > 0 && performance.now() < until) await sleep(200);
    done.abort();
  })();
  await Promise.all([looking, finished]);
}

/** One line for a part of the changes. */
function tell(name: string, seen: readonly Seen[], lost: number): { name: string } & Record<string, unknown> {
  const sorted = seen.map(({ lagMs }) => lagMs / 1000).sort((a, b) => a - b);
  const seconds = (share: number): number => Number(percentile(sorted, share).toFixed(1));
  return {
    name,
    changes: seen.length,
    min: seconds(0),
    p50: seconds(0.5),
    p99: seconds(0.99),
    max: seconds(1),
    lost,
  };
}

function report(watch: GraphWatch): void {
  const part = (name: string, fits: (change: Change) => boolean): ReturnType<typeof tell> =>
    tell(
      name,
      watch.seen.filter((one) => fits(one.change)),
      watch.sought.filter(fits).length,
    );
  const kinds = [...new Set(watch.seen.map(({ change }) => `${change.system}: ${change.kind}`))].sort();
  const rows = [
    ...(['erp', 'wms', 'lims'] as const).map((system) => part(system, (change) => change.system === system)),
    part('all', () => true),
    ...kinds.map((kind) => part(kind, (change) => `${change.system}: ${change.kind}` === kind)),
  ];
  if (process.argv.includes('--json')) for (const row of rows) console.log(JSON.stringify(row));
  else console.table(rows);
  for (const change of watch.sought) say(`never shown: ${change.system} ${change.kind}`);
  const p99 = percentile(
    watch.seen.map(({ lagMs }) => lagMs).sort((a, b) => a - b),
    0.99,
  );
  const kept = watch.sought.length === 0 && p99 <= GOAL_MS;
  say(
    `${kept ? 'kept' : 'NOT KEPT'}: p99 within ${GOAL_MS / 1000} s; load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  if (!kept) process.exitCode = 1;
}

async function main(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-lag-'));
  const story = path.join(dir, 'demo');
  mkdirSync(story);
  const today = new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });
  await prepareDemo(story, 1, today);
  const demo = await startDemo(story, undefined, ['erp', 'wms', 'lims']);
  const programs: Program[] = [];
  try {
    const changes = await planChanges(new LegacyDoors(demo.urls), Number(option('changes', '200')));
    const settings = {
      LOTGRAPH_MODE: 'demo',
      LOTGRAPH_DATA: path.join(dir, 'data'),
      LOTGRAPH_PORT: '0',
    };
    const config = loadConfig(settings, ROOT);
    mkdirSync(config.dataDir);
    await migrateDatabase(config.databaseUrl);
    const env = { ...settings, ...demo.env };
    const worker = await startProgram({ script: 'worker/main.ts', env });
    programs.push(worker);
    await firstSync(worker);
    const gateway = await startProgram({ script: 'gateway/main.ts', env, readyLines: 1 });
    programs.push(gateway);
    const [token = ''] = await tokensOf(config, 1);
    const watch = new GraphWatch(`${gateway.urls[0] ?? ''}/graphql`, token);
    say(`synced; making ${changes.length} changes`);
    await run(watch, changes, Number(option('seconds', '60')) * 1000);
    report(watch);
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    demo.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
