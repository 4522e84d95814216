/**
 * A database opened for reading alone, in one consistent snapshot: the server refuses every write of the connection.
 * For programs that judge a database and MUST NOT be able to touch it.
 */
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import path from 'node:path';

export type Cell = string | number | null;

export interface ReadOnlyDatabase {
  /** Rows as arrays, in the order of the selected columns. */
  rows(sql: string, parameters?: readonly (string | number)[]): Promise<Cell[][]>;
  /** Rows as objects. */
  query<T>(sql: string, parameters?: readonly (string | number)[]): Promise<T[]>;
  close(): Promise<void>;
}

/** Opens `sqlite:/path` or `mysql://…`. Rejects when it is not there. */
export async function openReadOnly(url: string): Promise<ReadOnlyDatabase> {
  return url.startsWith('sqlite:')
    ? openFile(path.resolve(url.slice('sqlite:'.length)))
    : await openServer(url);
}

function openFile(file: string): ReadOnlyDatabase {
  const database = new Libsql(file, { fileMustExist: true, timeout: 10_000 });
  database.pragma('query_only = 1');
  database.exec('BEGIN');
  const all = (sql: string, raw: boolean, parameters: readonly (string | number)[]): unknown[] => {
    const statement = database.prepare(sql);
    // one array: libsql takes a lone value for the list of them
    return (raw ? statement.raw() : statement).all([...parameters]);
  };
  return {
    rows: (sql, parameters = []) => Promise.resolve(all(sql, true, parameters) as Cell[][]),
    query: <T>(sql: string, parameters: readonly (string | number)[] = []) =>
      Promise.resolve(all(sql, false, parameters) as T[]),
    close: () => {
      database.exec('ROLLBACK');
      database.close();
      return Promise.resolve();
    },
  };
}

async function openServer(url: string): Promise<ReadOnlyDatabase> {
  const connection = await createConnection({
    ...{ uri: url, charset: 'utf8mb4', timezone: 'Z', dateStrings: true },
    ...{ supportBigNumbers: true, bigNumberStrings: false },
  });
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  return {
    rows: async (sql, parameters = []) => {
      const [rows] = await connection.query({ sql, rowsAsArray: true, values: [...parameters] });
      return rows as unknown as Cell[][];
    },
    query: async <T>(sql: string, parameters: readonly (string | number)[] = []) => {
      const [rows] = await connection.query(sql, [...parameters]);
      return rows as T[];
    },
    close: async () => {
      await connection.query('ROLLBACK');
      await connection.end();
    },
  };
}
