// The ERP's own access to its tables: one connection, one request at a time, SQLite or MariaDB.
import type { Connection } from 'mysql2/promise';
import type { Row, Value } from '../sql';
import { Store } from '../store';
import type { Record_ } from '../store';
import { connectErp } from './mysql';

export interface ErpDb {
  all(sql: string, values?: readonly Value[]): Promise<Record_[]>;
  run(sql: string, values?: readonly Value[]): Promise<void>;
  begin(): Promise<void>;
  end(keep: boolean): Promise<void>;
  close(): Promise<void>;
}

export class SqliteErp implements ErpDb {
  private store: Store;

  constructor(readonly path: string) {
    this.store = new Store(path);
  }

  all(sql: string, values: readonly Value[] = []): Promise<Record_[]> {
    return Promise.resolve(this.store.all(sql, values));
  }

  run(sql: string, values: readonly Value[] = []): Promise<void> {
    this.store.run(sql, values);
    return Promise.resolve();
  }

  begin(): Promise<void> {
    this.store.begin();
    return Promise.resolve();
  }

  end(keep: boolean): Promise<void> {
    this.store.end(keep);
    return Promise.resolve();
  }

  /** Lets go of the file and takes it up again, for whoever moves it. */
  reopen(): void {
    this.store = new Store(this.path);
  }

  close(): Promise<void> {
    this.store.close();
    return Promise.resolve();
  }
}

export class MysqlErp implements ErpDb {
  private connection: Promise<Connection> | null = null;

  constructor(readonly url: string) {}

  async all(sql: string, values: readonly Value[] = []): Promise<Record_[]> {
    const [rows] = await (await this.open()).query(sql, [...values]);
    return rows as Record_[];
  }

  async run(sql: string, values: readonly Value[] = []): Promise<void> {
    await (await this.open()).query(sql, [...values]);
  }

  async begin(): Promise<void> {
    await (await this.open()).beginTransaction();
  }

  async end(keep: boolean): Promise<void> {
    const connection = await this.open();
    await (keep ? connection.commit() : connection.rollback());
  }

  async close(): Promise<void> {
    if (this.connection) await (await this.connection).end();
    this.connection = null;
  }

  private open(): Promise<Connection> {
    return (this.connection ??= connectErp(this.url));
  }
}

export async function insertRow(db: ErpDb, table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  const columns = names.map((name) => `\`${name}\``).join(', ');
  const marks = names.map(() => '?').join(', ');
  await db.run(
    `INSERT INTO \`${table}\` (${columns}) VALUES (${marks})`,
    names.map((name) => row[name] ?? null),
  );
}

/** One at a time, in order of asking. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  pass<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
