/**
 * Whether a row of the search index says what its entry says: whoever rewrites it hides an act from those who look for it,
 * though the act still stands in the log. Pure.
 */
import { canonicalJson } from '../../../platform/canonical-json';
import type { Cell } from '../../../platform/database/read-only';
import { indexRow, readBody } from '../index-entry';

/** Places of the columns of INDEX_COLUMNS. */
const [AT, ACCOUNT, PERSON, ACT, OUTCOME, OBJECT_TYPE, OBJECT_ID, CHANGES, RECORDS] = [
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10],
] as const;

/** `row` holds the columns of INDEX_COLUMNS, in their order; `entry` was found to be what the log says. */
export function isIndexed(
  row: readonly Cell[],
  entry: { readonly seq: number; readonly id: string; readonly at: number; readonly body: string },
): boolean {
  if (row[0] !== entry.seq || row[1] !== entry.id || row[AT] !== entry.at) return false;
  if (saysTheSame(row, entry)) return true;
  const due = indexRow(entry.seq, entry.at, readBody(entry.id, entry.body));
  return due.every((value, column) => (value ?? null) === row[column]);
}

/**
 * The same by text alone, several times faster; false also where it cannot tell, as for what was cut. Canonical JSON has
 * its names in order, and what stands before these cannot hold them, since quotes within texts are escaped.
 */
function saysTheSame(
  row: readonly Cell[],
  { id, body }: { readonly id: string; readonly body: string },
): boolean {
  if (row[CHANGES] !== 0 || row[RECORDS] !== 0) return false;
  const text = (column: number): string => canonicalJson(row[column] ?? null);
  const object = row[OBJECT_TYPE] === null ? 'null' : `{"id":${text(OBJECT_ID)},"type":${text(OBJECT_TYPE)}}`;
  return (
    body.startsWith(`{"action":${text(ACT)},"actor":{"account":${text(ACCOUNT)},`) &&
    body.startsWith(`"person":${text(PERSON)},"personal":`, body.indexOf('"person":')) &&
    body.includes(`,"id":"${id}","object":${object},"outcome":${text(OUTCOME)},"policyVersion":`) &&
    body.includes(',"changes":[],') &&
    body.includes(',"records":[],"v":')
  );
}
