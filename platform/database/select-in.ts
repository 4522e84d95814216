/** Reads by IN lists of any length, on both dialects. */
import type { EntityManager } from 'typeorm';

export const IN_LIST = 1_000;

/** Selects with an IN list of any length; `sql` holds `IN (?)` once, where the list goes, after `before` parameters. */
export async function selectIn<T>(
  manager: EntityManager,
  sql: string,
  values: readonly (string | number)[],
  before: readonly (string | number)[] = [],
): Promise<T[]> {
  const rows: T[] = [];
  for (const chunk of chunks(values, IN_LIST)) {
    const filled = sql.replace('IN (?)', `IN (${placeholders(chunk.length)})`);
    for (const row of await manager.query<T[]>(filled, [...before, ...chunk])) rows.push(row);
  }
  return rows;
}

export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(',');
}

export function* chunks<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}
