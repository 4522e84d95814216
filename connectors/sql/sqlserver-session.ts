/**
 * Microsoft SQL Server through typeorm and the package `mssql`, which a deployment installs itself. The statements
 * are tested, not yet the reading of a real server (docs/guides/sql-sources.md).
 */
import { numberPlaceholders, qualified, rowCount, strictComparisons, type TypeClass } from './dialects';
import { PASSING_NETWORK, POOL_SIZE, type Catalog, type ServerKind } from './server-session';
import { commentOf, groupKeys, orderedBy, type SqlDialect } from './session';

const quote = (identifier: string) => `[${identifier.replaceAll(']', ']]')}]`;
const textOf = (expression: string) => `CAST(${expression} AS nvarchar(max))`;

function classOf(type: string): TypeClass {
  if (/CHAR|TEXT|SYSNAME/u.test(type)) return 'text';
  if (/INT|DECIMAL|NUMERIC|MONEY|FLOAT|REAL|^BIT/u.test(type)) return 'number';
  return /DATE|TIME/u.test(type) && type !== 'TIMESTAMP' ? 'time' : 'other';
}

const isBytes = (type: string) => /BINARY|IMAGE|TIMESTAMP|ROWVERSION/u.test(type);
const timeText = (expression: string) => `CONVERT(varchar(33), ${expression}, 121)`;

/** The driver gives decimals as doubles and times as dates of JavaScript, so both are asked for as text. */
const exact = (expression: string, type: string) => {
  if (/DECIMAL|NUMERIC/u.test(type)) return `CONVERT(varchar(50), ${expression})`;
  // style 2: four decimals, which is all of them
  if (type.includes('MONEY')) return `CONVERT(varchar(50), ${expression}, 2)`;
  if (isBytes(type)) return `CONVERT(varchar(max), CONVERT(varbinary(max), ${expression}), 2)`;
  return classOf(type) === 'time' ? timeText(expression) : expression;
};

export const sqlServerDialect: SqlDialect = {
  quote,
  table: qualified(quote),
  exact,
  orderable: (expression, type) => {
    if (classOf(type) === 'time') {
      // a bound of another type than the column's own would round differently and miss its row
      const own = type.replace(/\(.*$/u, '').toLowerCase();
      return {
        order: expression,
        select: timeText(expression),
        parameter: `CONVERT(${own}, ?, 121)`,
      };
    }
    if (isBytes(type)) return orderedBy(exact(expression, type));
    return { order: expression, select: exact(expression, type), parameter: '?' };
  },
  textOf,
  bytesOf: (expression) => `CONVERT(varchar(max), CONVERT(varbinary(max), ${expression}), 2)`,
  bytesStart: (expression, length) => `SUBSTRING(${expression}, 1, ${length})`,
  start: (expression, length) => `SUBSTRING(${textOf(expression)}, 1, ${length})`,
  isBlank: (expression) => `LTRIM(RTRIM(${textOf(expression)})) = ''`,
  ...strictComparisons(classOf, textOf),
  // TOP and not OFFSET: servers before 2012 know no other
  page: (select, rest, limit) =>
    `SELECT ${limit === null ? '' : `TOP (${rowCount(limit)}) `}${select} FROM ${rest}`,
  ping: 'SELECT 1 AS one',
};

const catalog: Catalog = {
  async tables(ask) {
    const rows = await ask(
      'SELECT o.name AS name, SCHEMA_NAME(o.schema_id) AS owner, SCHEMA_NAME() AS own, o.type AS kind, CAST(p.value AS nvarchar(4000)) AS comment, ' +
        '(SELECT SUM(s.rows) FROM sys.partitions s WHERE s.object_id = o.object_id AND s.index_id IN (0, 1)) AS total ' +
        "FROM sys.objects o LEFT JOIN sys.extended_properties p ON p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description' " +
        "WHERE o.type IN ('U', 'V') AND HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name), 'OBJECT', 'SELECT') = 1 ORDER BY owner, name",
      [],
    );
    return rows.map(({ name, owner, own, kind, comment, total }) => ({
      name: owner === own ? String(name) : `${String(owner)}.${String(name)}`,
      kind: String(kind).trim() === 'V' ? 'view' : 'table',
      comment: commentOf(comment),
      rows: total === null || total === undefined ? null : Number(total),
    }));
  },

  async columns(ask, table) {
    const rows = await ask(
      'SELECT c.name AS name, t.name AS type, c.is_nullable AS nullable, COALESCE(k.key_ordinal, 0) AS pk, CAST(p.value AS nvarchar(4000)) AS comment ' +
        'FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id ' +
        'LEFT JOIN sys.indexes i ON i.object_id = c.object_id AND i.is_primary_key = 1 ' +
        'LEFT JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id AND k.column_id = c.column_id ' +
        "LEFT JOIN sys.extended_properties p ON p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description' " +
        'WHERE c.object_id = OBJECT_ID(?) ORDER BY c.column_id',
      [sqlServerDialect.table(table)],
    );
    return rows.map(({ name, type, nullable, pk, comment }) => ({
      name: String(name),
      type: String(type).toUpperCase(),
      nullable: nullable === true || nullable === 1,
      keyPart: Number(pk),
      comment: commentOf(comment),
    }));
  },

  async uniqueKeys(ask, table) {
    const rows = await ask(
      'SELECT i.name AS [key], c.name AS name FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id ' +
        'JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id ' +
        'WHERE i.object_id = OBJECT_ID(?) AND i.is_unique = 1 AND i.has_filter = 0 AND k.is_included_column = 0 ' +
        'ORDER BY i.is_primary_key DESC, i.name, k.key_ordinal',
      [sqlServerDialect.table(table)],
    );
    return groupKeys(rows);
  },

  async foreignKeys(ask, table) {
    const rows = await ask(
      'SELECT a.name AS name, OBJECT_NAME(f.referenced_object_id) AS target_table, b.name AS target FROM sys.foreign_key_columns f ' +
        'JOIN sys.columns a ON a.object_id = f.parent_object_id AND a.column_id = f.parent_column_id ' +
        'JOIN sys.columns b ON b.object_id = f.referenced_object_id AND b.column_id = f.referenced_column_id ' +
        'WHERE f.parent_object_id = OBJECT_ID(?) AND 1 = (SELECT COUNT(*) FROM sys.foreign_key_columns g WHERE g.constraint_object_id = f.constraint_object_id) ORDER BY a.name',
      [sqlServerDialect.table(table)],
    );
    return rows.map((row) => ({
      column: String(row['name']),
      table: String(row['target_table']),
      target: String(row['target']),
    }));
  },
};

export const sqlServerKind: ServerKind = {
  dialect: sqlServerDialect,
  driver: 'mssql',
  options: (url, { connectMs, statementMs }) => ({
    type: 'mssql',
    url,
    connectionTimeout: connectMs,
    requestTimeout: statementMs,
    pool: { max: POOL_SIZE },
    options: { readOnlyIntent: true, useUTC: true, ...encryptionOf(url) },
    entities: [],
    logging: false,
  }),
  // the server knows no session that cannot write: the account is one that may only SELECT
  settings: () => Promise.resolve([]),
  cut: () => undefined,
  // invalid object, invalid column
  missing: new Set(['208', '207']),
  // deadlock victim, too many requests, lock timeout
  passing: new Set([...PASSING_NETWORK, 'ESOCKET', 'ECONNCLOSED', '1205', '10928', '1222']),
  bind: (sql) => numberPlaceholders(sql, (index) => `@${index - 1}`),
  catalog,
};

/** Old servers speak no TLS that a current client accepts; that is said in the address, never assumed. */
function encryptionOf(url: string): { encrypt: boolean; trustServerCertificate: boolean } {
  const { searchParams } = new URL(url);
  return {
    encrypt: searchParams.get('encrypt') !== 'false',
    trustServerCertificate: searchParams.get('trustServerCertificate') === 'true',
  };
}
