/** Graphs as they were published; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

@Entity('graph_schema_version')
export class SchemaVersionRow {
  /** From 1; the highest is what the next one is compared with. */
  @PrimaryColumn({ type: 'int', name: 'seq' }) seq!: number;
  /** Hash of the content, with its algorithm. */
  @Text('version', 80) version!: string;
  /** Canonical JSON. */
  @LongText('content') content!: string;
  @LongText('reason') reason!: string;
  @Whole('breaking') breaking!: number;
  @Whole('dangerous') dangerous!: number;
  @Whole('safe') safe!: number;
  /** Account that published it. */
  @Text('published_by', 128) publishedBy!: string;
  @InstantMs('published_at') publishedAt!: number;
}
