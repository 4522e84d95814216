/** Files of a folder by glob, and what tells one state of a file from another. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** State of a file when it was read. */
export interface FileIdentity {
  readonly modified: number;
  readonly size: number;
  readonly hash: string;
}

/** A glob of names: `*` and `?` within one name, folders split by `/`. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[\\^$+.()|[\]{}]/gu, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/gu, '[^/]*').replace(/\?/gu, '[^/]')}$`, 'u');
}

/** Paths below the folder that fit, in the order of their names. Throws when the folder cannot be read. */
export async function findFiles(folder: string, glob: string): Promise<string[]> {
  const pattern = globPattern(glob);
  const entries = await readdir(folder, { recursive: glob.includes('/'), withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => pattern.test(name))
    .sort();
}

export interface FileContent {
  readonly bytes: Buffer;
  readonly identity: FileIdentity;
}

/** How long to wait for a file that changes while it is read, and how often. */
const PAUSE_MS = 200;
const ATTEMPTS = 3;

export interface ReadLimits {
  readonly maxBytes: number;
  /** A file that changed less than this before `now` (both in ms) is being written, for all that is known. */
  readonly settleMs: number;
  readonly now: number;
}

/**
 * Content of a file; null when it is as it was. `UNSETTLED` when it is still being written: it changed while it was
 * read, or too short a while ago. Throws RangeError when it is larger than allowed.
 */
export async function readChanged(
  file: string,
  known: FileIdentity | undefined,
  { maxBytes, settleMs, now }: ReadLimits,
): Promise<FileContent | null | 'UNSETTLED'> {
  let before = await stat(file);
  if (known?.modified === before.mtimeMs && known.size === before.size) return null;
  if (Math.abs(now - before.mtimeMs) < settleMs) return 'UNSETTLED';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (before.size > maxBytes) throw new RangeError(`${before.size} bytes, at most ${maxBytes} are read`);
    const bytes = await readFile(file);
    const after = await stat(file);
    if (after.mtimeMs === before.mtimeMs && after.size === before.size && bytes.length === after.size) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      return { bytes, identity: { modified: after.mtimeMs, size: after.size, hash } };
    }
    await wait(PAUSE_MS);
    before = await stat(file);
  }
  return 'UNSETTLED';
}
