/** LOAD DATA LOCAL of whole tables, bare: what a sync is measured against. */
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2';

const query = <T>(connection: Connection, sql: string): Promise<T> =>
  new Promise((resolve, reject) =>
    connection.query(sql, (error, rows) => {
      if (error) reject(error);
      else resolve(rows as T);
    }),
  );

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};
const encode = (value: unknown): string =>
  value === null
    ? '\\N'
    : (value as string | number)
        .toString()
        .replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character);

/** Writes a table to a tab-separated file; returns its number of rows. */
async function dump(connection: Connection, table: string, file: string): Promise<number> {
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  let rows = 0;
  let text = '';
  const stream = connection
    .query({ sql: `SELECT * FROM ${table}`, rowsAsArray: true })
    .stream({ highWaterMark: 2000 });
  for await (const row of stream as AsyncIterable<unknown[]>) {
    rows += 1;
    text += `${row.map(encode).join('\t')}\n`;
    if (text.length > 1 << 20) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await once(out, 'finish');
  return rows;
}

export interface LoadedTable {
  readonly table: string;
  readonly rows: number;
  readonly ms: number;
}

/** Loads a copy of each table, indexes included, into a fresh database; times only the loading. */
export async function loadAll(
  serverUrl: string,
  from: string,
  tables: readonly string[],
  folder: string,
): Promise<LoadedTable[]> {
  const connection = createConnection({
    uri: serverUrl,
    flags: ['+LOCAL_FILES'],
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  const to = `${from}_load`;
  await query(connection, `DROP DATABASE IF EXISTS ${to}`);
  await query(connection, `CREATE DATABASE ${to}`);
  const loaded: LoadedTable[] = [];
  for (const table of tables) {
    const file = path.join(folder, `${table}.tsv`);
    const rows = await dump(connection, `${from}.${table}`, file);
    await query(connection, `CREATE TABLE ${to}.${table} LIKE ${from}.${table}`);
    const started = performance.now();
    const result = await new Promise<ResultSetHeader>((resolve, reject) => {
      connection.query(
        {
          sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${to}.${table} CHARACTER SET utf8mb4`,
          infileStreamFactory: () => createReadStream(file, { highWaterMark: 1 << 18 }),
        },
        (error, answer) => {
          if (error) reject(error);
          else resolve(answer as ResultSetHeader);
        },
      );
    });
    const ms = performance.now() - started;
    if (result.affectedRows !== rows)
      throw new Error(`${table}: ${result.affectedRows} of ${rows} rows loaded`);
    loaded.push({ table, rows, ms });
    rmSync(file);
  }
  await query(connection, `DROP DATABASE ${to}`);
  connection.destroy();
  return loaded;
}

/** Tables of a database that hold rows. */
export async function tablesWithRows(serverUrl: string, database: string): Promise<string[]> {
  const connection = createConnection({ uri: serverUrl });
  const rows = await query<RowDataPacket[]>(connection, `SHOW TABLES FROM ${database}`);
  const names = rows
    .map((row) => String(Object.values(row)[0]))
    .filter((name) => name !== 'schema_migration');
  connection.destroy();
  return names;
}
