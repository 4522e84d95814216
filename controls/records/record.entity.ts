/** Versions of regulated records; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

@Entity('regulated_record')
export class RegulatedRecordRow {
  /** `disposition`, `hold`, `expiryDecision`, `adjustment`, `policy`, `mapping`, `signature` … */
  @PrimaryColumn({ type: 'varchar', length: 32, name: 'record_type' }) recordType!: string;
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'record_id' }) recordId!: string;
  /** From 1; the highest is the current one. */
  @PrimaryColumn({ type: 'int', name: 'version' }) version!: number;
  /** Public id of what the record is about, e.g. `lot_ya`. */
  @Text('subject', 64) subject!: string;
  /** Canonical JSON of the content. */
  @LongText('content') content!: string;
  /** `sha256:…` over type, id, version, subject, instant and content; the audit entry of the act holds the same. */
  @Text('hash', 80) hash!: string;
  /** Id of that audit entry. */
  @Text('entry_id', 36) entryId!: string;
  @InstantMs('at') at!: number;
}
