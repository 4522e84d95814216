/**
 * A row that joins to several rows becomes several. Where the key of the stream does not tell them apart, each would
 * take the place of the one before, again in every run: none of them is believed, and the reject says why.
 */
import type { RawRow } from '../contract';
import { UNREADABLE } from '../mapping/row-mapper';

const REJECTED = 'the row joins to ';

/** True of a row that was rejected here. */
export const isFannedOut = ({ [UNREADABLE]: why }: RawRow): boolean =>
  typeof why === 'string' && why.startsWith(REJECTED);

/** `rows` come in the order of `unique`, the columns that tell the rows of the base table apart. */
export function withoutFanOut(
  rows: readonly RawRow[],
  unique: readonly string[],
  keyOf: (row: RawRow) => string | null,
): readonly RawRow[] {
  let marked: RawRow[] | null = null;
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (end < rows.length && isSame(rows[start], rows[end], unique)) end += 1;
    if (end - start > 1)
      for (const [at, row] of fannedOut(rows.slice(start, end), keyOf)) {
        marked ??= [...rows];
        marked[start + at] = row;
      }
    start = end;
  }
  return marked ?? rows;
}

function isSame(a: RawRow | undefined, b: RawRow | undefined, unique: readonly string[]): boolean {
  return unique.every((name) => a?.[name] !== undefined && a[name] === b?.[name]);
}

/** Rows of one base row that share a key and are not alike, by their place. */
function fannedOut(
  rows: readonly RawRow[],
  keyOf: (row: RawRow) => string | null,
): (readonly [number, RawRow])[] {
  const byKey = new Map<string, number[]>();
  for (const [at, row] of rows.entries()) {
    const key = keyOf(row);
    if (key !== null) byKey.set(key, [...(byKey.get(key) ?? []), at]);
  }
  return [...byKey].flatMap(([, places]) => {
    const differing = columnsThatDiffer(places.map((at) => rows[at] ?? {}));
    if (differing.length === 0) return [];
    const aliases = [...new Set(differing.map((name) => name.replace(/\..*$/u, '')))].join(', ');
    const why = `${REJECTED}${places.length} rows of ${aliases}, which its key does not tell apart`;
    return places.map((at) => [at, { ...rows[at], [UNREADABLE]: why }] as const);
  });
}

function columnsThatDiffer([first, ...rest]: readonly RawRow[]): string[] {
  if (first === undefined) return [];
  const text = (row: RawRow, name: string) => JSON.stringify(row[name]);
  return Object.keys(first).filter((name) => rest.some((row) => text(row, name) !== text(first, name)));
}
