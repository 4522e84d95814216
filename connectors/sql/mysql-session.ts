/** MySQL and MariaDB servers, read in sessions that cannot write. */
import type { DataSourceOptions } from 'typeorm';
import { limitPage, looseComparisons } from './dialects';
import { PASSING_NETWORK, POOL_SIZE, type Catalog, type ServerKind } from './server-session';
import { commentOf, groupKeys, orderedBy, type SqlDialect } from './session';

const quote = (identifier: string) => `\`${identifier.replaceAll('`', '``')}\``;
const textOf = (expression: string) => `CAST(${expression} AS CHAR)`;
const isBytes = (type: string) => /BLOB|BINARY/u.test(type);

const exact = (expression: string, type: string) => {
  if (type.startsWith('BIT')) return `${expression} + 0`;
  return isBytes(type) ? `HEX(${expression})` : expression;
};

export const mysqlDialect: SqlDialect = {
  quote,
  table: quote,
  exact,
  orderable: (expression, type) => orderedBy(exact(expression, type)),
  textOf,
  bytesOf: (expression) => `HEX(${expression})`,
  bytesStart: (expression, length) => `SUBSTR(${expression}, 1, ${length})`,
  start: (expression, length) => `SUBSTR(${expression}, 1, ${length})`,
  isBlank: (expression) => `TRIM(${textOf(expression)}) = ''`,
  ...looseComparisons,
  page: limitPage,
  ping: 'SELECT 1 AS one',
};

const catalog: Catalog = {
  async tables(ask) {
    const rows = await ask(
      'SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, TABLE_COMMENT AS comment, TABLE_ROWS AS total FROM information_schema.TABLES ' +
        "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW') ORDER BY TABLE_NAME",
      [],
    );
    return rows.map(({ name, kind, comment, total }) => {
      const isView = kind === 'VIEW';
      return {
        name: String(name),
        kind: isView ? 'view' : 'table',
        // of a view the server says "VIEW" here, which is no comment
        comment: isView ? null : commentOf(comment),
        rows: isView || total === null ? null : Number(total),
      };
    });
  },

  async columns(ask, table) {
    const rows = await ask(
      'SELECT c.COLUMN_NAME AS name, c.COLUMN_TYPE AS type, c.IS_NULLABLE AS nullable, c.COLUMN_COMMENT AS comment, COALESCE(k.SEQ_IN_INDEX, 0) AS pk ' +
        'FROM information_schema.COLUMNS c LEFT JOIN information_schema.STATISTICS k ' +
        "ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME AND k.COLUMN_NAME = c.COLUMN_NAME AND k.INDEX_NAME = 'PRIMARY' " +
        'WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = ? ORDER BY c.ORDINAL_POSITION',
      [table],
    );
    return rows.map(({ name, type, nullable, comment, pk }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: nullable === 'YES',
      keyPart: Number(pk),
      comment: commentOf(comment),
    }));
  },

  async uniqueKeys(ask, table) {
    const rows = await ask(
      'SELECT INDEX_NAME AS `key`, COLUMN_NAME AS name FROM information_schema.STATISTICS ' +
        'WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND NON_UNIQUE = 0 ' +
        "ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX",
      [table],
    );
    return groupKeys(rows);
  },

  async foreignKeys(ask, table) {
    const rows = await ask(
      'SELECT MIN(COLUMN_NAME) AS name, MIN(REFERENCED_TABLE_NAME) AS target_table, MIN(REFERENCED_COLUMN_NAME) AS target FROM information_schema.KEY_COLUMN_USAGE ' +
        'WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND REFERENCED_TABLE_NAME IS NOT NULL GROUP BY CONSTRAINT_NAME HAVING COUNT(*) = 1 ORDER BY name',
      [table],
    );
    return rows.map((row) => ({
      column: String(row['name']),
      table: String(row['target_table']),
      target: String(row['target']),
    }));
  },
};

export const mysqlKind: ServerKind = {
  dialect: mysqlDialect,
  driver: 'mysql2',
  options: (url, { connectMs }) =>
    ({
      type: 'mysql',
      connectorPackage: 'mysql2',
      url,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: false,
      connectTimeout: connectMs,
      poolSize: POOL_SIZE,
      entities: [],
      logging: false,
      // parsed by the mapping where it reaches into the value, so that long numbers keep their digits
      extra: { jsonStrings: true },
    }) as DataSourceOptions,
  /** Lets zero dates be compared, beside what every server is told. */
  settings: async (runner, { statementMs }) => {
    const rows = (await runner.query('SELECT VERSION() AS version')) as { version: string }[];
    const isMariaDb = rows[0]?.version.includes('MariaDB') === true;
    return [
      isMariaDb
        ? `SET SESSION max_statement_time = ${statementMs / 1000}`
        : `SET SESSION max_execution_time = ${statementMs}`,
      "SET SESSION sql_mode = ''",
      'SET SESSION TRANSACTION READ ONLY',
    ];
  },
  cut: (connection) => (connection as { destroy(): void }).destroy(),
  missing: new Set(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'ER_BAD_TABLE_ERROR']),
  passing: new Set([
    ...PASSING_NETWORK,
    'PROTOCOL_CONNECTION_LOST',
    'ER_LOCK_DEADLOCK',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_CON_COUNT_ERROR',
  ]),
  bind: (sql) => sql,
  catalog,
};
