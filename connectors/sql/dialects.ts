/** What the dialects share: plain comparisons, LIMIT, and placeholders that stand in text of our own making. */
import type { SqlDialect, TypedSql } from './session';

/** Quoted names and literals are passed over; a `?` in one of them is no placeholder. */
const QUOTED_OR_PLACEHOLDER = /"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[(?:[^\]]|\]\])*\]|\?/gu;

/** Replaces each `?` by what the driver of a dialect counts its parameters with. */
export function numberPlaceholders(sql: string, name: (index: number) => string): string {
  let count = 0;
  return sql.replace(QUOTED_OR_PLACEHOLDER, (found) => (found === '?' ? name((count += 1)) : found));
}

/** Splits `schema.table` at its first dot and quotes both. */
export const qualified = (quote: (identifier: string) => string) => (name: string) => {
  const dot = name.indexOf('.');
  return dot < 0 ? quote(name) : `${quote(name.slice(0, dot))}.${quote(name.slice(dot + 1))}`;
};

/** A number of rows as text; it comes from configuration, and is checked all the same since it is no parameter. */
export function rowCount(limit: number): string {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`not a number of rows: ${limit}`);
  return String(limit);
}

export const limitPage: SqlDialect['page'] = (select, rest, limit) =>
  `SELECT ${select} FROM ${rest}${limit === null ? '' : ` LIMIT ${rowCount(limit)}`}`;

/** For databases that compare a column with any value by converting one of them. */
export const looseComparisons: Pick<SqlDialect, 'same' | 'comparable'> = {
  same: (left, right) => `${left.sql} = ${right.sql}`,
  comparable: (column, value) => ({
    sql: column.sql,
    value: typeof value === 'boolean' ? Number(value) : value,
  }),
};

export type TypeClass = 'text' | 'number' | 'boolean' | 'time' | 'other';

/** Comparisons for databases that refuse to compare what is not of one kind: both are then compared as text. */
export function strictComparisons(
  classOf: (type: string) => TypeClass,
  textOf: (expression: string) => string,
): Pick<SqlDialect, 'same' | 'comparable'> {
  const asText = ({ sql, type }: TypedSql) => (classOf(type) === 'text' ? sql : textOf(sql));
  return {
    same: (left, right) =>
      left.type === right.type ||
      (classOf(left.type) === classOf(right.type) && classOf(left.type) !== 'other')
        ? `${left.sql} = ${right.sql}`
        : `${asText(left)} = ${asText(right)}`,
    comparable: (column, value) => {
      const kind = classOf(column.type);
      const isNumber = typeof value !== 'boolean' && /^-?\d+(?:\.\d+)?$/u.test(String(value));
      const fits = kind === 'time' || (kind === 'number' && isNumber);
      return { sql: fits ? column.sql : asText(column), value: String(value) };
    },
  };
}
