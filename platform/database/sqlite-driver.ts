/**
 * libsql in the shape of better-sqlite3, made safe for TypeORM. libsql aborts the process when it is handed a
 * Date, a boolean, a Buffer or an object, so every value is converted or refused before it gets there; and a
 * transaction begins IMMEDIATE, since a plain BEGIN fails as soon as two processes write to one file.
 */
import Libsql from 'libsql';

type SqliteValue = string | number | bigint | null | ArrayBuffer | Uint8Array;

/** What TypeORM uses of a prepared statement. */
export interface SqliteStatement {
  readonly reader: boolean;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { changes: number; lastInsertRowid: number | bigint };
}

/** Turns one bound value into one that libsql can take. Throws TypeError for what SQLite has no value for. */
function toSqliteValue(value: unknown): SqliteValue {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`SQLite has no value for the number ${value}`);
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return new Uint8Array(value);
      if (value instanceof ArrayBuffer) return value;
      throw new TypeError(`SQLite has no value for a ${Object.prototype.toString.call(value)}`);
  }
}

/** libsql hands blobs out as ArrayBuffer; everyone else expects Buffer. */
function restoreBuffers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const record = row as Record<string, unknown>;
  for (const key in record) {
    const value = record[key];
    if (value instanceof ArrayBuffer) record[key] = Buffer.from(value);
  }
  return record;
}

interface LibsqlStatement {
  reader: boolean;
  all(values: SqliteValue[]): unknown[];
  run(values: SqliteValue[]): { changes: number; lastInsertRowid: number | bigint };
}

interface LibsqlDatabase {
  prepare(sql: string): LibsqlStatement;
  exec(sql: string): void;
  pragma(source: string, options?: { simple: boolean }): unknown;
  close(): void;
}

/** A database file behind the interface that TypeORM's `better-sqlite3` driver expects. */
export class SafeSqliteDatabase {
  readonly #inner: LibsqlDatabase;

  constructor(file: string, options: { readonly?: boolean; timeout?: number } = {}) {
    this.#inner = new Libsql(file, {
      readonly: options.readonly ?? false,
      timeout: options.timeout ?? 5000,
    }) as unknown as LibsqlDatabase;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#inner.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
    return {
      reader: statement.reader,
      all: (...values) => {
        const rows = statement.all(values.map(toSqliteValue));
        for (const row of rows) restoreBuffers(row);
        return rows;
      },
      run: (...values) => statement.run(values.map(toSqliteValue)),
    };
  }

  exec(sql: string): void {
    this.#inner.exec(sql);
  }

  pragma(source: string, options?: { simple: boolean }): unknown {
    return this.#inner.pragma(source, options);
  }

  close(): void {
    this.#inner.close();
  }
}
