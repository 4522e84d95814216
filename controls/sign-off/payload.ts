/**
 * What a proposal freezes and what a signature covers. The payload is canonical JSON (RFC 8785) of the act, its
 * arguments, the state that it relies on, what it would change and the commands that would follow; its hash goes into
 * what each signer authenticates for.
 */
import { canonicalJson } from '../../platform/canonical-json';
import type { FieldChange, Json } from '../audit/audit-entry';
import { type DigestAlgorithm, digestOfJson, matchesDigest } from '../integrity/digest';
import type { NewCommand } from '../outbox/command';

const PAYLOAD_VERSION = 1;

/** State of one object that the act relies on. */
export interface ReliedState {
  readonly type: string;
  readonly id: string;
  readonly state: Json;
}

export interface FrozenPayload {
  readonly action: string;
  readonly coordinate: string;
  readonly arguments: { readonly [name: string]: Json };
  readonly target: readonly ReliedState[];
  readonly changes: readonly FieldChange[];
  readonly commands: readonly NewCommand[];
}

/** Canonical text of a payload; equal payloads give equal texts. */
export function freeze(payload: FrozenPayload): string {
  const target = [...payload.target].sort((a, b) => compare(`${a.type}/${a.id}`, `${b.type}/${b.id}`));
  return canonicalJson({ v: PAYLOAD_VERSION, ...payload, target });
}

export function thaw(text: string): FrozenPayload {
  return JSON.parse(text) as FrozenPayload;
}

/** The parts of a payload that are not what they were: `target`, `changes`, `commands`. */
export function differencesOf(frozen: FrozenPayload, now: FrozenPayload): string[] {
  const [before, after] = [thaw(freeze(frozen)), thaw(freeze(now))];
  return (['target', 'changes', 'commands'] as const).filter(
    (part) => canonicalJson(before[part]) !== canonicalJson(after[part]),
  );
}

/** What a signature is given for. */
export interface SigningFacts {
  readonly proposal: string;
  readonly payloadHash: string;
  readonly action: string;
  readonly slot: number;
  /** Code of what the signer states. */
  readonly meaning: string;
  readonly policyVersion: string;
  readonly person: string;
}

/** The hash that a person authenticates again for; a ticket for it is good for this one signature. */
export function signingHashOf(facts: SigningFacts, algorithm: DigestAlgorithm): string {
  const { proposal, payloadHash, action, slot, meaning, policyVersion, person } = facts;
  return digestOfJson(
    ['signOff', proposal, payloadHash, action, slot, meaning, policyVersion, person],
    algorithm,
  );
}

/** What is known once the person has signed. */
export interface SignedFacts {
  readonly signingHash: string;
  readonly account: string;
  readonly printedName: string;
  readonly usedRole: string;
  readonly onBehalfOf: string | null;
  readonly signedAt: number;
  readonly methods: string;
  readonly comment: string | null;
}

/** The hash that the deployment's key signs: the signing hash with signer, instant and the way of authentication. */
export function signedHashOf(facts: SignedFacts, algorithm: DigestAlgorithm): string {
  const { signingHash, account, printedName, usedRole, onBehalfOf, signedAt, methods, comment } = facts;
  return digestOfJson(
    ['signed', signingHash, account, printedName, usedRole, onBehalfOf, signedAt, methods, comment],
    algorithm,
  );
}

/** True when a frozen payload still has its hash. */
export function isUnaltered(payload: string, payloadHash: string): boolean {
  return matchesDigest(payload, payloadHash);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
