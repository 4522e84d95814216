/** The lease of a worker that was killed ends by real time, also where the clock of the deployment stands still. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Leases } from '../../controls/jobs/lease';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { openSync } from '../../worker/open-sync';
import { TEST_DIALECTS } from '../support/databases';
import { startDemoWorld, STORY_INSTANT } from '../support/demo-world';

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, '../..');
/** What is read in no time. */
const SYSTEM = 'qa';

test.each(TEST_DIALECTS)(
  'a sync waits for the lease of a dead worker to end, and no longer, on %s',
  async (dialect) => {
    const world = await startDemoWorld(dialect);
    const config = loadConfig(
      {
        ...{ LOTGRAPH_MODE: 'demo', LOTGRAPH_CLOCK: STORY_INSTANT, LOTGRAPH_DATABASE_URL: world.databaseUrl },
        LOTGRAPH_DATA: path.join(world.dir, 'data'),
      },
      ROOT,
    );
    const { services, sync } = await openSync(config, ROOT, { ...world.env }, silentLogger);
    try {
      const system = services.systems.find(({ id }) => id === SYSTEM);
      if (system === undefined) throw new Error('no such system');
      const run = async (): Promise<string> =>
        (await sync.run(system, { signal: AbortSignal.timeout(60_000) })).state;
      const dead = new Leases(services.database, systemClock, 'dead');
      const leaseMs = 3_000;
      expect(await dead.take(`sync:${SYSTEM}`, leaseMs)).toBe(true);
      expect(await run()).toBe('BUSY');
      await sleep(leaseMs);
      expect(await run()).toBe('SUCCEEDED');
    } finally {
      await services.close();
      await world.close();
    }
  },
);
