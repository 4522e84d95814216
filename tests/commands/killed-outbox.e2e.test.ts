/** A worker killed with SIGKILL at each step of a command: one effect in the ERP, and the outcome is found out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { TEST_DIALECTS } from '../support/databases';
import { type DemoWorld, startDemoWorld } from '../support/demo-world';
import { CommandWorld, KIT_LOT } from './command-world';

jest.setTimeout(240_000);
const ROOT = path.resolve(__dirname, '../..');

async function workAndDie(world: DemoWorld, step: string, afterMs: number): Promise<string | null> {
  const child = spawn(
    process.execPath,
    ['-r', '@swc-node/register', path.join(__dirname, 'dying-worker.ts')],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...world.env,
        LOTGRAPH_MODE: 'demo',
        LOTGRAPH_DATA: path.join(world.dir, 'data'),
        LOTGRAPH_DATABASE_URL: world.databaseUrl,
        DIE_AT: step,
        DIE_AFTER_MS: String(afterMs),
      },
    },
  );
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal;
}

describe.each(TEST_DIALECTS)('a killed worker on %s', (dialect) => {
  let world: DemoWorld;
  let at: CommandWorld;
  let rounds = 0;
  beforeAll(async () => {
    world = await startDemoWorld(dialect);
    at = new CommandWorld(world);
  });
  afterAll(() => at.close());

  test.each([
    ['before sending', 0],
    ['while sending', 0],
    ['while sending', 5],
    ['while sending', 40],
    ['after the answer', 0],
    ['before reading back', 0],
    ['after reading back', 0],
  ] as const)('dies %s (%i ms): the command has one effect', async (step, afterMs) => {
    await at.calm('erp');
    rounds += 1;
    world.clock.set(world.clock.now() + 1000);
    const status = rounds % 2 === 0 ? 'RELEASED' : 'REJECTED';
    const id = await at.ask('erp', 'setLotStatus', KIT_LOT, { status });
    expect(await workAndDie(world, step, afterMs)).toBe('SIGKILL');
    // the row was marked before anything left the process
    expect(await at.row(id)).toMatchObject({ state: 'SENDING', attempts: 1 });
    expect((await at.row(id)).settledAt).toBeNull();

    at.timer.set(Date.now());
    await at.drain('erp');
    expect((await at.row(id)).state).toBe('SENDING'); // its lease has not run out
    await at.later('erp', 3);
    expect((await at.row(id)).state).toBe('CONFIRMED');
    expect((await at.stats('erp')).executed).toBe(1);
    const wanted = rounds % 2 === 0 ? 'Released' : 'Rejected';
    expect(await at.batch(KIT_LOT)).toMatchObject({ custom_quality_status: wanted });
    expect(await at.entries(id)).toContain('command.outcome FAILED COMMAND_UNKNOWN');
  });
});
