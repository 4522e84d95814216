/** Which format a file has, and which encodings the platform decodes. */
import type { FileFormat } from '../mapping/document';

const BY_EXTENSION: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
};

/** Format of a file or glob: as declared, or by its extension; csv where that says nothing. */
export function formatOf(name: string, declared: FileFormat | undefined): FileFormat {
  if (declared !== undefined) return declared;
  const extension = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(BY_EXTENSION, extension) ? (BY_EXTENSION[extension] ?? 'csv') : 'csv';
}

export function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
