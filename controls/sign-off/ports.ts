/** What dual sign-off needs of the controls beside it: people and their tickets, the outbox, and signing keys. */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import type { LocalizedText } from '../../platform/errors';
import type { RequestFacts } from '../../platform/request';
import type { AuditRecorder } from '../audit/audit-recorder';
import type { DigestAlgorithm } from '../integrity/digest';
import type { NewCommand } from '../outbox/command';
import type { RecordStore } from '../records/record-store';
import type { PublishedPolicies } from './policy/published-policies';

/** What a person may do now, read from the tables in the given transaction. */
export interface Eligibility {
  readonly active: boolean;
  readonly roles: readonly string[];
  /** What the person is limited to; empty where they are not. */
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
}

export interface StepUp {
  /** Single-use text that the second authentication gave. */
  readonly ticket: string;
  readonly person: string;
  readonly session: string;
  /** Hash that the ticket was asked for. */
  readonly purpose: string;
}

export interface SigningPeople {
  eligibility(manager: EntityManager, person: string): Promise<Eligibility>;
  /** The same for somebody who signed at most `withinMs` ago: rights that only lapsed with their session still count. */
  eligibilityOfSigner(manager: EntityManager, person: string, withinMs: number): Promise<Eligibility>;
  /** Whether the role may stand beside those that the person holds. */
  mayHold(manager: EntityManager, person: string, role: string): Promise<boolean>;
  nameOf(manager: EntityManager, person: string): Promise<LocalizedText | string>;
  /**
   * Uses the ticket up, in this transaction. Thrown when it is not of this person, session and purpose, was used, or
   * is too old: STEP_UP_REQUIRED.
   */
  consumeTicket(
    manager: EntityManager,
    stepUp: StepUp,
  ): Promise<{ readonly methods: readonly string[]; readonly at: number }>;
}

export interface CommandOutbox {
  enqueue(manager: EntityManager, proposalId: string, command: NewCommand): Promise<unknown>;
}

/** Signs and checks hashes under the deployment's key for signatures; the text names key and algorithm. */
export interface SignatureKeys {
  sign(manager: EntityManager, hash: string): Promise<string>;
  /** True when a key that this deployment ever signed with made the signature. */
  verify(manager: EntityManager, hash: string, signature: string): Promise<boolean>;
}

export interface SignOffDeps {
  readonly database: Pick<Database, 'write' | 'reader' | 'dialect'>;
  readonly clock: Clock;
  readonly audit: AuditRecorder;
  readonly records: RecordStore;
  readonly people: SigningPeople;
  readonly outbox: CommandOutbox;
  readonly keys: SignatureKeys;
  readonly policies: PublishedPolicies;
  readonly algorithm: DigestAlgorithm;
}

/** Who asks, as far as sign-off needs it. */
export type SignOffRequest = Pick<RequestFacts, 'caller' | 'requestId' | 'language'>;
