/** Tables of the alarms. All that an alarm knows stands here, so that a restart forgets nothing and repeats nothing. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text, Whole } from '../../platform/database/columns';
import type { Severity } from './rules/alarm-rule';

/**
 * `OPEN`: nobody has seen it. `ESCALATED`: it waited for too long, and more people were told. `ACKNOWLEDGED`: someone
 * takes care. `CLOSED`: done with. `SUPPRESSED`: raised while its rule was silenced; nobody was told.
 */
export const ALARM_STATES = ['OPEN', 'ESCALATED', 'ACKNOWLEDGED', 'CLOSED', 'SUPPRESSED'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** `PENDING`: to be sent, perhaps again. `SENT`: taken by the channel. `GIVEN_UP`: it never will be. */
export const DELIVERY_STATES = ['PENDING', 'SENT', 'FAILED', 'GIVEN_UP'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

@Entity('alarm')
export class AlarmRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('rule_id', 64) ruleId!: string;
  @Text('severity', 16) severity!: Severity;
  @Text('state', 16) state!: AlarmState;
  /** Hash of rule and subject: acts with the same key join one alarm. */
  @Text('dedupe_key', 64) dedupeKey!: string;
  @InstantMs('fold_until') foldUntil!: number;
  /** Hash of the rules that it was raised under. */
  @Text('rules_version', 80) rulesVersion!: string;
  @Whole('occurrences') occurrences!: number;
  /** Sum of the rule's fact over the acts; the count where the rule has none. */
  @InstantMs('amount') amount!: number;
  @InstantMs('first_seq') firstSeq!: number;
  @InstantMs('last_seq') lastSeq!: number;
  @InstantMs('first_at') firstAt!: number;
  @InstantMs('last_at') lastAt!: number;
  /** Action of the latest act. */
  @Text('last_action', 64) lastAction!: string;
  @InstantMs('opened_at') openedAt!: number;
  /** Steps of the escalation that were taken. */
  @Whole('escalation_level') escalationLevel!: number;
  /** When the next step is due; null when there is none. */
  @InstantMs('due_at', { nullable: true }) dueAt!: number | null;
  @InstantMs('acknowledged_at', { nullable: true }) acknowledgedAt!: number | null;
  @Text('acknowledged_by', 128, { nullable: true }) acknowledgedBy!: string | null;
  @InstantMs('closed_at', { nullable: true }) closedAt!: number | null;
  @Text('closed_by', 128, { nullable: true }) closedBy!: string | null;
}

/** An audit entry that an alarm is about. */
@Entity('alarm_entry')
export class AlarmEntryRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'alarm_id' }) alarmId!: string;
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
  @Text('entry_id', 36) entryId!: string;
  @Text('account', 128) account!: string;
  @Text('person', 128, { nullable: true }) person!: string | null;
}

/** An act that fits a rule whose threshold is not reached yet. */
@Entity('alarm_match')
export class AlarmMatchRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'rule_id' }) ruleId!: string;
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
  @Text('dedupe_key', 64) dedupeKey!: string;
  @InstantMs('at') at!: number;
  @InstantMs('amount') amount!: number;
  @Text('entry_id', 36) entryId!: string;
  @Text('account', 128) account!: string;
  @Text('person', 128, { nullable: true }) person!: string | null;
}

/** One message to one recipient by one channel: the outbox of the alarms. */
@Entity('alarm_delivery')
export class AlarmDeliveryRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('alarm_id', 36) alarmId!: string;
  /** Which step of the escalation it belongs to; 0 is the first word. */
  @Whole('escalation_level') escalationLevel!: number;
  @Text('recipient', 32) recipient!: string;
  /** Place of the channel in the recipient's list. */
  @Whole('route') route!: number;
  @Text('channel', 32) channel!: string;
  /** `zh` or `en`. */
  @Text('lang', 2) lang!: string;
  @Text('title', 600) title!: string;
  @LongText('message') message!: string;
  @Text('state', 16) state!: DeliveryState;
  /** 0 goes first: a flood of small alarms MUST NOT stand before a grave one. */
  @Whole('urgency') urgency!: number;
  @Whole('attempts') attempts!: number;
  @Whole('failures') failures!: number;
  /** When it may be tried (again). */
  @InstantMs('next_at') nextAt!: number;
  @Text('last_code', 64, { nullable: true }) lastCode!: string | null;
  @InstantMs('created_at') createdAt!: number;
  @InstantMs('sent_at', { nullable: true }) sentAt!: number | null;
}

/** How far the trail was read, and under which rules. */
@Entity('alarm_cursor')
export class AlarmCursorRow {
  @PrimaryColumn({ type: 'varchar', length: 32, name: 'name' }) name!: string;
  @InstantMs('seq') seq!: number;
  @Text('rules_version', 80) rulesVersion!: string;
  /** Keyed, over the place: what SQL moved is read again. */
  @Text('mac', 64, { nullable: true }) mac!: string | null;
}

/** A rule that is silent for a while. */
@Entity('alarm_suppression')
export class AlarmSuppressionRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('rule_id', 64) ruleId!: string;
  @InstantMs('starts_at') startsAt!: number;
  @InstantMs('until_at') untilAt!: number;
  @Text('account', 128) account!: string;
  @Text('person', 128, { nullable: true }) person!: string | null;
  @LongText('reason') reason!: string;
}

export const ALARM_ENTITIES = [
  AlarmRow,
  AlarmEntryRow,
  AlarmMatchRow,
  AlarmDeliveryRow,
  AlarmCursorRow,
  AlarmSuppressionRow,
];
