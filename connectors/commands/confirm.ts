/** Tells from a system's own record whether a command was carried out. */
import { toMicros } from '../../platform/decimal';
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { ConfirmSpec, Template } from '../mapping/document';
import { below, textOf, type CompileContext } from '../transforms/transform';
import { compileParams, type FillParams } from './params';
import {
  compilePath,
  compileTemplate,
  OMITTED,
  type FillJson,
  type FillText,
  type TemplateValues,
} from './template';

/** Records are read over HTTP, or from a table of the system. */
export type Confirm = HttpConfirm | TableConfirm;

export interface HttpConfirm {
  readonly over: 'http';
  readonly path: FillText;
  readonly params: FillParams;
  /** Throws when the answer has not the expected shape. */
  readonly judge: (answer: RawValue, values: TemplateValues) => Judgement;
}

export interface TableConfirm {
  readonly over: 'table';
  readonly table: string;
  /** Columns that pick the rows. */
  readonly where: Checks;
  /** Columns that are looked at, with the part that names them. */
  readonly looked: readonly (readonly [part: 'expect' | 'sum', column: string])[];
  readonly judge: (rows: readonly RawRow[], values: TemplateValues) => Judgement;
}

export interface Judgement {
  readonly asAsked: boolean;
  /** What was found at the places that were looked at. */
  readonly values: Readonly<Record<string, RawValue>>;
}

export type Checks = readonly (readonly [path: string, fill: FillJson])[];

export function compileConfirm(
  spec: ConfirmSpec,
  known: ReadonlySet<string>,
  context: CompileContext,
): Confirm {
  if (spec.expect === undefined && spec.sum === undefined) {
    context.problem('nothing is looked at, so nothing would ever be confirmed', 'add expect: or sum:');
  }
  const where = compileChecks(spec.where, 'where', known, context);
  const expect = compileChecks(spec.expect, 'expect', known, context);
  const sum = compileChecks(spec.sum, 'sum', known, context);
  if ('table' in spec) {
    return {
      ...{ over: 'table', table: spec.table, where },
      looked: [
        ...expect.map(([column]) => ['expect', column] as const),
        ...sum.map(([column]) => ['sum', column] as const),
      ],
      judge: (rows: readonly RawRow[], values: TemplateValues) =>
        judge(rows, (row, column) => row[column] ?? null, expect, sum, values),
    };
  }
  return {
    over: 'http',
    path: compilePath(spec.path, known, (message) => context.problem(message, undefined, ['path'])),
    params: compileParams(spec.params, known, context),
    judge: (answer, values) => {
      const records = recordsAt(answer, spec.item, spec.where !== undefined).filter((record) =>
        where.every(([path, fill]) => isSame(valueAt(record, path), fill(values))),
      );
      return judge(records, valueAt, expect, sum, values);
    },
  };
}

function judge<T>(
  records: readonly T[],
  at: (record: T, path: string) => RawValue,
  expect: Checks,
  sum: Checks,
  values: TemplateValues,
): Judgement {
  const found: Record<string, RawValue> = {};
  let asAsked = expect.length === 0 || records.length > 0;
  for (const [path, fill] of expect) {
    const wanted = fill(values);
    if (wanted === OMITTED) continue;
    const there = records.map((record) => at(record, path));
    found[path] = there.length === 1 ? (there[0] ?? null) : there.slice(0, 10);
    asAsked &&= there.every((value) => isSame(value, wanted));
  }
  for (const [path, fill] of sum) {
    const total = records.reduce<number>((micros, record) => micros + microsOf(at(record, path)), 0);
    found[path] = total / 1_000_000;
    asAsked &&= total === microsOf(fill(values));
  }
  return { asAsked, values: found };
}

function compileChecks(
  checks: Readonly<Record<string, Template>> | undefined,
  part: string,
  known: ReadonlySet<string>,
  context: CompileContext,
): Checks {
  const at = below(context, part);
  return Object.entries(checks ?? {}).map(([path, template]) => [
    path,
    compileTemplate(template, known, (message, where) => at.problem(message, undefined, [path, ...where])),
  ]);
}

function recordsAt(answer: RawValue, item: string, mayBeEmpty: boolean): RawValue[] {
  const found = valueAt(answer, item);
  if (Array.isArray(found)) return found;
  if (typeof found === 'object' && found !== null) return [found];
  throw new Error(mayBeEmpty ? 'the answer holds no list' : 'the answer holds no record');
}

/** Numbers are equal by value, texts by their letters; `{ contains }` asks for a part of a text. */
function isSame(there: RawValue, wanted: RawValue | typeof OMITTED): boolean {
  if (wanted === OMITTED) return true;
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    const part = textOf(wanted['contains'] ?? null);
    return part !== null && (textOf(there) ?? '').includes(part);
  }
  if (there === null || wanted === null) return there === wanted;
  if (typeof wanted === 'number') return Number(textOf(there) ?? NaN) === wanted;
  return textOf(there) === textOf(wanted);
}

function microsOf(value: RawValue | typeof OMITTED): number {
  return toMicros(value === OMITTED ? '' : (textOf(value) ?? ''));
}
