/** What is counted of the quality of the data: what records state, when rows came, and the scores over time. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, Pk, Ref, Text, Whole } from '../../platform/database/columns';
import type { Dimension } from './standard';

/** Up to which version the counts are. One row. */
@Entity('quality_position')
export class QualityPositionRow {
  @PrimaryColumn({ type: 'varchar', length: 16, name: 'name' }) name!: string;
  /** Last batch of versions that was counted. */
  @Ref('batch_pk') batchPk!: number;
  /** Last record whose versions without a batch (older than batches) were counted; null when all were. */
  @Ref('unbatched_pk', { nullable: true }) unbatchedPk!: number | null;
  /** Day (since the epoch) on which old measurements were last thinned out. */
  @Whole('thinned_day') thinnedDay!: number;
}

/** What the current, valid records of a stretch of keys state in one field. */
@Entity('quality_count')
export class QualityCountRow {
  /** `stream:stretch:field`. */
  @PrimaryColumn({ type: 'varchar', length: 190, name: 'id' }) id!: string;
  @Ref('stream_pk') streamPk!: number;
  /** Keys of records by 16384. */
  @Ref('stretch') stretch!: number;
  /** Empty: whole records. */
  @Text('field', 128) field!: string;
  /** Records of whose field the mapping speaks, and of these those that state it. */
  @Ref('present') present!: number;
  @Ref('stated') stated!: number;
}

/** How a stream is watched. */
@Entity('quality_stream')
export class QualityStreamRow {
  @Pk('stream_pk') streamPk!: number;
  /** What was read until then was there before anyone looked. */
  @InstantMs('began_at') beganAt!: number;
  @InstantMs('measured_at') measuredAt!: number;
}

/** Rows of a stream that came on one day (UTC). */
@Entity('quality_day')
export class QualityDayRow {
  /** `stream:day`. */
  @PrimaryColumn({ type: 'varchar', length: 48, name: 'id' }) id!: string;
  @Ref('stream_pk') streamPk!: number;
  /** Days since the epoch. */
  @Whole('day') day!: number;
  @Ref('arrived') arrived!: number;
  /** Rows whose change the source dates, and of these those that were read in time. */
  @Ref('timed') timed!: number;
  @Ref('in_time') inTime!: number;
  @InstantMs('last_row_at') lastRowAt!: number;
  /** Longest pause that ended on the day. */
  @Ref('longest_pause_ms') longestPauseMs!: number;
  @Ref('first_batch') firstBatch!: number;
  @Ref('last_batch') lastBatch!: number;
}

/** The score of one dimension of one field of a stream, as it is now. */
@Entity('quality_score')
export class QualityScoreRow {
  @Pk() pk!: number;
  @Ref('stream_pk') streamPk!: number;
  /** Empty: whole rows. */
  @Text('field', 128) field!: string;
  @Text('dimension', 16) dimension!: Dimension;
  @Ref('numerator') numerator!: number;
  @Ref('denominator') denominator!: number;
  /** 1 when all standards are met, 0 when one is not; null where none asks for it, or there are too few rows. */
  @Whole('met', { nullable: true }) met!: number | null;
  @Text('standards_version', 64) standardsVersion!: string;
  @InstantMs('changed_at') changedAt!: number;
  /** The measurement that holds what it is. */
  @Ref('kept_pk') keptPk!: number;
  @InstantMs('kept_at') keptAt!: number;
}

/** One score as it was measured. */
@Entity('quality_measurement')
export class QualityMeasurementRow {
  @Pk() pk!: number;
  @Ref('score_pk') scorePk!: number;
  @Whole('day') day!: number;
  @InstantMs('measured_at') measuredAt!: number;
  @Ref('numerator') numerator!: number;
  @Ref('denominator') denominator!: number;
  @Whole('met', { nullable: true }) met!: number | null;
  @Text('standards_version', 64) standardsVersion!: string;
}
