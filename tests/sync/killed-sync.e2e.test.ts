/** A sync that is killed at any moment resumes, and ends as if nothing had happened. */
import path from 'node:path';
import { migrateDatabase, openServices } from '../../canonical/open-services';
import { systemClock } from '../../platform/clock';
import { silentLogger } from '../../platform/log';
import { createTestDatabase, TEST_DIALECTS } from '../support/databases';
import { startDemoWorld } from '../support/demo-world';
import { contentOf, syncWithKills } from '../support/killed-sync';

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, '../..');

/** A fixed sequence of numbers in [0, 1), so that a failure can be run again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe.each(TEST_DIALECTS)('a killed sync on %s', (dialect) => {
  it('ends as an undisturbed one', async () => {
    const world = await startDemoWorld(dialect);
    const other = await createTestDatabase(dialect, 'killed');
    try {
      await world.syncAll();
      await migrateDatabase(other.url);
      const hits = await syncWithKills({
        databaseUrl: other.url,
        dataDir: path.join(world.dir, 'data'),
        env: world.env,
        kills: 4,
        withinMs: 2_500,
        random: numbers(7),
      });
      expect(hits).toBeGreaterThan(0);
      const services = await openServices({
        root: ROOT,
        databaseUrl: other.url,
        mappingsDir: path.join(ROOT, 'schema', 'mappings'),
        sourceDeadlineMs: 3_000,
        env: world.env,
        clock: systemClock,
        logger: silentLogger,
      });
      try {
        expect(await contentOf(services.database)).toEqual(await contentOf(world.services.database));
      } finally {
        await services.close();
      }
    } finally {
      await world.close();
      await other.drop();
    }
  });
});
