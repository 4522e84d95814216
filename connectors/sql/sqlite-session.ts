/**
 * SQLite files. The library is synchronous, so a lock is never waited for inside it: it gives up at once and is
 * tried again between timers, and the event loop stays free.
 */
import { existsSync } from 'node:fs';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { LegacyUnavailableError } from '../../platform/errors';
import { SafeSqliteDatabase } from '../../platform/database/sqlite-driver';
import type { Deadline } from '../resilience/deadline';
import { limitPage, looseComparisons } from './dialects';
import {
  groupKeys,
  NotInDatabaseError,
  orderedBy,
  type ColumnInfo,
  type ForeignKey,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  type TableInfo,
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

const quote = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
const textOf = (expression: string) => `CAST(${expression} AS TEXT)`;

export const sqliteDialect: SqlDialect = {
  quote,
  table: quote,
  exact: (expression, type) => {
    // the declared type only suggests: a decimal is stored as a double, an integer may exceed 2^53
    if (/DEC|NUM|REAL|FLOA|DOUB/u.test(type)) return `CAST(${expression} AS TEXT)`;
    if (/TINYINT|SMALLINT/u.test(type) || !type.includes('INT')) return expression;
    const safe = `typeof(${expression}) <> 'integer' OR ${expression} BETWEEN -9007199254740991 AND 9007199254740991`;
    return `CASE WHEN ${safe} THEN ${expression} ELSE CAST(${expression} AS TEXT) END`;
  },
  orderable: (expression, type) => orderedBy(type.includes('BLOB') ? `hex(${expression})` : expression),
  textOf,
  bytesOf: (expression) => `hex(CAST(${expression} AS BLOB))`,
  bytesStart: (expression, length) => `SUBSTR(${expression}, 1, ${length})`,
  start: (expression, length) => `SUBSTR(${expression}, 1, ${length})`,
  isBlank: (expression) => `TRIM(${textOf(expression)}) = ''`,
  ...looseComparisons,
  page: limitPage,
  ping: 'SELECT 1 AS one',
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
      comment: null,
    }));
  }

  async tables(deadline: Deadline): Promise<readonly TableInfo[]> {
    const rows = await this.query(
      "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      [],
      deadline,
    );
    return rows.map(({ name, type }) => ({
      name: String(name),
      kind: type === 'view' ? 'view' : 'table',
      comment: null,
      rows: null,
    }));
  }

  async uniqueKeys(table: string, deadline: Deadline): Promise<readonly (readonly string[])[]> {
    const columns = await this.columns(table, deadline);
    const primary = columns
      .filter(({ keyPart }) => keyPart > 0)
      .sort((a, b) => a.keyPart - b.keyPart)
      .map(({ name }) => name);
    const rows = await this.query(
      'SELECT l.name AS key, i.name AS name FROM pragma_index_list(?) l, pragma_index_info(l.name) i ' +
        'WHERE l."unique" = 1 AND l.partial = 0 AND l.origin <> \'pk\' ORDER BY l.seq, i.seqno',
      [table],
      deadline,
    );
    // an index over an expression has columns without a name
    const others = groupKeys(rows).filter((key) => !key.includes('null'));
    return primary.length === 0 ? others : [primary, ...others];
  }

  async foreignKeys(table: string, deadline: Deadline): Promise<readonly ForeignKey[]> {
    const rows = await this.query(
      'SELECT MIN(f."from") AS name, MIN(f."table") AS target_table, MIN(f."to") AS target FROM pragma_foreign_key_list(?) f GROUP BY f.id HAVING COUNT(*) = 1 ORDER BY f.id',
      [table],
      deadline,
    );
    const found: ForeignKey[] = [];
    for (const row of rows) {
      const other = String(row['target_table']);
      // a key that names no column points at the primary key
      const target = row['target'] ?? (await this.uniqueKeys(other, deadline))[0]?.[0];
      if (typeof target === 'string') found.push({ column: String(row['name']), table: other, target });
    }
    return found;
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
    const why = existsSync(this.file) ? '' : ': its file is not there';
    return new LegacyUnavailableError(this.system, `${this.system}: the database cannot be read${why}`, {
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
