/** What dual sign-off keeps: proposals, their signatures, delegations, and the published policies. */
import { Entity, PrimaryColumn } from 'typeorm';
import { Flag, InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

/**
 * `PROPOSED`: nobody signed. `HALF_SIGNED`: one person did. `EXECUTED`: the act was done. The others are final and
 * nothing was done: `REJECTED` by a person, `WITHDRAWN` by the proposer, `EXPIRED` by silence, `STALE` because its
 * target or its policy changed.
 */
export type SignOffState =
  'PROPOSED' | 'HALF_SIGNED' | 'EXECUTED' | 'REJECTED' | 'WITHDRAWN' | 'EXPIRED' | 'STALE';

export const OPEN_STATES: readonly SignOffState[] = ['PROPOSED', 'HALF_SIGNED'];

@Entity('sign_off_proposal')
export class SignOffProposalRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  /** `lot.release`. */
  @Text('act', 64) action!: string;
  /** `Mutation.releaseLot`. */
  @Text('coordinate', 128) coordinate!: string;
  /** Frozen canonical JSON (see `payload.ts`); never changed after it was inserted. */
  @LongText('payload') payload!: string;
  @Text('payload_hash', 80) payloadHash!: string;
  @Text('state', 16) state!: SignOffState;
  @Text('proposer_person', 64, { nullable: true }) proposerPerson!: string | null;
  @Text('proposer_account', 64) proposerAccount!: string;
  @Text('proposer_name', 200) proposerName!: string;
  @LongText('reason', { nullable: true }) reason!: string | null;
  @InstantMs('proposed_at') proposedAt!: number;
  /** Until when the first signature may be given. */
  @InstantMs('expires_at') expiresAt!: number;
  /** Until when the act may run; set by the first signature. */
  @InstantMs('execute_by', { nullable: true }) executeBy!: number | null;
  @Text('policy_version', 80) policyVersion!: string;
  /** Same for two proposals of the same payload by the same person; null once the proposal is closed. */
  @Text('open_key', 80, { nullable: true }) openKey!: string | null;
  @InstantMs('closed_at', { nullable: true }) closedAt!: number | null;
  @Text('closed_by', 64, { nullable: true }) closedBy!: string | null;
  @LongText('close_reason', { nullable: true }) closeReason!: string | null;
  /** Executed on one signature; `reviewBy` says until when another person must have reviewed it. */
  @Flag('break_glass') breakGlass!: boolean;
  @InstantMs('review_by', { nullable: true }) reviewBy!: number | null;
  /** True once the overdue review was reported. */
  @Flag('review_overdue') reviewOverdue!: boolean;
}

/** Rows are only ever inserted; the same facts are a regulated record of type `signature`. */
@Entity('sign_off_signature')
export class SignOffSignatureRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'proposal_id' }) proposalId!: string;
  /** 1, 2; the review of an act that broke the glass is 2. */
  @PrimaryColumn({ type: 'int', name: 'slot' }) slot!: number;
  @Text('person', 64) person!: string;
  @Text('account', 64) account!: string;
  /** Printed name at the time of signing. */
  @Text('printed_name', 200) printedName!: string;
  /** Role that made the person eligible. */
  @Text('used_role', 64) usedRole!: string;
  /** Person whose right was used by delegation. */
  @Text('on_behalf_of', 64, { nullable: true }) onBehalfOf!: string | null;
  @Text('meaning', 64) meaning!: string;
  @Text('meaning_en', 400) meaningEn!: string;
  @Text('meaning_zh', 400) meaningZh!: string;
  @LongText('remark', { nullable: true }) comment!: string | null;
  @InstantMs('signed_at') signedAt!: number;
  /** Components that the person authenticated with, comma-separated. */
  @Text('methods', 200) methods!: string;
  @Text('policy_version', 80) policyVersion!: string;
  /** What the step-up ticket was bound to. */
  @Text('signing_hash', 80) signingHash!: string;
  /** Over the signing hash, the account, the instant, the methods and the comment. */
  @Text('signed_hash', 80) signedHash!: string;
  /** Signature text over `signedHash`, naming algorithm and key. */
  @LongText('signature') signature!: string;
}

@Entity('sign_off_delegation')
export class SignOffDelegationRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('act', 64) action!: string;
  /** The role of a signer that is lent. */
  @Text('lent_role', 64) role!: string;
  @Text('from_person', 64) fromPerson!: string;
  @Text('to_person', 64) toPerson!: string;
  @LongText('reason') reason!: string;
  @InstantMs('created_at') createdAt!: number;
  @InstantMs('starts_at') startsAt!: number;
  @InstantMs('ends_at') endsAt!: number;
  @InstantMs('revoked_at', { nullable: true }) revokedAt!: number | null;
}

@Entity('sign_off_policy')
export class SignOffPolicyRow {
  /** From 1; the highest is in force. */
  @PrimaryColumn({ type: 'int', name: 'number' }) number!: number;
  /** Hash of the content, with its algorithm. */
  @Text('version', 80) version!: string;
  /** Canonical JSON. */
  @LongText('content') content!: string;
  @LongText('reason') reason!: string;
  @InstantMs('published_at') publishedAt!: number;
  @Text('published_by', 64) publishedBy!: string;
  @Whole('record_version') recordVersion!: number;
}

export const SIGN_OFF_ENTITIES = [
  SignOffProposalRow,
  SignOffSignatureRow,
  SignOffDelegationRow,
  SignOffPolicyRow,
] as const;
