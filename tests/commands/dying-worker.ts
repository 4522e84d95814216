/** A worker that kills itself at a named step of its first command: what a power cut leaves behind. */
import path from 'node:path';
import { openServices } from '../../canonical/open-services';
import { CommandRouter } from '../../connectors/commands/command-router';
import type { CommandSender } from '../../controls/outbox/command-sender';
import { OutboxWorker } from '../../controls/outbox/outbox-worker';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';

const ROOT = path.resolve(__dirname, '../..');
const step = process.env['DIE_AT'] ?? '';

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};

function dying(sender: CommandSender): CommandSender {
  return {
    systems: sender.systems,
    honoursIdempotencyKey: (system) => sender.honoursIdempotencyKey(system),
    send: async (command, signal) => {
      if (step === 'before sending') return await die();
      if (step === 'while sending') {
        void sender.send(command, signal);
        await new Promise((resolve) => setTimeout(resolve, Number(process.env['DIE_AFTER_MS'] ?? 0)));
        return await die();
      }
      const answer = await sender.send(command, signal);
      return step === 'after the answer' ? await die() : answer;
    },
    readBack: async (command, signal) => {
      if (step === 'before reading back') return await die();
      const back = await sender.readBack(command, signal);
      return step === 'after reading back' ? await die() : back;
    },
  };
}

async function main(): Promise<void> {
  const services = await openServices({
    root: ROOT,
    config: loadConfig(process.env, ROOT),
    ...{ env: process.env, clock: systemClock, logger: silentLogger },
  });
  const worker = new OutboxWorker({
    database: services.database,
    audit: services.controls.audit,
    mac: services.controls.mac,
    sender: dying(new CommandRouter(services.systems)),
    ...{ clock: systemClock, timer: systemClock, logger: silentLogger, deadlineMs: 5_000 },
  });
  await worker.drain('erp', AbortSignal.timeout(30_000));
  await services.close();
}

void main();
