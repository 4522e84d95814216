/** MySQL and MariaDB servers, read in sessions that cannot write. */
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { LegacyUnavailableError } from '../../platform/errors';
import type { Deadline } from '../resilience/deadline';
import {
  NotInDatabaseError,
  type ColumnInfo,
  type SqlDialect,
  type SqlRow,
  type SqlSession,
  type SqlValue,
} from './session';

const ATTEMPTS = 3;
const PAUSE_MS = 100;
/** Parallel reads of one system: a legacy database has other work to do. */
const POOL_SIZE = 3;

const MISSING = new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'ER_BAD_TABLE_ERROR']);
/** Conditions that pass by themselves; anything else fails the same way again. */
const PASSING = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
  'PROTOCOL_CONNECTION_LOST',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CON_COUNT_ERROR',
]);

interface PooledConnection {
  destroy(): void;
}

export const mysqlDialect: SqlDialect = {
  quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  exact: (expression, type) => {
    if (type.startsWith('BIT')) return `${expression} + 0`;
    return /BLOB|BINARY/u.test(type) ? `HEX(${expression})` : expression;
  },
  textOf: (expression) => `CAST(${expression} AS CHAR)`,
};

function codeOf(error: unknown): string {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}

export class MysqlSession implements SqlSession {
  readonly dialect = mysqlDialect;
  #source: Promise<DataSource> | null = null;
  #prepared = new WeakSet();

  constructor(
    private readonly system: string,
    private readonly url: string,
    private readonly limits: { readonly connectMs: number; readonly statementMs: number },
  ) {}

  async query(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]> {
    for (let attempt = 1; ; attempt += 1) {
      deadline.check();
      try {
        return await this.#queryOnce(sql, values, deadline);
      } catch (error) {
        if (error instanceof LegacyUnavailableError) throw error;
        const code = codeOf(error);
        if (MISSING.has(code)) throw new NotInDatabaseError((error as Error).message);
        if (!PASSING.has(code) || attempt === ATTEMPTS) throw this.#unavailable(error);
      }
      await deadline.pause(PAUSE_MS * attempt);
    }
  }

  async columns(table: string, deadline: Deadline): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(
      'SELECT c.COLUMN_NAME AS name, c.COLUMN_TYPE AS type, c.IS_NULLABLE AS nullable, COALESCE(k.SEQ_IN_INDEX, 0) AS pk ' +
        'FROM information_schema.COLUMNS c LEFT JOIN information_schema.STATISTICS k ' +
        "ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME AND k.INDEX_NAME = 'PRIMARY' " +
        'WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = ? ORDER BY c.ORDINAL_POSITION',
      [table],
      deadline,
    );
    return rows.map(({ name, type, nullable, pk }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: nullable === 'YES',
      keyPart: Number(pk),
    }));
  }

  async close(): Promise<void> {
    const source = await this.#source?.catch(() => null);
    this.#source = null;
    if (source?.isInitialized === true) await source.destroy();
  }

  async #queryOnce(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]> {
    const source = await deadline.race(this.#open(), this.limits.connectMs * 2, () => undefined);
    const runner = source.createQueryRunner();
    try {
      const connecting = runner.connect() as Promise<PooledConnection>;
      const connection = await deadline.race(connecting, this.limits.connectMs * 2, () => undefined);
      // the server ends the statement first; this ends a server that does not even do that
      return await deadline.race(
        this.#run(runner, connection, sql, values),
        this.limits.statementMs + 1000,
        () => connection.destroy(),
      );
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  async #run(
    runner: QueryRunner,
    connection: PooledConnection,
    sql: string,
    values: readonly SqlValue[],
  ): Promise<SqlRow[]> {
    if (!this.#prepared.has(connection)) {
      for (const statement of await this.#settings(runner)) await runner.query(statement);
      this.#prepared.add(connection);
    }
    return (await runner.query(sql, [...values])) as SqlRow[];
  }

  /** Every connection reads only, ends long statements itself, and lets zero dates be compared. */
  async #settings(runner: QueryRunner): Promise<readonly string[]> {
    const rows = (await runner.query('SELECT VERSION() AS version')) as { version: string }[];
    const isMariaDb = rows[0]?.version.includes('MariaDB') === true;
    const { statementMs } = this.limits;
    return [
      isMariaDb
        ? `SET SESSION max_statement_time = ${statementMs / 1000}`
        : `SET SESSION max_execution_time = ${statementMs}`,
      "SET SESSION sql_mode = ''",
      'SET SESSION TRANSACTION READ ONLY',
    ];
  }

  async #open(): Promise<DataSource> {
    this.#source ??= new DataSource({
      type: 'mysql',
      connectorPackage: 'mysql2',
      url: this.url,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: false,
      connectTimeout: this.limits.connectMs,
      poolSize: POOL_SIZE,
      entities: [],
      logging: false,
    } as DataSourceOptions).initialize();
    try {
      return await this.#source;
    } catch (error) {
      this.#source = null;
      throw error;
    }
  }

  #unavailable(cause: unknown): LegacyUnavailableError {
    return new LegacyUnavailableError(this.system, `${this.system}: the database cannot be read`, {
      retryable: true,
      cause,
    });
  }
}
