/** Statements that carry the conditions of a row scope, in raw SQL and in query builders. */
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { IN_LIST, chunks, placeholders } from '../../platform/database/select-in';
import type { RowScope } from './row-scope';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const MARK = /\?|:\.\.\.(scopeSites|scopeSuppliers)\b/g;

/** ` AND (condition)` for a limited caller, nothing for one without limits. */
export function scopeAnd(scope: RowScope | null, condition: (scope: RowScope) => string): string {
  return scope === null ? '' : ` AND (${condition(scope)})`;
}

/**
 * The statement with the named lists of the scope bound where they stand among its other parameters. Throws
 * RangeError when a list that is named is empty: a condition that would match by accident is no condition.
 */
export function bindScope(scope: RowScope | null, { sql, parameters }: Statement): Statement {
  if (scope === null) return { sql, parameters };
  const bound: unknown[] = [];
  let next = 0;
  const text = sql.replace(MARK, (mark: string, name?: keyof RowScope['parameters']) => {
    if (name === undefined) {
      bound.push(parameters[next]);
      next += 1;
      return mark;
    }
    const values = scope.parameters[name];
    if (values.length === 0) throw new RangeError(`the scope has no ${name} to bind`);
    bound.push(...values);
    return placeholders(values.length);
  });
  return { sql: text, parameters: bound };
}

/** Runs a raw statement within the scope. */
export async function scopedQuery<T>(
  manager: EntityManager,
  scope: RowScope | null,
  sql: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const bound = bindScope(scope, { sql, parameters });
  return await manager.query<T[]>(bound.sql, [...bound.parameters]);
}

/** `selectIn` within the scope: `sql` holds `IN (?)` once, where the values go. */
export async function scopedSelectIn<T>(
  manager: EntityManager,
  scope: RowScope | null,
  sql: string,
  values: readonly (string | number)[],
): Promise<T[]> {
  const rows: T[] = [];
  for (const chunk of chunks(values, IN_LIST)) {
    const filled = sql.replace('IN (?)', `IN (${placeholders(chunk.length)})`);
    for (const row of await scopedQuery<T>(manager, scope, filled, chunk)) rows.push(row);
  }
  return rows;
}

/** Narrows a query builder to the scope. */
export function narrow<R extends ObjectLiteral>(
  query: SelectQueryBuilder<R>,
  scope: RowScope | null,
  condition: (scope: RowScope) => string,
): SelectQueryBuilder<R> {
  if (scope === null) return query;
  const sql = condition(scope);
  const { scopeSites, scopeSuppliers } = scope.parameters;
  return query.andWhere(`(${sql})`, {
    ...(sql.includes(':...scopeSites') ? { scopeSites } : {}),
    ...(sql.includes(':...scopeSuppliers') ? { scopeSuppliers } : {}),
  });
}
