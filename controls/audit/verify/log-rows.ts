/** Reads the log with its entries, and beside it the search index. */
import type { Cell, ReadOnlyDatabase } from '../../../platform/database/read-only';
import { INDEX_COLUMNS } from '../index-entry';

export interface LogRows {
  /** Place, entry id, leaf hash, chain hash; body, hash and instant of the entry, null where it is gone. */
  readonly places: readonly (readonly Cell[])[];
  /** INDEX_COLUMNS by place; there may be more of them. */
  readonly index: readonly (readonly Cell[])[];
  /** There may be places after these. */
  readonly full: boolean;
}

const INDEX = INDEX_COLUMNS.map((column) => `i.${column}`).join(', ');

/** At most `limit` places after one. The index is read by itself: to join it costs the server twice as much. */
export async function readLog(database: ReadOnlyDatabase, after: number, limit: number): Promise<LogRows> {
  const [places, index] = await Promise.all([
    database.rows(
      `SELECT l.seq, l.entry_id, l.leaf_hash, l.chain_hash, e.body, e.hash, e.at
         FROM audit_log l LEFT JOIN audit_entry e ON e.id = l.entry_id
        WHERE l.seq > ? ORDER BY l.seq LIMIT ${limit}`,
      [after],
    ),
    database.rows(`SELECT ${INDEX} FROM audit_index i WHERE i.seq > ? AND i.seq <= ? ORDER BY i.seq`, [
      ...[after, after + limit],
    ]),
  ]);
  const full = places.length === limit;
  const last = places.at(-1)?.[0] ?? 0;
  if (Number(last) <= after + limit) return { places, index, full };
  // places are missing: the index was not read far enough
  const sparse = await database.rows(
    `SELECT ${INDEX} FROM audit_log l JOIN audit_index i ON i.seq = l.seq
      WHERE l.seq > ? AND l.seq <= ? ORDER BY l.seq`,
    [after, last],
  );
  return { places, index: sparse, full };
}
