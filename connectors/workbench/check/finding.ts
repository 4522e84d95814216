/** What a check of a mapping against its live source finds: each thing with the line of the mapping that it is about. */
import type { CompiledMapping } from '../../mapping/compile-mapping';
import type { CompiledStream } from '../../mapping/compile-stream';
import type { DocumentPath } from '../../mapping/mapping-file';

export type CheckCode =
  | 'UNREACHABLE'
  | 'MISFIT'
  | 'TODO'
  | 'REJECTS'
  | 'UNKNOWN_CODE'
  | 'BAD_DATE'
  | 'LOST_VALUES'
  | 'ZERO_DATE'
  | 'CLOCK_CHANGE'
  | 'ABSURD_FACTOR'
  | 'ALWAYS_EMPTY'
  | 'DUPLICATE_KEY'
  | 'JOIN_FAN_OUT'
  | 'INEXACT_TYPE'
  | 'LOT_COLLISION'
  | 'LOT_NEARLY_SAME'
  | 'LOT_ON_TWO_ITEMS'
  | 'NEGATIVE_STOCK'
  | 'COUNT_DIFFERS'
  | 'STOCK_DIFFERS'
  | 'STOCK_NOT_CHECKED';

export interface CheckFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly check: CheckCode;
  readonly stream: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the document. */
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
  /** Rows, lots or places that it is about; null where it is about none. */
  readonly count: number | null;
}

/** Makes findings of one mapping. */
export type Report = (
  severity: CheckFinding['severity'],
  check: CheckCode,
  path: DocumentPath,
  message: string,
  more?: { readonly hint?: string; readonly count?: number },
) => CheckFinding;

export function reporter(mapping: CompiledMapping): Report {
  return (severity, check, path, message, { hint, count } = {}) => {
    const { file, line, column } = mapping.problemAt(path, message);
    const stream = path[0] === 'streams' && typeof path[1] === 'string' ? path[1] : null;
    return {
      ...{ severity, check, stream, file, line, column, path: path.join('.'), message },
      ...{ hint: hint ?? null, count: count ?? null },
    };
  };
}

const LONGEST = 100;

/** A few values as they stand, for a message; the rest as a number. */
export function examples(texts: Iterable<string>, most = 5): string {
  const all = [...new Set(texts)];
  const shown = all
    .slice(0, most)
    .map((text) => JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text));
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(', ');
}

export const percent = (part: number, whole: number): string =>
  `${((100 * part) / whole).toFixed(part * 100 < whole ? 2 : 0)} %`;

/** Path of a field: where it is mapped, or the sign rule that gives it. */
export function pathOf({ name, spec }: CompiledStream, field: string): (string | number)[] {
  const at = ['streams', name];
  if (field === '') return [...at, 'key'];
  if (spec.fields[field] !== undefined) return [...at, 'fields', field];
  return field === 'quantity' || field === 'level' ? [...at, 'sign'] : at;
}
