/** What people do about findings. A finding without a row here is open and nobody's. */
import { Entity } from 'typeorm';
import { InstantMs, LongText, Pk, Ref, Text } from '../../platform/database/columns';

/** What people say of a finding that is still so. */
export const WORK_STATES = ['OPEN', 'ACKNOWLEDGED', 'IN_WORK', 'ACCEPTED'] as const;
export type WorkState = (typeof WORK_STATES)[number];
/** What a finding shows: what people say of it, or that it is no longer so. */
export type ShownState = WorkState | 'RESOLVED';

@Entity('finding_work')
export class FindingWorkRow {
  @Pk('finding_pk') findingPk!: number;
  @Text('state', 12) state!: WorkState;
  /** Account of who takes care of it. */
  @Text('assignee', 128, { nullable: true }) assignee!: string | null;
  /** Why it is accepted, and until when; null in every other state. */
  @LongText('reason', { nullable: true }) reason!: string | null;
  @InstantMs('until_at', { nullable: true }) untilAt!: number | null;
  @InstantMs('updated_at') updatedAt!: number;
  @Text('updated_by', 128) updatedBy!: string;
}

export const EVENT_KINDS = ['STATE', 'ASSIGNED', 'COMMENT'] as const;

/** One step in the history of a finding. Rows are only ever inserted. */
@Entity('finding_event')
export class FindingEventRow {
  @Pk() pk!: number;
  @Ref('finding_pk') findingPk!: number;
  @InstantMs('at') at!: number;
  /** Account of who did it; `system` for what followed from the data or the calendar. */
  @Text('account', 128) account!: string;
  @Text('kind', 12) kind!: (typeof EVENT_KINDS)[number];
  /** States or assignees; null where there was none. */
  @Text('from_value', 128, { nullable: true }) from!: string | null;
  @Text('to_value', 128, { nullable: true }) to!: string | null;
  /** A comment, or the reason of the step. */
  @LongText('text', { nullable: true }) text!: string | null;
}
