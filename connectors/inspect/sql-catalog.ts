/** What a database says of itself, asked through a session of any dialect. */
import type { Deadline } from '../resilience/deadline';
import type { ColumnInfo, SqlSession } from '../sql/session';
import type { ColumnReference, ResourceInfo } from './source-profile';

export type CatalogColumn = ColumnInfo;

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

export const catalogOf = (session: SqlSession): SqlCatalog => ({
  resources: async (deadline) =>
    (await session.tables(deadline)).map((table) => ({ ...table, rowsExact: false })),
  columns: (table, deadline) => session.columns(table, deadline),
  references: async (table, deadline) =>
    new Map(
      (await session.foreignKeys(table, deadline)).map((key) => [
        key.column,
        { resource: key.table, column: key.target },
      ]),
    ),
  unique: (table, deadline) => session.uniqueKeys(table, deadline),
});
