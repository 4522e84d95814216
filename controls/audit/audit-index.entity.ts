/** What entries are found by; made by the sequencer from their bodies, and never evidence itself. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, Text, Whole } from '../../platform/database/columns';

@Entity('audit_index')
export class AuditIndexRow {
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
  @Text('entry_id', 36) entryId!: string;
  @InstantMs('at') at!: number;
  @Text('account', 64) account!: string;
  @Text('person', 64, { nullable: true }) person!: string | null;
  @Text('act', 64) act!: string;
  @Text('outcome', 10) outcome!: string;
  @Text('object_type', 64, { nullable: true }) objectType!: string | null;
  @Text('object_id', 190, { nullable: true }) objectId!: string | null;
  @Whole('change_count') changeCount!: number;
  @Whole('record_count') recordCount!: number;
}

/** One changed field of an entry. Values are cut: they are looked for here, and shown from the body. */
@Entity('audit_change')
export class AuditChangeRow {
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
  @PrimaryColumn({ type: 'int', name: 'position' }) position!: number;
  @Text('field', 120) field!: string;
  @Text('value_before', 120, { nullable: true }) valueBefore!: string | null;
  @Text('value_after', 120, { nullable: true }) valueAfter!: string | null;
}

/** A word of an entry's reason, object, code or act. */
@Entity('audit_word')
export class AuditWordRow {
  @PrimaryColumn({ type: 'varchar', length: 40, name: 'word' }) word!: string;
  @PrimaryColumn({ type: 'bigint', name: 'seq' }) seq!: number;
}
