/** Rows of a file, whatever its format; each knows its file and its line or place. */
import path from 'node:path';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import type { FileSource } from '../mapping/document';
import { readCsv } from './csv-rows';
import type { FileContent } from './folder';
import { formatOf } from './format';
import type { HeaderCheck } from './header-check';
import { readJson, readNdjson } from './json-rows';
import { readXlsx } from './xlsx-rows';

/** What a reader of one format gets. `file` is the name that rows and messages carry. */
export interface FileToRead {
  readonly file: string;
  readonly bytes: Buffer;
  readonly modified: string;
  readonly source: FileSource;
  readonly check: HeaderCheck;
}

/**
 * Reads a file whole. Throws LegacyUnavailableError (nonsense) when it is not of its format at all, or `check` finds
 * that it lacks columns; an empty file lacks all that it does not get from the mapping.
 */
export async function readRows(
  system: string,
  name: string,
  { bytes, identity }: FileContent,
  source: FileSource,
  check: HeaderCheck,
): Promise<RawRow[]> {
  const file = path.posix.basename(name);
  const modified = new Date(identity.modified).toISOString();
  const format = formatOf(name, source.format);
  try {
    return await READERS[format]({ ...{ file, bytes, modified, source, check } });
  } catch (cause) {
    if (cause instanceof LegacyUnavailableError) throw cause;
    const why = cause instanceof FormatError ? `: ${cause.message}` : '';
    throw new LegacyUnavailableError(
      system,
      `${system}: ${file} is not a readable ${format.toUpperCase()} file${why}`,
      { retryable: true, nonsense: true, cause },
    );
  }
}

/** Thrown with what is wrong about a file; its message may be shown, since it repeats nothing of the content. */
export class FormatError extends Error {}

const READERS: Readonly<
  Record<NonNullable<FileSource['format']>, (file: FileToRead) => RawRow[] | Promise<RawRow[]>>
> = { csv: readCsv, tsv: readCsv, xlsx: readXlsx, json: readJson, ndjson: readNdjson };

/** Where a row stands, for its provenance and for messages. */
export function placeOf({ file, modified }: FileToRead, line: number): Readonly<Record<string, RawValue>> {
  return { '#file': file, '#line': line, '#modified': modified };
}
