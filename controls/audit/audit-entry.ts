/**
 * What an audit entry says. The entry's body is canonical JSON (RFC 8785) of these facts; its hash covers the
 * body's bytes, and the leaf of the Merkle tree that hash. Personal data stands only in `personal`, encrypted for its subject, so that it can be destroyed while
 * every hash still verifies.
 */
import type { Caller } from '../../platform/request';

export type AuditOutcome = 'DONE' | 'REFUSED' | 'FAILED';

/** A JSON value that can be written canonically. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A change of one field, typed; the store keeps both values whole, readers see them as their permissions allow. */
export interface FieldChange {
  /** Dictionary term of the field, or its name where it has none. */
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

export interface AuditedObject {
  /** `lot`, `proposal`, `account`, `policy` … */
  readonly type: string;
  /** Public id. */
  readonly id: string;
}

/** A version of a regulated record and the hash that binds it to the entry. */
export interface RecordSeal {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** `sha256:…` or `sm3:…` over the record's canonical content. */
  readonly hash: string;
}

/** Who acted, from where. */
export interface AuditActor {
  /** Account id; `system` for what no one asked for (schedules, the worker). */
  readonly account: string;
  readonly person: string | null;
  readonly onBehalfOf: string | null;
  readonly client: string | null;
  readonly session: string | null;
  readonly requestId: string | null;
  /** Name, user name and the like: encrypted for the person in the entry. Never put into other fields. */
  readonly personal: Readonly<Record<string, string>>;
}

/** One act, refused or done. */
export interface AuditAct {
  /** Dotted name from `audit-actions.ts`, e.g. `session.signIn`, `signOff.sign`. */
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly object?: AuditedObject | undefined;
  readonly changes?: readonly FieldChange[] | undefined;
  readonly reason?: string | undefined;
  readonly policyVersion?: string | undefined;
  /** Error or refusal code where the outcome is not DONE. */
  readonly code?: string | undefined;
  /** Regulated records that this act wrote. */
  readonly records?: readonly RecordSeal[] | undefined;
  /** Anything else worth keeping: a query's hash, row counts, a file's hash. MUST NOT hold personal data or secrets. */
  readonly facts?: Readonly<Record<string, Json>> | undefined;
}

/** The actor that stands for the product itself. */
export const SYSTEM_ACTOR: AuditActor = Object.freeze({
  account: 'system',
  person: null,
  onBehalfOf: null,
  client: null,
  session: null,
  requestId: null,
  personal: {},
});

/** The actor of a request. */
export function actorOf(caller: Caller, requestId: string | null): AuditActor {
  return {
    account: caller.subject,
    person: caller.person,
    onBehalfOf: caller.onBehalfOf,
    client: caller.client,
    session: caller.session,
    requestId,
    personal: { name: caller.name },
  };
}
