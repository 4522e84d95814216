/**
 * SQLite files. The library is synchronous, so a lock is never waited for inside it: it gives up at once and is
 * tried again between timers, and the event loop stays free.
 */
import { existsSync } from 'node:fs';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { LegacyUnavailableError } from '../../platform/errors';
import { SafeSqliteDatabase } from '../../platform/database/sqlite-driver';
import type { Deadline } from '../resilience/deadline';
import {
  NotInDatabaseError,
  type ColumnInfo,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './session';

/** Longest that one attempt may block the process. */
const BUSY_TIMEOUT_MS = 20;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

const isBusy = (error: unknown) =>
  /SQLITE_(?:BUSY|LOCKED)|database (?:table )?is locked/iu.test(describe(error));
const isMissing = (error: unknown) => /no such (?:table|column)/iu.test(describe(error));

function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return `${typeof code === 'string' ? code : ''} ${String(message)}`;
}

export const sqliteDialect: SqlDialect = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  exact: (expression, type) => {
    // the declared type only suggests: a decimal is stored as a double, an integer may exceed 2^53
    if (/DEC|NUM|REAL|FLOA|DOUB/u.test(type)) return `CAST(${expression} AS TEXT)`;
    if (/TINYINT|SMALLINT/u.test(type) || !type.includes('INT')) return expression;
    const safe = `typeof(${expression}) <> 'integer' OR ${expression} BETWEEN -9007199254740991 AND 9007199254740991`;
    return `CASE WHEN ${safe} THEN ${expression} ELSE CAST(${expression} AS TEXT) END`;
  },
  textOf: (expression) => `CAST(${expression} AS TEXT)`,
};

export class SqliteSession implements SqlSession {
  readonly dialect = sqliteDialect;
  #source: DataSource | null = null;

  constructor(
    private readonly system: string,
    private readonly file: string,
  ) {}

  async query(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      deadline.check();
      try {
        const source = await this.#open();
        return await source.query<SqlRow[]>(sql, [...values]);
      } catch (error) {
        if (isMissing(error)) throw new NotInDatabaseError((error as Error).message);
        if (!isBusy(error)) throw await this.#lost(error);
      }
      await deadline.pause(pause);
    }
  }

  async columns(table: string, deadline: Deadline): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(
      'SELECT c.name AS name, c.type AS type, c."notnull" AS "required", c.pk AS pk FROM sqlite_master m, pragma_table_xinfo(m.name) c ' +
        "WHERE m.type IN ('table', 'view') AND m.name = ? AND c.hidden <> 1",
      [table],
      deadline,
    );
    return rows.map(({ name, type, required, pk }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: Number(required) === 0 && Number(pk) === 0,
      keyPart: Number(pk),
    }));
  }

  async close(): Promise<void> {
    const source = this.#source;
    this.#source = null;
    if (source?.isInitialized === true) await source.destroy();
  }

  async #open(): Promise<DataSource> {
    if (this.#source !== null) return this.#source;
    if (!existsSync(this.file)) throw new Error('the database file is not there');
    const source = new DataSource(optionsFor(this.file));
    await source.initialize();
    this.#source = source;
    return source;
  }

  /** The file may have been moved or replaced, so the next question opens it anew. */
  async #lost(cause: unknown): Promise<LegacyUnavailableError> {
    await this.close().catch(() => undefined);
    return new LegacyUnavailableError(this.system, `${this.system}: the database cannot be read`, {
      retryable: true,
      cause,
    });
  }
}

function optionsFor(file: string): DataSourceOptions {
  return {
    type: 'better-sqlite3',
    driver: SafeSqliteDatabase,
    database: file,
    readonly: true,
    timeout: BUSY_TIMEOUT_MS,
    statementCacheSize: 50,
    entities: [],
    logging: false,
    prepareDatabase: (db: SafeSqliteDatabase) => {
      db.pragma('query_only = 1');
    },
  };
}
