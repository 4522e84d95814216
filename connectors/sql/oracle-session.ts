/**
 * Oracle through typeorm and the package `oracledb` in its thin mode (12.1 and newer), which a deployment installs
 * itself. The statements are tested, not yet the reading of a real server (docs/guides/sql-sources.md).
 */
import { numberPlaceholders, qualified, rowCount, strictComparisons, type TypeClass } from './dialects';
import { PASSING_NETWORK, POOL_SIZE, type Catalog, type ServerKind } from './server-session';
import { commentOf, groupKeys, orderedBy, type SqlDialect } from './session';

const quote = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
const textOf = (expression: string) => `TO_CHAR(${expression})`;

function classOf(type: string): TypeClass {
  if (/CHAR|CLOB/u.test(type)) return 'text';
  if (/NUMBER|FLOAT|BINARY_DOUBLE/u.test(type)) return 'number';
  return /DATE|TIMESTAMP/u.test(type) ? 'time' : 'other';
}

const isBytes = (type: string) => /RAW|BLOB/u.test(type);
const DATE = `'YYYY-MM-DD HH24:MI:SS'`;
const TIMESTAMP = `'YYYY-MM-DD HH24:MI:SS.FF9'`;
const withZone = (type: string) => type.includes('TIME ZONE');

/** The driver gives numbers as doubles and times as dates of JavaScript, so both are asked for as text. */
const exact = (expression: string, type: string) => {
  // 'TM9' writes all digits; the decimal mark is the session's unless it is named
  if (classOf(type) === 'number') return `TO_CHAR(${expression}, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')`;
  if (type.startsWith('DATE')) return `TO_CHAR(${expression}, ${DATE})`;
  if (withZone(type)) return `TO_CHAR(SYS_EXTRACT_UTC(${expression}), ${TIMESTAMP}) || 'Z'`;
  if (type.startsWith('TIMESTAMP')) return `TO_CHAR(${expression}, ${TIMESTAMP})`;
  return isBytes(type) ? `RAWTOHEX(${expression})` : expression;
};

export const oracleDialect: SqlDialect = {
  quote,
  table: qualified(quote),
  exact,
  orderable: (expression, type) => {
    const select = exact(expression, type);
    if (classOf(type) === 'number') {
      const parameter = `TO_NUMBER(?, '${'9'.repeat(38)}D${'9'.repeat(20)}', 'NLS_NUMERIC_CHARACTERS=''.,''')`;
      return { order: expression, select, parameter };
    }
    if (type.startsWith('DATE')) return { order: expression, select, parameter: `TO_DATE(?, ${DATE})` };
    if (withZone(type)) return orderedBy(select);
    if (type.startsWith('TIMESTAMP'))
      return { order: expression, select, parameter: `TO_TIMESTAMP(?, ${TIMESTAMP})` };
    return orderedBy(select);
  },
  textOf,
  bytesOf: (expression) => `RAWTOHEX(UTL_RAW.CAST_TO_RAW(${expression}))`,
  bytesStart: (expression, length) =>
    `UTL_RAW.SUBSTR(${expression}, 1, LEAST(${length}, UTL_RAW.LENGTH(${expression})))`,
  start: (expression, length) => `SUBSTR(${textOf(expression)}, 1, ${length})`,
  // the empty text is NULL here, which the caller asks for too
  isBlank: (expression) => `TRIM(${textOf(expression)}) IS NULL`,
  ...strictComparisons(classOf, textOf),
  page: (select, rest, limit) =>
    `SELECT ${select} FROM ${rest}${limit === null ? '' : ` FETCH FIRST ${rowCount(limit)} ROWS ONLY`}`,
  ping: 'SELECT 1 AS "one" FROM DUAL',
};

/** Owner and name of a table as a mapping names it; without an owner, the schema of the session. */
const OWNED = "OWNER = COALESCE(?, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')) AND TABLE_NAME = ?";
const ownedBy = (table: string): (string | null)[] => {
  const dot = table.indexOf('.');
  return dot < 0 ? [null, table] : [table.slice(0, dot), table.slice(dot + 1)];
};

const constraintColumns = (kind: string) =>
  'SELECT k.CONSTRAINT_NAME AS "key", k.COLUMN_NAME AS "name", c.R_OWNER AS "owner", c.R_CONSTRAINT_NAME AS "other", k.POSITION AS "place" ' +
  'FROM ALL_CONSTRAINTS c JOIN ALL_CONS_COLUMNS k ON k.OWNER = c.OWNER AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME ' +
  `WHERE c.${OWNED.replace('TABLE_NAME', 'c.TABLE_NAME')} AND c.CONSTRAINT_TYPE IN (${kind}) ORDER BY c.CONSTRAINT_TYPE, k.CONSTRAINT_NAME, k.POSITION`;

const catalog: Catalog = {
  async tables(ask) {
    const rows = await ask(
      'SELECT o.OWNER AS "owner", o.OBJECT_NAME AS "name", o.OBJECT_TYPE AS "kind", c.COMMENTS AS "comment", t.NUM_ROWS AS "total", ' +
        "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') AS \"own\" FROM ALL_OBJECTS o " +
        'LEFT JOIN ALL_TAB_COMMENTS c ON c.OWNER = o.OWNER AND c.TABLE_NAME = o.OBJECT_NAME ' +
        'LEFT JOIN ALL_TABLES t ON t.OWNER = o.OWNER AND t.TABLE_NAME = o.OBJECT_NAME ' +
        "WHERE o.OBJECT_TYPE IN ('TABLE', 'VIEW') AND o.ORACLE_MAINTAINED = 'N' ORDER BY o.OWNER, o.OBJECT_NAME",
      [],
    );
    return rows.map(({ owner, own, name, kind, comment, total }) => ({
      name: owner === own ? String(name) : `${String(owner)}.${String(name)}`,
      kind: kind === 'VIEW' ? 'view' : 'table',
      comment: commentOf(comment),
      rows: total === null || total === undefined ? null : Number(total),
    }));
  },

  async columns(ask, table) {
    const keys = await ask(constraintColumns("'P'"), ownedBy(table));
    const places = new Map(keys.map((row) => [String(row['name']), Number(row['place'])]));
    const rows = await ask(
      'SELECT c.COLUMN_NAME AS "name", c.DATA_TYPE AS "type", c.NULLABLE AS "nullable", m.COMMENTS AS "comment" FROM ALL_TAB_COLUMNS c ' +
        'LEFT JOIN ALL_COL_COMMENTS m ON m.OWNER = c.OWNER AND m.TABLE_NAME = c.TABLE_NAME AND m.COLUMN_NAME = c.COLUMN_NAME ' +
        `WHERE c.${OWNED.replace('TABLE_NAME', 'c.TABLE_NAME')} ORDER BY c.COLUMN_ID`,
      ownedBy(table),
    );
    return rows.map(({ name, type, nullable, comment }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: nullable === 'Y',
      keyPart: places.get(String(name)) ?? 0,
      comment: commentOf(comment),
    }));
  },

  async uniqueKeys(ask, table) {
    return groupKeys(await ask(constraintColumns("'P', 'U'"), ownedBy(table)));
  },

  async foreignKeys(ask, table) {
    const rows = await ask(
      'SELECT k.COLUMN_NAME AS "name", r.TABLE_NAME AS "target_table", r.COLUMN_NAME AS "target" FROM ALL_CONSTRAINTS c ' +
        'JOIN ALL_CONS_COLUMNS k ON k.OWNER = c.OWNER AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME ' +
        'JOIN ALL_CONS_COLUMNS r ON r.OWNER = c.R_OWNER AND r.CONSTRAINT_NAME = c.R_CONSTRAINT_NAME AND r.POSITION = k.POSITION ' +
        `WHERE c.${OWNED.replace('TABLE_NAME', 'c.TABLE_NAME')} AND c.CONSTRAINT_TYPE = 'R' AND NOT EXISTS (SELECT 1 FROM ALL_CONS_COLUMNS m WHERE m.OWNER = c.OWNER AND m.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND m.POSITION > 1) ORDER BY k.COLUMN_NAME`,
      ownedBy(table),
    );
    return rows.map((row) => ({
      column: String(row['name']),
      table: String(row['target_table']),
      target: String(row['target']),
    }));
  },
};

export const oracleKind: ServerKind = {
  dialect: oracleDialect,
  driver: 'oracledb',
  options: (url) => ({
    type: 'oracle',
    url,
    poolSize: POOL_SIZE,
    entities: [],
    logging: false,
  }),
  // each statement is a transaction of its own; the account is one that may only SELECT
  settings: () => Promise.resolve(["ALTER SESSION SET TIME_ZONE = 'UTC'"]),
  cut: (connection) => {
    (connection as { break?(): Promise<void> }).break?.().catch(() => undefined);
  },
  // table or view does not exist, invalid identifier
  missing: new Set(['ORA-00942', 'ORA-00904', '942', '904']),
  passing: new Set([
    ...PASSING_NETWORK,
    'ORA-00060',
    'ORA-03113',
    'ORA-03114',
    'ORA-12514',
    'ORA-12541',
    'NJS-500',
  ]),
  bind: (sql) => numberPlaceholders(sql, (index) => `:${index}`),
  catalog,
};
