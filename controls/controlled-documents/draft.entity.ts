/** Documents that were handed in to be published; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

@Entity('controlled_document_draft')
export class DocumentDraftRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'version' }) version!: string;
  @Text('document', 32) document!: string;
  /** Canonical JSON of the texts. */
  @LongText('content') content!: string;
  @Text('staged_by', 128) stagedBy!: string;
  @InstantMs('staged_at') stagedAt!: number;
}
