/** A finding: something about the data that a person should look at. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import type { FindingRow } from '../../../canonical/entities/governance.entity';
import { FINDING_RULES } from '../../../canonical/findings';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { ItemStub } from '../stubs/item.stub';
import { LotStub } from '../stubs/lot.stub';

export const FindingRule = enumOf('FindingRule', Object.keys(FINDING_RULES));
export const FindingSeverity = enumOf('FindingSeverity', ['INFO', 'WARNING', 'ERROR']);
export const FindingState = enumOf('FindingState', ['OPEN', 'RESOLVED']);

@AccessRule('finding')
@ObjectType('Finding')
export class FindingType {
  row!: FindingRow;
  @TermField(() => ID, 'finding.id', { nullable: false }) id!: string;
  @TermField(() => FindingRule, 'finding.rule') rule!: string;
  @TermField(() => FindingSeverity, 'finding.severity') severity!: string;
  @TermField(() => FindingState, 'finding.state') state!: string;
  @TermField(() => String, 'finding.subjectType') subjectType!: string;
  @TermField(() => LotStub, 'finding.lot') lot!: LotStub | null;
  @TermField(() => ItemStub, 'finding.item') item!: ItemStub | null;
  @TermField(() => String, 'finding.field') field!: string | null;
  @TermField(() => Instant, 'finding.openedAt') openedAt!: Date | null;
  @TermField(() => Instant, 'finding.lastSeenAt') lastSeenAt!: Date | null;
  @TermField(() => Instant, 'finding.resolvedAt') resolvedAt!: Date | null;
  @TermField(() => Int, 'finding.occurrences') occurrences!: number;

  static from(row: FindingRow): FindingType {
    const { rule, severity, state, subjectType, subjectPk, field, occurrences } = row;
    return Object.assign(new FindingType(), {
      ...{ row, rule, severity, state, subjectType, field, occurrences },
      id: toId('finding', row.pk),
      lot: subjectType === 'lot' ? LotStub.of(subjectPk) : null,
      item: subjectType === 'item' ? ItemStub.of(subjectPk) : null,
      openedAt: instantOf(row.openedAt),
      lastSeenAt: instantOf(row.lastSeenAt),
      resolvedAt: instantOf(row.resolvedAt),
    });
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
}

export const FindingConnection = connectionOf('FindingConnection', () => FindingType);
