/** An inspection: one sample with its results. Verdict, lot, results and source are resolved beside it. */
import { Directive, ID, ObjectType } from 'type-graphql';
import type { InspectionRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { fromMicros } from '../../../platform/decimal';
import { Decimal, Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { connectionOf } from '../../../canonical/graph/page.type';
import { InspectionState, InspectionTarget } from './inspection.enums';
import type { AppliesTo } from './verdict';

@Directive('@key(fields: "id")')
@AccessRule('inspection')
@ObjectType('Inspection')
export class InspectionType {
  /** The golden row that the inspection is shown from. */
  row!: InspectionRow;
  @TermField(() => ID, 'inspection.id', { nullable: false }) id!: string;
  @TermField(() => String, 'inspection.number') number!: string;
  @TermField(() => String, 'inspection.inspectionType') type!: string | null;
  @TermField(() => InspectionState, 'inspection.state') state!: string;
  @TermField(() => InspectionTarget, 'inspection.appliesTo') appliesTo!: AppliesTo | null;
  @TermField(() => String, 'inspection.sterilizationLoad') sterilizationLoad!: string | null;
  @TermField(() => Instant, 'inspection.sampledAt') sampledAt!: Date | null;
  @TermField(() => Instant, 'inspection.receivedAt') receivedAt!: Date | null;
  @TermField(() => Instant, 'inspection.verifiedAt') verifiedAt!: Date | null;
  @TermField(() => Instant, 'inspection.publishedAt') publishedAt!: Date | null;
  @TermField(() => Decimal, 'inspection.sampleSize') sampleSize!: string | null;

  static from(row: InspectionRow, appliesTo: AppliesTo | null = targetOf(row)): InspectionType {
    return Object.assign(new InspectionType(), {
      row,
      id: toId('inspection', row.pk),
      number: row.number,
      type: row.inspectionType,
      state: row.state,
      appliesTo,
      sterilizationLoad: row.sterilizationLoad,
      sampledAt: instantOf(row.sampledAt),
      receivedAt: instantOf(row.receivedAt),
      verifiedAt: instantOf(row.verifiedAt),
      publishedAt: instantOf(row.publishedAt),
      sampleSize: row.sampleSizeMicros === null ? null : fromMicros(row.sampleSizeMicros),
    });
  }
}

export const InspectionConnection = connectionOf('InspectionConnection', () => InspectionType);

/** What an inspection stands for when no lot was asked about: a named lot goes before its load. */
function targetOf(row: InspectionRow): AppliesTo | null {
  if (row.lotPk !== null) return 'LOT';
  return row.sterilizationLoad === null ? null : 'STERILIZATION_LOAD';
}
