/**
 * The shape of a transform: one named, pure step of a field's chain. A transform is compiled once with its
 * options and then runs for millions of rows, so all that can be worked out beforehand is worked out there.
 */
import type { RawRow, RawValue, RejectCode, RowNote } from '../contract';

/** Why a value could not be made canonical; returned, not thrown, since bad rows are ordinary. */
export class Failure {
  constructor(
    readonly code: RejectCode,
    readonly message: string,
  ) {}
}

/** What a step may look at besides its value: the row, and the place where its remarks go. */
export interface RowContext {
  row: RawRow;
  /** Field being mapped; notes are filed under it. */
  field: string;
  notes: RowNote[];
  /** Hears of each step as it runs, when somebody looks over a row's shoulder; never set while syncing. */
  trace?: Trace;
}

/** Told what was read or done, in the words of the mapping, and what came of it. */
export type Trace = (step: string, result: StepResult) => void;

export type StepResult = RawValue | Failure;
export type Step = (value: RawValue, context: RowContext) => StepResult;

/** Reads one column or path of a row; null when it is absent. */
export type Getter = (row: RawRow) => RawValue;

/**
 * What a step takes or gives, for checking a chain before it runs. `scalar` is text, number or boolean;
 * `same` gives what it took.
 */
export type ValueShape =
  'any' | 'scalar' | 'text' | 'quantity' | 'integer' | 'boolean' | 'date' | 'instant' | 'list' | 'same';

/** Where a code table's name is looked up, a column is reached, a default zone is found while compiling. */
export interface CompileContext {
  readonly timeZone: string;
  readonly codeTable: (name: string) => CodeTable | null;
  /** Reads a column or path; `at` is where in this part of the document it is named. */
  readonly column: (reference: string, at?: readonly (string | number)[]) => Getter;
  /** Reports a mistake in the options of this step; `at` is the path inside them. */
  readonly problem: (message: string, hint?: string, at?: readonly (string | number)[]) => void;
}

/** The same context for a part of the document further down. */
export function below(context: CompileContext, ...steps: (string | number)[]): CompileContext {
  return {
    ...context,
    column: (reference, at = []) => context.column(reference, [...steps, ...at]),
    problem: (message, hint, at = []) => context.problem(message, hint, [...steps, ...at]),
  };
}

/** A table from a system's codes to ours, with what happens to a code that it does not know. */
export interface CodeTable {
  readonly entries: Readonly<Record<string, string>>;
  readonly unknown: 'reject' | 'keep' | { readonly as: string };
  readonly ignoreCase?: boolean;
}

export interface TransformDefinition {
  readonly name: string;
  readonly input: ValueShape;
  readonly output: ValueShape;
  /** True when the step wants to see null; all others let null pass untouched. */
  readonly takesNull?: true;
  /** True when the name alone is a step, without options. */
  readonly bare?: true;
  /** Makes the step; `options` already fits the published JSON Schema. */
  readonly compile: (options: never, context: CompileContext) => Step;
}

/** Declares a transform with the type of its options; the schema has checked them before they get here. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- gives `compile` its type at each use
export function transform<O>(
  definition: Omit<TransformDefinition, 'compile'> & {
    readonly compile: (options: O, context: CompileContext) => Step;
  },
): TransformDefinition {
  return definition;
}

/** Text of a scalar; null for lists and objects, which have no one text. */
export function textOf(value: RawValue): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return plainNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return null;
  }
}

/** A number without exponent, as a person would write it. */
export function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e')
    ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
    : text;
}

/** Shows a value in a message, shortened; a whole document in a log line helps nobody. */
export function show(value: RawValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A step over text: scalars are read as their text, anything else is refused. */
export function overText(work: (text: string, context: RowContext) => StepResult): Step {
  return (value, context) => {
    if (typeof value === 'string') return work(value, context);
    const text = textOf(value);
    return text === null
      ? new Failure('BAD_TEXT', `expected text, found ${show(value)}`)
      : work(text, context);
  };
}
