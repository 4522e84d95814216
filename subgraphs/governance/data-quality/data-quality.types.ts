/** Scores of the quality of the data, their standards, how they were, and the rows behind them. */
import { ID, InputType, Int, ObjectType } from 'type-graphql';
import type {
  QualityMeasurementRow,
  QualityScoreRow,
} from '../../../canonical/data-quality/data-quality.entity';
import type { Failure } from '../../../canonical/data-quality/failures';
import { DIMENSIONS, type QualityStandard, percentOf } from '../../../canonical/data-quality/standard';
import type { SourceStreamRow } from '../../../canonical/entities/source.entity';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import type { RowScope } from '../../../canonical/scope/row-scope';
import { enumOf } from '../../../platform/graphql/enums';
import { instantOf } from '../../../platform/graphql/instants';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { FindingSeverity } from '../findings/finding.type';
import { LocalizedTextType } from '../localized-text.type';

export const QualityDimension = enumOf('QualityDimension', DIMENSIONS);

const metOf = (met: number | null): boolean | null => (met === null ? null : met !== 0);

@AccessRule('finding')
@ObjectType('QualityStandard')
export class QualityStandardType {
  @TermField(() => ID, 'qualityStandard.id', { nullable: false }) id!: string;
  @TermField(() => LocalizedTextType, 'qualityStandard.name') name!: LocalizedTextType | null;
  @TermField(() => QualityDimension, 'qualityStandard.dimension') dimension!: string;
  @TermField(() => [String], 'qualityStandard.terms') terms!: readonly string[] | null;
  @TermField(() => [String], 'qualityStandard.systems') systems!: readonly string[] | null;
  @TermField(() => String, 'qualityStandard.leastPercent') leastPercent!: string;
  @TermField(() => Int, 'qualityStandard.leastRows') leastRows!: number;
  @TermField(() => FindingSeverity, 'qualityStandard.severity') severity!: string;
  @TermField(() => String, 'qualityStandard.owner') owner!: string | null;

  static from({ name, leastPpm, ...standard }: QualityStandard): QualityStandardType {
    return Object.assign(new QualityStandardType(), standard, {
      name: LocalizedTextType.from(name),
      leastPercent: percentOf(leastPpm),
    });
  }
}

/** Counts are over all rows, whosever they are: a limited caller is told none. */
@AccessRule('finding')
@ObjectType('QualityScore')
export class QualityScoreType {
  row!: QualityScoreRow;
  streamRow!: SourceStreamRow;
  @TermField(() => ID, 'qualityScore.id', { nullable: false }) id!: string;
  @TermField(() => String, 'qualityScore.system') system!: string;
  @TermField(() => String, 'qualityScore.stream') stream!: string;
  @TermField(() => String, 'qualityScore.recordType') recordType!: string;
  @TermField(() => String, 'qualityScore.term') term!: string | null;
  @TermField(() => QualityDimension, 'qualityScore.dimension') dimension!: string;
  @TermField(() => Int, 'qualityScore.numerator') numerator!: number | null;
  @TermField(() => Int, 'qualityScore.denominator') denominator!: number | null;
  @TermField(() => Boolean, 'qualityScore.met') met!: boolean | null;
  @TermField(() => Instant, 'qualityScore.changedAt') changedAt!: Date | null;
  @TermField(() => String, 'qualityScore.standardsVersion') standardsVersion!: string;

  static from(row: QualityScoreRow, stream: SourceStreamRow, scope: RowScope | null): QualityScoreType {
    const { dimension, field, numerator, denominator, standardsVersion } = row;
    const { system, name, recordType } = stream;
    return Object.assign(new QualityScoreType(), {
      ...{ row, streamRow: stream, id: toId('qualityScore', row.pk) },
      ...{ system, stream: name, recordType, dimension, standardsVersion },
      term: field === '' ? null : `${recordType}.${field}`,
      ...(scope === null
        ? { numerator, denominator, met: metOf(row.met), changedAt: instantOf(row.changedAt) }
        : { numerator: null, denominator: null, met: null, changedAt: null }),
    });
  }
}

@AccessRule('finding')
@ObjectType('QualityMeasurement')
export class QualityMeasurementType {
  @TermField(() => Instant, 'qualityMeasurement.measuredAt') measuredAt!: Date | null;
  @TermField(() => Int, 'qualityMeasurement.numerator') numerator!: number;
  @TermField(() => Int, 'qualityMeasurement.denominator') denominator!: number;
  @TermField(() => Boolean, 'qualityMeasurement.met') met!: boolean | null;
  @TermField(() => String, 'qualityMeasurement.standardsVersion') standardsVersion!: string;

  static from(row: QualityMeasurementRow): QualityMeasurementType {
    const { numerator, denominator, standardsVersion } = row;
    return Object.assign(new QualityMeasurementType(), {
      ...{ numerator, denominator, standardsVersion },
      measuredAt: instantOf(row.measuredAt),
      met: metOf(row.met),
    });
  }
}

@AccessRule('finding')
@ObjectType('QualityFailure')
export class QualityFailureType {
  failure!: Failure;
  @TermField(() => String, 'qualityFailure.key') key!: string;
  @TermField(() => String, 'qualityFailure.reason') reason!: string;
  @TermField(() => ID, 'qualityFailure.finding') finding!: string | null;
  @TermField(() => ID, 'qualityFailure.rejectedRow') rejectedRow!: string | null;

  static from(failure: Failure): QualityFailureType {
    const { key, reason, findingPk, rejectedPk } = failure;
    return Object.assign(new QualityFailureType(), {
      ...{ failure, key, reason },
      finding: findingPk === null ? null : toId('finding', findingPk),
      rejectedRow: rejectedPk === null ? null : toId('rejectedRow', rejectedPk),
    });
  }
}

@InputType('QualityScoreFilter')
export class QualityScoreFilter {
  @TermField(() => String, 'qualityScore.system') system?: string | null;
  @TermField(() => String, 'qualityScore.stream') stream?: string | null;
  @TermField(() => String, 'qualityScore.term') term?: string | null;
  @TermField(() => QualityDimension, 'qualityScore.dimension') dimension?: string | null;
  /** False: those that fall below a standard. */
  @TermField(() => Boolean, 'qualityScore.met') met?: boolean | null;
}

export const QualityScoreConnection = connectionOf('QualityScoreConnection', () => QualityScoreType);
export const QualityMeasurementConnection = connectionOf(
  'QualityMeasurementConnection',
  () => QualityMeasurementType,
);
export const QualityFailureConnection = connectionOf('QualityFailureConnection', () => QualityFailureType);

export const DATA_QUALITY_TYPES = [
  ...[QualityStandardType, QualityScoreType, QualityMeasurementType, QualityFailureType],
  ...[QualityScoreConnection, QualityMeasurementConnection, QualityFailureConnection],
] as const;
