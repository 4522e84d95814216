/**
 * Databases whose tables stand. The migrations run once a test run for each set of them; the other databases of the
 * set are copies of what they left.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import SqliteFile from 'libsql';
import path from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { Database, type Dialect } from '../../platform/database/database';
import { madeOnce } from './made-once';
import { type TestDatabase, type TestTables, createTestDatabase } from './test-database';

const FILE = 'tables.db';
const SCRIPT = 'tables.sql';

/** Creates a database of its own with the tables, and what the migrations wrote into them. */
export async function createMigratedDatabase(
  dialect: Dialect,
  tables: TestTables,
  label = 'test',
): Promise<TestDatabase> {
  const made = await createTestDatabase(dialect, label);
  const run = process.env['TEST_RUN_FOLDER'];
  if (run === undefined) {
    await migrate(made.url, tables);
    return made;
  }
  const folder = await madeOnce({
    run,
    name: `tables-${dialect}-${keyOf(tables)}`,
    make: (target) => (dialect === 'sqlite' ? keepFile(tables, target) : keepScript(tables, target)),
  });
  if (dialect === 'sqlite') copyFileSync(path.join(folder, FILE), fileOf(made.url));
  else await runKeptScript(made.url, folder);
  return made;
}

/** Sets of migrations differ in their code: tests have some of their own. */
function keyOf({ migrations }: TestTables): string {
  return createHash('sha256').update(migrations.map(String).join('\n')).digest('hex').slice(0, 16);
}

const fileOf = (url: string): string => url.slice('sqlite:'.length);

async function migrate(url: string, { entities, migrations }: TestTables): Promise<void> {
  const database = await Database.open({ url, entities, migrations, migrate: true });
  await database.close();
}

async function keepFile(tables: TestTables, folder: string): Promise<void> {
  const made = path.join(folder, 'made.db');
  await migrate(`sqlite:${made}`, tables);
  // one file, without a log beside it
  const file = new SqliteFile(made);
  file.exec(`VACUUM INTO '${path.join(folder, FILE)}'`);
  file.close();
}

/** Keeps what makes the tables as the server itself says it, in one text. */
async function keepScript(tables: TestTables, folder: string): Promise<void> {
  const template = await createTestDatabase('mysql', 'tables');
  try {
    await migrate(template.url, tables);
    await connected(template.url, async (server) => {
      writeFileSync(path.join(folder, SCRIPT), await scriptOf(server, nameOf(template.url), 'script'));
    });
  } finally {
    await template.drop();
  }
}

/** The statements that make a copy of a database; rows are said in them, or copied from where they are. */
async function scriptOf(server: Connection, name: string, rowsFrom: 'script' | 'there'): Promise<string> {
  const rows = async (sql: string): Promise<RowDataPacket[]> => (await server.query<RowDataPacket[]>(sql))[0];
  const [database] = await rows('SELECT @@collation_database AS collation');
  const statements = [
    `ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${String(database?.['collation'])}`,
    'SET FOREIGN_KEY_CHECKS = 0',
  ];
  for (const table of await rows("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")) {
    const own = String(Object.values(table)[0]);
    const [shown] = await rows(`SHOW CREATE TABLE ${own}`);
    statements.push(String(shown?.['Create Table']));
    if (rowsFrom === 'there') {
      statements.push(`INSERT INTO ${own} SELECT * FROM ${name}.${own}`);
      continue;
    }
    const kept = await rows(`SELECT * FROM ${own}`);
    for (const row of kept) statements.push(server.format(`INSERT INTO ${own} SET ?`, [row]));
  }
  for (const { Trigger: trigger } of await rows(`SHOW TRIGGERS FROM ${name}`)) {
    const [shown] = await rows(`SHOW CREATE TRIGGER ${String(trigger)}`);
    statements.push(String(shown?.['SQL Original Statement']));
  }
  return [...statements, 'SET FOREIGN_KEY_CHECKS = 1'].join(';\n');
}

/** Keeps in `folder` how databases become copies of the one at `url`, which MUST stand as long as they are made. */
export async function keepCopyScript(url: string, folder: string): Promise<void> {
  await connected(url, async (server) => {
    writeFileSync(path.join(folder, SCRIPT), await scriptOf(server, nameOf(url), 'there'));
  });
}

/** Makes the empty database at `url` what was kept in `folder`. */
export async function runKeptScript(url: string, folder: string): Promise<void> {
  await connected(url, (server) => server.query(readFileSync(path.join(folder, SCRIPT), 'utf8')));
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function connected<T>(url: string, work: (server: Connection) => Promise<T>): Promise<T> {
  const server = await createConnection({
    ...{ uri: url, multipleStatements: true, charset: 'utf8mb4', timezone: 'Z', dateStrings: true },
    ...{ supportBigNumbers: true, bigNumberStrings: true },
  });
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}
