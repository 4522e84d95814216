/** What a database says of itself, from its own catalogue; one implementation a dialect. */
import type { Deadline } from '../resilience/deadline';
import type { ColumnInfo, SqlSession } from '../sql/session';
import type { ColumnReference, ResourceInfo } from './source-profile';

export interface CatalogColumn extends ColumnInfo {
  readonly comment: string | null;
}

export interface SqlCatalog {
  /** Tables and views that the user of the session can see. */
  resources(deadline: Deadline): Promise<readonly ResourceInfo[]>;
  /** Columns in their order; empty when there is no such table or view. */
  columns(table: string, deadline: Deadline): Promise<readonly CatalogColumn[]>;
  /** Foreign keys of single columns, by column. */
  references(table: string, deadline: Deadline): Promise<ReadonlyMap<string, ColumnReference>>;
  /** Column sets of the primary key and of unique indexes. */
  unique(table: string, deadline: Deadline): Promise<readonly (readonly string[])[]>;
}

/** Makes a catalogue that asks through a session. */
export type CatalogOf = (session: SqlSession) => SqlCatalog;

export const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

/** Groups rows of (index, column), which come in the order of both, to sets of columns. */
export function groupIndexes(rows: readonly { name: unknown; column: unknown }[]): string[][] {
  const sets = new Map<string, string[]>();
  for (const { name, column } of rows) {
    const set = sets.get(String(name)) ?? [];
    sets.set(String(name), [...set, String(column)]);
  }
  return [...sets.values()];
}
