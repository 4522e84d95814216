/** Databases to read in tests: SQLite always, MariaDB and PostgreSQL when the environment names a server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';

export type SourceDialect = 'SQLite' | 'MariaDB' | 'PostgreSQL';

/** A database of its own that exists and is empty. Statements quote names as "name", in every dialect. */
export interface SourceDatabase {
  readonly url: string;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

export const MYSQL_URL = process.env['LOTGRAPH_TEST_MYSQL_URL'];
export const POSTGRES_URL = process.env['LOTGRAPH_TEST_POSTGRES_URL'];

export const SOURCE_DIALECTS: readonly SourceDialect[] = [
  'SQLite',
  ...(MYSQL_URL === undefined ? [] : (['MariaDB'] as const)),
  ...(POSTGRES_URL === undefined ? [] : (['PostgreSQL'] as const)),
];

let count = 0;
const nextName = () => `lg_conn_${process.pid}_${(count += 1)}`;

export async function openSourceDatabase(dialect: SourceDialect): Promise<SourceDatabase> {
  if (dialect === 'SQLite') return openSqlite();
  return dialect === 'MariaDB' ? await openMysql() : await openPostgres();
}

function openSqlite(): SourceDatabase {
  const folder = mkdtempSync(path.join(tmpdir(), 'lg-conn-'));
  const file = path.join(folder, 'source.sqlite');
  const db = new Libsql(file);
  return {
    url: `sqlite:${file}`,
    run: (sql) => {
      db.exec(sql);
      return Promise.resolve();
    },
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function openMysql(): Promise<SourceDatabase> {
  const name = nextName();
  const server = await createConnection({ uri: MYSQL_URL ?? '', multipleStatements: true });
  await server.query(
    `CREATE DATABASE ${name} CHARACTER SET utf8mb4; USE ${name}; SET SESSION sql_mode = 'ANSI_QUOTES'`,
  );
  return {
    url: at(MYSQL_URL ?? '', name),
    run: async (sql) => {
      await server.query(sql);
    },
    close: async () => {
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}

async function openPostgres(): Promise<SourceDatabase> {
  const name = nextName();
  const admin = await new DataSource({ type: 'postgres', url: POSTGRES_URL ?? '' }).initialize();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = at(POSTGRES_URL ?? '', name);
  const own = await new DataSource({ type: 'postgres', url }).initialize();
  return {
    url,
    run: async (sql) => {
      await own.query(sql);
    },
    close: async () => {
      await own.destroy();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.destroy();
    },
  };
}

function at(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
