/** A database server, reached through typeorm's drivers: pooled, retried, ended at its deadline, read-only. */
import type { DataSource, QueryRunner } from 'typeorm';
import { ConfigError, LegacyUnavailableError } from '../../platform/errors';
import type { Deadline } from '../resilience/deadline';
import { type Reached, dataSourceOf, overConnection } from './server-connection';
import {
  NotInDatabaseError,
  type ColumnInfo,
  type ForeignKey,
  type SqlDialect,
  type SqlLimits,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  type TableInfo,
} from './session';
import { whyUnavailable } from './why-unavailable';

const ATTEMPTS = 3;
const PAUSE_MS = 100;
/** Parallel reads of one system: a legacy database has other work to do. */
export const POOL_SIZE = 3;

/** Conditions of the network that pass by themselves; anything else fails the same way again. */
export const PASSING_NETWORK = ['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE'] as const;

/** What tells one kind of server from another. */
export interface ServerKind extends Reached {
  readonly dialect: SqlDialect;
  /** Statements that make a connection read only, end long statements and fix the form of values. */
  readonly settings: (runner: QueryRunner, limits: SqlLimits) => Promise<readonly string[]>;
  /** Ends a connection whose server does not answer. */
  readonly cut: (connection: unknown) => void;
  /** Codes of errors that mean that a table or column is gone. */
  readonly missing: ReadonlySet<string>;
  /** Codes of errors that may be gone at the next attempt. */
  readonly passing: ReadonlySet<string>;
  /** The statement and its values as the driver takes them. */
  readonly bind: (sql: string) => string;
  readonly catalog: Catalog;
}

type Ask = (sql: string, values: readonly SqlValue[]) => Promise<readonly SqlRow[]>;

/** Questions about tables, in the dialect's own catalog. */
export interface Catalog {
  tables(ask: Ask): Promise<readonly TableInfo[]>;
  columns(ask: Ask, table: string): Promise<readonly ColumnInfo[]>;
  uniqueKeys(ask: Ask, table: string): Promise<readonly (readonly string[])[]>;
  foreignKeys(ask: Ask, table: string): Promise<readonly ForeignKey[]>;
}

/** Codes of an error: the driver's own and those of what it wraps, since drivers differ in where they put them. */
export function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { driverError, code, number, errorNum, errno, sqlState } = error as Record<string, unknown>;
  const own = [sqlState, code, number, errorNum, errno]
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map(String);
  return typeof driverError === 'object' && driverError !== null ? [...own, ...codesOf(driverError)] : own;
}

export class ServerSession implements SqlSession {
  readonly dialect: SqlDialect;
  #source: Promise<DataSource> | null = null;
  #prepared = new WeakSet();

  constructor(
    private readonly kind: ServerKind,
    private readonly system: string,
    private readonly url: string,
    private readonly limits: SqlLimits,
  ) {
    this.dialect = kind.dialect;
  }

  async query(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]> {
    const bound = this.kind.bind(sql);
    for (let attempt = 1; ; attempt += 1) {
      deadline.check();
      try {
        return await this.#queryOnce(bound, values, deadline);
      } catch (error) {
        if (error instanceof LegacyUnavailableError || error instanceof ConfigError) throw error;
        const codes = codesOf(error);
        if (codes.some((code) => this.kind.missing.has(code)))
          throw new NotInDatabaseError((error as Error).message);
        if (attempt === ATTEMPTS || !codes.some((code) => this.kind.passing.has(code)))
          throw this.#unavailable(error);
      }
      await deadline.pause(PAUSE_MS * attempt);
    }
  }

  tables(deadline: Deadline): Promise<readonly TableInfo[]> {
    return this.kind.catalog.tables(this.#asking(deadline));
  }

  columns(table: string, deadline: Deadline): Promise<readonly ColumnInfo[]> {
    return this.kind.catalog.columns(this.#asking(deadline), table);
  }

  uniqueKeys(table: string, deadline: Deadline): Promise<readonly (readonly string[])[]> {
    return this.kind.catalog.uniqueKeys(this.#asking(deadline), table);
  }

  foreignKeys(table: string, deadline: Deadline): Promise<readonly ForeignKey[]> {
    return this.kind.catalog.foreignKeys(this.#asking(deadline), table);
  }

  async close(): Promise<void> {
    const source = await this.#source?.catch(() => null);
    this.#source = null;
    if (source?.isInitialized === true) await source.destroy();
  }

  #asking(deadline: Deadline): Ask {
    return (sql, values) => this.query(sql, values, deadline);
  }

  async #queryOnce(sql: string, values: readonly SqlValue[], deadline: Deadline): Promise<readonly SqlRow[]> {
    return await overConnection(this.#open(), this.limits, deadline, (runner, connection) =>
      // the server ends the statement first; this ends a server that does not even do that
      deadline.race(this.#run(runner, connection, sql, values), this.limits.statementMs + 1000, () =>
        this.kind.cut(connection),
      ),
    );
  }

  async #run(
    runner: QueryRunner,
    connection: unknown,
    sql: string,
    values: readonly SqlValue[],
  ): Promise<SqlRow[]> {
    // a driver without connection objects of its own is prepared before every statement
    const known = typeof connection === 'object' && connection !== null;
    if (!known || !this.#prepared.has(connection)) {
      for (const statement of await this.kind.settings(runner, this.limits)) await runner.query(statement);
      if (known) this.#prepared.add(connection);
    }
    return (await runner.query(sql, [...values])) as SqlRow[];
  }

  async #open(): Promise<DataSource> {
    this.#source ??= this.#initialize();
    try {
      return await this.#source;
    } catch (error) {
      this.#source = null;
      throw error;
    }
  }

  async #initialize(): Promise<DataSource> {
    return await dataSourceOf(this.kind, this.system, this.url, this.limits).initialize();
  }

  #unavailable(cause: unknown): LegacyUnavailableError {
    const message = `${this.system}: the database cannot be read${whyUnavailable(cause)}`;
    return new LegacyUnavailableError(this.system, message, { retryable: true, cause });
  }
}
