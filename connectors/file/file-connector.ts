/** Connects to a folder of files. A file that has not changed since the last run is not read again. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue, ReadOptions, SourceBatch, Watermark } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { flatGetter } from '../mapping/columns';
import { compileCondition, type Predicate } from '../mapping/conditions';
import type { FileConnector, FileSource, SourcePart } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import type { SystemConnection } from '../system';
import { readCsv } from './csv-rows';
import { findFiles, readChanged, type FileIdentity } from './folder';
import { headerCheck } from './header-check';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

export function connectFiles(mapping: CompiledMapping, folder: string): SystemConnection {
  const { id, timeZone } = mapping.document.system;
  const maxBytes = (mapping.document.connector as FileConnector).maxFileBytes ?? MAX_FILE_BYTES;

  const unavailable = (cause: unknown) =>
    new LegacyUnavailableError(id, `${id}: the folder or one of its files cannot be read`, {
      retryable: true,
      cause,
    });

  async function* read(
    stream: string,
    partName: string,
    part: SourcePart,
    { since, batchSize, signal }: ReadOptions,
  ): AsyncGenerator<SourceBatch> {
    const source = part as FileSource & SourcePart;
    const check = headerCheck(mapping, stream, partName, source);
    const belongs = whereOf(part, timeZone);
    const isFirst = distinct(source.distinctBy);
    let marks: Watermark = since ?? {};
    for (const name of await findFiles(folder, source.files).catch(rethrow)) {
      signal.throwIfAborted();
      const known = marks[name] as unknown as FileIdentity | undefined;
      const content = await readChanged(path.join(folder, name), known, maxBytes).catch(rethrow);
      if (content === null) continue;
      const { identity } = content;
      const changed = identity.hash !== known?.hash;
      const rows = changed ? readCsv(id, name, content, source, check).filter(belongs).filter(isFirst) : [];
      // resuming inside a file is not possible: only its last batch moves the mark
      const before = marks;
      marks = { ...marks, [name]: identity as unknown as RawValue };
      for (let start = 0; start < rows.length || start === 0; start += batchSize) {
        const isLast = start + batchSize >= rows.length;
        const batch = rows.slice(start, start + batchSize).map((row) => withConstants(row, source.set));
        yield { rows: batch, watermark: isLast ? marks : before };
      }
    }
  }

  const rethrow = (cause: unknown): never => {
    throw cause instanceof LegacyUnavailableError ? cause : unavailable(cause);
  };

  return {
    reader: (stream, name, part) => ({ read: (options) => read(stream.name, name, part, options) }),
    live: null,
    ping: async () => {
      await access(folder).catch(rethrow);
    },
    close: () => Promise.resolve(),
  };
}

/** True for the first row of each combination; always true for a row that could not be taken apart. */
function distinct(columns: readonly string[] | undefined): Predicate {
  const seen = new Set<string>();
  return (row) => {
    if (columns === undefined || UNREADABLE in row) return true;
    const combination = JSON.stringify(columns.map((column) => row[column] ?? null));
    if (seen.has(combination)) return false;
    seen.add(combination);
    return true;
  };
}

function withConstants(row: RawRow, constants: SourcePart['set']): RawRow {
  return constants === undefined ? row : { ...row, ...constants };
}

function whereOf({ where = [], set }: SourcePart, timeZone: string): Predicate {
  const context = { timeZone, codeTable: () => null, column: flatGetter, problem: () => undefined };
  const conditions = where.map((condition) => compileCondition(condition, context));
  // a line that could not be taken apart is kept, so that it is reported
  return (row) => UNREADABLE in row || conditions.every((holds) => holds(withConstants(row, set)));
}
