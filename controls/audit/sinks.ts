/**
 * Places beyond the database administrator's reach that every checkpoint goes to: a file on another host, a webhook.
 * Delivery is at least once and in order; how far each sink is stands in the table `audit_sink`.
 */
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../platform/clock';
import { systemClock } from '../../platform/clock';
import type { AuditSettings, AuditSink } from '../../platform/config-audit';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import { digestOf } from '../integrity/digest';
import { AuditCheckpointRow, AuditSinkRow } from './audit-log.entity';
import { type Checkpoint, checkpointLine } from './checkpoint';

export interface CheckpointSink {
  /** Hash of the address. */
  readonly id: string;
  /** What a log may say of it: no address, since one may hold a secret. */
  readonly kind: string;
  /** Rejects when the sink has not kept them; it may be handed them again. */
  deliver(checkpoints: readonly Checkpoint[]): Promise<void>;
}

const AT_ONCE = 200;
const POST_TIMEOUT_MS = 5_000;
const POST_ATTEMPTS = 3;

/** The sinks that the configuration names. */
export function openSinks(
  { sinks, sinkSecret }: AuditSettings,
  clock: Clock = systemClock,
): CheckpointSink[] {
  return sinks.map((sink) =>
    sink.kind === 'file' ? fileSink(sink.path) : webhookSink(sink, sinkSecret?.reveal() ?? null, clock),
  );
}

function fileSink(file: string): CheckpointSink {
  return {
    id: digestOf(`file:${file}`),
    kind: 'file',
    deliver: async (checkpoints) => {
      await mkdir(path.dirname(file), { recursive: true });
      const handle = await open(file, 'a', 0o640);
      try {
        await handle.appendFile(checkpoints.map((one) => `${checkpointLine(one)}\n`).join(''));
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

function webhookSink(
  { url }: Extract<AuditSink, { kind: 'webhook' }>,
  secret: string | null,
  clock: Clock,
): CheckpointSink {
  const webhook = secret === null ? null : new Webhook(Buffer.from(secret), { format: 'raw' });
  const again = retry(handleAll, { maxAttempts: POST_ATTEMPTS, backoff: new ExponentialBackoff() });
  const post = async (checkpoint: Checkpoint): Promise<void> => {
    const body = checkpointLine(checkpoint);
    const id = `checkpoint-${checkpoint.logId}-${checkpoint.treeSize}`;
    const at = new Date(clock.now());
    const signed = webhook === null ? {} : { 'webhook-signature': webhook.sign(id, at, body) };
    const response = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(POST_TIMEOUT_MS) },
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        ...signed,
      },
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the sink answered ${response.status}`);
  };
  return {
    id: digestOf(url),
    kind: 'webhook',
    deliver: async (checkpoints) => {
      for (const checkpoint of checkpoints) await again.execute(() => post(checkpoint));
    },
  };
}

export interface DeliveryState {
  /** Checkpoints that a sink has not got yet, of all sinks. */
  readonly waiting: number;
  /** Sinks that failed this time. */
  readonly failed: number;
}

/** Hands every sink what it has not got yet. One that fails is tried again next time, and holds up no other. */
export async function deliverCheckpoints(
  database: Database,
  sinks: readonly CheckpointSink[],
  now: number,
  logger: Logger,
): Promise<DeliveryState> {
  const states = await Promise.all(
    sinks.map(async (sink): Promise<DeliveryState> => {
      try {
        return { waiting: await deliverTo(database, sink, now), failed: 0 };
      } catch (error) {
        logger.warn({ err: error, sink: sink.kind }, 'checkpoints not delivered');
        return { waiting: 1, failed: 1 };
      }
    }),
  );
  return {
    waiting: states.reduce((sum, one) => sum + one.waiting, 0),
    failed: states.reduce((sum, one) => sum + one.failed, 0),
  };
}

/** Resolves to how many checkpoints still wait. */
async function deliverTo(database: Database, sink: CheckpointSink, now: number): Promise<number> {
  const state = await database.reader.findOneBy(AuditSinkRow, { sinkId: sink.id });
  const newest = await database.reader.maximum(AuditCheckpointRow, 'treeSize');
  // a row that says more than there is was written to keep the witness blind, or the log was cut: tell it all again
  const delivered = (state?.deliveredSize ?? 0) > (newest ?? 0) ? 0 : (state?.deliveredSize ?? 0);
  const rows = await database.reader
    .createQueryBuilder(AuditCheckpointRow, 'c')
    .where('c.tree_size > :size', { size: delivered })
    .orderBy('c.tree_size')
    .limit(AT_ONCE + 1)
    .getMany();
  const batch = rows.slice(0, AT_ONCE);
  const last = batch.at(-1);
  if (last === undefined) return 0;
  await sink.deliver(batch);
  await database.write(async (manager) => {
    await manager.save(AuditSinkRow, {
      sinkId: sink.id,
      deliveredSize: last.treeSize,
      deliveredAt: now,
    });
  });
  return rows.length - batch.length;
}
