/** The catalogue of MySQL and MariaDB: `information_schema`, which shows a user what it has rights on. */
import type { CatalogOf } from './sql-catalog';
import { groupIndexes, textOrNull } from './sql-catalog';

const TABLES =
  'SELECT TABLE_NAME AS name, TABLE_TYPE AS type, TABLE_COMMENT AS comment, TABLE_ROWS AS n FROM information_schema.TABLES ' +
  "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW') ORDER BY TABLE_NAME";
const COMMENTS =
  'SELECT COLUMN_NAME AS name, COLUMN_COMMENT AS comment FROM information_schema.COLUMNS ' +
  'WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?';
const REFERENCES =
  'SELECT MIN(COLUMN_NAME) AS name, MIN(REFERENCED_TABLE_NAME) AS resource, MIN(REFERENCED_COLUMN_NAME) AS target ' +
  'FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? ' +
  'AND REFERENCED_TABLE_NAME IS NOT NULL GROUP BY CONSTRAINT_NAME HAVING COUNT(*) = 1';
const UNIQUE =
  'SELECT INDEX_NAME AS name, COLUMN_NAME AS col FROM information_schema.STATISTICS ' +
  'WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX';

export const mysqlCatalog: CatalogOf = (session) => ({
  resources: async (deadline) => {
    const rows = await session.query(TABLES, [], deadline);
    return rows.map(({ name, type, comment, n }) => {
      const kind = type === 'VIEW' ? 'view' : 'table';
      return {
        name: String(name),
        kind,
        // a view's comment is the word VIEW
        comment: kind === 'view' ? null : textOrNull(comment),
        rows: n === null || n === undefined ? null : Number(n),
        rowsExact: false,
      };
    });
  },
  columns: async (table, deadline) => {
    const columns = await session.columns(table, deadline);
    const rows = await session.query(COMMENTS, [table], deadline);
    const comments = new Map(rows.map(({ name, comment }) => [String(name), textOrNull(comment)]));
    return columns.map((column) => ({ ...column, comment: comments.get(column.name) ?? null }));
  },
  references: async (table, deadline) => {
    const rows = await session.query(REFERENCES, [table], deadline);
    return new Map(
      rows.map(({ name, resource, target }) => [
        String(name),
        { resource: String(resource), column: String(target) },
      ]),
    );
  },
  unique: async (table, deadline) => {
    const rows = await session.query(UNIQUE, [table], deadline);
    return groupIndexes(rows.map(({ name, col }) => ({ name, column: col })));
  },
});
