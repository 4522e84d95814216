/** Rows of JSON: the list of a document, or one document a line. Numbers lose nothing. */
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import { UNREADABLE } from '../mapping/row-mapper';
import { parseExactJson } from '../rest/json';
import { expandItem } from '../rest/rest-rows';
import { decode } from './encoding';
import { FormatError, placeOf, type FileToRead } from './rows';

export function readJson(file: FileToRead): RawRow[] {
  const { source } = file;
  const document = parseExactJson(decode(file.bytes, source.encoding).text.replace(/^\uFEFF/u, ''));
  const items = valueAt(document, source.items ?? '');
  if (!Array.isArray(items)) throw new FormatError(`it holds no list at "${source.items ?? ''}"`);
  return rowsOf(
    file,
    items.map((item, i) => ({ item, line: i + 1 })),
  );
}

/** A line that is no JSON is a row that says so; blank lines are none. */
export function readNdjson(file: FileToRead): RawRow[] {
  const lines = decode(file.bytes, file.source.encoding)
    .text.replace(/^\uFEFF/u, '')
    .split(/\r?\n/u);
  const items = lines.flatMap((text, i): NumberedItem[] => {
    if (text.trim() === '') return [];
    try {
      return [{ item: parseExactJson(text), line: i + 1 }];
    } catch {
      return [{ item: { [UNREADABLE]: `${file.file} line ${i + 1}: no JSON` }, line: i + 1 }];
    }
  });
  return rowsOf(file, items);
}

interface NumberedItem {
  readonly item: RawValue;
  /** Line, or place in the list from 1. */
  readonly line: number;
}

function rowsOf(file: FileToRead, items: readonly NumberedItem[]): RawRow[] {
  const rows = items.flatMap(({ item, line }) =>
    expandItem(item, file.source.each).map((row) => ({ ...row, ...placeOf(file, line) })),
  );
  // a list without items shows no names, and lacks none
  const names = new Set(rows.flatMap((row) => (UNREADABLE in row ? [] : Object.keys(row))));
  if (names.size > 0) file.check(file.file, [...names]);
  return rows;
}
