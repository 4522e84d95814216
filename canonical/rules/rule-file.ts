/** Consistency rules as they stand in their file. */
import type { LocalizedText } from '../../platform/errors';
import type { Severity } from '../findings';
import type { Comparison, RuleKind, RuleOwner, RuleSubject } from './consistency-rule';

export interface SideInFile {
  readonly term?: string;
  readonly system?: string;
  readonly value?: string;
}

export interface RuleInFile {
  readonly id: string;
  readonly kind: RuleKind;
  readonly subject?: RuleSubject;
  readonly name: LocalizedText;
  readonly severity: Severity;
  readonly owner?: string;
  readonly when?: readonly {
    readonly term: string;
    readonly is?: 'present' | 'absent';
    readonly in?: readonly string[];
  }[];
  readonly terms?: 'regulated' | readonly string[];
  readonly except?: readonly string[];
  readonly systems?: readonly string[];
  readonly toleranceDays?: number;
  readonly tolerance?: string;
  readonly in?: string;
  readonly withStock?: boolean;
  readonly graceDays?: number;
  readonly movements?: readonly string[];
  readonly left?: SideInFile;
  readonly holds?: Comparison;
  readonly right?: SideInFile;
  readonly raises?: 'TERMS_DISAGREE' | 'EXPIRY_BEFORE_MANUFACTURE';
}

export interface ConsistencyDocument {
  readonly owners: readonly RuleOwner[];
  readonly rules: readonly RuleInFile[];
}
