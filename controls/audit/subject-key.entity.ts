/** The key of a person's data, wrapped by the master key; without it the person's words are unreadable for good. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, Text } from '../../platform/database/columns';

@Entity('subject_key')
export class SubjectKeyRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'person' }) person!: string;
  @Text('key_id', 36) keyId!: string;
  /** Id of the master key that wraps it. */
  @Text('master_id', 32) masterId!: string;
  /** Null once destroyed. */
  @Text('wrapped', 200, { nullable: true }) wrapped!: string | null;
  @InstantMs('created_at') createdAt!: number;
  @InstantMs('destroyed_at', { nullable: true }) destroyedAt!: number | null;
}
