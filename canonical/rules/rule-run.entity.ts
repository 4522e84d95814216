/** Runs of consistency rules over all lots: asked for, or due. */
import { Entity } from 'typeorm';
import { InstantMs, LongText, Pk, Ref, Text, Whole } from '../../platform/database/columns';

export type RuleRunState = 'WAITING' | 'DONE' | 'FAILED';

@Entity('rule_run')
export class RuleRunRow {
  @Pk() pk!: number;
  /** Id of the only rule that is run; null: all. */
  @Text('rule_id', 64, { nullable: true }) ruleId!: string | null;
  /** Hash of the rules that it runs under. */
  @Text('rules_version', 64) rulesVersion!: string;
  @Text('state', 12) state!: RuleRunState;
  /** Account of who asked for it; `system` for one that was due. */
  @Text('requested_by', 128) requestedBy!: string;
  @InstantMs('requested_at') requestedAt!: number;
  /** Key of the last lot or item that was checked: a run that was killed goes on after it. */
  @Ref('place') place!: number;
  @Whole('lots_total') lotsTotal!: number;
  @Whole('lots_done') lotsDone!: number;
  @InstantMs('finished_at', { nullable: true }) finishedAt!: number | null;
  @LongText('error', { nullable: true }) error!: string | null;
}
