/** Connecting to a database server through typeorm's drivers, each step of it ended by the caller's deadline. */
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { ConfigError } from '../../platform/errors';
import type { Deadline } from '../resilience/deadline';
import type { SqlLimits } from './session';

/** How one kind of server is reached. */
export interface Reached {
  /** Package of the driver, for the message when it is not installed. */
  readonly driver: string;
  readonly options: (url: string, limits: SqlLimits) => DataSourceOptions;
}

/** The scheme of an address; empty where it has none. */
export function schemeOf(address: string): string {
  return /^([a-z][a-z0-9+.-]*):/u.exec(address)?.[1] ?? '';
}

/** The address as drivers know it: they have one word for MariaDB and MySQL. */
export function driverUrl(address: string): string {
  return address.replace(/^mariadb:/u, 'mysql:');
}

/** Nothing connects yet. Throws ConfigError where the driver is not installed. */
export function dataSourceOf(
  { driver, options }: Reached,
  system: string,
  url: string,
  limits: SqlLimits,
): DataSource {
  try {
    return new DataSource(options(url, limits));
  } catch (error) {
    if ((error as Error).name !== 'DriverPackageNotInstalledError') throw error;
    throw new ConfigError([`${system}: its driver is not installed: npm install ${driver}`]);
  }
}

/** Does the work over one connection of a source that opens. Throws LegacyUnavailableError at the deadline. */
export async function overConnection<T>(
  opening: Promise<DataSource>,
  { connectMs }: Pick<SqlLimits, 'connectMs'>,
  deadline: Deadline,
  work: (runner: QueryRunner, connection: unknown) => Promise<T>,
): Promise<T> {
  const source = await deadline.race(opening, connectMs * 2, () => undefined);
  const runner = source.createQueryRunner();
  try {
    const connecting = runner.connect() as Promise<unknown>;
    return await work(runner, await deadline.race(connecting, connectMs * 2, () => undefined));
  } finally {
    await runner.release().catch(() => undefined);
  }
}
