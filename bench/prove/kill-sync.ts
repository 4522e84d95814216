/** Kills the worker hundreds of times during its first sync and compares the copy with an undisturbed one. */
import 'reflect-metadata';
import path from 'node:path';
import { migrateDatabase, openServices } from '../../canonical/open-services';
import { systemClock } from '../../platform/clock';
import { silentLogger } from '../../platform/log';
import { createTestDatabase, TEST_DIALECTS } from '../../tests/support/databases';
import { startDemoWorld } from '../../tests/support/demo-world';
import { contentOf, syncWithKills } from '../../tests/support/killed-sync';
import { option, say } from '../lib/report';

const ROOT = path.resolve(__dirname, '../..');

async function prove(dialect: (typeof TEST_DIALECTS)[number], kills: number): Promise<boolean> {
  const world = await startDemoWorld(dialect);
  const other = await createTestDatabase(dialect, 'prove_kill');
  try {
    await world.syncAll();
    await migrateDatabase(other.url);
    const hits = await syncWithKills({
      databaseUrl: other.url,
      dataDir: path.join(world.dir, 'data'),
      env: world.env,
      kills,
      withinMs: 400,
      random: Math.random,
    });
    const services = await openServices({
      root: ROOT,
      databaseUrl: other.url,
      mappingsDir: path.join(ROOT, 'schema', 'mappings'),
      sourceDeadlineMs: 3_000,
      env: world.env,
      clock: systemClock,
      logger: silentLogger,
    });
    const [killed, whole] = [await contentOf(services.database), await contentOf(world.services.database)];
    await services.close();
    const same = JSON.stringify(killed) === JSON.stringify(whole);
    say(`${dialect}: ${kills} kills, ${hits} during a sync; the copy is ${same ? 'the same' : 'DIFFERENT'}`);
    return same;
  } finally {
    await world.close();
    await other.drop();
  }
}

async function main(): Promise<void> {
  const kills = Number(option('kills', '100'));
  for (const dialect of TEST_DIALECTS) if (!(await prove(dialect, kills))) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
