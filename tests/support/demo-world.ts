/**
 * The three legacy systems of the demo, running in this process on free ports over a story of a fixed date, and a
 * copy of them to sync into. The story is made once a test run and copied for each world that changes it.
 */
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import SqliteFile from 'libsql';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenServices, openServices } from '../../canonical/open-services';
import { SyncService, type SyncSummary } from '../../canonical/sync/sync-service';
import { Leases } from '../../controls/jobs/lease';
import { prepareStory, startErp, startLims, startWms, type Running } from '../../demo/index';
import { FixedClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import type { Dialect } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { ALL_TABLES } from './all-tables';
import { TEST_DIALECTS, type TestDatabase, createTestDatabase } from './test-database';
import { type Shared, isMade, madeOnce, makeUnlessBegun } from './made-once';
import { createMigratedDatabase, keepCopyScript, runKeptScript } from './migrated-database';

/** The demo date of every test; the clock stands at noon of it in Shanghai. */
const STORY_DATE = '2026-06-30';
export const STORY_INSTANT = '2026-06-30T04:00:00.000Z';
const ROOT = path.resolve(__dirname, '../..');

export interface DemoWorld {
  /** Folder of the story: planted.json, qa/ and the systems' files. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly services: OpenServices;
  readonly sync: SyncService;
  readonly clock: FixedClock;
  readonly simulators: { readonly erp: Running; readonly wms: Running; readonly lims: Running };
  /** Syncs every system, or one. */
  syncAll(system?: string): Promise<SyncSummary[]>;
  close(options?: { readonly keepDatabase: boolean }): Promise<void>;
}

/** Name of the file of a copy that others begin with. */
const COPY = 'copy.sqlite';

/** A world that was read whole: the first suite of a run that asks for one reads it, the others begin with its copy. */
export async function startSyncedWorld(dialect: Dialect = 'sqlite'): Promise<DemoWorld> {
  const run = process.env['TEST_RUN_FOLDER'];
  if (run !== undefined) return await startDemoWorld(dialect, await readOnce(run, dialect));
  const world = await startDemoWorld(dialect);
  await world.syncAll();
  return world;
}

async function readOnce(run: string, dialect: Dialect): Promise<string> {
  const worldOn = (on: Dialect): Shared => ({
    ...{ run, name: `world-${on}` },
    make: (folder) => readWorldInto(folder, on),
  });
  const own = worldOn(dialect);
  await makeUnlessBegun(own);
  // who would wait for another worker reads what suites ask for next
  if (!isMade(own)) for (const other of TEST_DIALECTS) await makeUnlessBegun(worldOn(other));
  return await madeOnce(own);
}

/** Reads the systems whole, and leaves the copy and the keys that it was made with in `folder`. */
async function readWorldInto(folder: string, dialect: Dialect): Promise<void> {
  const world = await startDemoWorld(dialect);
  const isFile = dialect === 'sqlite';
  try {
    await world.syncAll();
    cpSync(path.join(world.dir, 'data'), path.join(folder, 'data'), { recursive: true });
    if (isFile) {
      // a connection of its own: ours write in transactions or not at all
      const file = new SqliteFile(world.databaseUrl.slice('sqlite:'.length));
      file.exec(`VACUUM INTO '${path.join(folder, COPY)}'`);
      file.close();
    } else await keepCopyScript(world.databaseUrl, folder);
  } finally {
    await world.close({ keepDatabase: !isFile });
  }
  if (!isFile) dropAfterRun(folder, world.databaseUrl);
}

/** What others copy from stands until the run ends. */
function dropAfterRun(folder: string, url: string): void {
  appendFileSync(path.join(folder, '..', 'databases-to-drop'), `${url}\n`);
}

/** Makes the story once for all worlds of all test files; concurrent makers write to a folder of their own first. */
async function copyOfStory(): Promise<string> {
  const master = path.join(tmpdir(), `lotgraph-story-${STORY_DATE}`);
  mkdirSync(master, { recursive: true });
  await prepareStory(master, { date: STORY_DATE });
  const dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-world-'));
  cpSync(master, dir, { recursive: true });
  return dir;
}

async function databaseOfWorld(dialect: Dialect, from: string | undefined): Promise<TestDatabase> {
  if (from === undefined) return await createMigratedDatabase(dialect, ALL_TABLES, 'world');
  const database = await createTestDatabase(dialect, 'world');
  if (dialect === 'sqlite') cpSync(path.join(from, COPY), database.url.slice('sqlite:'.length));
  else await runKeptScript(database.url, from);
  return database;
}

/** A world whose copy is empty; `from` is a folder with a copy and keys to begin with. */
export async function startDemoWorld(dialect: Dialect = 'sqlite', from?: string): Promise<DemoWorld> {
  const dir = await copyOfStory();
  if (from !== undefined) cpSync(path.join(from, 'data'), path.join(dir, 'data'), { recursive: true });
  const [erp, wms, lims] = await Promise.all([
    startErp({ dir, port: 0 }),
    startWms({ dir, port: 0 }),
    startLims({ dir, port: 0 }),
  ]);
  const env = {
    LOTGRAPH_SOURCE_ERP_URL: `sqlite:${path.join(dir, 'erp.sqlite')}`,
    LOTGRAPH_SOURCE_ERP_API_URL: erp.url,
    LOTGRAPH_SOURCE_ERP_API_TOKEN: 'demo:erp-secret',
    LOTGRAPH_SOURCE_WMS_URL: `${wms.url}/openboxes/api`,
    LOTGRAPH_SOURCE_WMS_USERNAME: 'integration',
    LOTGRAPH_SOURCE_WMS_PASSWORD: 'wms-secret',
    LOTGRAPH_SOURCE_LIMS_URL: `${lims.url}/senaite/@@API/senaite/v1`,
    LOTGRAPH_SOURCE_LIMS_USERNAME: 'integration',
    LOTGRAPH_SOURCE_LIMS_PASSWORD: 'lims-secret',
    LOTGRAPH_SOURCE_QA_DIR: path.join(dir, 'qa'),
  };
  const database = await databaseOfWorld(dialect, from);
  const clock = new FixedClock(STORY_INSTANT);
  const services = await openServices({
    root: ROOT,
    config: loadConfig(
      {
        LOTGRAPH_MODE: 'demo',
        LOTGRAPH_DATA: path.join(dir, 'data'),
        LOTGRAPH_DATABASE_URL: database.url,
        LOTGRAPH_SOURCE_DEADLINE_MS: '3000',
      },
      ROOT,
    ),
    env,
    clock,
    logger: silentLogger,
  });
  const leases = new Leases(services.database, clock, 'world');
  const sync = new SyncService({ ...services, leases });
  return {
    dir,
    env,
    databaseUrl: database.url,
    services,
    sync,
    clock,
    simulators: { erp, wms, lims },
    syncAll: async (system) => {
      const summaries: SyncSummary[] = [];
      for (const one of services.systems) {
        if (system !== undefined && one.id !== system) continue;
        summaries.push(await sync.run(one, { signal: AbortSignal.timeout(120_000) }));
      }
      return summaries;
    },
    close: async ({ keepDatabase } = { keepDatabase: false }) => {
      await services.close();
      await Promise.all([erp.close(), wms.close(), lims.close()]);
      if (!keepDatabase) await database.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
