/** An alarm, its rule, and what was sent about it, as the graph shows them. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  ALARM_STATES,
  type AlarmDeliveryRow,
  type AlarmRow,
  DELIVERY_STATES,
} from '../../../controls/alarms/alarm.entity';
import { type AlarmRule, SEVERITIES } from '../../../controls/alarms/rules/alarm-rule';
import { connectionOf } from '../../../canonical/graph/page.type';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { LocalizedTextType } from '../localized-text.type';

export const AlarmSeverity = enumOf('AlarmSeverity', SEVERITIES);
export const AlarmStateEnum = enumOf('AlarmState', ALARM_STATES);
const AlarmDeliveryState = enumOf('AlarmDeliveryState', DELIVERY_STATES);

@AccessRule('alarmRule')
@ObjectType('AlarmRule')
export class AlarmRuleType {
  @TermField(() => ID, 'alarmRule.id', { nullable: false }) id!: string;
  @TermField(() => LocalizedTextType, 'alarmRule.name') name!: LocalizedTextType | null;
  @TermField(() => AlarmSeverity, 'alarmRule.severity') severity!: string;
  @TermField(() => Boolean, 'alarmRule.suppressible') suppressible!: boolean;

  static from(rule: AlarmRule): AlarmRuleType {
    const { id, severity, suppressible } = rule;
    return Object.assign(new AlarmRuleType(), {
      ...{ id, severity, suppressible },
      name: LocalizedTextType.from(rule.name),
    });
  }
}

@AccessRule('alarmDelivery')
@ObjectType('AlarmDelivery')
export class AlarmDeliveryType {
  @TermField(() => ID, 'alarmDelivery.id', { nullable: false }) id!: string;
  @TermField(() => String, 'alarmDelivery.recipient') recipient!: string;
  @TermField(() => String, 'alarmDelivery.channel') channel!: string;
  @TermField(() => Int, 'alarmDelivery.level') level!: number;
  @TermField(() => AlarmDeliveryState, 'alarmDelivery.state') state!: string;
  @TermField(() => Int, 'alarmDelivery.attempts') attempts!: number;
  @TermField(() => String, 'alarmDelivery.error') error!: string | null;
  @TermField(() => Instant, 'alarmDelivery.createdAt') createdAt!: Date | null;
  @TermField(() => Instant, 'alarmDelivery.sentAt') sentAt!: Date | null;

  static from(row: AlarmDeliveryRow): AlarmDeliveryType {
    const { id, recipient, channel, state, attempts } = row;
    return Object.assign(new AlarmDeliveryType(), {
      ...{ id, recipient, channel, state, attempts, level: row.escalationLevel, error: row.lastCode },
      createdAt: instantOf(row.createdAt),
      sentAt: instantOf(row.sentAt),
    });
  }
}

@AccessRule('alarm')
@ObjectType('Alarm')
export class AlarmType {
  @TermField(() => ID, 'alarm.id', { nullable: false }) id!: string;
  @TermField(() => String, 'alarm.ruleId') ruleId!: string;
  @TermField(() => AlarmSeverity, 'alarm.severity') severity!: string;
  @TermField(() => AlarmStateEnum, 'alarm.state') state!: string;
  @TermField(() => Int, 'alarm.occurrences') occurrences!: number;
  @TermField(() => String, 'alarm.action') action!: string;
  @TermField(() => Instant, 'alarm.firstAt') firstAt!: Date | null;
  @TermField(() => Instant, 'alarm.lastAt') lastAt!: Date | null;
  @TermField(() => Instant, 'alarm.openedAt') openedAt!: Date | null;
  @TermField(() => Int, 'alarm.escalationLevel') escalationLevel!: number;
  @TermField(() => Instant, 'alarm.dueAt') dueAt!: Date | null;
  @TermField(() => Instant, 'alarm.acknowledgedAt') acknowledgedAt!: Date | null;
  @TermField(() => String, 'alarm.acknowledgedBy') acknowledgedBy!: string | null;
  @TermField(() => Instant, 'alarm.closedAt') closedAt!: Date | null;
  @TermField(() => String, 'alarm.closedBy') closedBy!: string | null;
  @TermField(() => String, 'alarm.rulesVersion') rulesVersion!: string;

  static from(row: AlarmRow): AlarmType {
    const { id, ruleId, severity, state, occurrences, escalationLevel, rulesVersion } = row;
    return Object.assign(new AlarmType(), {
      ...{ id, ruleId, severity, state, occurrences, escalationLevel, rulesVersion },
      ...{ action: row.lastAction, acknowledgedBy: row.acknowledgedBy, closedBy: row.closedBy },
      firstAt: instantOf(row.firstAt),
      lastAt: instantOf(row.lastAt),
      openedAt: instantOf(row.openedAt),
      dueAt: instantOf(row.dueAt),
      acknowledgedAt: instantOf(row.acknowledgedAt),
      closedAt: instantOf(row.closedAt),
    });
  }
}

@InputType('AlarmFilter')
export class AlarmFilter {
  @TermField(() => [AlarmStateEnum], 'alarm.state') states?: string[] | null;
  @TermField(() => [AlarmSeverity], 'alarm.severity') severities?: string[] | null;
  @TermField(() => [String], 'alarm.ruleId') rules?: string[] | null;
}

export const AlarmConnection = connectionOf('AlarmConnection', () => AlarmType);
