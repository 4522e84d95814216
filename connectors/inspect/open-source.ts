/** Opens a source that no mapping describes yet, from a reference to its address. Opening connects to nothing. */
import { InvalidInputError } from '../../platform/errors';
import { requireReference, type Environment } from '../resilience/references';
import { sessionFor } from '../sql/sql-connector';
import { mysqlCatalog } from './mysql-catalog';
import type { OpenedSource } from './source-profile';
import type { CatalogOf } from './sql-catalog';
import { inspectSql } from './sql-inspector';
import { sqliteCatalog } from './sqlite-catalog';

export interface OpenSourceOptions {
  readonly env: Environment;
}

/** Longest that one statement may take: looking around must not weigh on a system at work. */
const STATEMENT_LIMITS = { connect: '5s', request: '20s' } as const;

/** The catalogue of each kind of database, by the scheme of its address. */
const CATALOGS: Readonly<Record<string, CatalogOf>> = {
  'mysql:': mysqlCatalog,
  'mariadb:': mysqlCatalog,
  'sqlite:': sqliteCatalog,
};

/**
 * Opens the source behind `env:NAME` or `file:/path`. Throws ConfigError when the reference has no value, and
 * InvalidInputError for an address of a kind that is not known. The address itself is in no message.
 */
export function openSource(reference: string, { env }: OpenSourceOptions): OpenedSource {
  const address = requireReference(checkedReference(reference), env);
  const scheme = /^[a-z][a-z0-9+.-]*:/iu.exec(address)?.[0].toLowerCase() ?? '';
  const catalogOf = CATALOGS[scheme];
  if (catalogOf !== undefined) return openSql(address, catalogOf);
  throw new InvalidInputError(`${reference} holds an address of a kind that cannot be inspected`, {
    reference,
  });
}

function checkedReference(reference: string): string {
  if (/^env:[A-Za-z_][A-Za-z0-9_]*$/u.test(reference) || reference.startsWith('file:/')) return reference;
  throw new InvalidInputError('name the source as env:NAME or file:/path, never by its address', {
    field: 'reference',
  });
}

function openSql(address: string, catalogOf: CatalogOf): OpenedSource {
  const session = sessionFor('source', address, { deadlines: STATEMENT_LIMITS });
  return {
    connector: 'sql',
    inspector: inspectSql(session, catalogOf(session)),
    close: () => session.close(),
  };
}
