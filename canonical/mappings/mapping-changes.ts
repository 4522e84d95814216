/** How two mappings differ, part by part. Pure. */
import type { MappingDocument } from '../../connectors/mapping/document';

export interface MappingChange {
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED';
  /** Where in the document, e.g. `streams.lots.fields.expiresOn`. */
  readonly path: string;
  /** JSON of the part; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Parts below these are told whole: a field with its chain, a condition, a table of codes entry by entry. */
const MOST_DEPTH = 4;

/** Every part that differs, in the order of the documents; `before` null when there is none. */
export function mappingChanges(before: MappingDocument | null, after: MappingDocument): MappingChange[] {
  return differences([], before ?? {}, after);
}

function differences(path: readonly string[], before: unknown, after: unknown): MappingChange[] {
  if (textOf(before) === textOf(after)) return [];
  if (isParts(before) && isParts(after) && path.length < MOST_DEPTH)
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differences([...path, name], before[name], after[name]),
    );
  return [
    {
      kind: before === undefined ? 'ADDED' : after === undefined ? 'REMOVED' : 'CHANGED',
      path: path.join('.'),
      before: textOf(before),
      after: textOf(after),
    },
  ];
}

const isParts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
