/** Answers that say "all is well" in their status and something else in their body, as a mapping describes them. */
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import { pathGetter, valueAt } from '../mapping/columns';
import { compileCondition } from '../mapping/conditions';
import type { AnswerFailure } from '../mapping/document';
import { textOf } from '../transforms/transform';

const LONGEST_MESSAGE = 200;

export interface FoundFailure {
  readonly means: 'error' | 'busy' | 'signedOut';
  /** What the source says, shortened; null where the mapping names no place for it. */
  readonly said: string | null;
}

export type FindFailure = (answer: RawValue) => FoundFailure | null;

export function findFailure(failures: readonly AnswerFailure[] = []): FindFailure {
  const context = { timeZone: 'UTC', codeTable: () => null, column: pathGetter, problem: () => undefined };
  const rules = failures.map((failure) => ({ ...failure, holds: compileCondition(failure.when, context) }));
  return (answer) => {
    if (typeof answer !== 'object' || answer === null) return null;
    // a list is reached into by its places, as an object is by its names
    const found = rules.find(({ holds }) => holds(answer as RawRow));
    if (found === undefined) return null;
    const said = found.message === undefined ? null : textOf(valueAt(answer, found.message));
    return { means: found.means ?? 'error', said: said?.slice(0, LONGEST_MESSAGE) ?? null };
  };
}

/** What is wrong, for whoever waits for the answer; an error stays one, whoever is busy or signed out may change. */
export function failureError(system: string, { means, said }: FoundFailure): LegacyUnavailableError {
  const what = means === 'error' ? 'answered with an error' : means === 'busy' ? 'is busy' : 'is signed out';
  const message = `${system}: ${what}${said === null ? '' : `: ${said}`}`;
  return new LegacyUnavailableError(system, message, { retryable: means !== 'error' });
}
