/** Side tables of names and values (EAV): one statement a page, whose values become columns of the rows. */
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import type { SqlText } from './sql-conditions';
import { placeOf, toRawValue, type Place } from './row-values';
import type { SqlReadContext } from './sql-reader';
import { PIVOT_NAME, PIVOT_VALUE } from './statements';

/** Values of one name for one row that are still believed; more means a key that does not fit. */
const VALUES_A_NAME = 10;

/** Column → value by the place of the row. */
type Pivoted = ReadonlyMap<string, Readonly<Record<string, RawValue>>>;

export interface PivotedPage {
  /** Columns that every row gets, null where the side table says nothing. */
  readonly blank: Readonly<Record<string, null>>;
  readonly values: Pivoted;
  /** True for a source without side tables: its rows stay as they are. */
  readonly isEmpty: boolean;
}

const keyOf = (place: Place) => JSON.stringify(place);

/** Reads all side tables for the rows of a range. A name that stands several times gives a list. */
export async function readPivots(
  context: SqlReadContext,
  range: readonly SqlText[],
  rows: number,
): Promise<PivotedPage> {
  const blank: Record<string, null> = {};
  const values = new Map<string, Record<string, RawValue>>();
  for (const pivot of context.pivots) {
    for (const column of pivot.columns) blank[`${pivot.as}.${column}`] = null;
    const limit = rows * pivot.columns.length * VALUES_A_NAME;
    const { sql, values: parameters } = context.statements.pivoted(pivot, range, limit + 1);
    const found = await context.session.query(sql, parameters, context.deadline);
    if (found.length > limit) {
      throw new LegacyUnavailableError(
        context.system,
        `${context.system}: "${pivot.table}" holds more than ${VALUES_A_NAME} values a name for one row`,
        { retryable: false, nonsense: true },
      );
    }
    for (const row of found) {
      const key = keyOf(placeOf(row, context.statements));
      const columns = values.get(key) ?? {};
      const name = pivot.columns.find((column) => sameName(column, row[PIVOT_NAME]));
      if (name !== undefined) add(columns, `${pivot.as}.${name}`, toRawValue(row[PIVOT_VALUE]));
      values.set(key, columns);
    }
  }
  return { blank, values, isEmpty: context.pivots.length === 0 };
}

/** The database found the name by its own rules of equality, which may ignore case and blanks behind. */
const sameName = (wanted: string, found: unknown) =>
  wanted === found || wanted.toLowerCase() === String(found).trimEnd().toLowerCase();

function add(columns: Record<string, RawValue>, name: string, value: RawValue): void {
  const before = columns[name];
  if (value === null) return;
  if (before === undefined || before === null) columns[name] = value;
  else columns[name] = Array.isArray(before) ? [...before, value] : [before, value];
}

export function withPivots(row: RawRow, place: Place, { blank, values, isEmpty }: PivotedPage): RawRow {
  if (isEmpty) return row;
  return { ...blank, ...row, ...values.get(keyOf(place)) };
}
