/** Consistency rules as they are run: compiled, frozen, with nothing left to look up. */
import type { LocalizedText } from '../../platform/errors';
import type { FieldDefinition } from '../../schema/records/record-types';
import type { FindingRule, Severity } from '../findings';

/** People who answer for findings: those who hold one of the roles. */
export interface RuleOwner {
  readonly id: string;
  readonly name: LocalizedText;
  readonly roles: readonly string[];
}

/** What a rule is about. */
export type RuleSubject = 'lot' | 'item';

/** A field of its subject that a rule looks at. */
export interface RuleField {
  /** Dictionary term, `lot.expiresOn`. */
  readonly term: string;
  readonly field: string;
  readonly definition: FieldDefinition;
}

/** A condition on the golden value; a rule without any applies to every subject. */
export interface RuleCondition {
  readonly field: RuleField;
  readonly is: 'present' | 'absent' | null;
  readonly in: readonly string[] | null;
}

export type Comparison = 'equal' | 'notEqual' | 'before' | 'notAfter' | 'after' | 'notBefore';

/** One side of a comparison: the golden value, what one system states, or a value of the rule's own. */
export type RuleSide =
  | { readonly kind: 'field'; readonly field: RuleField; readonly system: string | null }
  | { readonly kind: 'value'; readonly value: string };

export type RuleCheck =
  | {
      readonly kind: 'valueDiffers';
      readonly fields: readonly RuleField[];
      readonly systems: readonly string[] | null;
      readonly toleranceDays: number;
    }
  | {
      readonly kind: 'statusDiffers' | 'inspectionsDiffer' | 'acceptedWithoutResults';
      readonly systems: readonly string[] | null;
    }
  | {
      readonly kind: 'stockDiffers';
      readonly systems: readonly string[] | null;
      readonly toleranceMicros: number;
    }
  /** `in` null: the most believed system that supplies the subject. */
  | {
      readonly kind: 'missingInSystem';
      readonly in: string | null;
      readonly systems: readonly string[] | null;
    }
  | { readonly kind: 'expiredUnblocked'; readonly withStock: boolean; readonly graceDays: number }
  | {
      readonly kind: 'movedBeforeManufacture' | 'movedAfterExpiry';
      readonly graceDays: number;
      readonly movements: readonly string[] | null;
    }
  | {
      readonly kind: 'compare';
      readonly left: RuleSide;
      readonly holds: Comparison;
      readonly right: RuleSide;
      readonly raises: 'TERMS_DISAGREE' | 'EXPIRY_BEFORE_MANUFACTURE';
    };

export type RuleKind = RuleCheck['kind'];

export interface ConsistencyRule {
  readonly id: string;
  readonly name: LocalizedText;
  readonly subject: RuleSubject;
  readonly severity: Severity;
  /** Null: of each finding, the steward of the term that it is about. */
  readonly owner: string | null;
  readonly when: readonly RuleCondition[];
  readonly check: RuleCheck;
}

export interface ConsistencyRules {
  /** SHA-256 of the file; findings name the version that they were raised under. */
  readonly version: string;
  readonly owners: readonly RuleOwner[];
  readonly rules: readonly ConsistencyRule[];
}

/** The rules in force. */
export interface RuleSource {
  /** Rejects where they cannot be relied upon. */
  current(): Promise<{ readonly compiled: ConsistencyRules }>;
}

/** What each kind raises; a comparison says so itself. */
export const RAISES = {
  valueDiffers: 'VALUE_DIFFERS',
  statusDiffers: 'STATUS_DIFFERS',
  stockDiffers: 'STOCK_DIFFERS',
  missingInSystem: 'MISSING_IN_SYSTEM',
  expiredUnblocked: 'EXPIRED_UNBLOCKED',
  movedBeforeManufacture: 'MOVED_BEFORE_MANUFACTURE',
  movedAfterExpiry: 'MOVED_AFTER_EXPIRY',
  inspectionsDiffer: 'INSPECTIONS_DIFFER',
  acceptedWithoutResults: 'ACCEPTED_WITHOUT_RESULTS',
} as const satisfies Record<Exclude<RuleKind, 'compare'>, FindingRule>;

/** Every rule of findings that consistency rules raise. */
export const CONSISTENCY_FINDINGS: readonly FindingRule[] = [
  ...Object.values(RAISES),
  'TERMS_DISAGREE',
  'EXPIRY_BEFORE_MANUFACTURE',
];
