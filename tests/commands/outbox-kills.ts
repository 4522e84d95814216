/** Kills a worker at each step of a command, over and over: what must hold after each, told as what is wrong. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TEST_DIALECTS } from '../support/databases';
import { type DemoWorld, startDemoWorld } from '../support/demo-world';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import { CommandWorld, KIT_LOT } from './command-world';

const ROOT = path.resolve(__dirname, '../..');

/** A step at which the worker dies, and how many ms into it. */
export type Death = readonly [step: string, afterMs: number];

/** Every step of a command; sending is cut off before, within and towards the end of the source's answer. */
export const DEATHS: readonly Death[] = [
  ['before sending', 0],
  ['while sending', 0],
  ['while sending', 5],
  ['while sending', 40],
  ['after the answer', 0],
  ['before reading back', 0],
  ['after reading back', 0],
];

export class OutboxKills {
  #rounds = 0;

  private constructor(
    private readonly world: DemoWorld,
    private readonly at: CommandWorld,
  ) {}

  static async open(dialect: (typeof TEST_DIALECTS)[number]): Promise<OutboxKills> {
    const world = await startDemoWorld(dialect);
    return new OutboxKills(world, new CommandWorld(world));
  }

  close(): Promise<void> {
    return this.at.close();
  }

  /** One command whose worker dies, and the next worker; resolves to all that is not as it must be. */
  async kill([step, afterMs]: Death): Promise<Record<string, unknown>> {
    const { at, world } = this;
    await at.calm('erp');
    const before = (await at.stats('erp')).executed;
    this.#rounds += 1;
    world.clock.set(world.clock.now() + 1000);
    const status = this.#rounds % 2 === 0 ? 'RELEASED' : 'REJECTED';
    const id = await at.ask('erp', 'setLotStatus', KIT_LOT, { status });
    const signal = await this.#workAndDie(step, afterMs);
    const died = await at.row(id);

    at.timer.set(Date.now());
    await at.drain('erp');
    const leased = (await at.row(id)).state;
    await at.later('erp', 3);
    const seen: Record<string, unknown> = {
      signal,
      // the row was marked before anything left the process
      died: `${died.state} ${died.attempts} ${died.settledAt === null ? 'open' : 'settled'}`,
      // its lease has not run out
      leased,
      state: (await at.row(id)).state,
      effects: (await at.stats('erp')).executed - before,
      status: (await at.batch(KIT_LOT))['custom_quality_status'],
      told: (await at.entries(id)).includes('command.outcome FAILED COMMAND_UNKNOWN'),
    };
    const right: Record<string, unknown> = {
      signal: 'SIGKILL',
      died: 'SENDING 1 open',
      leased: 'SENDING',
      state: 'CONFIRMED',
      effects: 1,
      status: status === 'RELEASED' ? 'Released' : 'Rejected',
      told: true,
    };
    return Object.fromEntries(Object.entries(seen).filter(([name, value]) => value !== right[name]));
  }

  async #workAndDie(step: string, afterMs: number): Promise<string | null> {
    const child = spawn(process.execPath, [...RUN_TYPESCRIPT, path.join(__dirname, 'dying-worker.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...this.world.env,
        LOTGRAPH_MODE: 'demo',
        LOTGRAPH_DATA: path.join(this.world.dir, 'data'),
        LOTGRAPH_DATABASE_URL: this.world.databaseUrl,
        DIE_AT: step,
        DIE_AFTER_MS: String(afterMs),
      },
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal;
  }
}
