/** Edges of the identity map, the keys under which entities are compared, and pairs that may be one. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Ref, Text, Whole } from '../../platform/database/columns';

/** What `system` names so is that: an entity that leads to another. */
@Entity('identity_edge')
export class IdentityEdgeRow {
  @PrimaryColumn({ type: 'bigint', name: 'from_pk' }) fromPk!: number;
  /** Id of the system whose words are meant; empty for every system. */
  @PrimaryColumn({ type: 'varchar', length: 32, name: 'system' }) system!: string;
  @Ref('to_pk') toPk!: number;
  @Text('entity_type', 12) entityType!: string;
  /** Natural key of `from`, under which records name it. */
  @Text('natural_key', 300) naturalKey!: string;
  /** STEWARD: two people signed for it. SOURCE: a record of a system states it. */
  @Text('origin', 12) origin!: string;
  /** The proposal, or the source record. */
  @Text('origin_ref', 64) originRef!: string;
  @InstantMs('since') since!: number;
}

/** A source states that what `spokenBy` calls `code` is what the others call `sameAs`. */
@Entity('cross_reference')
export class CrossReferenceRow {
  @PrimaryColumn({ type: 'bigint', name: 'pk' }) pk!: number;
  /** The system that states it. */
  @Text('system', 32) system!: string;
  /** ITEM, SITE or PARTY. */
  @Text('entity_type', 12) entityType!: string;
  @Text('code', 140) code!: string;
  /** The system whose code it is; empty for everybody's. */
  @Text('spoken_by', 32) spokenBy!: string;
  @Text('same_as', 140) sameAs!: string;
}

/** A normal form of what names an entity: equal forms are worth a look, and prove nothing. */
@Entity('identity_key')
export class IdentityKeyRow {
  @PrimaryColumn({ type: 'bigint', name: 'entity_pk' }) entityPk!: number;
  @PrimaryColumn({ type: 'varchar', length: 12, name: 'kind' }) kind!: string;
  @Text('value', 190) value!: string;
}

/** Two entities that may be one; the smaller key stands first. */
@Entity('identity_candidate')
export class IdentityCandidateRow {
  @PrimaryColumn({ type: 'bigint', name: 'first_pk' }) firstPk!: number;
  @PrimaryColumn({ type: 'bigint', name: 'second_pk' }) secondPk!: number;
  @Text('entity_type', 12) entityType!: string;
  /** 0 to 100. */
  @Whole('confidence') confidence!: number;
  /** JSON: what speaks for it and what against it. */
  @LongText('evidence') evidence!: string;
  @InstantMs('found_at') foundAt!: number;
}

/** A pair that a steward set aside: it is no candidate as long as the evidence is the same. */
@Entity('identity_dismissal')
export class IdentityDismissalRow {
  @PrimaryColumn({ type: 'bigint', name: 'first_pk' }) firstPk!: number;
  @PrimaryColumn({ type: 'bigint', name: 'second_pk' }) secondPk!: number;
  @Text('entity_type', 12) entityType!: string;
  @Whole('confidence') confidence!: number;
  /** JSON: the evidence that was seen. */
  @LongText('evidence') evidence!: string;
  @LongText('reason') reason!: string;
  @Text('dismissed_by', 128) dismissedBy!: string;
  @InstantMs('dismissed_at') dismissedAt!: number;
}
