/** Commands on their way to legacy systems, and every step that was taken for one. */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

@Entity('outbox_command')
export class OutboxCommandRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  /** Goes to the system with every sending; unique, so that one act can never ask for the same thing twice. */
  @Text('idempotency_key', 80) idempotencyKey!: string;
  /** Id of the signed proposal, or of the act that one person did alone. */
  @Text('proposal_id', 64) proposalId!: string;
  /** Order within the proposal, from 0. */
  @Whole('ordinal') ordinal!: number;
  @Text('system', 32) system!: string;
  @Text('kind', 20) kind!: string;
  /** Public id of the lot. */
  @Text('subject', 64) subject!: string;
  /** What of the lot the command changes in its system; commands to one slot go in the order of their acts. */
  @Text('slot', 190) slot!: string;
  /** Canonical JSON. */
  @LongText('payload') payload!: string;
  /** Hash of what is asked; the entry of the act holds the same. */
  @Text('hash', 80) hash!: string;
  /** Id of the audit entry that recorded the command with its hash. */
  @Text('entry_id', 36) entryId!: string;
  @Text('state', 10) state!: string;
  /** How often it was handed to the system. */
  @Whole('attempts') attempts!: number;
  /** How often in a row its outcome could not be told. */
  @Whole('checks') checks!: number;
  @InstantMs('created_at') createdAt!: number;
  /** Not touched before this instant; null when nothing more will be done by itself. */
  @InstantMs('next_at', { nullable: true }) nextAt!: number | null;
  /** A worker has it until then. */
  @InstantMs('leased_until') leasedUntil!: number;
  @InstantMs('sent_at', { nullable: true }) sentAt!: number | null;
  @InstantMs('settled_at', { nullable: true }) settledAt!: number | null;
  /** JSON: what the system said last, and what its record showed. */
  @LongText('outcome', { nullable: true }) outcome!: string | null;
}

/** One step for a command: rows are only ever inserted. */
@Entity('outbox_attempt')
export class OutboxAttemptRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('command_id', 36) commandId!: string;
  /** The sending that the step belongs to, from 1. */
  @Whole('attempt') attempt!: number;
  /** `SEND`, `ANSWER`, `READ_BACK` or `LEASE_LOST`. */
  @Text('step', 12) step!: string;
  @InstantMs('at') at!: number;
  /** JSON. */
  @LongText('facts') facts!: string;
}
