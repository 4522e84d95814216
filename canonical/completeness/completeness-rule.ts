/** What the information about a lot must hold, as it is assessed: compiled, with nothing left to look up. */
import type { LocalizedText } from '../../platform/errors';
import type { RecordType } from '../../schema/records/record-types';
import type { AskedTerm } from './asked-terms';

/** A condition on the lot or its item; a list of them holds when each does. */
export interface CompletenessCondition {
  readonly asked: AskedTerm;
  readonly is: 'present' | 'absent' | null;
  readonly in: readonly string[] | null;
}

/** One thing that must be known. */
export interface CompletenessAsk {
  readonly id: string;
  readonly asked: AskedTerm;
  /** Of records: any of these kinds; null for every kind. */
  readonly kinds: readonly string[] | null;
  readonly name: LocalizedText;
  readonly weight: number;
  /** Without it no lot is complete, whatever its score. */
  readonly required: boolean;
  readonly when: readonly CompletenessCondition[];
}

/** What is asked of one class of lots. */
export interface CompletenessProfile {
  readonly id: string;
  readonly name: LocalizedText;
  readonly when: readonly CompletenessCondition[];
  /** Millionths of a per cent. */
  readonly leastMicros: number;
  readonly asks: readonly CompletenessAsk[];
}

export interface CompletenessRules {
  /** Hash of the published document. */
  readonly version: string;
  /** The first whose conditions hold is the lot's; the last has none. */
  readonly profiles: readonly CompletenessProfile[];
  /** Every term that is asked for, conditions included. */
  readonly terms: readonly AskedTerm[];
  /** Record types that could answer. */
  readonly recordTypes: readonly RecordType[];
}
