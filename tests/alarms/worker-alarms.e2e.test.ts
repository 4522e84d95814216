/** The worker as it runs: from an act to the message in the robot's hands, sequencing included. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateDatabase } from '../../canonical/open-services';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { Controls } from '../../controls/open-controls';
import { Database } from '../../platform/database/database';
import { TEST_DIALECTS, createTestDatabase } from '../support/databases';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import { DATA, ROOT, TABLES, openAlarmWorld } from './alarm-world';
import { Relay } from './vendor-servers';

jest.setTimeout(90_000);

async function publishOtherWords({ alarmRules }: Controls): Promise<void> {
  const { texts, number } = await alarmRules.current();
  const rules = (texts['rules.yaml'] ?? '').replace('以紧急越权方式执行', '改写后的文字');
  expect(rules).not.toBe(texts['rules.yaml']);
  const publication = { texts: { ...texts, 'rules.yaml': rules }, reason: 'other words' };
  await alarmRules.publish(SYSTEM_ACTOR, publication, number);
}

/** What the documentation states. */
const WITHIN_MS = 10_000;

describe.each(TEST_DIALECTS)('the worker on %s', (dialect) => {
  test('break-glass is with the people within ten seconds', async () => {
    const made = await createTestDatabase(dialect, 'alarms');
    await migrateDatabase(made.url);
    const tables = {
      entities: [...TABLES.entities, ...CANONICAL_ENTITIES],
      migrations: [...TABLES.migrations, ...CANONICAL_MIGRATIONS],
    };
    const database = await Database.open({ url: made.url, ...tables, migrate: false });
    const relay = await new Relay().start();
    const world = openAlarmWorld({ database });
    const worker = spawn(process.execPath, [...RUN_TYPESCRIPT, path.join(ROOT, 'worker', 'main.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        LOTGRAPH_MODE: 'demo',
        LOTGRAPH_ROOT: ROOT,
        LOTGRAPH_DATA: DATA,
        LOTGRAPH_DATABASE_URL: made.url,
        LOTGRAPH_LOG_LEVEL: 'silent',
        LOTGRAPH_ALARM_RELAY: relay.url,
        LOTGRAPH_CHANNEL_WECOM_KEY: 'key',
      },
    });
    const ended = once(worker, 'exit');
    try {
      await once(worker, 'message');
      const start = performance.now();
      await world.act({ action: 'signOff.breakGlass' });
      while (relay.received.length < 2 && performance.now() - start < WITHIN_MS && worker.exitCode === null)
        await sleep(20);
      const took = Math.round(performance.now() - start);
      expect({ took, hosts: [...new Set(relay.received.map(({ host }) => host))] }).toEqual({
        took: expect.any(Number) as number,
        hosts: ['qyapi.weixin.qq.com'],
      });
      expect(took).toBeLessThan(WITHIN_MS);
      expect(relay.received.map(({ body }) => body).join()).toContain('紧急越权操作');

      // the worker goes by rules that are published while it runs
      await publishOtherWords(world.controls);
      await sleep(4_000);
      await world.act({ action: 'signOff.breakGlass' });
      const until = performance.now() + WITHIN_MS;
      const said = (): string => relay.received.map(({ body }) => body).join();
      while (!said().includes('改写后的文字') && performance.now() < until) await sleep(20);
      expect(said()).toContain('改写后的文字');
    } finally {
      worker.kill('SIGTERM');
      await ended;
      await Promise.all([relay.stop(), world.alarms.close(), database.close()]);
      await made.drop();
    }
  });
});
