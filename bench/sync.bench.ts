/**
 * Sync of the demo story on MariaDB, beside LOAD DATA LOCAL of all the rows that the sync wrote, indexes included.
 * `--scale=100` is the full story, `--systems=erp,wms` a part of it, `--keep=yes` keeps a story that is there. Memory
 * is sampled, to show that it does not grow with the rows.
 */
import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '../canonical/open-services';
import { loadConfig } from '../platform/config';
import { silentLogger } from '../platform/log';
import { openSync } from '../worker/open-sync';
import { prepareDemo, startDemo } from './lib/demo-systems';
import { loadAll, tablesWithRows } from './lib/load-data';
import { MemoryWatch, residentMb } from './lib/memory';
import { recreateDatabase } from './lib/recreate';
import { type BenchRow, option, report, say } from './lib/report';

const ROOT = path.resolve(__dirname, '..');
const SERVER = process.env['LOTGRAPH_TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306';
const DATABASE = 'lg_bench_sync';
const ERP_DATABASE = 'lg_bench_erp';
const DATE = '2026-06-30';

async function main(): Promise<void> {
  const scale = Number(option('scale', '1'));
  const only = option('systems', 'all');
  const folder = path.join(tmpdir(), `lotgraph-bench-story-${scale}`);
  mkdirSync(folder, { recursive: true });
  const base = SERVER.replace(/\/$/, '');
  const erpUrl = `${base}/${ERP_DATABASE}`;
  if (option('keep', 'no') === 'no') recreateDatabase(SERVER, ERP_DATABASE);
  recreateDatabase(SERVER, DATABASE);
  say(`preparing the story at scale ${scale}`);
  await prepareDemo(folder, scale, DATE, erpUrl);
  const demo = await startDemo(folder, erpUrl);
  try {
    const databaseUrl = `${base}/${DATABASE}`;
    await migrateDatabase(databaseUrl);
    const config = loadConfig(
      { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATABASE_URL: databaseUrl, LOTGRAPH_DATA: folder },
      ROOT,
    );
    const { services, sync } = await openSync(config, ROOT, { ...demo.env }, silentLogger);
    const memory = new MemoryWatch();
    const rows: BenchRow[] = [];
    let read = 0;
    const started = performance.now();
    for (const system of services.systems) {
      if (only !== 'all' && !only.split(',').includes(system.id)) continue;
      const summary = await sync.run(system, { signal: new AbortController().signal });
      read += summary.read;
      const perSecond = (summary.read / summary.durationMs) * 1000;
      say(
        `${system.id} ${summary.state} ${summary.errorMessage ?? ''} read ${summary.read} rejected ${summary.rejected} in ${(summary.durationMs / 1000).toFixed(1)} s: ${perSecond.toFixed(0)} rows/s, rss ${residentMb()} MB`,
      );
    }
    const syncMs = performance.now() - started;
    say(memory.stop());
    await services.close();

    const loaded = await loadAll(SERVER, DATABASE, await tablesWithRows(SERVER, DATABASE), folder);
    const written = loaded.reduce((sum, table) => sum + table.rows, 0);
    const loadMs = loaded.reduce((sum, table) => sum + table.ms, 0);
    const ours = (written / syncMs) * 1000;
    const other = (written / loadMs) * 1000;
    rows.push({
      name: `sync of ${read} source rows, ${written} rows written`,
      ours,
      other,
      unit: 'rows written/s',
      ratio: ours / other,
      goal: 'reported; >= 0.6 later',
    });
    rows.push({
      name: 'source rows',
      ours: (read / syncMs) * 1000,
      other: (read / loadMs) * 1000,
      unit: 'source rows/s',
      ratio: loadMs / syncMs,
      goal: '-',
    });
    report(rows);
  } finally {
    demo.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
