/** A finding: something about the data that a person should look at, and what people do about it. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import type { FindingRow } from '../../../canonical/entities/governance.entity';
import {
  EVENT_KINDS,
  type FindingEventRow,
  WORK_STATES,
} from '../../../canonical/finding-work/finding-work.entity';
import { FINDING_RULES } from '../../../canonical/findings';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import type { Evidence } from '../../../canonical/rules/claims';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { ItemStub } from '../stubs/item.stub';
import { LotStub } from '../stubs/lot.stub';

export const FindingRule = enumOf('FindingRule', Object.keys(FINDING_RULES));
export const FindingSeverity = enumOf('FindingSeverity', ['INFO', 'WARNING', 'ERROR']);
export const FindingState = enumOf('FindingState', [...WORK_STATES, 'RESOLVED']);
const FindingEventKind = enumOf('FindingEventKind', EVENT_KINDS);

@AccessRule('finding')
@ObjectType('Finding')
export class FindingType {
  row!: FindingRow;
  @TermField(() => ID, 'finding.id', { nullable: false }) id!: string;
  @TermField(() => FindingRule, 'finding.rule') rule!: string;
  @TermField(() => String, 'finding.consistencyRule') consistencyRule!: string | null;
  @TermField(() => String, 'finding.rulesVersion') rulesVersion!: string | null;
  @TermField(() => String, 'finding.owner') owner!: string | null;
  @TermField(() => FindingSeverity, 'finding.severity') severity!: string;
  @TermField(() => String, 'finding.subjectType') subjectType!: string;
  @TermField(() => LotStub, 'finding.lot') lot!: LotStub | null;
  @TermField(() => ItemStub, 'finding.item') item!: ItemStub | null;
  @TermField(() => String, 'finding.field') field!: string | null;
  @TermField(() => Instant, 'finding.openedAt') openedAt!: Date | null;
  @TermField(() => Instant, 'finding.lastSeenAt') lastSeenAt!: Date | null;
  @TermField(() => Instant, 'finding.resolvedAt') resolvedAt!: Date | null;
  @TermField(() => Int, 'finding.occurrences') occurrences!: number;

  static from(row: FindingRow): FindingType {
    const { rule, severity, subjectType, subjectPk, field, occurrences, owner } = row;
    return Object.assign(new FindingType(), {
      ...{ row, rule, severity, subjectType, field, occurrences, owner },
      ...{ consistencyRule: row.ruleId, rulesVersion: row.ruleVersion },
      id: toId('finding', row.pk),
      lot: subjectType === 'lot' ? LotStub.of(subjectPk) : null,
      item: subjectType === 'item' ? ItemStub.of(subjectPk) : null,
      openedAt: instantOf(row.openedAt),
      lastSeenAt: instantOf(row.lastSeenAt),
      resolvedAt: instantOf(row.resolvedAt),
    });
  }
}

/** One of the values that disagree, with its source and time. */
@AccessRule('finding')
@ObjectType('FindingValue')
export class FindingValueType {
  @TermField(() => String, 'findingValue.system') system!: string;
  @TermField(() => String, 'findingValue.stream') stream!: string | null;
  @TermField(() => String, 'findingValue.key') key!: string | null;
  @TermField(() => String, 'findingValue.value') value!: string | null;
  @TermField(() => Instant, 'findingValue.readAt') readAt!: Date | null;
  @TermField(() => Instant, 'findingValue.changedAt') changedAt!: Date | null;

  static from({ readAt, changedAt, ...rest }: Evidence): FindingValueType {
    return Object.assign(new FindingValueType(), {
      ...rest,
      readAt: instantOf(readAt),
      changedAt: instantOf(changedAt),
    });
  }
}

/** One step in the history of a finding. */
@AccessRule('finding')
@ObjectType('FindingEvent')
export class FindingEventType {
  @TermField(() => Instant, 'findingEvent.at') at!: Date | null;
  @TermField(() => String, 'findingEvent.account') account!: string;
  @TermField(() => FindingEventKind, 'findingEvent.kind') kind!: string;
  @TermField(() => String, 'findingEvent.from') from!: string | null;
  @TermField(() => String, 'findingEvent.to') to!: string | null;
  @TermField(() => String, 'findingEvent.text') text!: string | null;

  static of({ at, account, kind, from, to, text }: FindingEventRow): FindingEventType {
    return Object.assign(new FindingEventType(), { account, kind, from, to, text, at: instantOf(at) });
  }
}

@InputType('FindingFilter')
export class FindingFilter {
  @TermField(() => [FindingRule], 'finding.rule') rules?: string[] | null;
  @TermField(() => [FindingSeverity], 'finding.severity') severities?: string[] | null;
  @TermField(() => FindingState, 'finding.state') state?: string | null;
  @TermField(() => String, 'finding.subjectType') subjectType?: string | null;
  @TermField(() => ID, 'finding.lot') lot?: string | null;
  @TermField(() => ID, 'finding.item') item?: string | null;
  @TermField(() => [String], 'finding.consistencyRule') consistencyRules?: string[] | null;
  @TermField(() => String, 'finding.owner') owner?: string | null;
  @TermField(() => Boolean, 'finding.assignedToMe') assignedToMe?: boolean | null;
  @TermField(() => String, 'findingValue.system') system?: string | null;
}

export const FindingConnection = connectionOf('FindingConnection', () => FindingType);
