/** A read-only conversation with a database, the same for every dialect. */
import type { Deadline } from '../resilience/deadline';

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface ColumnInfo {
  readonly name: string;
  /** Type as declared, upper case. */
  readonly type: string;
  readonly nullable: boolean;
  /** Place in the primary key from 1; 0 when it is no part of it. */
  readonly keyPart: number;
  readonly comment: string | null;
}

export interface TableInfo {
  /** As a mapping names it: with its schema where the database would not find it without. */
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string | null;
  /** The database's own estimate; null where it keeps none. */
  readonly rows: number | null;
}

/** A foreign key of one column; keys of several columns are left out. */
export interface ForeignKey {
  readonly column: string;
  readonly table: string;
  readonly target: string;
}

/** An expression with the declared type of what it gives; blank where that is not known. */
export interface TypedSql {
  readonly sql: string;
  readonly type: string;
}

/** An expression that rows are ordered by. */
export interface Orderable {
  readonly order: string;
  /** What is selected to know the place of a row; text or a number that loses nothing. */
  readonly select: string;
  /** Placeholder for a selected value, in a form that `order` is compared with. */
  readonly parameter: string;
}

export const orderedBy = (expression: string): Orderable => ({
  order: expression,
  select: expression,
  parameter: '?',
});

export interface SqlDialect {
  quote(identifier: string): string;
  /** A table as a mapping names it: `schema.table` where the dialect has schemas. */
  table(name: string): string;
  /** Expression that gives a column so that nothing is lost on the way to JSON; itself where that is so anyway. */
  exact(expression: string, type: string): string;
  /** How rows are ordered by a column, and how a page goes on behind a value of it. */
  orderable(expression: string, type: string): Orderable;
  textOf(expression: string): string;
  /** Hex of the bytes as they are stored, whatever encoding the column claims; null where the dialect cannot. */
  bytesOf(expression: string, type: string): string | null;
  /** First bytes of a column of bytes, as bytes. */
  bytesStart(expression: string, length: number): string;
  /** First characters of a text. */
  start(expression: string, length: number): string;
  /** True for a text of blanks alone; what it is for NULL does not matter. */
  isBlank(expression: string): string;
  /** Equality of two columns, whatever their types. */
  same(left: TypedSql, right: TypedSql): string;
  /** Form of a column in which it can be compared with a value, and the value as it is given as a parameter. */
  comparable(column: TypedSql, value: string | number | boolean): { sql: string; value: SqlValue };
  /** `select` FROM and all behind it, at most `limit` rows; null takes all. */
  page(select: string, rest: string, limit: number | null): string;
  /** Asks nothing of any table. */
  readonly ping: string;
}

/** Thrown when the database has not got what was asked for: a table or column is gone. */
export class NotInDatabaseError extends Error {
  override readonly name = 'NotInDatabaseError';
}

export interface SqlLimits {
  readonly connectMs: number;
  readonly statementMs: number;
}

export interface SqlSession {
  readonly dialect: SqlDialect;
  /** Rows of one SELECT with `?` placeholders. Throws LegacyUnavailableError, or NotInDatabaseError. */
  query(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]>;
  /** Tables and views that this user may read. */
  tables(deadline: Deadline): Promise<readonly TableInfo[]>;
  /** Columns of a table or view; empty when there is none of that name. */
  columns(table: string, deadline: Deadline): Promise<readonly ColumnInfo[]>;
  /** Sets of columns that the database holds unique, the primary key first. */
  uniqueKeys(table: string, deadline: Deadline): Promise<readonly (readonly string[])[]>;
  foreignKeys(table: string, deadline: Deadline): Promise<readonly ForeignKey[]>;
  close(): Promise<void>;
}

/** A comment as a catalogue gives it; null where there is none. */
export const commentOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

/** Columns of keys by the name of the key, from rows that give one column each, in their order. */
export function groupKeys(rows: readonly SqlRow[]): string[][] {
  const keys = new Map<string, string[]>();
  for (const { key, name } of rows) {
    const columns = keys.get(String(key)) ?? [];
    keys.set(String(key), [...columns, String(name)]);
  }
  return [...keys.values()];
}
