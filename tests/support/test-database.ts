/** Empty databases of their own, on SQLite and on the server that LOTGRAPH_TEST_MYSQL_URL names. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Dialect, EntityClass, MigrationClass } from '../../platform/database/database';

export interface TestTables {
  readonly entities: readonly EntityClass[];
  readonly migrations: readonly MigrationClass[];
  /** Connections to a server; with one, answers come back in the order of the questions. */
  readonly poolSize?: number;
}

/** A database that exists and is empty; `drop` removes it. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const SERVER_URL = process.env.LOTGRAPH_TEST_MYSQL_URL;

/** Dialects that this run can test. */
export const TEST_DIALECTS: readonly Dialect[] = SERVER_URL ? ['sqlite', 'mysql'] : ['sqlite'];

/** Creates an empty database of its own; `label` shows in its name. */
export async function createTestDatabase(dialect: Dialect, label = 'test'): Promise<TestDatabase> {
  return dialect === 'sqlite' ? createFile() : await createOnServer(label);
}

function createFile(): TestDatabase {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-test-'));
  return {
    url: `sqlite:${path.join(folder, 'test.db')}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function createOnServer(label: string): Promise<TestDatabase> {
  const name = `lg_${label.replace(/[^a-z0-9]+/gi, '_').toLowerCase()}_${randomBytes(5).toString('hex')}`;
  await runOnServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(SERVER_URL ?? '');
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => runOnServer(`DROP DATABASE IF EXISTS ${name}`) };
}

async function runOnServer(statement: string): Promise<void> {
  const url = new URL(SERVER_URL ?? '');
  url.pathname = '/';
  const server = await createConnection({ uri: url.toString() });
  try {
    await server.query(statement);
  } finally {
    await server.end();
  }
}
