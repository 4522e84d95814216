/**
 * Drivers that a deployment brings itself, for databases that typeorm has none for. A driver is a module that the
 * operator names: it runs with the rights of the process, like any other code that is installed.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { ConfigError } from '../../platform/errors';
import { BUILT_IN_SCHEMES, type OpenDriver, type SqlDrivers } from './open-session';

interface DriverModule {
  readonly scheme: string;
  readonly open: OpenDriver;
}

const SCHEME = /^[a-z][a-z0-9+.-]*$/u;

/** Loads the modules of LOTGRAPH_SQL_DRIVERS, comma-separated. Throws ConfigError naming each that is no driver. */
export function loadDrivers(setting: string | undefined): SqlDrivers {
  const drivers = new Map<string, OpenDriver>();
  const problems: string[] = [];
  for (const name of (setting ?? '').split(',').map((part) => part.trim())) {
    if (name === '') continue;
    const found = load(name);
    if (typeof found === 'string') problems.push(`LOTGRAPH_SQL_DRIVERS: ${name} ${found}`);
    else if (drivers.has(found.scheme) || BUILT_IN_SCHEMES.includes(found.scheme))
      problems.push(`LOTGRAPH_SQL_DRIVERS: ${name} takes "${found.scheme}:", which has a driver already`);
    else drivers.set(found.scheme, found.open);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return drivers;
}

function load(name: string): DriverModule | string {
  // a path is taken from where the process runs, a package from what is installed there
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  let loaded: unknown;
  try {
    loaded = require(name);
  } catch (error) {
    return `cannot be loaded: ${(error as Error).message.split('\n')[0] ?? ''}`;
  }
  const module = loaded as { default?: unknown };
  for (const candidate of [module, module.default]) if (isDriver(candidate)) return candidate;
  return 'exports no { scheme, open }';
}

function isDriver(value: unknown): value is DriverModule {
  if (typeof value !== 'object' || value === null) return false;
  const { scheme, open } = value as Record<string, unknown>;
  return typeof scheme === 'string' && SCHEME.test(scheme) && typeof open === 'function';
}
