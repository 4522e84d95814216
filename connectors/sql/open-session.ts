/** Opens a session for an address by its scheme; nothing connects before the first question. */
import { ConfigError } from '../../platform/errors';
import { mysqlKind } from './mysql-session';
import { oracleKind } from './oracle-session';
import { postgresKind } from './postgres-session';
import { driverUrl, schemeOf } from './server-connection';
import { ServerSession, type ServerKind } from './server-session';
import type { SqlLimits, SqlSession } from './session';
import { SqliteSession } from './sqlite-session';
import { sqlServerKind } from './sqlserver-session';

/** Opens a session of a database that is not built in; `system` is for messages. MUST read only. */
export type OpenDriver = (url: string, limits: SqlLimits, system: string) => SqlSession;

/** Drivers of a deployment by the scheme of their addresses. */
export type SqlDrivers = ReadonlyMap<string, OpenDriver>;

const SERVERS: ReadonlyMap<string, ServerKind> = new Map([
  ['mysql', mysqlKind],
  ['mariadb', mysqlKind],
  ['postgres', postgresKind],
  ['postgresql', postgresKind],
  ['mssql', sqlServerKind],
  ['oracle', oracleKind],
]);

export const BUILT_IN_SCHEMES: readonly string[] = ['sqlite', ...SERVERS.keys()];

/** Throws ConfigError for an address of a kind that neither the product nor a driver knows; the address is not shown. */
export function openSession(
  system: string,
  address: string,
  limits: SqlLimits,
  drivers: SqlDrivers,
): SqlSession {
  const scheme = schemeOf(address);
  if (scheme === 'sqlite') return new SqliteSession(system, address.slice('sqlite:'.length));
  const server = SERVERS.get(scheme);
  if (server !== undefined) return new ServerSession(server, system, driverUrl(address), limits);
  const driver = drivers.get(scheme);
  if (driver !== undefined) return driver(address, limits, system);
  const known = [...BUILT_IN_SCHEMES, ...drivers.keys()].join(', ');
  // what is no address may be a secret, of which nothing is told
  if (!address.startsWith(`${scheme}://`))
    throw new ConfigError([
      `${system}: the value of its connection is no address of a database: scheme://user:password@host/database`,
    ]);
  throw new ConfigError([
    `${system}: no driver reads addresses of "${scheme}:" (known: ${known}); LOTGRAPH_SQL_DRIVERS names others`,
  ]);
}
