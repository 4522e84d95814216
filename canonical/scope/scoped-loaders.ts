/** Loaders that know only rows in scope: the key of another is like one that nobody has. One statement for all keys. */
import { type EntityTarget, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { groupBy } from '../../platform/collections';
import type { Database } from '../../platform/database/database';
import { type Loader, batchLoader, groupLoader, rowLoader } from '../../platform/graphql/batching';
import type { RowScope } from './row-scope';
import { narrow, scopedSelectIn } from './scoped-sql';

/** The alias that conditions of these loaders are made for. */
const ROW = 'scoped_row';

/** What a row must fulfil; `alias` names its table in the statement. */
export type RowCondition = (scope: RowScope, alias: string) => string;

/** `rowLoader` within the scope. */
export function scopedRowLoader<R extends ObjectLiteral, P extends keyof R & string>(
  database: Database,
  scope: RowScope | null,
  entity: EntityTarget<R>,
  property: P,
  condition: RowCondition,
): Loader<R[P], R | null> {
  if (scope === null) return rowLoader(database, entity, property);
  return batchLoader<R[P], R | null>(async (keys) => {
    const rows = await queryOf(database, scope, entity, property, keys, condition).getMany();
    return new Map(rows.map((row) => [row[property], row]));
  }, null);
}

/** `groupLoader` within the scope. */
export function scopedGroupLoader<R extends ObjectLiteral, P extends keyof R & string>(
  database: Database,
  scope: RowScope | null,
  entity: EntityTarget<R>,
  property: P,
  order: keyof R & string,
  condition: RowCondition,
): Loader<NonNullable<R[P]>, readonly R[]> {
  if (scope === null) return groupLoader(database, entity, property, order);
  return batchLoader<NonNullable<R[P]>, readonly R[]>(async (keys) => {
    const query = queryOf(database, scope, entity, property, keys, condition);
    return groupBy(await query.orderBy(`${ROW}.${order}`, 'ASC').getMany(), (row) => row[property]);
  }, []);
}

function queryOf<R extends ObjectLiteral>(
  database: Database,
  scope: RowScope,
  entity: EntityTarget<R>,
  property: string,
  keys: readonly unknown[],
  condition: RowCondition,
): SelectQueryBuilder<R> {
  const query = database.reader.createQueryBuilder(entity, ROW);
  query.where(`${ROW}.${property} IN (:...keys)`, { keys });
  return narrow(query, scope, (one) => condition(one, ROW));
}

/** Whether a lot is in scope. Without limits every key is, and the database is not asked. */
export type LotVisibility = (lotPk: number) => Promise<boolean>;

export function lotVisibility(database: Database, scope: RowScope | null): LotVisibility {
  if (scope === null) return () => Promise.resolve(true);
  const loader = batchLoader<number, boolean>(async (pks) => {
    const sql = `SELECT l.pk FROM lot l WHERE l.pk IN (?) AND ${scope.lot('l')}`;
    const rows = await scopedSelectIn<{ pk: number }>(database.reader, scope, sql, pks);
    return new Map(rows.map((row) => [row.pk, true]));
  }, false);
  return (lotPk) => loader.load(lotPk);
}
