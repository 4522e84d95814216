/** The alarms of a worker as a process of their own, so that a test can kill it at any moment. */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlarmDelivery } from '../../controls/alarms/alarm-delivery';
import { ChannelLimits } from '../../controls/alarms/channels/channel-limits';
import { systemClock } from '../../platform/clock';
import { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { TABLES, openAlarmWorld } from './alarm-world';

async function main([
  url = '',
  relay = '',
  env = '{}',
  rules = '',
  channels = '',
]: readonly string[]): Promise<void> {
  const database = await Database.open({ url, ...TABLES, migrate: false });
  const world = openAlarmWorld({
    ...{ database, relay, rules, channels, env: JSON.parse(env) as Record<string, string> },
  });
  const { engine, settings } = world.alarms;
  const delivery = new AlarmDelivery({
    ...{ database, settings, audit: world.controls.audit, logger: silentLogger },
    ...{ limits: new ChannelLimits(), clock: systemClock, claimMs: 300 },
  });
  process.send?.('ready');
  for (;;) {
    await engine.run(systemClock.now());
    await Promise.all(delivery.queues.map((queue) => delivery.run(queue)));
    await sleep(20);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
