/**
 * References of a flat row: a column by its name, `alias.column` of a join or pivot, and `column->a.b` into a column
 * that holds JSON.
 */
const ARROW = '->';

/** Alias that stands for the table of a source itself. */
export const BASE = '';

/** Splits `column->path`; the path is null where the reference is the whole column. */
export function splitJsonPath(reference: string): { column: string; path: string | null } {
  const arrow = reference.indexOf(ARROW);
  if (arrow < 1) return { column: reference, path: null };
  return { column: reference.slice(0, arrow), path: reference.slice(arrow + ARROW.length) };
}

/** The column that a reference reads, without a path into it. */
export const columnOf = (reference: string): string => splitJsonPath(reference).column;

/** Splits `alias.column`; the base table has the empty alias. A path into JSON is left out. */
export function splitReference(reference: string): { alias: string; column: string } {
  const name = columnOf(reference);
  const dot = name.indexOf('.');
  if (dot < 0) return { alias: BASE, column: name };
  return { alias: name.slice(0, dot), column: name.slice(dot + 1) };
}
