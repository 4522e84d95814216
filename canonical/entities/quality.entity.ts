/** Golden rows of quality and recall as the legacy systems recorded them. */
import { Entity } from 'typeorm';
import { CalendarDate, InstantMs, LongText, Micros, Pk, Ref, Text } from '../../platform/database/columns';

@Entity('inspection')
export class InspectionRow {
  @Pk() pk!: number;
  @Text('ref', 190) ref!: string;
  @Text('number', 140) number!: string;
  /** Null when the sample names no lot, or none that could be told for certain. */
  @Ref('lot_pk', { nullable: true }) lotPk!: number | null;
  /** Set when the sample stands for a whole sterilisation load. */
  @Text('sterilization_load', 140, { nullable: true }) sterilizationLoad!: string | null;
  @Text('inspection_type', 140, { nullable: true }) inspectionType!: string | null;
  @Text('state', 20) state!: string;
  @InstantMs('sampled_at', { nullable: true }) sampledAt!: number | null;
  @InstantMs('received_at', { nullable: true }) receivedAt!: number | null;
  @InstantMs('verified_at', { nullable: true }) verifiedAt!: number | null;
  @InstantMs('published_at', { nullable: true }) publishedAt!: number | null;
  @Micros('sample_size_micros', { nullable: true }) sampleSizeMicros!: number | null;
  @Text('inspector', 800, { nullable: true }) inspector!: string | null;
}

@Entity('inspection_result')
export class InspectionResultRow {
  @Pk() pk!: number;
  @Text('ref', 190) ref!: string;
  @Text('inspection_ref', 190) inspectionRef!: string;
  @Text('keyword', 140) keyword!: string;
  @Text('title', 280, { nullable: true }) title!: string | null;
  @Text('title_zh', 280, { nullable: true }) titleZh!: string | null;
  /** As the source wrote it. */
  @LongText('value', { nullable: true }) value!: string | null;
  @Micros('numeric_micros', { nullable: true }) numericMicros!: number | null;
  @Text('unit', 40, { nullable: true }) unit!: string | null;
  @Micros('lower_micros', { nullable: true }) lowerMicros!: number | null;
  @Micros('upper_micros', { nullable: true }) upperMicros!: number | null;
  /** PASS, FAIL or PENDING. */
  @Text('verdict', 10) verdict!: string;
  @Text('state', 20) state!: string;
  @Text('retest_of_ref', 190, { nullable: true }) retestOfRef!: string | null;
  @InstantMs('captured_at', { nullable: true }) capturedAt!: number | null;
  @Text('analyst', 800, { nullable: true }) analyst!: string | null;
}

/** A quality decision about a lot. */
@Entity('disposition')
export class DispositionRow {
  @Pk() pk!: number;
  @Ref('lot_pk') lotPk!: number;
  @Text('decision', 10) decision!: string;
  @CalendarDate('decided_on', { nullable: true }) decidedOn!: string | null;
  @Text('decided_by', 800, { nullable: true }) decidedBy!: string | null;
  @Text('number', 140, { nullable: true }) number!: string | null;
  @Text('document_ref', 190, { nullable: true }) documentRef!: string | null;
}

@Entity('recall_case')
export class RecallCaseRow {
  @Pk() pk!: number;
  @Text('ref', 190) ref!: string;
  @Text('number', 140) number!: string;
  @Text('title', 280, { nullable: true }) title!: string | null;
  @Text('title_zh', 280, { nullable: true }) titleZh!: string | null;
  @Text('recall_class', 3) recallClass!: string;
  @Text('state', 20) state!: string;
  @LongText('reason', { nullable: true }) reason!: string | null;
  @CalendarDate('opened_on') openedOn!: string;
  @CalendarDate('closed_on', { nullable: true }) closedOn!: string | null;
}

/** A lot in the scope of a recall case. */
@Entity('recall_scope')
export class RecallScopeRow {
  @Pk() pk!: number;
  @Text('recall_ref', 190) recallRef!: string;
  @Ref('lot_pk') lotPk!: number;
  @Micros('quantity_micros', { nullable: true }) quantityMicros!: number | null;
  @Text('uom', 40, { nullable: true }) uom!: string | null;
}
