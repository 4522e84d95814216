/**
 * Sync of one long table of stock movements on MariaDB, beside LOAD DATA LOCAL of all the rows that the sync wrote,
 * indexes and lineage included. `--rows=10000000`; `--keep=yes` keeps a table that is there; with
 * `--rounds=3` both take turns, and medians are compared. Memory is sampled, to show
 * that it does not grow with the rows.
 */
import 'reflect-metadata';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '../canonical/open-services';
import { loadConfig } from '../platform/config';
import { silentLogger } from '../platform/log';
import { openSync } from '../worker/open-sync';
import { loadAll, tablesWithRows } from './lib/load-data';
import { MemoryWatch, residentMb } from './lib/memory';
import { fillMovements } from './lib/movements/source';
import { recreateDatabase } from './lib/recreate';
import { median, option, report, say } from './lib/report';

const ROOT = path.resolve(__dirname, '..');
const SERVER = (process.env['LOTGRAPH_TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306').replace(/\/$/, '');
const SOURCE = 'lg_bench_ledger';
const COPY = 'lg_bench_movements';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

interface Synced {
  readonly read: number;
  /** Until the last row was committed, ms. */
  readonly readMs: number;
  /** Until what follows from the rows was settled too, ms. */
  readonly wholeMs: number;
}

async function sync(folder: string, data: string): Promise<Synced> {
  const databaseUrl = `${SERVER}/${COPY}`;
  await migrateDatabase(databaseUrl);
  const config = loadConfig(
    {
      ...{ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATABASE_URL: databaseUrl, LOTGRAPH_DATA: data },
      LOTGRAPH_MAPPINGS: path.join(folder, 'mappings'),
    },
    ROOT,
  );
  const env = { LOTGRAPH_SOURCE_LEDGER_URL: `${SERVER}/${SOURCE}` };
  const { services, sync: service } = await openSync(config, ROOT, env, silentLogger);
  const memory = new MemoryWatch();
  try {
    const [system] = services.systems;
    if (system === undefined) throw new Error('no system is mapped');
    const started = performance.now();
    let readMs = 0;
    let told = 0;
    const [before, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
    const summary = await service.run(system, {
      signal: new AbortController().signal,
      onProgress: ({ read, done }) => {
        if (done) readMs = performance.now() - started;
        if (read < told + 500_000) return;
        told = read;
        say(`${read} rows after ${seconds(performance.now() - started)}, ${residentMb()} MB`);
      },
    });
    const wholeMs = performance.now() - started;
    const cpu = process.cpuUsage(before);
    const busy = performance.eventLoopUtilization(loop).utilization;
    if (summary.state !== 'SUCCEEDED') throw new Error(summary.errorMessage ?? summary.state);
    const { read, rejected } = summary;
    say(`read ${read}, rejected ${rejected}; ${seconds(readMs)}, settled after ${seconds(wholeMs)}`);
    say(
      `processor time of the sync's own process: ${((cpu.user + cpu.system) / read).toFixed(1)} µs a row; its event loop was busy for ${(busy * 100).toFixed(0)} %`,
    );
    say(memory.stop());
    return { read, readMs, wholeMs };
  } finally {
    memory.stop();
    await services.close();
  }
}

interface Round extends Synced {
  readonly written: number;
  readonly loadMs: number;
}

/** One sync into a fresh copy, then LOAD DATA of what it wrote. */
async function round(folder: string): Promise<Round> {
  recreateDatabase(SERVER, COPY);
  const synced = await sync(folder, mkdtempSync(path.join(folder, 'data-')));
  const loaded = await loadAll(SERVER, COPY, await tablesWithRows(SERVER, COPY), folder);
  const written = loaded.reduce((sum, table) => sum + table.rows, 0);
  const loadMs = loaded.reduce((sum, table) => sum + table.ms, 0);
  say(`LOAD DATA of ${written} rows: ${seconds(loadMs)}; ratio ${(loadMs / synced.readMs).toFixed(2)}`);
  return { ...synced, written, loadMs };
}

async function main(): Promise<void> {
  const wanted = Number(option('rows', '1000000'));
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-bench-movements-'));
  try {
    mkdirSync(path.join(folder, 'mappings', 'ledger'), { recursive: true });
    cpSync(
      path.join(__dirname, 'lib', 'movements', 'mapping.yaml'),
      path.join(folder, 'mappings', 'ledger', 'mapping.yaml'),
    );
    if (option('keep', 'no') === 'no') {
      say(`making ${wanted} movements`);
      await fillMovements(SERVER, SOURCE, wanted);
    }
    const rounds: Round[] = [];
    for (let left = Number(option('rounds', '1')); left > 0; left -= 1) rounds.push(await round(folder));
    const [first] = rounds;
    if (first === undefined) throw new Error('--rounds is at least 1');
    const perSecond = (ms: (one: Round) => number): number =>
      median(rounds.map((one) => (one.written / ms(one)) * 1000));
    const row = (name: string, ms: (one: Round) => number, goal: string) => ({
      ...{ name, ours: perSecond(ms), other: perSecond((one) => one.loadMs), unit: 'rows written/s' },
      ...{ ratio: median(rounds.map((one) => one.loadMs / ms(one))), goal },
    });
    report([
      row(`${first.read} movements, ${first.written} rows written`, (one) => one.readMs, '>= 0.6'),
      row('with what follows from them settled', (one) => one.wholeMs, 'reported'),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
