/** The identity map and the findings. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Pk, Ref, Text, Whole } from '../../platform/database/columns';

/** Natural key → internal key of an entity; a key keeps its entity for ever unless a steward moves it. */
@Entity('identity')
export class IdentityRow {
  @PrimaryColumn({ type: 'varchar', length: 12, name: 'entity_type' }) entityType!: string;
  @PrimaryColumn({ type: 'varchar', length: 300, name: 'natural_key' }) naturalKey!: string;
  @Ref('pk') pk!: number;
}

/** The next free internal key. */
@Entity('key_sequence')
export class KeySequenceRow {
  @PrimaryColumn({ type: 'varchar', length: 20, name: 'name' }) name!: string;
  @Ref('next') next!: number;
}

/** Something about the data that a person should look at. */
@Entity('finding')
export class FindingRow {
  @Pk() pk!: number;
  /** What makes it one finding however often it is seen: rule, subject and field. */
  @Text('dedupe_key', 300) dedupeKey!: string;
  @Text('rule', 40) rule!: string;
  /** INFO, WARNING or ERROR. */
  @Text('severity', 10) severity!: string;
  /** OPEN or RESOLVED. */
  @Text('state', 10) state!: string;
  /** `lot`, `item`, `record` …: what it is about. */
  @Text('subject_type', 20) subjectType!: string;
  @Ref('subject_pk') subjectPk!: number;
  @Text('field', 64, { nullable: true }) field!: string | null;
  /** JSON: the values that disagree, by system, or whatever the rule shows. */
  @LongText('facts') facts!: string;
  @InstantMs('opened_at') openedAt!: number;
  @InstantMs('last_seen_at') lastSeenAt!: number;
  @InstantMs('resolved_at', { nullable: true }) resolvedAt!: number | null;
  @Whole('occurrences') occurrences!: number;
  /** Id of the rule in its file, and the hash of the file; null for rules that no file declares. */
  @Text('rule_id', 64, { nullable: true }) ruleId!: string | null;
  @Text('rule_version', 64, { nullable: true }) ruleVersion!: string | null;
  /** Who answers for it: an owner of the rules, or the steward of a term. */
  @Text('owner', 64, { nullable: true }) owner!: string | null;
  /** JSON: the values that disagree, each with its source and time. */
  @LongText('evidence', { nullable: true }) evidence!: string | null;
}
