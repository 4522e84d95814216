// Small references that many answers repeat: a location, a product, a lot, a shipment.
import type { Record_, Store } from '../store';

export type Json = Record<string, unknown>;

export class Lookup {
  private readonly locations = new Map<string, Json>();

  constructor(private readonly store: Store) {}

  location(id: unknown): Json | null {
    if (typeof id !== 'string') return null;
    let found = this.locations.get(id);
    if (!found) {
      const row = this.store.get('SELECT id, name, number FROM location WHERE id = ?', [id]);
      if (!row) return null;
      found = { id, name: row['name'], locationNumber: row['number'] };
      this.locations.set(id, found);
    }
    return found;
  }

  /** Rows of a table by id, for all the ids at once. */
  byId(table: string, ids: Iterable<unknown>): Map<unknown, Record_> {
    const wanted = [...new Set(ids)].filter((id) => typeof id === 'string');
    const rows = this.store.all(`SELECT * FROM \`${table}\` WHERE id IN (SELECT value FROM json_each(?))`, [
      JSON.stringify(wanted),
    ]);
    return new Map(rows.map((row) => [row['id'], row]));
  }

  /** Child rows of a table, grouped by their parent. */
  children(table: string, parent: string, ids: readonly unknown[]): Map<unknown, Record_[]> {
    const rows = this.store.all(
      `SELECT * FROM \`${table}\` WHERE ${parent} IN (SELECT value FROM json_each(?)) ORDER BY id`,
      [JSON.stringify(ids)],
    );
    const groups = new Map<unknown, Record_[]>();
    for (const row of rows) {
      const group = groups.get(row[parent]);
      if (group) group.push(row);
      else groups.set(row[parent], [row]);
    }
    return groups;
  }
}

export const productRef = (row: Record_ | undefined): Json | null =>
  row ? { id: row['id'], productCode: row['code'], name: row['name'] } : null;

export const lotRef = (row: Record_ | undefined): Json | null =>
  row ? { id: row['id'], lotNumber: row['lot_number'] } : null;
