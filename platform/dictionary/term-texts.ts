/**
 * The term files as data. Reading YAML takes half a second of a start, so `npm run generate` keeps what each file says
 * beside the hash of its text; a file that was changed since is read itself.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { TermFile } from './term-file';

interface Kept {
  /** SHA-256 of the text, in hex. */
  readonly text: string;
  readonly says: TermFile;
}

/** Where what the files of `folder` say is kept: `schema/generated/terms.json` for `schema/dictionary/terms`. */
export const keptFileOf = (folder: string): string => path.resolve(folder, '../../generated/terms.json');

/** What each term file of a folder says, by its name, in the order of the names. */
export function readTermFiles(folder: string): ReadonlyMap<string, TermFile> {
  const kept = readKept(keptFileOf(folder));
  return new Map(
    textsOf(folder).map(([name, text]) => {
      const found = kept.get(name);
      return [name, found?.text === hashOf(text) ? found.says : parseTerms(text)];
    }),
  );
}

/** The content of the file that keeps what `folder` says: a line for each file, made of its text alone. */
export function keptTermFiles(folder: string): string {
  const lines = textsOf(folder).map(([name, text]) => {
    const kept: Kept = { text: hashOf(text), says: parseTerms(text) };
    return `${JSON.stringify(name)}: ${JSON.stringify(kept)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

function textsOf(folder: string): [name: string, text: string][] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const parseTerms = (text: string): TermFile => parse(text) as TermFile;

function readKept(file: string): ReadonlyMap<string, Kept> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Kept>));
  } catch {
    // none, or not whole: the texts say it
    return new Map();
  }
}
