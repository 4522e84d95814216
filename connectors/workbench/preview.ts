/** Rows before and after a mapping: per field the raw text, what each step made of it, and the canonical value. */
import type { RawRow, RowNote } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { RowTrace, TracedField, TracedStep } from '../mapping/row-tracer';
import type { OpenOptions } from '../open-system';
import { Failure, show, type StepResult } from '../transforms/transform';
import { firstRows, openMapping, type StreamPart } from './sample-rows';

export interface PreviewOptions extends OpenOptions {
  /** Only this stream. */
  readonly stream?: string;
  /** Rows of each stream, or of each part of a union. */
  readonly rows: number;
  /** Shows rejected rows only, of so many rows read at most. */
  readonly rejectedOf?: number;
  readonly signal: AbortSignal;
}

export interface PreviewStep {
  readonly step: string;
  /** Value behind the step as text; null where there is none. */
  readonly value: string | null;
  /** Why the step failed. */
  readonly problem: string | null;
}

export interface PreviewField {
  readonly name: string;
  readonly raw: string | null;
  readonly steps: readonly PreviewStep[];
  readonly value: string | number | boolean | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface PreviewRow {
  readonly key: string | null;
  readonly outcome: 'RECORD' | 'VOID' | 'REJECTED';
  /** Why the row is void or rejected. */
  readonly reason: string | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly changedAt: string | null;
  readonly notes: readonly RowNote[];
  readonly fields: readonly PreviewField[];
  readonly raw: RawRow;
}

export interface PreviewStream {
  readonly stream: string;
  readonly part: string | null;
  readonly recordType: string;
  readonly read: number;
  readonly rows: readonly PreviewRow[];
}

/**
 * Reads a few rows and shows what the mapping makes of them; writes nothing anywhere. Throws LegacyUnavailableError
 * and ConfigError as opening and reading do.
 */
export async function previewMapping(
  mapping: CompiledMapping,
  options: PreviewOptions,
): Promise<PreviewStream[]> {
  const opened = openMapping(mapping, options);
  try {
    const shown: PreviewStream[] = [];
    for (const part of opened.parts) {
      if (options.stream !== undefined && part.compiled.name !== options.stream) continue;
      shown.push(await previewPart(part, options));
    }
    return shown;
  } finally {
    await opened.close();
  }
}

async function previewPart(part: StreamPart, options: PreviewOptions): Promise<PreviewStream> {
  const { rows: wanted, rejectedOf, signal } = options;
  const rows: PreviewRow[] = [];
  let read = 0;
  for await (const row of firstRows(part, rejectedOf ?? wanted, signal)) {
    read += 1;
    const trace = part.compiled.trace(row);
    if (rejectedOf === undefined || trace.mapped.kind === 'reject') rows.push(previewRow(row, trace));
    if (rows.length === wanted) break;
  }
  const { name, recordType } = part.compiled;
  return { stream: name, part: part.part === '' ? null : part.part, recordType, read, rows };
}

/** A traced row as people see it. */
export function previewRow(raw: RawRow, { mapped, fields }: RowTrace): PreviewRow {
  const shown = fields.map(previewField);
  if (mapped.kind === 'reject') {
    const { key, code, field, message } = mapped;
    const place = field === '' ? null : field;
    return {
      ...{ key, outcome: 'REJECTED', reason: message, code, field: place, changedAt: null },
      ...{ notes: [], fields: shown, raw },
    };
  }
  const { key, voidReason, notes, changedAt } = mapped;
  return {
    ...{ key, outcome: voidReason === null ? 'RECORD' : 'VOID', reason: voidReason, code: null, field: null },
    ...{ changedAt: changedAt === null ? null : new Date(changedAt).toISOString(), notes },
    ...{ fields: shown, raw },
  };
}

function previewField({ name, raw, steps, result }: TracedField): PreviewField {
  const failed = result instanceof Failure;
  return {
    ...{ name, raw, steps: steps.map(previewStep), value: failed ? null : result },
    problem: failed ? { code: result.code, message: result.message } : null,
  };
}

const previewStep = ({ step, result }: TracedStep): PreviewStep => ({
  step,
  value: result instanceof Failure ? null : textOfResult(result),
  problem: result instanceof Failure ? result.message : null,
});

const textOfResult = (result: Exclude<StepResult, Failure>): string | null =>
  result === null ? null : show(result);
