/** An access policy as it is published: canonical JSON whose hash is its version. Nothing outside it decides. */
import type { Classification } from '../../platform/dictionary/dictionary';
import type { LocalizedText } from '../../platform/errors';
import { digestOfJson } from '../integrity/digest';

export const EFFECTS = ['read', 'mask', 'deny', 'write'] as const;
export type Effect = (typeof EFFECTS)[number];

/** Claims that can narrow the rows of a role. */
export type RowCondition = 'site' | 'supplier';

export interface PolicyRole {
  readonly role: string;
  readonly name: LocalizedText;
  /** Assigning a role of high risk takes two signatures. */
  readonly risk: 'low' | 'high';
  /** Row conditions that the sites and suppliers of a grant put on what the role reads. */
  readonly rows: readonly RowCondition[];
  /** Days after which a grant of the role must end; null where it may be open. */
  readonly maxDays: number | null;
  readonly reason: string;
}

/** Roles that nobody may hold beside another one. */
export interface IncompatibleRoles {
  readonly role: string;
  readonly with: readonly string[];
  readonly reason: string;
}

/** One pattern of one line of the policy, and where it was written. */
export interface PolicyLine {
  readonly id: string;
  readonly role: string;
  readonly effect: Effect;
  readonly pattern: string;
  readonly file: string;
  readonly line: number;
}

/** What decisions need to know of a term. It is part of the policy, so that a dictionary edit alone changes nothing. */
export interface PolicyTerm {
  readonly class: Classification;
  readonly derivedFrom: readonly string[];
}

export interface PolicyContent {
  readonly format: 1;
  readonly roles: readonly PolicyRole[];
  /** Absent in policies that were published before roles were kept apart. */
  readonly incompatible?: readonly IncompatibleRoles[];
  readonly lines: readonly PolicyLine[];
  /** Terms that nobody may read, on purpose. */
  readonly nobody: readonly string[];
  readonly terms: Readonly<Record<string, PolicyTerm>>;
}

/** Always SHA-256, whatever records are hashed with: the same files must give the same version everywhere. */
export function versionOf(content: PolicyContent): string {
  return digestOfJson(content, 'sha256');
}
