/** What was read, from where and when: streams, records with their immutable versions, runs, rejected rows. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Pk, Ref, Text, Whole } from '../../platform/database/columns';

/** A stream of a legacy system and how far it was read. */
@Entity('source_stream')
export class SourceStreamRow {
  @Pk() pk!: number;
  @Text('system', 32) system!: string;
  @Text('name', 64) name!: string;
  @Text('record_type', 32) recordType!: string;
  @Text('mapping_version', 64) mappingVersion!: string;
  /** Hashes of what its rows follow from and mean under that mapping (see StreamReading); null while that is not settled. */
  @Text('reading_rows', 64, { nullable: true }) readingRows!: string | null;
  @Text('reading_meaning', 64, { nullable: true }) readingMeaning!: string | null;
  /** JSON; null until the first batch was committed. */
  @LongText('watermark', { nullable: true }) watermark!: string | null;
  /** When all rows were last read and compared with the records that are kept; null before that. */
  @InstantMs('compared_at', { nullable: true }) comparedAt!: number | null;
  /** End of the last run that read the stream to its end. */
  @InstantMs('last_success_at', { nullable: true }) lastSuccessAt!: number | null;
  @InstantMs('last_attempt_at', { nullable: true }) lastAttemptAt!: number | null;
  /** Error code of the last attempt; null after a success. */
  @Text('last_error', 40, { nullable: true }) lastError!: string | null;
}

/**
 * One record of a legacy system, through all its versions. Streams and versions are joined to it by LEFT JOIN, though
 * they always exist: an inner join lets a server whose statistics are behind a bulk load start from the wrong end and
 * read a whole stream for a handful of records.
 */
@Entity('source_record')
export class SourceRecordRow {
  @Pk() pk!: number;
  @Ref('stream_pk') streamPk!: number;
  @Text('native_key', 190) nativeKey!: string;
  /** Number of the current version, from 1. */
  @Whole('version') version!: number;
  /** SHA-256 of the current version's raw and canonical content. */
  @Text('hash', 64) hash!: string;
  /** The golden entity that the record describes; null for facts, whose golden row has the record's own key. */
  @Ref('entity_pk', { nullable: true }) entityPk!: number | null;
  /** Why the record does not count (draft, cancelled, deleted); null when it does. */
  @Text('void_reason', 40, { nullable: true }) voidReason!: string | null;
  /** When the current version was read. */
  @InstantMs('read_at') readAt!: number;
}

/** One immutable version of a record. Rows are only ever inserted. */
@Entity('source_version')
export class SourceVersionRow {
  @PrimaryColumn({ type: 'bigint', name: 'record_pk' }) recordPk!: number;
  @PrimaryColumn({ type: 'int', name: 'version' }) version!: number;
  @Column({ type: 'text', name: 'raw' }) raw!: string;
  @Column({ type: 'text', name: 'canonical' }) canonical!: string;
  @Text('hash', 64) hash!: string;
  @Text('mapping_version', 64) mappingVersion!: string;
  @InstantMs('read_at') readAt!: number;
  /** When the source says that it changed the record. */
  @InstantMs('changed_at', { nullable: true }) changedAt!: number | null;
  @Text('void_reason', 40, { nullable: true }) voidReason!: string | null;
  /** Batch that it came with; the audit trail holds a digest of the batch. */
  @Ref('batch_pk', { nullable: true }) batchPk!: number | null;
}

/** A row that could not become a record, kept with its reason until it can. */
@Entity('rejected_row')
export class RejectedRowRow {
  @Pk() pk!: number;
  @Ref('stream_pk') streamPk!: number;
  /** The native key, or a hash of the row where it has none. */
  @Text('row_key', 190) rowKey!: string;
  @Text('code', 40) code!: string;
  @Text('field', 64) field!: string;
  @LongText('message') message!: string;
  @LongText('raw') raw!: string;
  @Text('mapping_version', 64) mappingVersion!: string;
  @InstantMs('first_seen_at') firstSeenAt!: number;
  @InstantMs('last_seen_at') lastSeenAt!: number;
  @InstantMs('resolved_at', { nullable: true }) resolvedAt!: number | null;
}

/** One run over one system. read = changed + unchanged + rejected. */
@Entity('sync_run')
export class SyncRunRow {
  @Pk() pk!: number;
  @Text('system', 32) system!: string;
  /** RUNNING, SUCCEEDED, FAILED or ABANDONED. */
  @Text('state', 12) state!: string;
  @InstantMs('started_at') startedAt!: number;
  @InstantMs('finished_at', { nullable: true }) finishedAt!: number | null;
  @Whole('rows_read') rowsRead!: number;
  @Whole('rows_changed') rowsChanged!: number;
  @Whole('rows_unchanged') rowsUnchanged!: number;
  @Whole('rows_rejected') rowsRejected!: number;
  @Text('mapping_version', 64) mappingVersion!: string;
  @Text('error_code', 40, { nullable: true }) errorCode!: string | null;
  @LongText('error_message', { nullable: true }) errorMessage!: string | null;
}
