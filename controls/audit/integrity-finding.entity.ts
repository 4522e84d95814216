/** What the scheduled check found wrong: one row a place, seen again and again until it is right. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

@Entity('integrity_finding')
export class IntegrityFindingRow {
  /** Hash of code and place. */
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'finding_id' }) id!: string;
  @Text('code', 40) code!: string;
  /** Table, sequence or key: where it is. */
  @Text('place', 300) place!: string;
  @LongText('message') message!: string;
  @InstantMs('first_seen_at') firstSeenAt!: number;
  @InstantMs('last_seen_at') lastSeenAt!: number;
  @InstantMs('resolved_at', { nullable: true }) resolvedAt!: number | null;
  @Whole('occurrences') occurrences!: number;
  /** Audit entry that told of it first. */
  @Text('entry_id', 36) entryId!: string;
}
