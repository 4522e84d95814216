/** Conditions over a row, compiled to a predicate. Values are compared as text: 0 and "0" are equal. */
import type { RawRow } from '../contract';
import { MAX_PATTERN_INPUT, safePattern } from '../transforms/text';
import { below, textOf, type CompileContext, type Getter } from '../transforms/transform';
import type { Comparison, Condition } from './document';

export type Predicate = (row: RawRow) => boolean;

/** Compiles a condition; a mistake in it is reported to `context` at its own path. */
export function compileCondition(condition: Condition, context: CompileContext): Predicate {
  if ('all' in condition) {
    const parts = condition.all.map((part, i) => compileCondition(part, below(context, 'all', i)));
    return (row) => parts.every((part) => part(row));
  }
  if ('any' in condition) {
    const parts = condition.any.map((part, i) => compileCondition(part, below(context, 'any', i)));
    return (row) => parts.some((part) => part(row));
  }
  if ('not' in condition) {
    const part = compileCondition(condition.not, below(context, 'not'));
    return (row) => !part(row);
  }
  return compare(condition, context.column(condition.column, ['column']), context);
}

function compare(comparison: Comparison, get: Getter, context: CompileContext): Predicate {
  const text = (row: RawRow) => textOf(get(row));
  if ('equals' in comparison) {
    const wanted = String(comparison.equals);
    return (row) => text(row) === wanted;
  }
  if ('in' in comparison) {
    const wanted = new Set(comparison.in.map(String));
    return (row) => wanted.has(text(row) ?? '\0');
  }
  if ('startsWith' in comparison) return (row) => text(row)?.startsWith(comparison.startsWith) === true;
  if ('empty' in comparison) return (row) => ((text(row) ?? '').trim() === '') === comparison.empty;
  const pattern = safePattern(comparison.matches, (message, hint) =>
    context.problem(message, hint, ['matches']),
  );
  return (row) => {
    const value = text(row);
    return value !== null && value.length <= MAX_PATTERN_INPUT && pattern?.test(value) === true;
  };
}

/** Every column that a condition looks at. */
export function columnsOf(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(columnsOf);
  if ('any' in condition) return condition.any.flatMap(columnsOf);
  return 'not' in condition ? columnsOf(condition.not) : [condition.column];
}
