/**
 * Tells two documents apart place by place. What is not plainly stricter, or only words, is weaker: a kind lists the
 * places for which it can tell, and every other change takes two signatures.
 */
import type { DocumentChange } from './document-kind';

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Whether a change of the value is weaker; `undefined` stands for nothing. */
export type Weakens = (before: Plain | undefined, after: Plain | undefined) => boolean;

export interface JudgedPlace {
  /** Fits the place as it is printed, `rules.expiry-differs.severity`. */
  readonly place: RegExp;
  readonly weakens: Weakens;
}

const LONGEST = 400;

/** Every place that differs, in the order of the documents. */
export function compareDocuments(
  before: unknown,
  after: unknown,
  judged: readonly JudgedPlace[],
): DocumentChange[] {
  return differences('', plainOf(before), plainOf(after)).map((one): DocumentChange => {
    const known = judged.find(({ place }) => place.test(one.place));
    return {
      place: one.place,
      ...{ before: textOf(one.before), after: textOf(one.after) },
      weakens: known?.weakens(one.before, one.after) ?? true,
    };
  });
}

interface Difference {
  readonly place: string;
  readonly before: Plain | undefined;
  readonly after: Plain | undefined;
}

function differences(place: string, before: Plain | undefined, after: Plain | undefined): Difference[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      differences(place === '' ? key : `${place}.${key}`, before[key], after[key]),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ place, before, after }];
}

/** Lists of things with an id are compared by it: their order says nothing. */
function plainOf(value: unknown): Plain {
  if (Array.isArray(value)) {
    const entries = value.map((one: unknown) => [idOf(one), one] as const);
    return entries.length > 0 && entries.every(([id]) => id !== null)
      ? Object.fromEntries(entries.map(([id, one]) => [id ?? '', plainOf(one)]))
      : entries.map(([, one]) => plainOf(one));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => [key, plainOf(one)]),
    );
  return value as Plain;
}

const idOf = (one: unknown): string | null =>
  typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string' ? one.id : null;

const isObject = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: Plain | undefined): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const listOf = (value: Plain | undefined): readonly string[] =>
  Array.isArray(value)
    ? value.map((one: Plain) => JSON.stringify(one))
    : value === undefined
      ? []
      : [JSON.stringify(value)];

export const never: Weakens = () => false;
/** Whole things that are new are stricter, those that are gone are weaker; one of another shape is weaker. */
export const whenGone: Weakens = (before) => before !== undefined;
/** Weaker when the list has more. */
export const whenMore: Weakens = (before, after) =>
  listOf(after).some((one) => !listOf(before).includes(one));
/** Weaker when the list has less. */
export const whenFewer: Weakens = (before, after) => whenMore(after, before);
/** An absent list stands for all: weaker when it becomes a list, or a shorter one. */
export const whenNarrower: Weakens = (before, after) =>
  after !== undefined && (before === undefined || whenFewer(before, after));
/** An absent list asks for nothing: weaker when it says more conditions, or others. */
export const whenConditions: Weakens = (before, after) => whenMore(before, after);

/** Weaker when the value becomes greater, by what `amount` makes of it; a value that is none is weaker. */
export const whenGreater =
  (amount: (value: Plain | undefined) => number): Weakens =>
  (before, after) =>
    !(amount(after) <= amount(before));

/** Weaker when the value becomes less. */
export const whenLess =
  (amount: (value: Plain | undefined) => number): Weakens =>
  (before, after) =>
    whenGreater(amount)(after, before);

/** Numbers, also as decimal text; absent is zero. */
export const numberOf = (value: Plain | undefined): number => (value === undefined ? 0 : Number(value));

/** Weaker when the value moves to the front of the order, or out of it. */
export const whenLower = (order: readonly string[]): Weakens => {
  const rankOf = (value: Plain | undefined): number =>
    typeof value === 'string' ? order.indexOf(value) : -1;
  return (before, after) => rankOf(after) < rankOf(before) || rankOf(after) < 0;
};
