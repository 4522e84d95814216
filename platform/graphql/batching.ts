/** How loaders are made: one statement for all keys of a tick, never one a key. */
import DataLoader from 'dataloader';
import { type EntityTarget, In, type ObjectLiteral } from 'typeorm';
import { groupBy } from '../collections';
import type { Database } from '../database/database';

/** Keys in one statement; below what either dialect can bind. */
const MAX_KEYS = 5000;

export type Loader<K, V> = DataLoader<K, V>;

/** A loader over a function that answers for many keys at once; a key without an answer gets `missing`. */
export function batchLoader<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  missing: V,
): Loader<K, V> {
  return new DataLoader<K, V>(
    async (keys) => {
      const found = await load(keys);
      return keys.map((key) => found.get(key) ?? missing);
    },
    { maxBatchSize: MAX_KEYS },
  );
}

/** Finds rows by a column that is unique. */
export function rowLoader<R extends ObjectLiteral, P extends keyof R & string>(
  database: Database,
  entity: EntityTarget<R>,
  property: P,
): Loader<R[P], R | null> {
  return batchLoader<R[P], R | null>(async (keys) => {
    const rows = await database.reader.find(entity, { where: { [property]: In([...keys]) } as never });
    return new Map(rows.map((row) => [row[property], row]));
  }, null);
}

/** Finds all rows that share a value of a column, in the order of `order`. */
export function groupLoader<R extends ObjectLiteral, P extends keyof R & string>(
  database: Database,
  entity: EntityTarget<R>,
  property: P,
  order: keyof R & string,
): Loader<NonNullable<R[P]>, readonly R[]> {
  return batchLoader<NonNullable<R[P]>, readonly R[]>(async (keys) => {
    const rows = await database.reader.find(entity, {
      where: { [property]: In([...keys]) } as never,
      order: { [order]: 'ASC' } as never,
    });
    return groupBy(rows, (row) => row[property]);
  }, []);
}

/** One loader for each set of arguments: two lots asked for the same page share a statement. */
export function loaderPerArguments<A, K, V>(make: (args: A) => Loader<K, V>): (args: A) => Loader<K, V> {
  const known = new Map<string, Loader<K, V>>();
  return (args) => {
    const key = JSON.stringify(args);
    let loader = known.get(key);
    if (loader === undefined) known.set(key, (loader = make(args)));
    return loader;
  };
}

/** `?, ?, ?` for a list of bound values. */
export function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
