/** Compiles what a mapping says about one value into a closure that reads it from a row. */
import type { RawRow, RawValue } from '../contract';
import { TRANSFORMS } from '../transforms/registry';
import {
  Failure,
  below,
  textOf,
  type CompileContext,
  type Getter,
  type RowContext,
  type Step,
  type StepResult,
  type ValueShape,
} from '../transforms/transform';
import { compileCondition } from './conditions';
import type { FieldObject, FieldSpec, StepSpec } from './document';
import { columnOf } from './references';

export type ReadValue = (row: RawRow, context: RowContext) => StepResult;

export interface CompiledValue {
  readonly read: ReadValue;
  /** What the source wrote, before any transform; null for a constant. */
  readonly raw: (row: RawRow) => string | null;
  /** What the value is once it was read. */
  readonly shape: ValueShape;
  /** Every value that it can take, where that is known beforehand: constants and lookups. */
  readonly values: readonly string[] | null;
  /** The other row that this row's value was reached through; absent where the mapping names none. */
  readonly via?: (row: RawRow) => string | null;
}

export function compileValue(spec: FieldSpec, context: CompileContext): CompiledValue {
  if (typeof spec === 'string') return compileObject({ from: spec }, context, context);
  return compileObject(spec, context, below(context, 'from'));
}

function compileObject(
  spec: FieldObject,
  context: CompileContext,
  fromContext: CompileContext,
): CompiledValue {
  const given = [spec.from, spec.value, spec.cases].filter((part) => part !== undefined).length;
  if (given !== 1) context.problem('a value needs exactly one of from, value and cases');
  const start = compileStart(spec, context, fromContext);
  return through(applySteps(start, spec.apply ?? [], below(context, 'apply')), spec.via);
}

const isBlank = (text: string | null): boolean => text === null || text.trim() === '';

/** The value, told to come through another row wherever it has one. */
function through(value: CompiledValue, via: string | undefined): CompiledValue {
  if (via === undefined) return value;
  return { ...value, via: (row) => (isBlank(value.raw(row)) ? null : via) };
}

/** Of several parts, what the first one with a value says; of parts that are joined, what any of them says. */
function viaOf(parts: readonly CompiledValue[], firstOnly: boolean): Pick<CompiledValue, 'via'> {
  if (parts.every(({ via }) => via === undefined)) return {};
  return {
    via: (row) => {
      for (const part of parts) {
        if (isBlank(part.raw(row))) continue;
        const via = part.via?.(row) ?? null;
        if (via !== null || firstOnly) return via;
      }
      return null;
    },
  };
}

function compileStart(
  spec: FieldObject,
  context: CompileContext,
  fromContext: CompileContext,
): CompiledValue {
  if (spec.value !== undefined) return constant(spec.value);
  if (spec.cases !== undefined) return compileCases(spec.cases, spec.else, context);
  if (typeof spec.from === 'string') return compileColumn(spec.from, fromContext);
  const parts = (spec.from ?? []).map((part, i) => compileValue(part, below(fromContext, i)));
  const reads = parts.map(({ read }) => read);
  const firstOnly = spec.apply?.[0] === 'coalesce';
  const raw = (row: RawRow) => {
    const texts = parts.map((part) => part.raw(row)).filter((text) => text !== null && text.trim() !== '');
    return texts.length === 0 ? null : firstOnly ? (texts[0] ?? null) : texts.join(' ');
  };
  return {
    read: (row, run) => readAll(reads, row, run),
    raw,
    shape: 'list',
    values: null,
    ...viaOf(parts, firstOnly),
  };
}

function compileColumn(reference: string, context: CompileContext): CompiledValue {
  const get = context.column(reference);
  return {
    read: (row, run) => {
      const value = valueOf(get, row);
      run.trace?.(`from ${reference}`, value);
      return value === '' ? null : value;
    },
    raw: (row) => {
      const value = valueOf(get, row);
      if (value instanceof Failure) return textOf(row[columnOf(reference)] ?? null);
      return value === null ? null : (textOf(value) ?? JSON.stringify(value));
    },
    shape: 'scalar',
    values: null,
  };
}

/** A column whose text is no JSON although the mapping reaches into it has no value that could be read. */
function valueOf(get: Getter, row: RawRow): RawValue | Failure {
  try {
    return get(row);
  } catch (error) {
    return new Failure('BAD_TEXT', `not JSON: ${(error as Error).message}`);
  }
}

function constant(value: string | number | boolean): CompiledValue {
  const shape = typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'quantity';
  const read: ReadValue = (_row, run) => {
    run.trace?.('value', value);
    return value;
  };
  return { read, raw: () => null, shape, values: [String(value)] };
}

function readAll(parts: readonly ReadValue[], row: RawRow, run: RowContext): StepResult {
  const values: RawValue[] = [];
  for (const part of parts) {
    const value = part(row, run);
    if (value instanceof Failure) return value;
    values.push(value);
  }
  return values;
}

function compileCases(
  cases: NonNullable<FieldObject['cases']>,
  otherwise: FieldSpec | undefined,
  context: CompileContext,
): CompiledValue {
  const compiled = cases.map(({ when, ...spec }, i) => ({
    holds: compileCondition(when, below(context, 'cases', i, 'when')),
    ...compileValue(spec, below(context, 'cases', i)),
  }));
  const last = otherwise === undefined ? null : compileValue(otherwise, below(context, 'else'));
  const all = last === null ? compiled : [...compiled, last];
  const shapes = new Set(all.map(({ shape }) => shape));
  const chosen = (row: RawRow) => compiled.find(({ holds }) => holds(row)) ?? last;
  return {
    read: (row, run) => chosen(row)?.read(row, run) ?? null,
    raw: (row) => chosen(row)?.raw(row) ?? null,
    ...(all.every(({ via }) => via === undefined)
      ? {}
      : { via: (row: RawRow) => chosen(row)?.via?.(row) ?? null }),
    shape: shapes.size === 1 ? (all[0]?.shape ?? 'any') : 'any',
    values: all.every(({ values }) => values !== null) ? all.flatMap(({ values }) => values ?? []) : null,
  };
}

/** Compiles a chain of transforms behind a value that is already compiled; `label` leads its steps in a trace. */
export function applySteps(
  start: CompiledValue,
  specs: readonly StepSpec[],
  context: CompileContext,
  label = '',
): CompiledValue {
  let { shape, values } = start;
  const steps: ChainStep[] = [];
  for (const [i, spec] of specs.entries()) {
    const at = below(context, i);
    const [name, options] = typeof spec === 'string' ? [spec, true] : (Object.entries(spec)[0] ?? ['', true]);
    const definition = TRANSFORMS.get(name);
    if (definition === undefined) {
      at.problem(`there is no transform "${name}"`);
      continue;
    }
    if (options === true && definition.bare !== true) {
      at.problem(`${name} needs options`);
      continue;
    }
    if (!accepts(definition.input, shape)) {
      at.problem(
        `${name} takes ${definition.input === 'scalar' ? 'one value' : definition.input}, not ${shape === 'list' ? 'several' : shape}`,
        shape === 'list' ? 'join them first: concat or coalesce' : undefined,
      );
    }
    const inside = typeof spec === 'string' ? at : below(at, name);
    steps.push({
      run: definition.compile(options as never, inside),
      takesNull: definition.takesNull === true,
      label: `${label}${typeof spec === 'string' ? spec : JSON.stringify(spec)}`,
    });
    values =
      name === 'lookup'
        ? lookupValues(options, context)
        : name === 'default'
          ? withDefault(values, options)
          : null;
    shape = definition.output === 'same' ? shape : definition.output;
  }
  return steps.length === 0 ? start : { ...start, read: chain(start.read, steps), shape, values };
}

const accepts = (wanted: ValueShape, given: ValueShape): boolean =>
  given !== 'list' || wanted === 'list' || wanted === 'any';

const withDefault = (values: readonly string[] | null, fallback: unknown) =>
  values === null ? null : [...values, String(fallback)];

function lookupValues(options: unknown, context: CompileContext): readonly string[] | null {
  const table = typeof options === 'string' ? context.codeTable(options) : null;
  if (table === null) return null;
  const extra = table.unknown === 'reject' ? [] : table.unknown === 'keep' ? ['UNKNOWN'] : [table.unknown.as];
  return [...Object.values(table.entries), ...extra];
}

interface ChainStep {
  readonly run: Step;
  readonly takesNull: boolean;
  readonly label: string;
}

function chain(start: ReadValue, steps: readonly ChainStep[]): ReadValue {
  return (row, context) => {
    let value = start(row, context);
    for (const { run, takesNull, label } of steps) {
      if (value instanceof Failure) return value;
      if (value === null && !takesNull) continue;
      value = run(value, context);
      context.trace?.(label, value);
    }
    return value;
  };
}
