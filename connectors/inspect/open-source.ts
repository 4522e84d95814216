/** Opens a source that no mapping describes yet, from a reference to its address. Opening connects to nothing. */
import path from 'node:path';
import { InvalidInputError } from '../../platform/errors';
import { requireReference, type Environment } from '../resilience/references';
import { loadDrivers } from '../sql/drivers';
import { BUILT_IN_SCHEMES, type SqlDrivers } from '../sql/open-session';
import { sessionFor } from '../sql/sql-connector';
import { inspectFiles } from './file-inspector';
import { openHttp, type HttpSourceOptions } from './open-http';
import type { OpenedSource } from './source-profile';
import { catalogOf } from './sql-catalog';
import { inspectSql } from './sql-inspector';

export interface OpenSourceOptions {
  readonly env: Environment;
  /** Of an API: how to sign in to it, its OData version, or its OpenAPI document. */
  readonly http?: HttpSourceOptions;
}

/** Longest that one statement may take: looking around must not weigh on a system at work. */
const STATEMENT_LIMITS = { connect: '5s', request: '20s' } as const;

/**
 * Opens the source behind `env:NAME` or `file:/path`. Throws ConfigError when the reference has no value, and
 * InvalidInputError for an address of a kind that is not known. The address itself is in no message.
 */
export function openSource(reference: string, options: OpenSourceOptions): OpenedSource {
  const { env } = options;
  const address = requireReference(checkedReference(reference), env);
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(address)?.[1]?.toLowerCase() ?? '';
  const drivers = loadDrivers(env['LOTGRAPH_SQL_DRIVERS']);
  if ([...BUILT_IN_SCHEMES, ...drivers.keys()].includes(scheme)) return openSql(address, drivers);
  if (scheme === 'http' || scheme === 'https') return openHttp(address, options);
  if (path.isAbsolute(address)) return openFiles(address);
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

function openSql(address: string, drivers: SqlDrivers): OpenedSource {
  const session = sessionFor('source', address, { deadlines: STATEMENT_LIMITS }, drivers);
  return {
    connector: 'sql',
    inspector: inspectSql(session, catalogOf(session)),
    close: () => session.close(),
  };
}

/** A folder is opened for each question; there is nothing to close. */
function openFiles(folder: string): OpenedSource {
  return { connector: 'file', inspector: inspectFiles(folder), close: () => Promise.resolve() };
}
