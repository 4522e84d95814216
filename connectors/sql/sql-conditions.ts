/** Conditions of a mapping as SQL: identifiers quoted, values always parameters. */
import type { Condition } from '../mapping/document';
import type { SqlDialect, SqlValue, TypedSql } from './session';

/** A piece of SQL and the values of its placeholders, in their order. */
export interface SqlText {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export const sqlText = (sql: string, ...values: SqlValue[]): SqlText => ({ sql, values });

export function joinSql(parts: readonly SqlText[], separator: string): SqlText {
  return { sql: parts.map(({ sql }) => sql).join(separator), values: parts.flatMap(({ values }) => values) };
}

/** All parts true; true when there are none. */
export function allOf(parts: readonly SqlText[]): SqlText {
  return parts.length === 0
    ? sqlText('1 = 1')
    : joinSql(
        parts.map(({ sql, values }) => ({ sql: `(${sql})`, values })),
        ' AND ',
      );
}

export function conditionSql(
  condition: Condition,
  typed: (column: string) => TypedSql,
  dialect: SqlDialect,
): SqlText {
  const inner = (part: Condition) => conditionSql(part, typed, dialect);
  if ('all' in condition) return allOf(condition.all.map(inner));
  if ('any' in condition) {
    return joinSql(
      condition.any.map(inner).map(({ sql, values }) => ({ sql: `(${sql})`, values })),
      ' OR ',
    );
  }
  if ('not' in condition) {
    const { sql, values } = inner(condition.not);
    // a comparison with NULL is neither true nor false; here, as in memory, it is false
    return { sql: `CASE WHEN ${sql} THEN 0 ELSE 1 END = 1`, values };
  }
  const column = typed(condition.column);
  if ('equals' in condition) {
    const { sql, value } = dialect.comparable(column, condition.equals);
    return sqlText(`${sql} = ?`, value);
  }
  if ('in' in condition) {
    const parts = condition.in.map((one) => dialect.comparable(column, one));
    const [first] = parts;
    if (first !== undefined && parts.every(({ sql }) => sql === first.sql)) {
      return {
        sql: `${first.sql} IN (${parts.map(() => '?').join(', ')})`,
        values: parts.map(({ value }) => value),
      };
    }
    // values of which only some fit the column's type are not compared with it in the same form
    return joinSql(
      parts.map(({ sql, value }) => sqlText(`${sql} = ?`, value)),
      ' OR ',
    );
  }
  if ('startsWith' in condition) {
    const length = Array.from(condition.startsWith).length;
    return sqlText(`${dialect.start(column.sql, length)} = ?`, condition.startsWith);
  }
  if ('empty' in condition) {
    const empty = `(${column.sql} IS NULL OR ${dialect.isBlank(column.sql)})`;
    return sqlText(condition.empty ? empty : `NOT ${empty}`);
  }
  throw new RangeError('a database is not asked for patterns');
}
