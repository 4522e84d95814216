/** What a schema cannot say about files: options that fit their format, and globs that stay in the folder. */
import { formatOf, isEncoding } from '../file/format';
import type { CompileContext } from '../transforms/transform';
import type { FileFormat, FileSource } from './document';

const FORMAT_ONLY: Readonly<Record<string, readonly FileFormat[]>> = {
  delimiter: ['csv', 'tsv'],
  quote: ['csv', 'tsv'],
  sheet: ['xlsx'],
  headerLine: ['csv', 'tsv', 'xlsx'],
  header: ['csv', 'tsv', 'xlsx'],
  items: ['json'],
  each: ['json', 'ndjson'],
  encoding: ['csv', 'tsv', 'json', 'ndjson'],
};

/** `part` is the name of the part of a union; empty where the stream has one source. */
export function checkFile(source: FileSource, part: string, at: CompileContext): void {
  if (source.mode === 'complete' && part !== '') {
    at.problem('a part cannot tell that what it lacks is gone', 'make it a stream of its own', ['mode']);
  }
  const format = formatOf(source.files, source.format);
  for (const [option, formats] of Object.entries(FORMAT_ONLY)) {
    if (!(option in source) || formats.includes(format)) continue;
    at.problem(`${option} says nothing about a file of ${format}`, `it is for ${formats.join(', ')}`, [
      option,
    ]);
  }
  if (source.header !== undefined && source.headerLine !== undefined) {
    at.problem('a file has a line of column names, or they are given', 'remove header: or headerLine:', [
      'header',
    ]);
  }
  if (source.encoding !== undefined && source.encoding !== 'detect' && !isEncoding(source.encoding)) {
    at.problem(`"${source.encoding}" is no encoding`, 'for example utf-8, gb18030, windows-1252, detect', [
      'encoding',
    ]);
  }

  if (source.files.includes('..') || source.files.startsWith('/')) {
    at.problem('files are looked for inside the folder of the connection only', undefined, ['files']);
  }
}
