/** Conditions of a mapping as SQL: identifiers quoted, values always parameters. */
import type { Condition, Scalar } from '../mapping/document';
import type { SqlDialect, SqlValue } from './session';

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

const parameter = (value: Scalar): SqlValue => (typeof value === 'boolean' ? Number(value) : value);

export function conditionSql(
  condition: Condition,
  expression: (column: string) => string,
  dialect: SqlDialect,
): SqlText {
  const inner = (part: Condition) => conditionSql(part, expression, dialect);
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
    return { sql: `NOT COALESCE((${sql}), 0)`, values };
  }
  const column = expression(condition.column);
  if ('equals' in condition) return sqlText(`${column} = ?`, parameter(condition.equals));
  if ('in' in condition) {
    return {
      sql: `${column} IN (${condition.in.map(() => '?').join(', ')})`,
      values: condition.in.map(parameter),
    };
  }
  if ('startsWith' in condition) {
    return sqlText(
      `SUBSTR(${column}, 1, ?) = ?`,
      Array.from(condition.startsWith).length,
      condition.startsWith,
    );
  }
  if ('empty' in condition) {
    const empty = `(${column} IS NULL OR TRIM(${dialect.textOf(column)}) = '')`;
    return sqlText(condition.empty ? empty : `NOT ${empty}`);
  }
  throw new RangeError('a database is not asked for patterns');
}
