/** Columns of sampled JSON: the paths by which a mapping would name them. */
import type { RawRow, RawValue } from '../contract';
import { pathGetter } from '../mapping/columns';
import { figuresOf, looksUnique } from './column-values';
import type { ColumnProfile } from './source-profile';

const DEEPEST = 4;

const isObject = (value: RawValue): value is { [key: string]: RawValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Profiles of every path that some row has, in the order in which they are met. */
export function profileRows(rows: readonly RawRow[]): ColumnProfile[] {
  const paths = new Set<string>();
  for (const row of rows) collectPaths(row, '', 1, paths);
  return [...paths].map((path) => {
    const get = pathGetter(path);
    return profileValues(
      path,
      rows.map((row) => get(row)),
    );
  });
}

/** The profile of a column of which only values are known. */
export function profileValues(name: string, values: readonly RawValue[]): ColumnProfile {
  const lists = values.find((value) => Array.isArray(value));
  return {
    ...{ name, type: typeOf(values), nullable: null, keyPart: 0, references: null },
    comment: Array.isArray(lists) ? listComment(lists) : null,
    ...figuresOf(values.map((value) => (Array.isArray(value) ? JSON.stringify(value) : value))),
  };
}

/** Single columns that tell the sampled rows apart. */
export function uniqueOf(columns: readonly ColumnProfile[]): string[][] {
  return columns.filter((column) => looksUnique(column)).map(({ name }) => [name]);
}

function collectPaths(value: RawRow, prefix: string, depth: number, paths: Set<string>): void {
  for (const [name, part] of Object.entries(value)) {
    if (isObject(part) && depth < DEEPEST) collectPaths(part, `${prefix}${name}.`, depth + 1, paths);
    else if (!name.startsWith('#')) paths.add(prefix + name);
  }
}

function typeOf(values: readonly RawValue[]): string {
  const kinds = new Set(
    values.filter((value) => value !== null).map((value) => (Array.isArray(value) ? 'list' : typeof value)),
  );
  return kinds.size === 0 ? 'unknown' : [...kinds].sort().join(' or ');
}

/** What the elements of a list are called, for a source's `each`. */
function listComment(list: readonly RawValue[]): string | null {
  const first = list[0];
  return first !== undefined && isObject(first) ? `list of ${Object.keys(first).join(', ')}` : null;
}
