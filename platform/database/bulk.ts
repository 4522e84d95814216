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

/** Rows of a LOAD DATA that the server left out or changed: LOCAL makes warnings of what an INSERT would refuse. */
class RowsRefusedError extends Error {
  constructor(table: string, sent: number, stored: number, warnings: number) {
    super(`${table}: ${sent} rows were sent, ${stored} stored, ${warnings} warnings`);
    this.name = 'RowsRefusedError';
  }
}

/** ER_DUP_ENTRY and its like of SQLite. */
const DUPLICATE_ROW = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

/** Whether an insert failed because of its rows, one that is there already above all. */
export function isRefusedRow(error: unknown): boolean {
  if (error instanceof RowsRefusedError) return true;
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return DUPLICATE_ROW.has(code ?? '') || DUPLICATE_ROW.has(driverError?.code ?? '');
}

/**
 * Inserts of one transaction, one after another, that nobody waits for: the next rows are made while the server stores
 * these. None is sent once one failed, since a server that took a transaction back would commit what comes after it at
 * once. So whoever writes anything else, reads what they write, or ends the transaction MUST settle them first.
 */
export class InsertsUnderWay {
  #tail = Promise.resolve();

  constructor(private readonly manager: EntityManager) {}

  insert(table: string, columns: readonly string[], rows: readonly BulkRow[]): void {
    if (rows.length === 0) return;
    this.#tail = this.#tail.then(() => bulkInsert(this.manager, table, columns, rows));
    // it is awaited later; a failure until then must not count as unhandled
    this.#tail.catch(() => undefined);
  }

  /** Rejects with the first failure. */
  async settle(): Promise<void> {
    const tail = this.#tail;
    this.#tail = Promise.resolve();
    await tail;
  }
}

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
    throw new RowsRefusedError(table, rows.length, outcome.affectedRows, outcome.warningStatus);
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
  let chunk = new TextChunk(LOAD_CHUNK_BYTES);
  for (const row of rows) {
    const cells = row.map(encodeValue);
    const most = cells.reduce((bytes, cell) => bytes + cell.length * MOST_BYTES + 1, 0);
    if (most > chunk.free) {
      if (chunk.size > 0) yield chunk.bytes;
      chunk = new TextChunk(Math.max(LOAD_CHUNK_BYTES, most));
    }
    for (let index = 0; index < cells.length; index += 1)
      chunk.write(cells[index] ?? '', index === cells.length - 1 ? NEWLINE : TAB);
  }
  if (chunk.size > 0) yield chunk.bytes;
}

const TAB = 0x09;
const NEWLINE = 0x0a;
/** Bytes of UTF-8 that a UTF-16 code unit takes at most. */
const MOST_BYTES = 3;
/** Longer texts are copied faster by the runtime than one character at a time. */
const SHORT_TEXT = 24;

/** Text that is written straight into the bytes that are sent: joined first, it would be copied twice. */
class TextChunk {
  readonly #buffer: Buffer;
  size = 0;

  constructor(length: number) {
    this.#buffer = Buffer.allocUnsafe(length);
  }

  get free(): number {
    return this.#buffer.length - this.size;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  write(text: string, end: number): void {
    if (text.length > SHORT_TEXT || !this.#writeAscii(text))
      this.size += this.#buffer.write(text, this.size, 'utf8');
    this.#buffer[this.size] = end;
    this.size += 1;
  }

  /** False, and nothing written, when a character is not ASCII. */
  #writeAscii(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#buffer[this.size + index] = unit;
    }
    this.size += text.length;
    return true;
  }
}
