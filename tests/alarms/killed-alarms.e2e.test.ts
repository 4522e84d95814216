/** A worker that is killed at any moment loses no alarm, raises none twice, and delivers each at least once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../platform/database/database';
import { TEST_DIALECTS } from '../support/databases';
import { createMigratedDatabase } from '../support/migrated-database';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import {
  DATA,
  type AlarmWorld,
  CHANNELS,
  ROOT,
  RULES,
  TABLES,
  openAlarmWorld,
  sequence,
} from './alarm-world';
import { Relay } from './vendor-servers';

jest.setTimeout(180_000);

const HOOK = 'hooks.example.com';
const ENV = {
  T_HOOK: `https://${HOOK}/in`,
  T_HOOK_SECRET: `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`,
};
const BY_HOOK = CHANNELS.replace('{ channel: wecom }, { channel: dingtalk }', '{ channel: webhook }');
const [ROUNDS, ACTS] = [6, 20];

function startChild(url: string, relay: string): ChildProcess {
  const file = path.join(__dirname, 'alarm-child.ts');
  const handed = [url, relay, JSON.stringify(ENV), RULES, BY_HOOK];
  return spawn(process.execPath, [...RUN_TYPESCRIPT, file, ...handed], {
    cwd: ROOT,
    env: { ...process.env, ALARM_WORLD_DATA: DATA },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function allSent(world: AlarmWorld, count: number): Promise<void> {
  for (;;) {
    const sent = (await world.deliveries()).filter(({ state }) => state === 'SENT');
    if (sent.length >= count) return;
    await sleep(50);
  }
}

describe.each(TEST_DIALECTS)('killed alarms on %s', (dialect) => {
  test('every act alarms exactly once, and every message arrives at least once under one id', async () => {
    const made = await createMigratedDatabase(dialect, TABLES, 'alarms');
    const database = await Database.open({ url: made.url, ...TABLES, migrate: false });
    const relay = await new Relay().start();
    const world = openAlarmWorld({ database, rules: RULES, channels: BY_HOOK });
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const child = startChild(made.url, relay.url);
        await once(child, 'message');
        for (let n = 0; n < ACTS; n += 1) await world.act({ action: 'signOff.breakGlass' });
        // half of the kills hit between the arrival of a message and its note, the others at a moment of their own
        const before = relay.received.length;
        if (round % 2 === 0)
          relay.onRequest = () => relay.received.length > before + 3 && child.kill('SIGKILL');
        await sequence(database);
        if (round % 2 === 1) setTimeout(() => child.kill('SIGKILL'), 7 * round);
        await once(child, 'exit');
        relay.onRequest = null;
      }
      const last = startChild(made.url, relay.url);
      await allSent(world, ROUNDS * ACTS);
      last.kill('SIGKILL');
      await once(last, 'exit');
      const alarms = await world.rows();
      expect(alarms).toHaveLength(ROUNDS * ACTS);
      expect(new Set(alarms.map(({ firstSeq }) => firstSeq)).size).toBe(ROUNDS * ACTS);
      const deliveries = await world.deliveries();
      expect(deliveries).toHaveLength(ROUNDS * ACTS);
      const arrived = new Set(relay.of(HOOK).map(({ headers }) => headers['webhook-id']));
      expect(arrived).toEqual(new Set(deliveries.map(({ id }) => `alarm_${id}`)));
      // a kill after the arrival shows as a repeat: without one, the test has proved nothing
      expect(relay.of(HOOK).length).toBeGreaterThan(arrived.size);
    } finally {
      await Promise.all([relay.stop(), world.alarms.close(), database.close()]);
      await made.drop();
    }
  });
});
