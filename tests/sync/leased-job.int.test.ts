/** A job under a lease: one process at a time takes turns, a turn that fails costs itself alone, and the lease is let go of. */
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import type { Database } from '../../platform/database/database';
import { type LeasedJob, leasesOf, runLeased } from '../../worker/leased-job';
import { describeEachDatabase } from '../support/databases';

describeEachDatabase('a job under a lease', (open) => {
  let database: Database;
  let stop: AbortController;
  let logged: { msg: string; job?: string }[];
  beforeAll(async () => {
    database = await open({ entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS });
  });
  beforeEach(() => {
    stop = new AbortController();
    logged = [];
  });
  afterEach(() => stop.abort());

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await sleep(5);
  };
  const run = (holder: string, more: Pick<LeasedJob, 'work'> & Partial<LeasedJob>): Promise<void> =>
    runLeased({
      ...{ leases: leasesOf(database, holder), name: 'sweep', leaseMs: 60_000, signal: stop.signal },
      logger: pino({}, { write: (line) => logged.push(JSON.parse(line) as (typeof logged)[number]) }),
      ...{ failure: 'the sweep failed', pauseMs: () => 5, ...more },
    });

  it('takes turns in one process, and in another one once that was stopped', async () => {
    const turns: string[] = [];
    const turn = (holder: string) => ({
      work: () => {
        turns.push(holder);
        return Promise.resolve();
      },
    });
    const first = run('first', turn('first'));
    await until(() => turns.length > 2);
    const stopSecond = new AbortController();
    let asked = 0;
    const second = run('second', {
      ...turn('second'),
      signal: stopSecond.signal,
      isDue: () => Promise.resolve((asked += 1) > 0),
    });
    await until(() => asked > 3);
    expect(new Set(turns)).toEqual(new Set(['first']));
    stop.abort();
    await first;
    await until(() => turns.includes('second'));
    stopSecond.abort();
    await second;
    expect(await leasesOf(database, 'third').take('sweep', 1)).toBe(true);
    await leasesOf(database, 'third').release('sweep');
    expect(logged).toEqual([]);
  });

  it('logs a turn that fails, with its job, and takes the next one', async () => {
    let turns = 0;
    const job = run('failing', {
      work: () =>
        (turns += 1) === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve(),
    });
    await until(() => turns > 1);
    stop.abort();
    await job;
    expect(logged).toMatchObject([{ msg: 'the sweep failed', job: 'sweep' }]);
  });

  it('calls no failure what was stopped within a turn', async () => {
    const job = run('stopped', {
      work: async () => {
        stop.abort();
        await Promise.resolve();
        stop.signal.throwIfAborted();
      },
    });
    await job;
    expect(logged).toEqual([]);
  });

  it('asks for no lease while nothing is due, and rests as long as the turn says', async () => {
    const took: number[] = [];
    const job = run('idle', {
      isDue: () => Promise.resolve(false),
      work: () => Promise.reject(new Error('nothing was due')),
      pauseMs: (ms) => {
        took.push(ms);
        return 5;
      },
    });
    await until(() => took.length > 2);
    expect(await leasesOf(database, 'other').take('sweep', 60_000)).toBe(true);
    stop.abort();
    await job;
    expect(logged).toEqual([]);
    await leasesOf(database, 'other').release('sweep');
  });
});
