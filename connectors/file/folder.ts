/** Files of a folder by glob, and what tells one state of a file from another. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

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

/**
 * Content of a file; null when it is as it was. Throws RangeError when it is larger than allowed. The state is
 * taken before reading, so that a file that is being written is read again next time.
 */
export async function readChanged(
  file: string,
  known: FileIdentity | undefined,
  maxBytes: number,
): Promise<FileContent | null> {
  const { mtimeMs, size } = await stat(file);
  if (known?.modified === mtimeMs && known.size === size) return null;
  if (size > maxBytes) throw new RangeError(`${size} bytes, at most ${maxBytes} are read`);
  const bytes = await readFile(file);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { bytes, identity: { modified: mtimeMs, size, hash } };
}
