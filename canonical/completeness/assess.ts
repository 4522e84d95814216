/**
 * Holds a lot to the rules. What is not there is missing only where every source that would know it was read lately and
 * the caller sees all rows; otherwise it is unknown, and so is what depends on it.
 */
import type { AskedTerm } from './asked-terms';
import type {
  CompletenessAsk,
  CompletenessCondition,
  CompletenessProfile,
  CompletenessRules,
} from './completeness-rule';

/** Why it cannot be told that something is not there. */
export interface Doubt {
  readonly reason: 'SOURCE_STALE' | 'ROWS_LIMITED';
  /** Systems whose copies are not fresh; none for a caller who does not see all rows. */
  readonly systems: readonly string[];
}

/** What is known of one lot. */
export interface LotFacts {
  /** Golden value as text; null where there is none. */
  value(asked: AskedTerm): string | null;
  /** Whether there is a record, of one of the kinds where some are named. */
  hasRecord(asked: AskedTerm, kinds: readonly string[] | null): boolean;
}

/** Null where what is not there is surely missing. */
export type DoubtOf = (asked: AskedTerm) => Doubt | null;

export interface Unknown {
  readonly ask: CompletenessAsk | null;
  /** The term that is in doubt: of the ask, or of a condition on it. */
  readonly asked: AskedTerm;
  readonly doubt: Doubt;
}

export interface Completeness {
  readonly ruleVersion: string;
  /** Null where it cannot be told which one holds for the lot. */
  readonly profile: CompletenessProfile | null;
  /** Millionths of a per cent, rounded down to two places of it; null while anything is unknown. */
  readonly scoreMicros: number | null;
  /** Null while it cannot be told. */
  readonly complete: boolean | null;
  readonly missing: readonly CompletenessAsk[];
  readonly unknown: readonly Unknown[];
}

/** True, false, or the doubt that keeps it from being told. */
type Truth = boolean | { readonly asked: AskedTerm; readonly doubt: Doubt };

export function assess(rules: CompletenessRules, facts: LotFacts, doubtOf: DoubtOf): Completeness {
  const assessment = new Assessment(facts, doubtOf);
  const { version: ruleVersion } = rules;
  for (const profile of rules.profiles) {
    const fits = assessment.all(profile.when);
    if (fits === false) continue;
    if (fits === true) return { ruleVersion, profile, ...assessment.of(profile) };
    const unknown = [{ ask: null, ...fits }];
    return { ruleVersion, profile: null, scoreMicros: null, complete: null, missing: [], unknown };
  }
  throw new Error('the last profile has conditions');
}

class Assessment {
  constructor(
    private readonly facts: LotFacts,
    private readonly doubtOf: DoubtOf,
  ) {}

  of(profile: CompletenessProfile): Omit<Completeness, 'ruleVersion' | 'profile'> {
    const missing: CompletenessAsk[] = [];
    const unknown: Unknown[] = [];
    let [met, total] = [0, 0];
    for (const ask of profile.asks) {
      const found = this.#find(ask);
      if (found === null) continue;
      total += ask.weight;
      if (found === true) met += ask.weight;
      else if (found === false) missing.push(ask);
      else unknown.push({ ask, ...found });
    }
    const isKnown = unknown.length === 0;
    return {
      ...{ missing, unknown },
      scoreMicros: isKnown ? scoreOf(met, total) : null,
      complete: missing.some(({ required }) => required)
        ? false
        : isKnown
          ? reaches(profile.leastMicros, met, total)
          : null,
    };
  }

  /** The first condition that fails decides; then the first that is in doubt. */
  all(conditions: readonly CompletenessCondition[]): Truth {
    const truths = conditions.map((one) => this.#holds(one));
    return truths.includes(false) ? false : (truths.find((one) => one !== true) ?? true);
  }

  /** Null where it is not asked of this lot. */
  #find(ask: CompletenessAsk): Truth | null {
    const applies = this.all(ask.when);
    if (applies === false) return null;
    return applies === true ? this.#present(ask.asked, ask.kinds) : applies;
  }

  #holds({ asked, is, in: values }: CompletenessCondition): Truth {
    const present = this.#present(asked, null);
    if (typeof present !== 'boolean') return present;
    if (is !== null) return present === (is === 'present');
    return present && (values ?? []).includes(this.facts.value(asked) ?? '');
  }

  #present(asked: AskedTerm, kinds: readonly string[] | null): Truth {
    const isThere =
      asked.kind === 'records'
        ? this.facts.hasRecord(asked, kinds)
        : (this.facts.value(asked) ?? '').trim() !== '';
    if (isThere) return true;
    const doubt = this.doubtOf(asked);
    return doubt === null ? false : { asked, doubt };
  }
}

const PERCENT = 100;
const MICROS = 1_000_000;
/** Two places of a per cent. */
const STEP_MICROS = 10_000;

/** Rounded down: a score never reaches what the weights do not. */
function scoreOf(met: number, total: number): number {
  if (total === 0) return PERCENT * MICROS;
  const steps = (BigInt(met) * BigInt((PERCENT * MICROS) / STEP_MICROS)) / BigInt(total);
  return Number(steps) * STEP_MICROS;
}

/** By the weights themselves, not by the rounded score. */
const reaches = (leastMicros: number, met: number, total: number): boolean =>
  BigInt(met) * BigInt(PERCENT * MICROS) >= BigInt(leastMicros) * BigInt(total);
