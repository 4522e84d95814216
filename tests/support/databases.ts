/**
 * Databases for integration tests: SQLite always, MariaDB when LOTGRAPH_TEST_MYSQL_URL names a server. Each call
 * of `open` makes a fresh database that is gone after the suite, so no two files ever share a row.
 */
import { Database, type Dialect } from '../../platform/database/database';
import { createMigratedDatabase } from './migrated-database';
import { TEST_DIALECTS, type TestTables } from './test-database';

export { TEST_DIALECTS, createTestDatabase, type TestDatabase, type TestTables } from './test-database';

/** Opens a fresh, migrated database; the suite closes and removes it. */
export type OpenDatabase = (tables: TestTables) => Promise<Database>;

/** Runs the suite once for each database at hand: `describeEachDatabase('lots', (open, dialect) => { … })`. */
export function describeEachDatabase(
  name: string,
  define: (open: OpenDatabase, dialect: Dialect) => void,
): void {
  describe.each(TEST_DIALECTS)(`${name} on %s`, (dialect) => {
    const cleanups: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const cleanup of cleanups.reverse()) await cleanup();
    });
    define(async (tables) => {
      const made = await createMigratedDatabase(dialect, tables, name);
      cleanups.push(() => made.drop());
      const database = await Database.open({ url: made.url, ...tables, migrate: false });
      cleanups.push(() => database.close());
      return database;
    }, dialect);
  });
}
