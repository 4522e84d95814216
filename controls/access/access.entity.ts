/** Published policies, and those that were handed in to be published; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

@Entity('access_policy_version')
export class AccessPolicyRow {
  /** From 1; the highest is in force. */
  @PrimaryColumn({ type: 'int', name: 'seq' }) seq!: number;
  /** Hash of the content, with its algorithm. */
  @Text('version', 80) version!: string;
  /** Canonical JSON. */
  @LongText('content') content!: string;
  @LongText('reason') reason!: string;
  /** Account that published it; `system` for what came with the product. */
  @Text('published_by', 128) publishedBy!: string;
  @InstantMs('published_at') publishedAt!: number;
}

@Entity('access_policy_draft')
export class AccessDraftRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'version' }) version!: string;
  @LongText('content') content!: string;
  @Text('staged_by', 128) stagedBy!: string;
  @InstantMs('staged_at') stagedAt!: number;
}
