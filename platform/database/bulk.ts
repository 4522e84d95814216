/**
 * Writing many rows at once. On MariaDB/MySQL rows are streamed from memory by LOAD DATA LOCAL where the server
 * allows it; fewer rows, and those of other servers, go in as multi-row INSERTs, prepared ones on MariaDB/MySQL.
 */
import { Readable } from 'node:stream';
import type { EntityManager } from 'typeorm';
import { IN_LIST, chunks, placeholders } from './select-in';

export type BulkValue = string | number | null;
export type BulkRow = readonly BulkValue[];

/** Below this a LOAD DATA costs more round trips than it saves. */
const LOAD_DATA_FROM_ROWS = 64;
const MAX_PARAMETERS = 16_000;
const LOAD_CHUNK_BYTES = 1 << 18;
/** ER_NOT_ALLOWED_COMMAND, ER_CLIENT_LOCAL_FILES_DISABLED. */
const LOAD_DATA_REFUSED = new Set([1148, 3948]);

/** Pools whose server refused LOAD DATA LOCAL; asking again would break the transaction each time. */
const withoutLoadData = new WeakSet();

/** Inserts rows into `table`. Throws when a row is refused: none is ever dropped. */
export async function bulkInsert(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly BulkRow[],
): Promise<void> {
  if (rows.length === 0) return;
  if (isMysql(manager) && rows.length >= LOAD_DATA_FROM_ROWS && !withoutLoadData.has(manager.dataSource)) {
    if (await loadData(manager, table, columns, rows)) return;
  }
  await insertRows(manager, table, columns, rows);
}

/** Deletes the rows whose `column` has one of the values. */
export async function bulkDelete(
  manager: EntityManager,
  table: string,
  column: string,
  values: readonly (string | number)[],
): Promise<void> {
  for (const chunk of chunks(values, IN_LIST)) {
    await manager.query(`DELETE FROM ${table} WHERE ${column} IN (${placeholders(chunk.length)})`, [
      ...chunk,
    ]);
  }
}

/** Replaces rows by their key, the first column. */
export async function bulkReplace(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly BulkRow[],
): Promise<void> {
  const [key] = columns;
  if (key === undefined || rows.length === 0) return;
  await bulkDelete(
    manager,
    table,
    key,
    rows.map((row) => row[0] as string | number),
  );
  await bulkInsert(manager, table, columns, rows);
}

function isMysql(manager: EntityManager): boolean {
  return manager.dataSource.options.type === 'mysql';
}

/** Inserts rows by multi-row INSERTs: fewer round trips than LOAD DATA for some hundred rows. */
export async function insertRows(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly BulkRow[],
): Promise<void> {
  const most = Math.max(1, Math.min(500, Math.floor(MAX_PARAMETERS / columns.length)));
  const connection = isMysql(manager) ? await connectionOf(manager) : null;
  for (let start = 0; start < rows.length;) {
    const count =
      connection === null ? Math.min(most, rows.length - start) : preparedSize(rows.length - start);
    const values = rows.slice(start, start + count).flat();
    const sql = insertOf(table, columns, count);
    if (connection === null) await manager.query(sql, values);
    else await execute(connection, sql, values);
    start += count;
  }
}

const ROWS_A_STEP = 16;
const MOST_PREPARED_ROWS = 256;

/**
 * How many of the rows that are left go into the next prepared INSERT. Each size is a statement that the connection
 * keeps, so only few sizes are used: any up to 16, whole steps of 16 up to 256.
 */
function preparedSize(left: number): number {
  if (left <= ROWS_A_STEP) return left;
  return Math.min(MOST_PREPARED_ROWS, left - (left % ROWS_A_STEP));
}

const inserts = new Map<string, string>();

/** The text of an INSERT; sizes and tables are few, so that each is made once. */
function insertOf(table: string, columns: readonly string[], rows: number): string {
  const key = `${table} ${columns.join(',')} ${rows}`;
  let sql = inserts.get(key);
  if (sql === undefined) {
    const one = `(${placeholders(columns.length)})`;
    sql = `INSERT INTO ${table} (${columns.join(',')}) VALUES ${Array.from({ length: rows }, () => one).join(',')}`;
    inserts.set(key, sql);
  }
  return sql;
}

interface MysqlConnection {
  query(
    options: { sql: string; infileStreamFactory: () => Readable },
    callback: (
      error: (Error & { errno?: number }) | null,
      result: { affectedRows: number; warningStatus: number },
    ) => void,
  ): void;
  execute(sql: string, values: readonly BulkValue[], callback: (error: Error | null) => void): void;
}

/** The connection of the transaction, for what TypeORM has no call for. */
async function connectionOf(manager: EntityManager): Promise<MysqlConnection> {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('rows are only inserted in a transaction');
  return (await runner.connect()) as MysqlConnection;
}

/** Runs a prepared statement: a third of the work of a statement's text, whose values are escaped and parsed again. */
async function execute(
  connection: MysqlConnection,
  sql: string,
  values: readonly BulkValue[],
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.execute(sql, values, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

/** False when the server does not allow LOAD DATA LOCAL. */
async function loadData(
  manager: EntityManager,
  table: string,
  columns: readonly string[],
  rows: readonly BulkRow[],
): Promise<boolean> {
  const connection = await connectionOf(manager);
  const sql = `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4 (${columns.join(',')})`;
  const outcome = await new Promise<{ affectedRows: number; warningStatus: number } | null>(
    (resolve, reject) => {
      connection.query({ sql, infileStreamFactory: () => Readable.from(encode(rows)) }, (error, result) => {
        if (error === null) resolve(result);
        else if (LOAD_DATA_REFUSED.has(error.errno ?? 0)) resolve(null);
        else reject(error);
      });
    },
  );
  if (outcome === null) {
    withoutLoadData.add(manager.dataSource);
    return false;
  }
  // LOCAL turns duplicate keys and truncations into warnings; we do not accept either
  if (outcome.affectedRows !== rows.length || outcome.warningStatus !== 0) {
    throw new Error(
      `${table}: ${rows.length} rows were sent, ${outcome.affectedRows} stored, ${outcome.warningStatus} warnings`,
    );
  }
  return true;
}

const MUST_ESCAPE = /[\\\t\n\r\0]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

function encodeValue(value: BulkValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  return MUST_ESCAPE.test(value)
    ? value.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character)
    : value;
}

/** Rows as tab-separated text. MUST yield Buffers: the driver crashes on strings. */
function* encode(rows: readonly BulkRow[]): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      text += (index === 0 ? '' : '\t') + encodeValue(row[index] ?? null);
    }
    text += '\n';
    if (text.length >= LOAD_CHUNK_BYTES) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}
