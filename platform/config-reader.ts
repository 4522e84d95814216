/** Reads single variables and remembers what is wrong with each, so that a start reports every problem at once. */
import { existsSync } from 'node:fs';
import type { ConfigVariable } from './config-variables';
import { readSecret, type Secret } from './secret';

export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigReader {
  readonly problems: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  problem(name: ConfigVariable, message: string): void {
    this.problems.push(`${name} ${message}`);
  }

  /** The value without outer blanks; undefined when unset or empty. */
  text(name: ConfigVariable): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  oneOf<T extends string>(name: ConfigVariable, allowed: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const match = allowed.find((candidate) => candidate === value);
    if (match === undefined) this.problem(name, `must be one of ${allowed.join(', ')}; it is "${value}"`);
    return match ?? fallback;
  }

  integer(name: ConfigVariable, range: { min: number; max: number }, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const parsed = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= range.min && parsed <= range.max) return parsed;
    this.problem(name, `must be a whole number from ${range.min} to ${range.max}; it is "${value}"`);
    return fallback;
  }

  flag(name: ConfigVariable): boolean {
    return this.oneOf(name, ['0', '1'], '0') === '1';
  }

  /** An ISO instant with its zone, as ms since the epoch. */
  instant(name: ConfigVariable): number | null {
    const value = this.text(name);
    if (value === undefined) return null;
    const parsed = /(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(parsed)) return parsed;
    this.problem(name, `must be an ISO instant with its zone, like 2026-11-20T02:00:00Z; it is "${value}"`);
    return null;
  }

  /** A plain calendar date, kept as text. */
  date(name: ConfigVariable): string | null {
    const value = this.text(name);
    if (value === undefined) return null;
    if (/^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))) return value;
    this.problem(name, `must be a date like 2026-11-20; it is "${value}"`);
    return null;
  }

  secret(name: ConfigVariable): Secret | null {
    const reference = this.text(name);
    if (reference === undefined) return null;
    const result = readSecret(reference, this.#env);
    if ('secret' in result) return result.secret;
    this.problem(name, result.problem);
    return null;
  }

  existingFile(name: ConfigVariable): string | null {
    const value = this.text(name);
    if (value === undefined) return null;
    if (existsSync(value)) return value;
    this.problem(name, `names a file that is not there: ${value}`);
    return null;
  }

  /** An absolute URL without a slash at its end. */
  url(name: ConfigVariable): string | null {
    const value = this.text(name);
    if (value === undefined) return null;
    if (protocolOf(value) !== '') return value.replace(/\/+$/, '');
    this.problem(name, `must be an absolute URL; it is "${value}"`);
    return null;
  }

  /** `name=url,name=url` as a map. */
  urls(name: ConfigVariable): ReadonlyMap<string, string> {
    const urls = new Map<string, string>();
    for (const entry of this.text(name)?.split(',') ?? []) {
      const split = entry.indexOf('=');
      const [key, url] = [entry.slice(0, split).trim(), entry.slice(split + 1).trim()];
      if (split > 0 && /^https?:$/.test(protocolOf(url))) urls.set(key, url.replace(/\/+$/, ''));
      else this.problem(name, `must be a list of name=http://host:port; "${entry.trim()}" is not`);
    }
    return urls;
  }
}

/** Protocol with its colon, or an empty text when it is no URL at all. */
export function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
