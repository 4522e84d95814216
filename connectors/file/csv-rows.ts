/** Rows of a CSV or TSV file. A blank line is no row; a line of the wrong length is a row that says so. */
import { parse } from 'csv-parse/sync';
import type { RawRow, RawValue } from '../contract';
import type { FileSource } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import { decode } from './encoding';
import { formatOf } from './format';
import { placeOf, type FileToRead } from './rows';

export interface ParsedLine {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

export function readCsv(file: FileToRead): RawRow[] {
  const { source } = file;
  const { text } = decode(file.bytes, source.encoding);
  const lines = parseLines(text, delimiterOf(file.file, source), source.quote).filter(
    ({ info }) => source.headerLine === undefined || info.lines >= source.headerLine,
  );
  const columns = source.header ?? lines[0]?.record.map((column) => column.trim()) ?? [];
  const rows = source.header === undefined ? lines.slice(1) : lines;
  file.check(file.file, columns);
  return rows.map(({ record, info }) => toRow(file, { record, info }, columns));
}

function delimiterOf(name: string, source: FileSource): string {
  return source.delimiter ?? (formatOf(name, source.format) === 'tsv' ? '\t' : ',');
}

/** Lines that are not blank, with their number. Throws when a quote is never closed. */
export function parseLines(text: string, delimiter: string, quote = '"'): ParsedLine[] {
  return parse(text, {
    ...{ bom: true, delimiter, quote, skip_empty_lines: true, skip_records_with_empty_values: true },
    ...{ relax_column_count: true, info: true },
  }) as unknown as ParsedLine[];
}

function toRow(file: FileToRead, { record, info }: ParsedLine, columns: readonly string[]): RawRow {
  const row: Record<string, RawValue> = {};
  for (const [i, column] of columns.entries()) row[column] = record[i] ?? null;
  Object.assign(row, placeOf(file, info.lines));
  if (record.length !== columns.length) {
    row[UNREADABLE] = `${file.file} line ${info.lines}: ${record.length} columns, expected ${columns.length}`;
  }
  return row;
}
