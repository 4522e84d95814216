/**
 * What the runtime account of a MariaDB or MySQL server may do, table by table. It MUST NOT have a grant on the whole
 * schema: one table cannot be taken out of such a grant again (error 1147), and an audit table with it could be changed.
 */
import type { EntityManager } from 'typeorm';
import { InvalidInputError } from '../../platform/errors';
import { COPY_INSERT_ONLY_TABLES, INSERT_ONLY_TABLES, QUEUE_TABLES } from './insert-only-tables';

const ACCOUNT = /^[A-Za-z0-9_.%:-]{1,80}$/;
/** Written by migrations alone. */
const READ_ONLY_TABLES: readonly string[] = ['schema_migration'];

/** GRANT statements for the account, one a table. Throws InvalidInputError for a name that would need quoting. */
export async function grantsFor(manager: EntityManager, user: string, host: string): Promise<string[]> {
  if (manager.dataSource.options.type !== 'mysql')
    throw new InvalidInputError('SQLite has no grants: every process that may open the file may change it.');
  if (!ACCOUNT.test(user) || !ACCOUNT.test(host))
    throw new InvalidInputError('user and host may hold letters, digits and _ . % : - only');
  const tables = await manager.query<{ name: string; base: string }[]>(
    `SELECT TABLE_NAME AS name, TABLE_SCHEMA AS base FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`,
  );
  return tables.map(
    ({ name, base }) => `GRANT ${rightsOn(name)} ON \`${base}\`.\`${name}\` TO '${user}'@'${host}';`,
  );
}

function rightsOn(table: string): string {
  if (READ_ONLY_TABLES.includes(table)) return 'SELECT';
  if ([...INSERT_ONLY_TABLES, ...COPY_INSERT_ONLY_TABLES].includes(table)) return 'SELECT, INSERT';
  if (QUEUE_TABLES.includes(table)) return 'SELECT, INSERT, DELETE';
  return 'SELECT, INSERT, UPDATE, DELETE';
}
