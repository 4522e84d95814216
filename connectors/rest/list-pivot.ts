/** Nested lists of names and values (EAV): their values become columns of the row that they stand in. */
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { ListPivot } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import { textOf } from '../transforms/transform';

/** The row with a column `as.<name>` for each name that is read, null where the list says nothing of it. */
export function withListPivots(row: RawRow, pivots: readonly ListPivot[] | undefined): RawRow {
  if (pivots === undefined || UNREADABLE in row) return row;
  return Object.assign({}, row, ...pivots.map((pivot) => pivoted(row, pivot))) as RawRow;
}

function pivoted(row: RawRow, { path, as, name, value, columns }: ListPivot): Record<string, RawValue> {
  const found: Record<string, RawValue> = Object.fromEntries(
    columns.map((column) => [`${as}.${column}`, null]),
  );
  for (const element of elementsAt(row, path.split('.'))) {
    const column = `${as}.${textOf(valueAt(element, name)) ?? ''}`;
    if (Object.hasOwn(found, column)) found[column] = both(found[column] ?? null, firstOf(element, value));
  }
  return found;
}

/** The elements of a list, also where lists stand on the way to it. */
function elementsAt(value: RawValue, steps: readonly string[]): readonly RawValue[] {
  if (Array.isArray(value)) return value.flatMap((one) => elementsAt(one, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return value === null ? [] : [value];
  return typeof value === 'object' && value !== null ? elementsAt(value[step] ?? null, rest) : [];
}

function firstOf(element: RawValue, paths: string | readonly string[]): RawValue {
  const values = [paths].flat().map((path) => valueAt(element, path));
  return values.find((value) => value !== null && value !== '') ?? null;
}

/** A name that stands several times gives a list. */
function both(before: RawValue, value: RawValue): RawValue {
  if (value === null) return before;
  if (before === null) return value;
  return Array.isArray(before) ? [...before, value] : [before, value];
}
