/**
 * Holds a mapping against its live source: what is missing, what would be rejected, lost, doubled or taken for one.
 * Reads only, a bounded number of rows of each stream; every finding names file and line.
 */
import { LegacyUnavailableError, MappingError } from '../../../platform/errors';
import type { CompiledMapping } from '../../mapping/compile-mapping';
import { openQuestions } from '../../mapping/open-questions';
import type { OpenOptions } from '../../open-system';
import { firstRows, openMapping, type StreamPart } from '../sample-rows';
import { checkColumns } from './column-checks';
import { checkCommands } from './command-checks';
import { reporter, type CheckFinding, type Report } from './finding';
import { checkLots } from './lot-checks';
import { checkRows, type CheckedRow } from './row-checks';
import { checkStock } from './stock-checks';

export interface CheckOptions extends OpenOptions {
  /** Text of the mapping, for the questions that stand in its comments. */
  readonly text: string;
  /** Rows of each stream, or part of a union, at most. */
  readonly rows: number;
  readonly stream?: string;
  readonly signal: AbortSignal;
}

export interface CheckedStream {
  readonly name: string;
  readonly read: number;
  readonly records: number;
  readonly voids: number;
  readonly rejects: number;
  /** Every row was read: nothing is left that was not looked at. */
  readonly complete: boolean;
}

export interface CheckReport {
  readonly system: string;
  readonly streams: readonly CheckedStream[];
  /** By line of the mapping. */
  readonly findings: readonly CheckFinding[];
}

/** Throws ConfigError when a reference of the mapping has no value; a source that fails is a finding. */
export async function checkMapping(mapping: CompiledMapping, options: CheckOptions): Promise<CheckReport> {
  const report = reporter(mapping);
  const findings: CheckFinding[] = questions(mapping, options.text, report);
  const opened = openMapping(mapping, options);
  const rows = new Map<string, CheckedRow[]>();
  const complete = new Set<string>();
  try {
    for (const stream of mapping.streams) {
      if (options.stream !== undefined && stream.name !== options.stream) continue;
      const seen: CheckedRow[] = [];
      const parts = opened.parts.filter(({ compiled }) => compiled.name === stream.name);
      const results: ReadResult[] = [];
      for (const part of parts) results.push(await readPart(part, seen, options, report));
      findings.push(...results.flatMap(({ findings: found }) => found));
      if (results.every(({ whole }) => whole)) complete.add(stream.name);
      rows.set(stream.name, seen);
      findings.push(...checkRows(stream, seen, report), ...checkLots(stream, seen, report));
    }
    if (!findings.some(({ check }) => check === 'UNREACHABLE')) {
      const { live } = opened.system;
      const input = { mapping, rows, complete, live, report, signal: options.signal };
      if (options.stream === undefined) findings.push(...(await failing(report, () => checkStock(input))));
      findings.push(...(await failing(report, () => checkColumns(mapping, options, report, options.signal))));
      if (options.stream === undefined)
        findings.push(
          ...(await failing(report, () => checkCommands(mapping, options, report, options.signal))),
        );
    }
  } finally {
    await opened.close();
  }
  return {
    system: mapping.document.system.id,
    streams: [...rows].map(([name, seen]) => counted(name, seen, complete.has(name))),
    findings: distinct(findings).sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

function counted(name: string, rows: readonly CheckedRow[], complete: boolean): CheckedStream {
  const records = rows.filter(({ mapped }) => mapped.kind === 'record');
  const voids = records.filter(({ mapped }) => mapped.kind === 'record' && mapped.voidReason !== null).length;
  return {
    ...{ name, read: rows.length, records: records.length - voids, voids },
    ...{ rejects: rows.length - records.length, complete },
  };
}

interface ReadResult {
  readonly whole: boolean;
  readonly findings: readonly CheckFinding[];
}

async function readPart(
  part: StreamPart,
  seen: CheckedRow[],
  { rows, signal }: CheckOptions,
  report: Report,
): Promise<ReadResult> {
  let read = 0;
  try {
    for await (const raw of firstRows(part, rows + 1, signal)) {
      read += 1;
      if (read > rows) break;
      seen.push({ raw, mapped: part.compiled.map(raw) });
    }
    return { whole: read <= rows, findings: [] };
  } catch (error) {
    return { whole: false, findings: failure(error, ['streams', part.compiled.name], report) };
  }
}

/** A source that is not what its mapping says, by file and line; or one that does not answer. */
function failure(error: unknown, path: readonly string[], report: Report): CheckFinding[] {
  if (!(error instanceof LegacyUnavailableError)) throw error;
  const { cause } = error;
  if (cause instanceof MappingError) {
    return cause.problems.map(({ path: at, message, hint }) => ({
      ...report('error', 'MISFIT', at.split('.').map(step), message, hint === undefined ? {} : { hint }),
    }));
  }
  const nonsense = error.code === 'SOURCE_NONSENSE';
  return [
    report(
      'error',
      nonsense ? 'MISFIT' : 'UNREACHABLE',
      nonsense ? path : ['connector', 'connection'],
      error.message,
    ),
  ];
}

const step = (text: string) => (/^\d+$/u.test(text) ? Number(text) : text);

async function failing(report: Report, work: () => Promise<CheckFinding[]>): Promise<CheckFinding[]> {
  try {
    return await work();
  } catch (error) {
    return failure(error, ['connector'], report);
  }
}

/** Several streams may find the same missing table. */
function distinct(findings: readonly CheckFinding[]): CheckFinding[] {
  const known = new Set<string>();
  return findings.filter(({ line, column, check, message }) => {
    const id = `${line}:${column} ${check} ${message}`;
    return !known.has(id) && known.add(id);
  });
}

/** Questions of a draft that nobody answered yet. */
function questions({ file }: CompiledMapping, text: string, report: Report): CheckFinding[] {
  return openQuestions(text).map(({ line, column, question }) => ({
    ...report('error', 'TODO', [], `left open: ${question}`),
    ...{ file, line, column },
  }));
}
