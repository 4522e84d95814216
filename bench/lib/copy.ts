/** A synced SQLite copy of the demo world under a clock that stands still, and the environment to serve it with. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '../../canonical/open-services';
import { type Config, loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { openSync } from '../../worker/open-sync';
import { prepareDemo, startDemo } from './demo-systems';
import { say } from './report';

const ROOT = path.resolve(__dirname, '../..');
const DATE = '2026-06-30';
/** Noon of the story's date at the plant. */
const INSTANT = '2026-06-30T04:00:00.000Z';

export interface Copy {
  readonly config: Config;
  /** What a process that serves the copy needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/** Prepares the story at scale 1 (once a machine), starts its systems and syncs it. */
export async function makeCopy(): Promise<Copy> {
  const story = path.join(tmpdir(), 'lotgraph-bench-story-sqlite');
  mkdirSync(story, { recursive: true });
  await prepareDemo(story, 1, DATE);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-bench-'));
  const demo = await startDemo(story);
  const settings = {
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: dataDir,
    LOTGRAPH_PORT: '0',
    LOTGRAPH_CLOCK: INSTANT,
    LOTGRAPH_LOG_LEVEL: 'error',
  };
  const config = loadConfig(settings, ROOT);
  const close = (): void => {
    demo.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await migrateDatabase(config.databaseUrl);
    const { services, sync } = await openSync(config, ROOT, { ...demo.env }, silentLogger);
    for (const system of services.systems) {
      const { id, state, read } = {
        ...(await sync.run(system, { signal: new AbortController().signal })),
        id: system.id,
      };
      say(`${id}: ${state}, ${read} rows read`);
      if (state === 'FAILED') throw new Error(`${id} was not synced`);
    }
    await services.close();
  } catch (error) {
    close();
    throw error;
  }
  return { config, env: { ...settings, ...demo.env, NODE_ENV: 'production' }, close };
}
