/**
 * Kills the worker with SIGKILL at random moments of its first sync, again and again, then lets one run to its end:
 * the copy must be what an undisturbed sync makes of the same sources. The suite runs a few kills, the proof hundreds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenServices, openServices } from '../../canonical/open-services';
import { loadConfig } from '../../platform/config';
import { systemClock } from '../../platform/clock';
import type { Dialect } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { ALL_TABLES } from './all-tables';
import { createMigratedDatabase } from './migrated-database';
import { startDemoWorld } from './demo-world';
import { RUN_TYPESCRIPT } from './run-typescript';

const ROOT = path.resolve(__dirname, '../..');

/** Golden content by natural keys: internal keys may differ between two copies. */
const CONTENT: Readonly<Record<string, string>> = {
  versions: `SELECT s.system, s.name, r.native_key, v.version, v.hash, v.void_reason FROM source_version v
    JOIN source_record r ON r.pk = v.record_pk JOIN source_stream s ON s.pk = r.stream_pk
    WHERE v.raw NOT LIKE '%~person:%' ORDER BY 1, 2, 3, 4`,
  persons: `SELECT s.system, s.name, r.native_key, v.version, v.raw, v.canonical, v.void_reason FROM source_version v
    JOIN source_record r ON r.pk = v.record_pk JOIN source_stream s ON s.pk = r.stream_pk
    WHERE v.raw LIKE '%~person:%' ORDER BY 1, 2, 3, 4`,
  lots: `SELECT i.code, p.code AS maker, l.lot_number, l.manufactured_on, l.expires_on, l.produced_micros, l.mastered, COUNT(h.record_pk) AS holds
    FROM lot l JOIN item i ON i.pk = l.item_pk LEFT JOIN party p ON p.pk = l.manufacturer_pk LEFT JOIN lot_hold h ON h.lot_pk = l.pk
    GROUP BY i.code, p.code, l.lot_number, l.manufactured_on, l.expires_on, l.produced_micros, l.mastered ORDER BY 1, 3, 2`,
  stock: `SELECT m.system, i.code, l.lot_number, o.code AS place, COUNT(*) AS n, SUM(m.quantity_micros) AS micros FROM movement m
    JOIN lot l ON l.pk = m.lot_pk JOIN item i ON i.pk = l.item_pk JOIN location o ON o.pk = m.location_pk
    GROUP BY m.system, i.code, l.lot_number, o.code ORDER BY 1, 2, 3, 4`,
  genealogy: `SELECT a.lot_number AS ancestor, d.lot_number AS descendant, COUNT(*) AS n, SUM(e.consumed_micros) AS micros FROM genealogy_edge e
    JOIN lot a ON a.pk = e.ancestor_lot_pk JOIN lot d ON d.pk = e.descendant_lot_pk GROUP BY a.lot_number, d.lot_number ORDER BY 1, 2`,
  inspections: `SELECT n.number, l.lot_number, n.state, COUNT(r.pk) AS results FROM inspection n LEFT JOIN lot l ON l.pk = n.lot_pk
    LEFT JOIN inspection_result r ON r.inspection_ref = n.ref GROUP BY n.number, l.lot_number, n.state ORDER BY 1, 2`,
  rejected: `SELECT s.system, s.name, r.row_key, r.code, r.resolved_at IS NULL AS open FROM rejected_row r
    JOIN source_stream s ON s.pk = r.stream_pk ORDER BY 1, 2, 3`,
  findings: `SELECT rule, subject_type, field, COUNT(*) AS n FROM finding WHERE state = 'OPEN' GROUP BY rule, subject_type, field ORDER BY 1, 2, 3`,
};

/** Everything that the copy says, comparable between two copies of the same sources. */
export async function contentOf({
  database,
  controls,
}: Pick<OpenServices, 'database' | 'controls'>): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const [name, sql] of Object.entries(CONTENT)) {
    const rows = await database.reader.query<Record<string, unknown>[]>(sql);
    content[name] = rows.map((row) =>
      JSON.stringify(
        Object.values(row).map((value) => (value === null ? null : String(value as string | number))),
      ),
    );
  }
  const sealed = content['persons'] ?? [];
  const tokens = [...new Set(sealed.flatMap((line) => line.match(TOKEN) ?? []))];
  const words = await controls.sourcePersons.open(database.reader, tokens);
  // each copy has keys of its own, so only the words can be compared; what cannot be opened stays as it is
  content['persons'] = sealed.map((line) => line.replace(TOKEN, (token) => words.get(token) ?? token));
  return content;
}

const TOKEN = /~person:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]*/gu;

export interface KillOptions {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly kills: number;
  /** A kill comes at most so long after the worker said its first word. */
  readonly withinMs: number;
  readonly random: () => number;
}

/** Kills the worker `kills` times, then runs it until its first sync is done. Resolves to the kills that hit a run. */
async function syncWithKills(options: KillOptions): Promise<number> {
  let hits = 0;
  for (let kill = 0; kill < options.kills; kill += 1) {
    const worker = startWorker(options);
    const progress = firstMessage(worker, 'progress').catch(() => undefined);
    const ended = once(worker, 'exit');
    await Promise.race([progress, ended]);
    await sleep(options.random() * options.withinMs);
    if (worker.exitCode === null) hits += 1;
    worker.kill('SIGKILL');
    await ended;
  }
  const last = startWorker(options);
  await firstMessage(last, 'initialSyncDone');
  last.kill('SIGTERM');
  await once(last, 'exit');
  return hits;
}

function startWorker({ databaseUrl, dataDir, env }: KillOptions): ChildProcess {
  return spawn(process.execPath, [...RUN_TYPESCRIPT, path.join(ROOT, 'worker', 'main.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...env,
      LOTGRAPH_MODE: 'demo',
      LOTGRAPH_ROOT: ROOT,
      LOTGRAPH_DATA: dataDir,
      LOTGRAPH_DATABASE_URL: databaseUrl,
      LOTGRAPH_LOG_LEVEL: 'silent',
      LOTGRAPH_SYNC_LEASE_MS: '1000',
    },
  });
}

function firstMessage(worker: ChildProcess, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: { type?: string }) => {
      if (message.type === type) resolve();
    });
    worker.once('exit', () => reject(new Error(`the worker ended before it said ${type}`)));
  });
}

export interface KilledSync {
  /** Kills that hit a run. */
  readonly hits: number;
  readonly killed: Record<string, string[]>;
  readonly undisturbed: Record<string, string[]>;
}

/** Syncs the demo world once undisturbed and once under kills, on one dialect, and says what each copy holds. */
export async function compareKilledSync(
  dialect: Dialect,
  how: Pick<KillOptions, 'kills' | 'withinMs' | 'random'>,
): Promise<KilledSync> {
  // of its own, not a copy: rows of the systems hold the addresses at which they were read
  const world = await startDemoWorld(dialect);
  // the worker goes by the clock of the machine, and rules ask what day it is
  world.clock.set(systemClock.now());
  const other = await createMigratedDatabase(dialect, ALL_TABLES, 'killed');
  try {
    await world.syncAll();
    const dataDir = path.join(world.dir, 'data');
    const hits = await syncWithKills({ ...how, databaseUrl: other.url, dataDir, env: world.env });
    const services = await openServices({
      root: ROOT,
      config: loadConfig(
        { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dataDir, LOTGRAPH_DATABASE_URL: other.url },
        ROOT,
      ),
      env: world.env,
      clock: systemClock,
      logger: silentLogger,
    });
    try {
      return {
        hits,
        killed: await contentOf(services),
        undisturbed: await contentOf(world.services),
      };
    } finally {
      await services.close();
    }
  } finally {
    await world.close();
    await other.drop();
  }
}
