/** One result of an inspection, as the laboratory recorded it. */
import { ID, ObjectType } from 'type-graphql';
import type { InspectionResultRow } from '../../../canonical/entities/quality.entity';
import { toId } from '../../../canonical/ids';
import { fromMicros } from '../../../platform/decimal';
import { Decimal, Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { instantOf } from '../../../platform/graphql/instants';
import { InspectionResultState, InspectionVerdict } from './inspection.enums';

@AccessRule('inspectionResult')
@ObjectType('InspectionResult')
export class InspectionResultType {
  row!: InspectionResultRow;
  @TermField(() => ID, 'inspectionResult.id', { nullable: false }) id!: string;
  @TermField(() => String, 'inspectionResult.keyword') keyword!: string;
  @TermField(() => String, 'inspectionResult.title') title!: string | null;
  @TermField(() => String, 'inspectionResult.titleZh') titleZh!: string | null;
  @TermField(() => String, 'inspectionResult.value') value!: string | null;
  @TermField(() => Decimal, 'inspectionResult.numericValue') numericValue!: string | null;
  @TermField(() => String, 'inspectionResult.unit') unit!: string | null;
  @TermField(() => Decimal, 'inspectionResult.lowerLimit') lowerLimit!: string | null;
  @TermField(() => Decimal, 'inspectionResult.upperLimit') upperLimit!: string | null;
  @TermField(() => InspectionVerdict, 'inspectionResult.verdict') verdict!: string;
  @TermField(() => InspectionResultState, 'inspectionResult.state') state!: string;
  @TermField(() => Instant, 'inspectionResult.capturedAt') capturedAt!: Date | null;

  static from(row: InspectionResultRow): InspectionResultType {
    return Object.assign(new InspectionResultType(), {
      row,
      id: toId('inspectionResult', row.pk),
      keyword: row.keyword,
      title: row.title,
      titleZh: row.titleZh,
      value: row.value,
      numericValue: decimalOf(row.numericMicros),
      unit: row.unit,
      lowerLimit: decimalOf(row.lowerMicros),
      upperLimit: decimalOf(row.upperMicros),
      verdict: row.verdict,
      state: row.state,
      capturedAt: instantOf(row.capturedAt),
    });
  }
}

const decimalOf = (micros: number | null): string | null => (micros === null ? null : fromMicros(micros));
