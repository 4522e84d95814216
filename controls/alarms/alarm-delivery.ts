/**
 * Empties the outbox of the alarms: at least once, within each vendor's limits, with growing pauses after a failure,
 * and by the recipient's next way when one fails. A process that is killed between sending and noting it sends again,
 * under the same id.
 */
import { type EntityManager, In, LessThanOrEqual, Not } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { Logger } from '../../platform/log';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import type { AuditRecorder } from '../audit/audit-recorder';
import { AlarmDeliveryRow, AlarmRow } from './alarm.entity';
import { AlarmOutbox, NO_CHANNEL } from './alarm-outbox';
import type { AlarmSettings } from './alarm-settings';
import { type Attempt, type Channel, failed } from './channels/channel';
import type { ChannelLimits } from './channels/channel-limits';

const BATCH = 50;
/** Messages of one channel that are under way at once. */
const AT_ONCE = 5;
const CLAIM_MS = 30_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const MOST_FAILURES = 10;
/** So many failures, or so long a wait, and the next way is used beside this one. */
const FAILURES_BEFORE_NEXT = 2;
const WAIT_BEFORE_NEXT_MS = 3 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Settled alarms need no further ways. */
const SETTLED = new Set(['ACKNOWLEDGED', 'CLOSED']);

export interface AlarmDeliveryOptions {
  readonly database: Database;
  readonly audit: AuditRecorder;
  readonly settings: AlarmSettings;
  readonly limits: ChannelLimits;
  /** Real time: vendors check it, and waiting is done in it. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a message stays taken by a process that was killed; longer than any attempt. */
  readonly claimMs?: number;
}

export class AlarmDelivery {
  readonly #outbox: AlarmOutbox;

  constructor(private readonly options: AlarmDeliveryOptions) {
    this.#outbox = new AlarmOutbox(options.settings);
  }

  /** Names of the queues: one for each open channel, and one for what no open channel takes any more. */
  get queues(): readonly string[] {
    return [...this.options.settings.channels.open.keys(), NO_CHANNEL];
  }

  /** Tries every message of a queue that is due; each queue by itself, so that one that hangs delays no other. */
  async run(queue: string): Promise<number> {
    const { database, clock, settings } = this.options;
    const open = [...settings.channels.open.keys()];
    const due = await database.reader.find(AlarmDeliveryRow, {
      where: {
        state: In(['PENDING', 'FAILED']),
        nextAt: LessThanOrEqual(clock.now()),
        channel: queue === NO_CHANNEL ? Not(In(open)) : queue,
      },
      order: { urgency: 'ASC', nextAt: 'ASC', id: 'ASC' },
      take: BATCH,
    });
    const rest = due.values();
    // each takes the next one as it becomes free
    const senders = Array.from({ length: AT_ONCE }, async () => {
      for (const row of rest) await this.#deliver(row);
    });
    await Promise.all(senders);
    return due.length;
  }

  async #deliver(row: AlarmDeliveryRow): Promise<void> {
    const channel = this.options.settings.channels.open.get(row.channel);
    const wait = channel === undefined ? 0 : await this.options.limits.take(channel);
    if (wait > 0) {
      await this.#postpone(row, wait);
      return;
    }
    if (!(await this.#claim(row))) return;
    const attempt = channel === undefined ? failed('CHANNEL_OFF', true) : await this.#send(row, channel);
    await this.options.database.write((manager) => this.#note(manager, row, attempt));
  }

  async #send(row: AlarmDeliveryRow, channel: Channel): Promise<Attempt> {
    const { settings, clock, logger } = this.options;
    const recipient = settings.channels.recipients.find(({ id }) => id === row.recipient);
    try {
      return await channel.send({
        ...{ dedupeId: `alarm_${row.id}`, title: row.title, text: row.message, at: clock.now() },
        facts: { alarm: row.alarmId, level: row.escalationLevel },
        to: recipient?.routes[row.route]?.to ?? null,
      });
    } catch (error) {
      logger.error({ err: error, channel: channel.id }, 'a channel broke');
      return failed('INTERNAL');
    }
  }

  /** Takes the message for this attempt; false when another process has it. */
  async #claim({ id, attempts, state }: AlarmDeliveryRow): Promise<boolean> {
    const { database, clock } = this.options;
    return await database.write(async (manager) => {
      const claimed = await manager.update(
        AlarmDeliveryRow,
        { id, attempts, state },
        { attempts: attempts + 1, nextAt: clock.now() + (this.options.claimMs ?? CLAIM_MS) },
      );
      return (claimed.affected ?? 0) > 0;
    });
  }

  async #postpone(row: AlarmDeliveryRow, waitMs: number): Promise<void> {
    await this.options.database.write(async (manager) => {
      await this.#wait(manager, row, waitMs, row.lastCode);
    });
  }

  async #note(manager: EntityManager, row: AlarmDeliveryRow, attempt: Attempt): Promise<void> {
    const now = this.options.clock.now();
    switch (attempt.kind) {
      case 'SENT':
        await manager.update(AlarmDeliveryRow, row.id, { state: 'SENT', sentAt: now, lastCode: null });
        return;
      case 'THROTTLED':
        await this.#wait(manager, row, attempt.waitMs, attempt.code);
        return;
      case 'FAILED':
        await this.#fail(manager, row, attempt, now);
    }
  }

  /** Waiting for a turn is no failure, but the people who wait for the alarm are not made to wait with it for long. */
  async #wait(
    manager: EntityManager,
    row: AlarmDeliveryRow,
    waitMs: number,
    lastCode: string | null,
  ): Promise<void> {
    const now = this.options.clock.now();
    await manager.update(
      AlarmDeliveryRow,
      { id: row.id, state: In(['PENDING', 'FAILED']) },
      { nextAt: now + waitMs, lastCode },
    );
    if (now + waitMs - row.createdAt > WAIT_BEFORE_NEXT_MS) await this.#next(manager, row, now);
  }

  async #fail(
    manager: EntityManager,
    row: AlarmDeliveryRow,
    { code, permanent }: Attempt & { kind: 'FAILED' },
    now: number,
  ): Promise<void> {
    const failures = row.failures + 1;
    const over = permanent || failures >= MOST_FAILURES || now - row.createdAt > DAY_MS;
    const noted = await manager.update(
      AlarmDeliveryRow,
      { id: row.id, state: In(['PENDING', 'FAILED']) },
      { state: over ? 'GIVEN_UP' : 'FAILED', failures, lastCode: code, nextAt: now + pauseAfter(failures) },
    );
    // sent meanwhile by another process
    if (noted.affected === 0) return;
    this.options.logger.warn(
      { channel: row.channel, code, failures, over },
      'an alarm could not be delivered',
    );
    if (over || failures >= FAILURES_BEFORE_NEXT) await this.#next(manager, row, now);
    if (over) await this.#recordGivenUp(manager, row, code, failures);
  }

  async #next(manager: EntityManager, row: AlarmDeliveryRow, now: number): Promise<void> {
    const alarm = await manager.findOneBy(AlarmRow, { id: row.alarmId });
    if (alarm === null || SETTLED.has(alarm.state)) return;
    await this.#outbox.tellByNextRoute(manager, row, now);
  }

  async #recordGivenUp(
    manager: EntityManager,
    row: AlarmDeliveryRow,
    code: string,
    failures: number,
  ): Promise<void> {
    await this.options.audit.record(manager, SYSTEM_ACTOR, {
      ...{ action: 'alarm.deliveryFailed', outcome: 'FAILED', object: { type: 'alarm', id: row.alarmId } },
      facts: { channel: row.channel, recipient: row.recipient, error: code, failures },
    });
  }
}

/** 2 s, 4 s, 8 s … at most five minutes. */
export function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
