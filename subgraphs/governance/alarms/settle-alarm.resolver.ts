/** Acknowledging and closing alarms, and silencing rules. Refusals are audited like the acts. */
import { Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import type { AlarmOutcome } from '../../../controls/alarms/alarm-service';
import { refusalIn } from '../../../controls/sign-off/refusal';
import { RefusalType } from '../../../controls/sign-off/mutation-payload.type';
import type { ErrorCode } from '../../../platform/errors';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { Language } from '../../../platform/request';
import type { GovernanceContext } from '../context';
import { AlarmRuleType, AlarmType } from './alarm.type';

@AccessRule('alarm')
@ObjectType('SettleAlarmPayload')
export class SettleAlarmPayload {
  @TermField(() => AlarmType, 'mutation.object') alarm!: AlarmType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@AccessRule('alarmRule')
@ObjectType('SuppressAlarmPayload')
export class SuppressAlarmPayload {
  @TermField(() => AlarmRuleType, 'mutation.object') rule!: AlarmRuleType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver()
export class SettleAlarmResolver {
  @TermMutation(() => SettleAlarmPayload, 'mutation.acknowledgeAlarm')
  @Directive('@access(rule: "mutation.acknowledgeAlarm")')
  async acknowledgeAlarm(
    @TermArg('id', () => ID, 'mutation.acknowledgeAlarm.id') id: string,
    @TermArg('comment', () => String, 'mutation.acknowledgeAlarm.comment') comment: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleAlarmPayload> {
    const outcome = await context.services.controls.alarms.acknowledge(context, id, comment);
    return settled(outcome, context.language);
  }

  @TermMutation(() => SettleAlarmPayload, 'mutation.closeAlarm')
  @Directive('@access(rule: "mutation.closeAlarm")')
  async closeAlarm(
    @TermArg('id', () => ID, 'mutation.closeAlarm.id') id: string,
    @TermArg('reason', () => String, 'mutation.closeAlarm.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SettleAlarmPayload> {
    const outcome = await context.services.controls.alarms.close(context, id, reason);
    return settled(outcome, context.language);
  }

  @TermMutation(() => SuppressAlarmPayload, 'mutation.suppressAlarm')
  @Directive('@access(rule: "mutation.suppressAlarm")')
  async suppressAlarm(
    @TermArg('rule', () => ID, 'mutation.suppressAlarm.rule') rule: string,
    @TermArg('until', () => Instant, 'mutation.suppressAlarm.until') until: Date,
    @TermArg('reason', () => String, 'mutation.suppressAlarm.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<SuppressAlarmPayload> {
    const { alarms } = context.services.controls;
    const outcome = await alarms.suppress(context, rule, until.getTime(), reason);
    return Object.assign(new SuppressAlarmPayload(), {
      rule: AlarmRuleType.from(outcome.rule),
      refusals: refusals(outcome.refusal, context.language),
    });
  }
}

function settled({ alarm, refusal }: AlarmOutcome, language: Language): SettleAlarmPayload {
  return Object.assign(new SettleAlarmPayload(), {
    alarm: AlarmType.from(alarm),
    refusals: refusals(refusal, language),
  });
}

const refusals = (code: ErrorCode | null, language: Language): RefusalType[] =>
  code === null ? [] : [Object.assign(new RefusalType(), refusalIn(language, code))];
