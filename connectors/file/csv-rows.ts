/** Rows of a CSV file. A blank line is no row; a line of the wrong length is a row that says so. */
import { parse } from 'csv-parse/sync';
import path from 'node:path';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue } from '../contract';
import type { FileSource } from '../mapping/document';
import type { FileContent } from './folder';
import type { HeaderCheck } from './header-check';
import { UNREADABLE } from '../mapping/row-mapper';

interface ParsedLine {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a file whole. Throws LegacyUnavailableError (nonsense) when it is no CSV at all, or `check` finds that it
 * lacks columns; an empty file lacks all that it does not get from the mapping.
 */
export function readCsv(
  system: string,
  name: string,
  { bytes, identity }: FileContent,
  source: FileSource,
  check: HeaderCheck,
): RawRow[] {
  const lines = linesOf(system, name, bytes, source);
  const columns = source.header ?? lines[0]?.record.map((column) => column.trim()) ?? [];
  const rows = source.header === undefined ? lines.slice(1) : lines;
  const file = path.posix.basename(name);
  check(file, columns);
  const modified = new Date(identity.modified).toISOString();
  return rows.map(({ record, info }) =>
    toRow(record, columns, { '#file': file, '#line': info.lines, '#modified': modified }),
  );
}

function linesOf(system: string, name: string, bytes: Buffer, source: FileSource): ParsedLine[] {
  try {
    const text = new TextDecoder(source.encoding ?? 'utf-8', { fatal: true }).decode(bytes);
    return parse(text, {
      bom: true,
      delimiter: source.delimiter ?? ',',
      quote: source.quote ?? '"',
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      info: true,
    }) as unknown as ParsedLine[];
  } catch (cause) {
    throw new LegacyUnavailableError(
      system,
      `${system}: ${path.posix.basename(name)} is not a readable CSV file`,
      {
        retryable: true,
        nonsense: true,
        cause,
      },
    );
  }
}

interface Place {
  readonly '#file': string;
  readonly '#line': number;
  readonly '#modified': string;
}

function toRow(record: readonly string[], columns: readonly string[], place: Place): RawRow {
  const row: Record<string, RawValue> = {};
  for (const [i, column] of columns.entries()) row[column] = record[i] ?? null;
  Object.assign(row, place);
  if (record.length !== columns.length) {
    const where = `${place['#file']} line ${place['#line']}`;
    row[UNREADABLE] = `${where}: ${record.length} columns, expected ${columns.length}`;
  }
  return row;
}
