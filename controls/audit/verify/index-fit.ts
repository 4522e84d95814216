/**
 * Whether a row of the search index says what its entry says: whoever rewrites it hides an act from those who look for it,
 * though the act still stands in the log. Pure.
 */
import type { Cell } from '../../../platform/database/read-only';
import { indexRow, readBody } from '../index-entry';
import { Along, recordsNone } from './entry-text';

/** Places of the columns of INDEX_COLUMNS. */
const [ENTRY_ID, AT, ACCOUNT, PERSON, ACT, OUTCOME, OBJECT_TYPE, OBJECT_ID, CHANGES, RECORDS] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
] as const;

/** An entry that was found to be what the log says. */
export interface StandingEntry {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly body: string;
  /** Where the texts of its id and its instant end. */
  readonly idEnd: number;
  readonly atEnd: number;
}

/** `row` holds INDEX_COLUMNS of the entry's place. */
export function isIndexed(row: readonly Cell[], entry: StandingEntry): boolean {
  if (row[ENTRY_ID] !== entry.id || row[AT] !== entry.at) return false;
  if (saysTheSame(row, entry)) return true;
  const due = indexRow(entry.seq, entry.at, readBody(entry.id, entry.body));
  return due.every((value, column) => (value ?? null) === row[column]);
}

/** The same by text alone, several times faster; false also where it cannot tell, as for what was cut. */
function saysTheSame(row: readonly Cell[], { body, idEnd, atEnd }: StandingEntry): boolean {
  if (row[CHANGES] !== 0 || row[RECORDS] !== 0) return false;
  const text = (column: number): string | null => row[column] as string | null;
  const along = new Along(body)
    .text('{"action":')
    .value(text(ACT))
    .text(',"actor":{"account":')
    .value(text(ACCOUNT))
    .next(',"person":')
    .value(text(PERSON))
    .text(',"personal":')
    .from(atEnd)
    .text(',"changes":[],"code":')
    .from(idEnd)
    .text(',"object":');
  const type = text(OBJECT_TYPE);
  if (type === null) along.text('null');
  else along.text('{"id":').value(text(OBJECT_ID)).text(',"type":').value(type).text('}');
  along.text(',"outcome":').value(text(OUTCOME)).text(',"policyVersion":');
  return along.fits && recordsNone(body);
}
