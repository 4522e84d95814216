/**
 * People, their accounts, what they prove themselves with, and what they may do. A person is a human being and is never
 * reused; an account is one way to sign in; two accounts of one human share the person, who fills one slot of a sign-off.
 */
import { Entity, PrimaryColumn } from 'typeorm';
import { Flag, InstantMs, LongText, Text, Whole } from '../../platform/database/columns';

export type AccountKind = 'password' | 'oidc' | 'ldap' | 'service';
/** `ENROLLING`: exists, but nobody can sign in with it until its person has set a password and a factor. */
export type AccountStatus = 'ENROLLING' | 'ACTIVE' | 'DISABLED';
export type FactorKind = 'totp' | 'hotp' | 'webauthn';
/** `ENROL` may do nothing but enrol a factor. */
export type SessionStage = 'FULL' | 'ENROL';
export type RecoveryStatus = 'OPEN' | 'APPROVED' | 'USED' | 'CANCELLED';

@Entity('person')
export class PersonRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'id' }) id!: string;
  @Text('name_en', 200) nameEn!: string;
  @Text('name_zh', 200) nameZh!: string;
  @Text('status', 16) status!: 'ACTIVE' | 'DISABLED';
  @InstantMs('created_at') createdAt!: number;
}

@Entity('account')
export class AccountRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'id' }) id!: string;
  /** Null for a service. */
  @Text('person', 64, { nullable: true }) person!: string | null;
  @Text('kind', 16) kind!: AccountKind;
  /** Normalised; for a service its client id. Never reassigned to another person. */
  @Text('user_name', 128) userName!: string;
  /** Argon2id in PHC form, which names its parameters; null where another system keeps the password, or none is set. */
  @Text('secret_hash', 255, { nullable: true }) secretHash!: string | null;
  /** Issuer and subject of an account that another system keeps; hashed, since it is a key of a person. */
  @Text('external_key', 80, { nullable: true }) externalKey!: string | null;
  @Text('status', 16) status!: AccountStatus;
  /** JSON list; only services have roles of their own. */
  @LongText('service_roles', { nullable: true }) serviceRoles!: string | null;
  @Flag('may_act_for') mayActFor!: boolean;
  @InstantMs('expires_at', { nullable: true }) expiresAt!: number | null;
  @InstantMs('created_at') createdAt!: number;
}

@Entity('factor')
export class FactorRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('person', 64) person!: string;
  @Text('kind', 16) kind!: FactorKind;
  @Text('status', 16) status!: 'PENDING' | 'ACTIVE' | 'REMOVED';
  /** Secret of a one-time-code factor, encrypted; null for passkeys. */
  @LongText('sealed_secret', { nullable: true }) sealedSecret!: string | null;
  /** Id of a passkey's credential. */
  @Text('credential_id', 512, { nullable: true }) credentialId!: string | null;
  /** JSON: a passkey's public key and transports; digits of a hardware token. */
  @LongText('details', { nullable: true }) details!: string | null;
  /** Last time step or counter that was used: nothing up to it is accepted again. */
  @InstantMs('last_used') lastUsed!: number;
  @InstantMs('created_at') createdAt!: number;
}

@Entity('auth_session')
export class SessionRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'id' }) id!: string;
  @Text('account', 64) account!: string;
  @Text('person', 64, { nullable: true }) person!: string | null;
  @Text('stage', 16) stage!: SessionStage;
  /** JSON list of what was shown at sign-in: `pwd`, `otp`, `hwk`, `demo`, `oidc` … */
  @LongText('amr') amr!: string;
  @InstantMs('auth_time') authTime!: number;
  @Text('client', 64, { nullable: true }) client!: string | null;
  @Text('language', 2, { nullable: true }) language!: 'en' | 'zh' | null;
  @Text('on_behalf_of', 64, { nullable: true }) onBehalfOf!: string | null;
  /** Hash of the refresh token that is good now; null where there is none. */
  @Text('refresh_hash', 80, { nullable: true }) refreshHash!: string | null;
  @InstantMs('created_at') createdAt!: number;
  @InstantMs('expires_at') expiresAt!: number;
  @InstantMs('revoked_at', { nullable: true }) revokedAt!: number | null;
}

@Entity('step_up_ticket')
export class StepUpTicketRow {
  /** Hash of the ticket, which is kept nowhere. */
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'ticket_hash' }) ticketHash!: string;
  @Text('person', 64) person!: string;
  @Text('account', 64) account!: string;
  @Text('session_id', 64) session!: string;
  /** Keyed hash of the purpose together with all else that the ticket says. */
  @Text('purpose_hash', 80) purposeHash!: string;
  @LongText('methods') methods!: string;
  @InstantMs('at') at!: number;
  @InstantMs('expires_at') expiresAt!: number;
  @InstantMs('used_at', { nullable: true }) usedAt!: number | null;
}

@Entity('role_grant')
export class RoleGrantRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('person', 64) person!: string;
  @Text('role_name', 64) role!: string;
  /** JSON lists; empty means all. */
  @LongText('sites') sites!: string;
  @LongText('suppliers') suppliers!: string;
  /** `ACT`: given here. `CLAIM`: from the directory that the person signed in with, until the next sign-in. */
  @Text('source', 16) source!: 'ACT' | 'CLAIM';
  @InstantMs('valid_from') validFrom!: number;
  @InstantMs('expires_at', { nullable: true }) expiresAt!: number | null;
  /** Person who gave it; `system` for the demo and the first officers. */
  @Text('granted_by', 64) grantedBy!: string;
  /** Proposal that was signed for it, where the role needs that. */
  @Text('proposal', 64, { nullable: true }) proposal!: string | null;
  @InstantMs('revoked_at', { nullable: true }) revokedAt!: number | null;
  @InstantMs('last_used_at', { nullable: true }) lastUsedAt!: number | null;
}

@Entity('recovery')
export class RecoveryRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id' }) id!: string;
  @Text('kind', 16) kind!: 'CREATE' | 'RECOVER' | 'DISABLE';
  @Text('account', 64) account!: string;
  @Text('person', 64, { nullable: true }) person!: string | null;
  @LongText('reason') reason!: string;
  @Text('status', 16) status!: RecoveryStatus;
  @Text('opened_by', 64) openedBy!: string;
  @Text('approved_by', 64, { nullable: true }) approvedBy!: string | null;
  /** Hashes of the two halves of the enrolment code: each officer sees one, the person needs both. */
  @Text('first_half', 80) firstHalf!: string;
  @Text('second_half', 80, { nullable: true }) secondHalf!: string | null;
  @InstantMs('created_at') createdAt!: number;
  @InstantMs('expires_at') expiresAt!: number;
}

/** What may be used once: refresh tokens that were exchanged, states of OIDC sign-ins, passkey challenges. */
@Entity('used_code')
export class UsedCodeRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'code_hash' }) codeHash!: string;
  @Text('session_id', 64, { nullable: true }) session!: string | null;
  @InstantMs('expires_at') expiresAt!: number;
}

/** Failed attempts, by user name (known or not) and by address, both hashed. */
@Entity('sign_in_throttle')
export class ThrottleRow {
  @PrimaryColumn({ type: 'varchar', length: 80, name: 'throttle_key' }) key!: string;
  @Whole('failures') failures!: number;
  @InstantMs('locked_until') lockedUntil!: number;
  @InstantMs('updated_at') updatedAt!: number;
}

/** One row, whose number rises with every change that matters to who may do what. */
@Entity('identity_epoch')
export class IdentityEpochRow {
  @PrimaryColumn({ type: 'int', name: 'id' }) id!: number;
  @InstantMs('epoch') epoch!: number;
}

export const IDENTITY_ENTITIES = [
  PersonRow,
  AccountRow,
  FactorRow,
  SessionRow,
  StepUpTicketRow,
  RoleGrantRow,
  RecoveryRow,
  UsedCodeRow,
  ThrottleRow,
  IdentityEpochRow,
] as const;
