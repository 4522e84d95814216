/** An entry as the act that it is about inserted it; rows are only ever inserted. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text } from '../../platform/database/columns';

@Entity('audit_entry')
export class AuditEntryRow {
  /** UUIDv7-like text: time first, so that an index on it follows time. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @InstantMs('at') at!: number;
  /** Canonical JSON. */
  @LongText('body') body!: string;
  /** Hash of the body, with its algorithm: `sha256:…`; the data of its leaf. */
  @Text('hash', 80) hash!: string;
}
