/**
 * Runs the very closures that map rows, with somebody looking on: what each field was read from, what each step
 * made of it, and what became of the row. The verdict is that of `rowMapper` itself.
 */
import type { MappedRow, RawRow } from '../contract';
import { Failure, type RowContext, type StepResult } from '../transforms/transform';
import type { CanonicalValue } from './finish';
import { readField, rowMapper, UNREADABLE, type RowMapperParts } from './row-mapper';

export interface TracedStep {
  /** In the words of the mapping: `from batch_no`, `trim`, `normalise.lotNumber: upper`. */
  readonly step: string;
  readonly result: StepResult;
}

export interface TracedField {
  readonly name: string;
  /** What the source wrote, before any step; null where the mapping takes it from no column. */
  readonly raw: string | null;
  readonly steps: readonly TracedStep[];
  /** Canonical value, or why there is none. Told of every field, also behind one that rejects the row. */
  readonly result: CanonicalValue | Failure;
}

export interface RowTrace {
  readonly mapped: MappedRow;
  readonly key: readonly TracedStep[];
  readonly fields: readonly TracedField[];
}

/** Makes `CompiledStream.trace`; `signRaw` is the text that the sign rule reads, where there is a sign rule. */
export function rowTracer(
  parts: RowMapperParts,
  signRaw: ((row: RawRow) => string | null) | null,
): (row: RawRow) => RowTrace {
  const map = rowMapper(parts);
  return (row) => {
    const mapped = map(row);
    if (typeof row[UNREADABLE] === 'string') return { mapped, key: [], fields: [] };
    const fields = parts.fields.map((field): TracedField => {
      const [result, steps] = watch(row, (context) => readField(field, row, context));
      return { name: field.name, raw: field.raw(row), steps, result };
    });
    const [, key] = watch(row, (context) => parts.key(row, context));
    return { mapped, key, fields: [...fields, ...traceSign(row, parts, signRaw)] };
  };
}

function traceSign(
  row: RawRow,
  { sign }: RowMapperParts,
  raw: ((row: RawRow) => string | null) | null,
): TracedField[] {
  if (sign === null) return [];
  const [signed, steps] = watch(row, (context) => {
    context.field = 'quantity';
    return sign(row, context);
  });
  const missing = new Failure('MISSING_VALUE', 'quantity is missing');
  const result = signed === null ? missing : signed instanceof Failure ? signed : signed.value;
  const name = signed !== null && !(signed instanceof Failure) ? signed.field : 'quantity';
  return [{ name, raw: raw?.(row) ?? null, steps, result }];
}

/** What `work` gives and the steps that it took; a throw is the failure that `map` would make of it. */
function watch<T>(row: RawRow, work: (context: RowContext) => T): readonly [T | Failure, TracedStep[]] {
  const steps: TracedStep[] = [];
  const trace = (step: string, result: StepResult) => void steps.push({ step, result });
  try {
    return [work({ row, field: '', notes: [], trace }), steps];
  } catch (error) {
    return [new Failure('UNREADABLE_ROW', (error as Error).message), steps];
  }
}
