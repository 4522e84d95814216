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
}

export interface SqlDialect {
  quote(identifier: string): string;
  /** Expression that gives a column so that nothing is lost on the way to JSON; itself where that is so anyway. */
  exact(expression: string, type: string): string;
  textOf(expression: string): string;
}

/** Thrown when the database has not got what was asked for: a table or column is gone. */
export class NotInDatabaseError extends Error {
  override readonly name = 'NotInDatabaseError';
}

export interface SqlSession {
  readonly dialect: SqlDialect;
  /** Rows of one SELECT. Throws LegacyUnavailableError, or NotInDatabaseError. */
  query(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]>;
  /** Columns of a table or view; empty when there is none of that name. */
  columns(table: string, deadline: Deadline): Promise<readonly ColumnInfo[]>;
  close(): Promise<void>;
}
