/** Holds a stream's tables and columns against the live database before a statement is made of them. */
import { LegacyUnavailableError, MappingError, type MappingProblem } from '../../platform/errors';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { columnsOf } from '../mapping/conditions';
import type { SourcePart, SqlSource } from '../mapping/document';
import type { DocumentPath } from '../mapping/mapping-file';
import { hintFrom } from '../mapping/schema-check';
import type { Deadline } from '../resilience/deadline';
import type { ColumnInfo, SqlSession } from './session';

/** Alias that stands for the table of a source itself. */
export const BASE = '';

export interface CheckedTables {
  /** Columns of each table by alias. */
  readonly columns: ReadonlyMap<string, readonly ColumnInfo[]>;
  /** References of the stream that a statement must fetch. */
  readonly references: readonly string[];
}

/** Splits `alias.column`; the base table has the empty alias. */
export function splitReference(reference: string): { alias: string; column: string } {
  const dot = reference.indexOf('.');
  if (dot < 0) return { alias: BASE, column: reference };
  return { alias: reference.slice(0, dot), column: reference.slice(dot + 1) };
}

/** Throws LegacyUnavailableError (nonsense) whose cause names each missing table and column by file and line. */
export async function checkTables(
  session: SqlSession,
  mapping: CompiledMapping,
  stream: string,
  part: string,
  source: SqlSource & SourcePart,
  deadline: Deadline,
): Promise<CheckedTables> {
  const path = ['streams', stream, 'source', ...(part === '' ? [] : ['union', part])];
  const problems: MappingProblem[] = [];
  const columns = new Map<string, readonly ColumnInfo[]>();
  const load = async (alias: string, table: string, at: DocumentPath) => {
    const found = await session.columns(table, deadline);
    if (found.length === 0) problems.push(mapping.problemAt(at, `there is no table "${table}"`));
    else columns.set(alias, found);
  };
  await load(BASE, source.table, [...path, 'table']);
  for (const [i, join] of (source.joins ?? []).entries())
    await load(join.as, join.table, [...path, 'joins', i, 'table']);

  const check = (reference: string, at: DocumentPath) => {
    const { alias, column } = splitReference(reference);
    const known = columns.get(alias)?.map(({ name }) => name);
    if (known === undefined || known.includes(column)) return;
    problems.push(mapping.problemAt(at, `there is no column "${column}"`, hintFrom(column, known)));
  };
  const references = [...(mapping.references.get(stream) ?? [])].filter(
    ([reference]) => !READER_COLUMNS.includes(reference) && !Object.hasOwn(source.set ?? {}, reference),
  );
  for (const [reference, at] of references) check(reference, at);
  for (const [i, join] of (source.joins ?? []).entries()) {
    for (const [joined, column] of Object.entries(join.on)) {
      check(`${join.as}.${joined}`, [...path, 'joins', i, 'on', joined]);
      check(column, [...path, 'joins', i, 'on', joined]);
    }
    for (const [j, condition] of (join.where ?? []).entries()) {
      for (const column of columnsOf(condition))
        check(`${join.as}.${column}`, [...path, 'joins', i, 'where', j]);
    }
  }
  for (const [i, column] of (source.unique ?? []).entries()) check(column, [...path, 'unique', i]);
  if (problems.length > 0) throw misfit(mapping, problems);
  return { columns, references: references.map(([reference]) => reference) };
}

/** The error for a system that is not what its mapping says: the message counts, the cause tells file and line. */
export function misfit(
  mapping: CompiledMapping,
  problems: readonly MappingProblem[],
): LegacyUnavailableError {
  const { id } = mapping.document.system;
  const first = problems[0];
  const where = first === undefined ? '' : `: ${first.file}:${first.line} ${first.message}`;
  return new LegacyUnavailableError(
    id,
    `${id} does not fit its mapping${where} (${problems.length} in all)`,
    {
      retryable: true,
      nonsense: true,
      cause: new MappingError(problems),
    },
  );
}
