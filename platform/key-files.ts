/** Key files of a deployment under `<data>/keys`: readable by their owner alone, made once, never overwritten. */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const OWNER_ONLY = 0o600;

export function keyPath(dataDir: string, name: string): string {
  return path.join(dataDir, 'keys', name);
}

/** Processes that start at once agree on one key: each writes its own, and the first to link it wins. */
export function readOrCreate(file: string, make: () => string): string {
  const existing = readOwned(file);
  if (existing !== null) return existing;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, make(), { mode: OWNER_ONLY, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

/** Null when the file is not there; a file that others may read is closed to them first. */
export function readOwned(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if ((stats.mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(file, OWNER_ONLY);
  return readFileSync(file, 'utf8').trim();
}
