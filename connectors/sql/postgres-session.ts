/** PostgreSQL servers, read in sessions that cannot write. Names keep their case; `schema.table` is taken apart. */
import { parseExactJson } from '../rest/json';
import { limitPage, numberPlaceholders, qualified, strictComparisons, type TypeClass } from './dialects';
import { PASSING_NETWORK, POOL_SIZE, type Catalog, type ServerKind } from './server-session';
import { commentOf, groupKeys, orderedBy, type SqlDialect } from './session';

const quote = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
const textOf = (expression: string) => `CAST(${expression} AS text)`;

function classOf(type: string): TypeClass {
  if (/^(?:CHARACTER|TEXT|VARCHAR|CITEXT|NAME)/u.test(type) && !type.endsWith('[]')) return 'text';
  if (/^(?:SMALLINT|INTEGER|BIGINT|NUMERIC|REAL|DOUBLE)/u.test(type) && !type.endsWith('[]')) return 'number';
  if (type === 'BOOLEAN') return 'boolean';
  return /^(?:DATE|TIMESTAMP|TIME)/u.test(type) && !type.endsWith('[]') ? 'time' : 'other';
}

const exact = (expression: string, type: string) => {
  if (type.endsWith('[]')) return `to_jsonb(${expression})`;
  // money is written in the locale of the server
  return type === 'MONEY' ? `CAST(${expression} AS numeric)` : expression;
};

const orderable = (expression: string, type: string) => {
  if (type === 'BYTEA') return orderedBy(`encode(${expression}, 'hex')`);
  return orderedBy(classOf(type) !== 'other' || type === 'UUID' ? expression : textOf(expression));
};

export const postgresDialect: SqlDialect = {
  quote,
  table: qualified(quote),
  exact,
  orderable,
  textOf,
  // the server holds every text in one encoding and refuses bytes that are none, so there is nothing beneath it
  bytesOf: (expression, type) => (type === 'BYTEA' ? expression : null),
  bytesStart: (expression, length) => `SUBSTR(${expression}, 1, ${length})`,
  start: (expression, length) => `SUBSTR(${textOf(expression)}, 1, ${length})`,
  isBlank: (expression) => `TRIM(${textOf(expression)}) = ''`,
  ...strictComparisons(classOf, textOf),
  page: limitPage,
  ping: 'SELECT 1 AS one',
};

const catalog: Catalog = {
  async tables(ask) {
    const rows = await ask(
      'SELECT c.relname AS name, n.nspname AS schema, pg_table_is_visible(c.oid) AS visible, c.relkind AS kind, ' +
        "obj_description(c.oid, 'pg_class') AS comment, c.reltuples AS total FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " +
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' " +
        "AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT') ORDER BY n.nspname, c.relname",
      [],
    );
    return rows.map(({ name, schema, visible, kind, comment, total }) => ({
      name: visible === true ? String(name) : `${String(schema)}.${String(name)}`,
      kind: kind === 'v' || kind === 'm' ? 'view' : 'table',
      comment: commentOf(comment),
      // -1 until the table was first analysed
      rows: kind === 'v' || Number(total) < 0 ? null : Number(total),
    }));
  },

  async columns(ask, table) {
    const rows = await ask(
      'SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required, ' +
        'col_description(a.attrelid, a.attnum) AS comment, ' +
        "COALESCE(array_position(string_to_array(i.indkey::text, ' '), a.attnum::text), 0) AS pk " +
        'FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary ' +
        'WHERE a.attrelid = to_regclass(CAST(? AS text)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum',
      [postgresDialect.table(table)],
    );
    return rows.map(({ name, type, required, comment, pk }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: required !== true,
      keyPart: Number(pk),
      comment: commentOf(comment),
    }));
  },

  async uniqueKeys(ask, table) {
    const rows = await ask(
      'SELECT i.indexrelid AS key, a.attname AS name FROM pg_index i ' +
        "JOIN LATERAL unnest(string_to_array(i.indkey::text, ' ')) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts " +
        'JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = CAST(k.attnum AS smallint) ' +
        'WHERE i.indrelid = to_regclass(CAST(? AS text)) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL ' +
        'ORDER BY i.indisprimary DESC, i.indexrelid, k.place',
      [postgresDialect.table(table)],
    );
    return groupKeys(rows);
  },

  async foreignKeys(ask, table) {
    const rows = await ask(
      "SELECT a.attname AS name, CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END AS target_table, " +
        'b.attname AS target FROM pg_constraint f CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS k(own, other) ' +
        'JOIN pg_class c ON c.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace ' +
        'JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.own ' +
        'JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.other ' +
        "WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 AND f.conrelid = to_regclass(CAST(? AS text)) ORDER BY a.attname",
      [postgresDialect.table(table)],
    );
    return rows.map((row) => ({
      column: String(row['name']),
      table: String(row['target_table']),
      target: String(row['target']),
    }));
  },
};

const asText = (text: string): unknown => text;
const asInteger = (text: string): unknown => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
const asFloat = (text: string): unknown => (Number.isFinite(Number(text)) ? Number(text) : text);

/** By object id of the type; numeric, dates, times and all others stay the text that the server writes. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't',
  17: (text) => (text.startsWith('\\x') ? text.slice(2) : text),
  20: asInteger,
  21: asInteger,
  23: asInteger,
  26: asInteger,
  700: asFloat,
  701: asFloat,
  114: parseExactJson,
  3802: parseExactJson,
};

export const postgresKind: ServerKind = {
  dialect: postgresDialect,
  driver: 'pg',
  options: (url, { connectMs }) => ({
    type: 'postgres',
    url,
    connectTimeoutMS: connectMs,
    poolSize: POOL_SIZE,
    installExtensions: false,
    poolErrorHandler: () => undefined,
    extra: { types: { getTypeParser: (oid: number) => PARSERS[oid] ?? asText } },
    entities: [],
    logging: false,
  }),
  settings: (_, { statementMs }) =>
    Promise.resolve([
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
      `SET statement_timeout = ${Math.round(statementMs)}`,
      // a point in time is written with its offset; one without is a wall time that the mapping knows the zone of
      "SET TIME ZONE 'UTC'",
      "SET datestyle = 'ISO, YMD'",
      "SET bytea_output = 'hex'",
      'SET extra_float_digits = 1',
    ]),
  cut: (connection) =>
    (connection as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy(),
  // undefined table, column, schema
  missing: new Set(['42P01', '42703', '3F000']),
  // lost connection, deadlock, serialisation, too many connections, shutting down or starting
  passing: new Set([
    ...PASSING_NETWORK,
    '08000',
    '08003',
    '08006',
    '40001',
    '40P01',
    '53300',
    '57P01',
    '57P02',
    '57P03',
  ]),
  bind: (sql) => numberPlaceholders(sql, (index) => `$${index}`),
  catalog,
};
