// Tables as data and bulk inserts, shared by the writers: SQLite through libsql, MariaDB through mysql2.
import type { Connection } from 'mysql2/promise';
import Database from 'libsql';
import type { Table } from './columns';

export type Value = string | number | null;
export type Row = Record<string, Value | undefined>;

/** A place where rows go, many at a time. */
export interface Sink {
  insert(table: Table, row: Row): void;
  /** Writes what is buffered; callers await it between cells so that memory stays flat. */
  flush(): Promise<void>;
}

const CHUNK = 32;

interface Buffer {
  readonly table: Table;
  readonly names: readonly string[];
  values: Value[];
  rows: number;
}

abstract class BufferedSink implements Sink {
  private readonly buffers = new Map<Table, Buffer>();

  insert(table: Table, row: Row): void {
    let buffer = this.buffers.get(table);
    if (!buffer) {
      buffer = { table, names: table.columns.map((column) => column.name), values: [], rows: 0 };
      this.buffers.set(table, buffer);
    }
    for (const name of buffer.names) buffer.values.push(row[name] ?? null);
    buffer.rows += 1;
    if (buffer.rows >= CHUNK) this.spill(buffer);
  }

  flush(): Promise<void> {
    for (const buffer of this.buffers.values()) if (buffer.rows > 0) this.spill(buffer);
    return Promise.resolve();
  }

  private spill(buffer: Buffer): void {
    this.write(buffer.table, buffer.values, buffer.rows);
    buffer.values = [];
    buffer.rows = 0;
  }

  protected abstract write(table: Table, values: Value[], rows: number): void;
}

const quote = (name: string): string => `\`${name}\``;

/** `CREATE TABLE` in words that SQLite and MariaDB both take. */
export const createSql = ({ name, columns }: Table): string =>
  `CREATE TABLE ${quote(name)} (${columns
    .map(
      (column) =>
        `${quote(column.name)} ${column.type}${column.name === columns[0]?.name ? ' NOT NULL PRIMARY KEY' : ''}`,
    )
    .join(', ')})`;

export const indexSql = ({ name, columns }: Table): string[] =>
  columns
    .filter((column) => column.indexed)
    .map(
      (column) =>
        `CREATE INDEX ${quote(`${name}_${column.name}`.replaceAll(' ', '_'))} ON ${quote(name)} (${quote(column.name)})`,
    );

export class SqliteSink extends BufferedSink {
  private readonly statements = new Map<string, Database.Statement>();

  constructor(private readonly db: Database.Database) {
    super();
  }

  protected write(table: Table, values: Value[], rows: number): void {
    const key = `${table.name}:${rows}`;
    let statement = this.statements.get(key);
    if (!statement) {
      const marks = `(${table.columns.map(() => '?').join(',')})`;
      statement = this.db.prepare(
        `INSERT INTO ${quote(table.name)} VALUES ${Array(rows).fill(marks).join(',')}`,
      );
      this.statements.set(key, statement);
    }
    statement.run(values);
  }
}

export class MysqlSink extends BufferedSink {
  private readonly pending = new Map<Table, Value[][]>();

  constructor(private readonly connection: Connection) {
    super();
  }

  protected write(table: Table, values: Value[], rows: number): void {
    const width = table.columns.length;
    const list = this.pending.get(table) ?? [];
    for (let row = 0; row < rows; row += 1) list.push(values.slice(row * width, (row + 1) * width));
    this.pending.set(table, list);
  }

  override async flush(): Promise<void> {
    await super.flush();
    for (const [table, rows] of this.pending) {
      for (let from = 0; from < rows.length; from += 1000) {
        await this.connection.query(`INSERT INTO ${quote(table.name)} VALUES ?`, [
          rows.slice(from, from + 1000),
        ]);
      }
    }
    this.pending.clear();
  }
}

/** Opens a new SQLite file for bulk loading; nothing is durable until `finishBulk`. */
export function openBulk(path: string, tables: readonly Table[]): Database.Database {
  const db = new Database(path);
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -20000');
  for (const table of tables) db.exec(createSql(table));
  db.exec('BEGIN');
  return db;
}

/** Adds the indexes, goes back to a plain rollback journal, and closes. */
export function finishBulk(db: Database.Database, tables: readonly Table[]): void {
  for (const table of tables) for (const sql of indexSql(table)) db.exec(sql);
  db.exec('COMMIT');
  db.exec('PRAGMA journal_mode = DELETE');
  db.close();
}
