/** A recall case and the lots in its scope, as its source recorded them. */
import { Directive, ID, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import type { RecallCaseRow, RecallScopeRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { fromMicros } from '../../../platform/decimal';
import { enumOf } from '../../../platform/graphql/enums';
import { Decimal, LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { RECALL_CLASSES, RECALL_STATES } from '../../../schema/records/record-types';
import { LotStub } from '../stubs/lot.stub';

export const RecallClass = enumOf('RecallClass', RECALL_CLASSES);
export const RecallState = enumOf('RecallState', RECALL_STATES);
export const RecallRelation = enumOf('RecallRelation', ['DIRECT', 'ANCESTOR', 'DESCENDANT']);

@Directive('@key(fields: "id")')
@AccessRule('recallCase')
@ObjectType('RecallCase')
export class RecallCaseType {
  row!: RecallCaseRow;
  @TermField(() => ID, 'recallCase.id', { nullable: false }) id!: string;
  @TermField(() => String, 'recallCase.number') number!: string;
  @TermField(() => String, 'recallCase.title') title!: string | null;
  @TermField(() => String, 'recallCase.titleZh') titleZh!: string | null;
  @TermField(() => RecallClass, 'recallCase.recallClass') recallClass!: string;
  @TermField(() => RecallState, 'recallCase.state') state!: string;
  @TermField(() => String, 'recallCase.reason') reason!: string | null;
  @TermField(() => LocalDate, 'recallCase.openedOn') openedOn!: string;
  @TermField(() => LocalDate, 'recallCase.closedOn') closedOn!: string | null;

  static from(row: RecallCaseRow): RecallCaseType {
    const { number, title, titleZh, recallClass, state, reason, openedOn, closedOn } = row;
    const shown = { number, title, titleZh, recallClass, state, reason, openedOn, closedOn };
    return Object.assign(new RecallCaseType(), { row, id: toId('recallCase', row.pk), ...shown });
  }
}

@AccessRule('recallScope')
@ObjectType('RecallScopeLot')
export class RecallScopeLotType {
  pk!: number;
  @TermField(() => ID, 'recallScope.id', { nullable: false }) id!: string;
  @TermField(() => LotStub, 'recallScope.lot') lot!: LotStub;
  @TermField(() => Decimal, 'recallScope.quantity') quantity!: string | null;
  @TermField(() => String, 'recallScope.uom') uom!: string | null;

  static from(row: RecallScopeRow): RecallScopeLotType {
    return Object.assign(new RecallScopeLotType(), {
      pk: row.pk,
      id: toId('recallScope', row.pk),
      lot: LotStub.of(row.lotPk),
      quantity: row.quantityMicros === null ? null : fromMicros(row.quantityMicros),
      uom: row.uom,
    });
  }
}

@AccessRule('recallCase')
@ObjectType('RecallHistoryEntry')
export class RecallHistoryEntryType {
  @TermField(() => RecallCaseType, 'recallHistory.recall') recall!: RecallCaseType;
  @TermField(() => RecallRelation, 'recallHistory.relation') relation!: string;
  @TermField(() => LotStub, 'recallHistory.via') via!: LotStub;
}

@InputType('RecallCaseFilter')
export class RecallCaseFilter {
  @TermField(() => [RecallState], 'recallCase.state') states?: string[] | null;
  @TermField(() => [RecallClass], 'recallCase.recallClass') classes?: string[] | null;
  /** The day itself is included. */
  @TermField(() => LocalDate, 'recallCase.openedOn') openedFrom?: string | null;
  /** The day itself is included. */
  @TermField(() => LocalDate, 'recallCase.openedOn') openedTo?: string | null;
}

export const RecallCaseConnection = connectionOf('RecallCaseConnection', () => RecallCaseType);
export const RecallScopeConnection = connectionOf('RecallScopeConnection', () => RecallScopeLotType);
