/** Alarm rules as the engine uses them: compiled, frozen, with nothing left to look up. */
import type { LocalizedText } from '../../../platform/errors';

export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What acts are counted together. `all` counts every act that fits, whoever did it. */
export const SUBJECTS = ['person', 'account', 'address', 'object', 'all'] as const;
export type Subject = (typeof SUBJECTS)[number];

export type FactValue = string | number | boolean;

/** A condition on one fact of an entry. An absent fact never fits. */
export interface FactCondition {
  readonly fact: string;
  readonly equals: readonly FactValue[] | null;
  readonly atLeast: number | null;
}

export interface RuleMatch {
  /** Exact names, or a prefix as `grant.*`. */
  readonly actions: readonly string[];
  /** Empty lists leave the matter open. */
  readonly outcomes: readonly string[];
  readonly codes: readonly string[];
  readonly objectTypes: readonly string[];
  readonly facts: readonly FactCondition[];
  /** Only acts outside of the working hours of the calendar. */
  readonly offHours: boolean;
}

/** When matching acts become an alarm: so many, or so much of a fact, within the window. */
export interface Threshold {
  readonly count: number;
  /** Fact that is added up instead of counting acts; null counts. */
  readonly sumOf: string | null;
  readonly windowMs: number;
}

export interface EscalationStep {
  /** After the alarm was opened. */
  readonly afterMs: number;
  readonly to: readonly string[];
}

export interface AlarmRule {
  readonly id: string;
  readonly name: LocalizedText;
  readonly severity: Severity;
  readonly match: RuleMatch;
  readonly per: Subject;
  readonly threshold: Threshold;
  /** Later acts of the same subject are counted into the open alarm for this long; 0 makes each an alarm. */
  readonly foldMs: number;
  /** False: the rule can never be silenced. */
  readonly suppressible: boolean;
  readonly to: readonly string[];
  readonly escalation: readonly EscalationStep[];
  readonly title: LocalizedText;
  readonly text: LocalizedText;
}

export interface WorkingHours {
  /** IANA zone whose clock and calendar decide. */
  readonly zone: string;
  /** 1 is Monday. */
  readonly days: readonly number[];
  /** Minutes after midnight; `end` is the first that is off hours again. */
  readonly start: number;
  readonly end: number;
  /** `YYYY-MM-DD` that are off although the weekday works, and the other way about. */
  readonly holidays: ReadonlySet<string>;
  readonly workdays: ReadonlySet<string>;
}

export interface AlarmRules {
  /** Hash of both files; alarms name the version that they were raised under. */
  readonly version: string;
  readonly calendar: WorkingHours;
  readonly rules: readonly AlarmRule[];
}
