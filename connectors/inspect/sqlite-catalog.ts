/** The catalogue of SQLite: `sqlite_master` and its pragmas. SQLite keeps neither comments nor counts of rows. */
import type { CatalogOf } from './sql-catalog';
import { groupIndexes } from './sql-catalog';

const TABLES =
  "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
const REFERENCES =
  'SELECT MIN("from") AS name, MIN("table") AS resource, MIN("to") AS target FROM pragma_foreign_key_list(?) GROUP BY id HAVING COUNT(*) = 1';
const UNIQUE =
  'SELECT l.name AS name, i.name AS col FROM pragma_index_list(?) l, pragma_index_info(l.name) i ' +
  'WHERE l."unique" = 1 AND l.partial = 0 AND i.name IS NOT NULL ORDER BY l.seq, i.seqno';

export const sqliteCatalog: CatalogOf = (session) => ({
  resources: async (deadline) => {
    const rows = await session.query(TABLES, [], deadline);
    return rows.map(({ name, type }) => ({
      name: String(name),
      kind: type === 'view' ? ('view' as const) : ('table' as const),
      comment: null,
      rows: null,
      rowsExact: false,
    }));
  },
  columns: async (table, deadline) =>
    (await session.columns(table, deadline)).map((column) => ({ ...column, comment: null })),
  references: async (table, deadline) => {
    const rows = await session.query(REFERENCES, [table], deadline);
    const found = rows.map(({ name, resource, target }) => ({
      name: String(name),
      resource: String(resource),
      target,
    }));
    const entries = await Promise.all(
      found.map(async ({ name, resource, target }) => {
        // without a named column a foreign key points to the primary key
        const own = (await session.columns(resource, deadline)).find(({ keyPart }) => keyPart === 1)?.name;
        const column = typeof target === 'string' ? target : own;
        return column === undefined ? [] : [[name, { resource, column }] as const];
      }),
    );
    return new Map(entries.flat());
  },
  unique: async (table, deadline) => {
    const key = (await session.columns(table, deadline))
      .filter(({ keyPart }) => keyPart > 0)
      .sort((a, b) => a.keyPart - b.keyPart)
      .map(({ name }) => name);
    const rows = await session.query(UNIQUE, [table], deadline);
    const sets = groupIndexes(rows.map(({ name, col }) => ({ name, column: col })));
    const known = new Set(sets.map((set) => set.join('\0')));
    return key.length === 0 || known.has(key.join('\0')) ? sets : [key, ...sets];
  },
});
