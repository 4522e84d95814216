/**
 * The shared database of one deployment: an embedded SQLite file, or a MariaDB/MySQL server.
 * Readers and writers are kept apart: on SQLite, TypeORM has one connection a DataSource, so that a request's
 * write could be lost in another request's rollback. One writer behind a FIFO lock and a second, query-only
 * DataSource for reads take that away.
 */
import { Mutex } from 'async-mutex';
import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import path from 'node:path';
import {
  AbstractLogger,
  DataSource,
  type DataSourceOptions,
  type EntityManager,
  type EntitySchema,
  type MigrationInterface,
} from 'typeorm';
import { GatewayError } from '../errors';
import { SafeSqliteDatabase } from './sqlite-driver';

export type Dialect = 'sqlite' | 'mysql';

/** A class or schema that TypeORM maps to a table. */
export type EntityClass = (new () => object) | EntitySchema;
export type MigrationClass = new () => MigrationInterface;

export interface DatabaseOptions {
  /** `sqlite:/path/to/file` or `mysql://user:password@host:port/name`. */
  readonly url: string;
  readonly entities: readonly EntityClass[];
  readonly migrations: readonly MigrationClass[];
  /** Bring the tables up to date; only the process that starts the others does it. */
  readonly migrate: boolean;
  /** Connections that may be open at once on a server; SQLite has always two. */
  readonly poolSize?: number;
}

const MIGRATIONS_TABLE = 'schema_migration';
const WRITE_ATTEMPTS = 8;
const RETRYABLE_WRITE_ERRORS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'SQLITE_BUSY']);

/** Counts the statements that a process sends, so that tests and metrics can hold us to it. */
class StatementCounter extends AbstractLogger {
  count = 0;

  override logQuery(): void {
    this.count += 1;
  }

  protected writeLog(): void {
    // failed and slow statements reach the log through the error that they throw
  }
}

function errorCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown; driverError?: { code?: unknown } }).code;
  if (typeof code === 'string') return code;
  const inner = (error as { driverError?: { code?: unknown } }).driverError?.code;
  return typeof inner === 'string' ? inner : undefined;
}

/** A write that lost a lock race; it was rolled back whole and MAY be run again. */
const lostLockRace = retry(
  handleWhen((error) => RETRYABLE_WRITE_ERRORS.has(errorCodeOf(error) ?? '')),
  { maxAttempts: WRITE_ATTEMPTS, backoff: new ConstantBackoff(25) },
);

export class Database {
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #counter: StatementCounter;
  readonly #writeLock = new Mutex();

  private constructor(
    readonly dialect: Dialect,
    writer: DataSource,
    reader: DataSource,
    counter: StatementCounter,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#counter = counter;
  }

  /** Opens the database. Throws when the server cannot be reached. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const counter = new StatementCounter();
    const dialect = dialectOf(options.url);
    const common = {
      entities: [...options.entities],
      migrations: [...options.migrations],
      migrationsTableName: MIGRATIONS_TABLE,
      // MariaDB commits each DDL statement at once, so a transaction around all migrations would promise too much
      migrationsTransactionMode: 'each' as const,
      logger: counter,
      logging: ['query'] as 'query'[],
    };
    const writer = new DataSource(
      dialect === 'sqlite' ? sqliteOptions(options.url, common, false) : mysqlOptions(options, common),
    );
    await writer.initialize();
    try {
      if (options.migrate) await migrate(writer, dialect);
      else await requireTables(writer, options.migrations);
      const reader = dialect === 'sqlite' ? new DataSource(sqliteOptions(options.url, common, true)) : writer;
      if (!reader.isInitialized) await reader.initialize();
      counter.count = 0;
      return new Database(dialect, writer, reader, counter);
    } catch (error) {
      await writer.destroy();
      throw error;
    }
  }

  /** Reads outside any transaction. MUST NOT be used to write. */
  get reader(): EntityManager {
    return this.#reader.manager;
  }

  /** Its connections: a manager of this database belongs to one of them. */
  get sources(): readonly DataSource[] {
    return [this.#writer, this.#reader];
  }

  /**
   * Runs `work` in one transaction: all of it commits or none. A lost lock race runs `work` again, so it MUST
   * NOT touch anything but the database. Not re-entrant: hand the manager down.
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await lostLockRace.execute(() => this.#writeOnce(work));
  }

  /** Statements sent by this process so far. */
  get statementCount(): number {
    return this.#counter.count;
  }

  async close(): Promise<void> {
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
  }

  async #writeOnce<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.dialect === 'mysql') return await this.#writer.transaction('READ COMMITTED', work);
    return await this.#writeLock.runExclusive(() => this.#writer.transaction(work));
  }
}

function dialectOf(url: string): Dialect {
  return url.startsWith('sqlite:') ? 'sqlite' : 'mysql';
}

type CommonOptions = Pick<
  DataSourceOptions,
  'entities' | 'migrations' | 'migrationsTableName' | 'migrationsTransactionMode' | 'logger' | 'logging'
>;

function sqliteOptions(url: string, common: object, queryOnly: boolean): DataSourceOptions {
  return {
    ...(common as CommonOptions),
    type: 'better-sqlite3',
    driver: SafeSqliteDatabase,
    database: path.resolve(url.slice('sqlite:'.length)),
    statementCacheSize: 500,
    timeout: 10_000,
    prepareDatabase: (db: SafeSqliteDatabase) => {
      db.pragma('journal_mode = WAL');
      // NORMAL loses no committed transaction to a killed process; FULL would also cover a power cut in WAL mode
      db.pragma('synchronous = FULL');
      db.pragma('cache_size = -65536');
      db.pragma('temp_store = MEMORY');
      if (queryOnly) db.pragma('query_only = 1');
    },
  };
}

function mysqlOptions(options: DatabaseOptions, common: object): DataSourceOptions {
  return {
    ...(common as CommonOptions),
    type: 'mysql',
    url: options.url,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: ['DATE'],
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize: options.poolSize ?? 10,
    // bulk loads stream rows from memory; a server can never ask for a file, since no path is ever opened
    extra: { flags: ['+LOCAL_FILES'] },
  };
}

async function migrate(writer: DataSource, dialect: Dialect): Promise<void> {
  if (dialect === 'mysql') await useBinaryCollation(writer);
  await lostLockRace.execute(() => writer.runMigrations());
}

/** Throws NOT_READY when tables are missing: a process that may not make them says what to do. */
async function requireTables(writer: DataSource, migrations: readonly MigrationClass[]): Promise<void> {
  const done = await writer
    .query<{ n: number | string }[]>(`SELECT COUNT(*) AS n FROM ${MIGRATIONS_TABLE}`)
    .catch(() => [{ n: 0 }]);
  if (Number(done[0]?.n ?? 0) >= migrations.length) return;
  throw new GatewayError(
    'NOT_READY',
    'The tables of the database are not up to date: run `lotgraph migrate` or `lotgraph start` first.',
  );
}

/** Lot numbers are case-sensitive and a trailing blank counts; the server's default collations forget both. */
async function useBinaryCollation(writer: DataSource): Promise<void> {
  const [row] = await writer.query<{ version: string; collation: string }[]>(
    'SELECT VERSION() AS version, @@collation_database AS collation',
  );
  if (row === undefined) return;
  const wanted = row.version.includes('MariaDB') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  if (row.collation !== wanted) await writer.query(`ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${wanted}`);
}
