/** Puts messages into the outbox of the alarms, in the transaction of whatever they tell of. */
import type { EntityManager } from 'typeorm';
import { timedId } from '../integrity/ids';
import type { AlarmRow } from './alarm.entity';
import { AlarmDeliveryRow } from './alarm.entity';
import type { AlarmSettings } from './alarm-settings';
import type { Recipient } from './channels/channel';
import { withinBytes } from './channels/text-limit';
import { type AlarmRule, SEVERITIES } from './rules/alarm-rule';
import { type AlarmFacts, fillIn } from './rules/placeholders';

/** Stands in for a channel where a recipient has none left. */
export const NO_CHANNEL = '-';
const MOST_TITLE_BYTES = 600;

export class AlarmOutbox {
  constructor(private readonly settings: AlarmSettings) {}

  /** Queues the alarm's message for each recipient, by the first way that is open. */
  async tell(
    manager: EntityManager,
    alarm: AlarmRow,
    rule: AlarmRule,
    to: readonly string[],
    now: number,
  ): Promise<void> {
    const told = this.settings.channels.recipients.filter(({ id }) => to.includes(id));
    for (const recipient of told) {
      const message = this.#messageFor(alarm, rule, recipient);
      await this.#queue(manager, recipient, 0, { ...message, ...placeOf(alarm), createdAt: now });
    }
  }

  /** Queues the same message by the recipient's next way; nothing when it was queued before. */
  async tellByNextRoute(manager: EntityManager, delivery: AlarmDeliveryRow, now: number): Promise<void> {
    const { alarmId, escalationLevel, urgency, title, message, lang, route } = delivery;
    const recipient = this.settings.channels.recipients.find(({ id }) => id === delivery.recipient);
    if (recipient === undefined) return;
    await this.#queue(manager, recipient, route + 1, {
      ...{ alarmId, escalationLevel, urgency, title, message, lang, createdAt: now },
    });
  }

  async #queue(
    manager: EntityManager,
    recipient: Recipient,
    from: number,
    words: Pick<
      AlarmDeliveryRow,
      'alarmId' | 'escalationLevel' | 'urgency' | 'title' | 'message' | 'lang' | 'createdAt'
    >,
  ): Promise<void> {
    const route = this.#openRoute(recipient, from);
    const channel = recipient.routes[route]?.channel;
    const place = { escalationLevel: words.escalationLevel, recipient: recipient.id };
    const exists = { alarmId: words.alarmId, ...place, route };
    if ((await manager.countBy(AlarmDeliveryRow, exists)) > 0) return;
    await manager.insert(AlarmDeliveryRow, {
      ...words,
      ...place,
      ...{ id: timedId(words.createdAt), route, attempts: 0, failures: 0, nextAt: words.createdAt },
      channel: channel ?? NO_CHANNEL,
      state: channel === undefined ? 'GIVEN_UP' : 'PENDING',
      lastCode: channel === undefined ? 'NO_CHANNEL' : null,
    });
  }

  /** The first way from `from` on that is configured; the length of the list when there is none. */
  #openRoute({ routes }: Recipient, from: number): number {
    const { open } = this.settings.channels;
    const found = routes.findIndex(({ channel, to }, index) => {
      const way = open.get(channel);
      return index >= from && way !== undefined && (way.type !== 'email' || to !== null);
    });
    return found === -1 ? routes.length : found;
  }

  #messageFor(
    alarm: AlarmRow,
    rule: AlarmRule,
    { language }: Recipient,
  ): Pick<AlarmDeliveryRow, 'title' | 'message' | 'lang'> {
    const facts = factsOf(alarm, rule, this.settings.calendar.zone);
    return {
      title: withinBytes(fillIn(rule.title[language], facts, language), MOST_TITLE_BYTES),
      message: fillIn(rule.text[language], facts, language),
      lang: language,
    };
  }
}

const placeOf = ({ id, escalationLevel, severity }: AlarmRow) => ({
  alarmId: id,
  escalationLevel,
  urgency: SEVERITIES.length - 1 - SEVERITIES.indexOf(severity),
});

/** What an alarm's text may draw on. */
export function factsOf(alarm: AlarmRow, rule: AlarmRule, zone: string): AlarmFacts {
  return {
    id: alarm.id,
    ruleName: rule.name,
    severity: rule.severity,
    occurrences: alarm.occurrences,
    amount: alarm.amount,
    windowMinutes: Math.round(rule.threshold.windowMs / 60_000),
    firstAt: alarm.firstAt,
    lastAt: alarm.lastAt,
    action: alarm.lastAction,
    zone,
  };
}
