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
import { findFiles, readChanged, type FileIdentity, type ReadLimits } from './folder';
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
    const found = await findFiles(folder, source.files).catch(rethrow);
    const names = isWhole ? newestOf(id, found, marks) : found;
    const again = !isWhole && isDistinctOverFiles(source);
    if (again && (await stateOf(folder, names, marks, limits).catch(rethrow)) !== 'CHANGED') return;
    const start = marks;
    for (const [index, name] of names.entries()) {
      signal.throwIfAborted();
      const known = marks[name] as unknown as FileIdentity | undefined;
      const file = path.join(folder, name);
      const content =
        (await readChanged(file, known, limits).catch(rethrow)) ??
        (again ? await readChanged(file, undefined, { ...limits, settleMs: 0 }).catch(rethrow) : null);
      // one that is still being written is read by the next run
      if (content === null || content === 'UNSETTLED') continue;
      const { identity } = content;
      const changed = identity.hash !== known?.hash;
      const all = changed || again ? await readRows(id, name, content, source, check) : [];
      const rows = all.filter(belongs).filter(isFirst);
      if (isWhole && changed && rows.length === 0) throw withoutRows(id, name);
      // resuming inside a file is not possible: only its last batch moves the mark; and nowhere among files of which
      // one decides what is taken of another
      const before = again ? start : marks;
      const isEnd = !again || index === names.length - 1;
      marks = { ...(isWhole ? {} : marks), [name]: identity as unknown as RawValue };
      for (let from = 0; from < rows.length || from === 0; from += batchSize) {
        const isLast = from + batchSize >= rows.length;
        const batch = rows.slice(from, from + batchSize).map((row) => withConstants(row, source.set));
        const whole = isWhole && changed && isLast ? { whole: true as const } : {};
        yield { rows: batch, watermark: isLast && isEnd ? marks : before, ...whole };
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

/**
 * Whether a row of one file decides if that of another counts. Then all of them are read when one has changed: what is
 * taken follows from the names of the files, not from the order in which they came.
 */
const isDistinctOverFiles = ({ distinctBy }: FileSource): boolean =>
  distinctBy !== undefined && !distinctBy.includes('#file');

/** `UNSETTLED` where one is still being written: the others are read together with it, by a later run. */
async function stateOf(
  folder: string,
  names: readonly string[],
  marks: Watermark,
  limits: ReadLimits,
): Promise<'SAME' | 'CHANGED' | 'UNSETTLED'> {
  let state: 'SAME' | 'CHANGED' = 'SAME';
  for (const name of names) {
    const known = marks[name] as unknown as FileIdentity | undefined;
    const content = await readChanged(path.join(folder, name), known, limits);
    if (content === 'UNSETTLED') return content;
    if (content !== null && content.identity.hash !== known?.hash) state = 'CHANGED';
  }
  return state;
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
