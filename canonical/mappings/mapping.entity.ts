/**
 * Mappings as they were published, those that were handed in, what publishing them would change, and how far the copy
 * was derived anew. Versions and drafts are only ever inserted.
 */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Pk, Ref, Text, Whole } from '../../platform/database/columns';

@Entity('mapping_version')
export class MappingVersionRow {
  @PrimaryColumn({ type: 'varchar', length: 32, name: 'system' }) system!: string;
  /** From 1 for each system; the highest is in force. */
  @PrimaryColumn({ type: 'int', name: 'number' }) number!: number;
  /** The YAML as it was handed in. */
  @LongText('text') text!: string;
  /** Hash of the text, with its algorithm. */
  @Text('text_hash', 80) textHash!: string;
  /** SHA-256 of the document: the version that each record carries. */
  @Text('document_hash', 64) documentHash!: string;
  /** Version of the mapping language. */
  @Whole('language') language!: number;
  @LongText('reason') reason!: string;
  /** JSON: how many parts differ from the version before, and what that changed. */
  @LongText('facts') facts!: string;
  /** Account that published it; `system` for what came with the product. */
  @Text('published_by', 128) publishedBy!: string;
  @InstantMs('published_at') publishedAt!: number;
}

@Entity('mapping_draft')
export class MappingDraftRow {
  /** Hash of the content, with its algorithm. */
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'id' }) id!: string;
  @Text('system', 32) system!: string;
  /** Canonical JSON: system and text. */
  @LongText('content') content!: string;
  @Text('staged_by', 128) stagedBy!: string;
  @InstantMs('staged_at') stagedAt!: number;
}

export type ImpactState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';

/** One look at what a draft would change; what it found is a regulated record, and this row says how it goes. */
@Entity('mapping_impact')
export class MappingImpactRow {
  @Pk() pk!: number;
  @Text('draft', 80) draft!: string;
  @Text('system', 32) system!: string;
  /** Number of the version that the draft is compared with; 0 when none was published. */
  @Whole('base_number') baseNumber!: number;
  @Text('state', 12) state!: ImpactState;
  @Whole('rows_total') rowsTotal!: number;
  @Whole('rows_done') rowsDone!: number;
  @InstantMs('requested_at') requestedAt!: number;
  @InstantMs('finished_at', { nullable: true }) finishedAt!: number | null;
  /** JSON: the first changes, for the eyes; the counts stand in the record. */
  @LongText('sample', { nullable: true }) sample!: string | null;
  @LongText('error', { nullable: true }) error!: string | null;
}

export type DerivationState = 'RUNNING' | 'DONE' | 'SUPERSEDED';

/** How far the copy of one system was derived anew under a mapping: moved on in the transaction of each batch. */
@Entity('mapping_derivation')
export class MappingDerivationRow {
  @Pk() pk!: number;
  @Text('system', 32) system!: string;
  /** SHA-256 of the mapping's document. */
  @Text('mapping_version', 64) mappingVersion!: string;
  @Text('state', 12) state!: DerivationState;
  /** JSON: stream, pass and last key; null when nothing was done yet. */
  @LongText('place', { nullable: true }) place!: string | null;
  @Whole('rows_total') rowsTotal!: number;
  @Whole('rows_done') rowsDone!: number;
  @Whole('rows_changed') rowsChanged!: number;
  @Whole('rows_unchanged') rowsUnchanged!: number;
  @Whole('rows_rejected') rowsRejected!: number;
  /** Rows that lack what the mapping asks of them: their stream is read anew. */
  @Whole('rows_waiting') rowsWaiting!: number;
  @InstantMs('started_at') startedAt!: number;
  @InstantMs('updated_at') updatedAt!: number;
  @InstantMs('finished_at', { nullable: true }) finishedAt!: number | null;
}

/** What a stream's source looked like when its mapping was first read with, and what its values are like since. */
@Entity('source_expectation')
export class SourceExpectationRow {
  @Pk('stream_pk') streamPk!: number;
  @Text('mapping_version', 64) mappingVersion!: string;
  /** JSON: columns that the mapping names, with their types; null where the source declares none. */
  @LongText('columns', { nullable: true }) columns!: string | null;
  /** JSON: what the values of each named column are like, over the runs so far. */
  @LongText('profile', { nullable: true }) profile!: string | null;
  @InstantMs('taken_at') takenAt!: number;
  @InstantMs('updated_at') updatedAt!: number;
}

/** Entities that nothing refers to any more, with the keys that they get again when something does. */
@Entity('pruned_identity')
export class PrunedIdentityRow {
  @PrimaryColumn({ type: 'varchar', length: 12, name: 'entity_type' }) entityType!: string;
  @PrimaryColumn({ type: 'varchar', length: 300, name: 'natural_key' }) naturalKey!: string;
  @Ref('pk') pk!: number;
}
