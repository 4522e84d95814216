/** Connects to a folder of files. A file that has not changed since the last run is not read again. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../platform/clock';
import { LegacyUnavailableError } from '../../platform/errors';
import type { RawRow, RawValue, ReadOptions, SourceBatch, Watermark } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { pathGetter } from '../mapping/columns';
import { compileCondition, type Predicate } from '../mapping/conditions';
import { millisecondsOf, type FileConnector, type FileSource, type SourcePart } from '../mapping/document';
import { UNREADABLE } from '../mapping/row-mapper';
import type { SystemConnection } from '../system';
import { findFiles, readChanged, type FileIdentity } from './folder';
import { headerCheck } from './header-check';
import { readRows } from './rows';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

export function connectFiles(mapping: CompiledMapping, folder: string, clock: Clock): SystemConnection {
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
    const isWhole = source.mode === 'complete';
    const check = headerCheck(mapping, stream, partName, source);
    const belongs = whereOf(part, timeZone);
    const isFirst = distinct(source.distinctBy);
    const limits = { maxBytes, settleMs: millisecondsOf(source.settle, 0), now: clock.now() };
    let marks: Watermark = since ?? {};
    const names = await findFiles(folder, source.files).catch(rethrow);
    for (const name of isWhole ? newestOf(id, names, marks) : names) {
      signal.throwIfAborted();
      const known = marks[name] as unknown as FileIdentity | undefined;
      const content = await readChanged(path.join(folder, name), known, limits).catch(rethrow);
      // one that is still being written is read by the next run
      if (content === null || content === 'UNSETTLED') continue;
      const { identity } = content;
      const changed = identity.hash !== known?.hash;
      const all = changed ? await readRows(id, name, content, source, check) : [];
      const rows = all.filter(belongs).filter(isFirst);
      if (isWhole && changed && rows.length === 0) throw withoutRows(id, name);
      // resuming inside a file is not possible: only its last batch moves the mark
      const before = marks;
      marks = { ...(isWhole ? {} : marks), [name]: identity as unknown as RawValue };
      for (let start = 0; start < rows.length || start === 0; start += batchSize) {
        const isLast = start + batchSize >= rows.length;
        const batch = rows.slice(start, start + batchSize).map((row) => withConstants(row, source.set));
        const whole = isWhole && changed && isLast ? { whole: true as const } : {};
        yield { rows: batch, watermark: isLast ? marks : before, ...whole };
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

/**
 * The file whose name comes last. Throws when the one that was read before is gone and an older one is all that is
 * left: what it lacks would be taken for gone.
 */
function newestOf(system: string, names: readonly string[], marks: Watermark): string[] {
  const newest = names.at(-1);
  const before = Object.keys(marks).sort().at(-1);
  if (newest === undefined || before === undefined || newest >= before)
    return newest === undefined ? [] : [newest];
  const message = `${system}: ${before} was read before and is gone, and ${newest} is older`;
  throw new LegacyUnavailableError(system, message, { retryable: true, nonsense: true });
}

/** An empty file would take everything away, and is most often one whose export failed. */
function withoutRows(system: string, name: string): LegacyUnavailableError {
  const message = `${system}: ${path.posix.basename(name)} holds no row, and is said to be complete`;
  return new LegacyUnavailableError(system, message, { retryable: true, nonsense: true });
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
  const context = { timeZone, codeTable: () => null, column: pathGetter, problem: () => undefined };
  const conditions = where.map((condition) => compileCondition(condition, context));
  // a line that could not be taken apart is kept, so that it is reported
  return (row) => UNREADABLE in row || conditions.every((holds) => holds(withConstants(row, set)));
}
