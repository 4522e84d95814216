/** Holds a stream's tables and columns against the live database before a statement is made of them. */
import { LegacyUnavailableError, MappingError, type MappingProblem } from '../../platform/errors';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { columnsOf } from '../mapping/conditions';
import type { SourcePart, SqlJoin, SqlPivot, SqlSource } from '../mapping/document';
import type { DocumentPath } from '../mapping/mapping-file';
import { BASE, columnOf, splitReference } from '../mapping/references';
import { hintFrom } from '../mapping/schema-check';
import type { Deadline } from '../resilience/deadline';
import type { ColumnInfo, SqlSession } from './session';

export interface CheckedTables {
  /** Columns of each table by alias. */
  readonly columns: ReadonlyMap<string, readonly ColumnInfo[]>;
  /** References of the stream that a statement must fetch. */
  readonly references: readonly string[];
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
  const check = new TableCheck(session, mapping, path, deadline);
  const linked = [...linkedTables(source)];
  await check.load(BASE, source.table, ['table']);
  for (const { link, at } of linked) await check.load(link.as, link.table, [...at, 'table']);

  const isFetched = (reference: string) => {
    if (READER_COLUMNS.includes(reference) || Object.hasOwn(source.set ?? {}, reference)) return false;
    const { alias } = splitReference(reference);
    if (columnOf(reference) === source.each?.as) return false;
    return !(source.pivot ?? []).some(({ as }) => as === alias);
  };
  const references = [...(mapping.references.get(stream) ?? [])].filter(([name]) => isFetched(name));
  for (const [reference, at] of references) check.column(reference, at);
  if (source.each !== undefined) check.column(source.each.split, [...path, 'each', 'split']);
  for (const { link, at } of linked) check.link(link, [...path, ...at]);
  for (const column of Object.keys(source.encoding ?? {}))
    check.encoded(column, [...path, 'encoding', column]);
  for (const [i, column] of (source.unique ?? []).entries()) check.column(column, [...path, 'unique', i]);
  for (const { link, at } of linked.filter(({ link }) => isMarked(mapping, stream, link.as)))
    await check.oneRow(link, [...path, ...at]);
  if (check.problems.length > 0) throw misfit(mapping, check.problems);
  const split = source.each === undefined ? [] : [source.each.split];
  return {
    columns: check.columns,
    references: [...new Set([...references.map(([name]) => columnOf(name)), ...split])],
  };
}

/** Declared types of the columns that are fetched, by reference. */
export function typesOf({ columns, references }: CheckedTables): Map<string, string> {
  return new Map(
    references.flatMap((reference) => {
      const { alias, column } = splitReference(reference);
      const type = columns.get(alias)?.find(({ name }) => name === column)?.type;
      return type === undefined ? [] : [[reference, type] as const];
    }),
  );
}

type Link = Pick<SqlJoin, 'table' | 'as' | 'on' | 'where'> & Partial<Pick<SqlPivot, 'name' | 'value'>>;

/** Joins and side tables of a source, with the place of each in the document. */
function* linkedTables({ joins, pivot }: SqlSource): Generator<{ link: Link; at: DocumentPath }> {
  for (const [i, link] of (joins ?? []).entries()) yield { link, at: ['joins', i] };
  for (const [i, link] of (pivot ?? []).entries()) yield { link, at: ['pivot', i] };
}

const isMarked = (mapping: CompiledMapping, stream: string, alias: string) =>
  [mapping.document.streams[stream]?.watermark?.from ?? []]
    .flat()
    .some((column) => splitReference(column).alias === alias);

class TableCheck {
  readonly problems: MappingProblem[] = [];
  /** Columns of each table by alias. */
  readonly columns = new Map<string, readonly ColumnInfo[]>();

  constructor(
    private readonly session: SqlSession,
    private readonly mapping: CompiledMapping,
    private readonly path: DocumentPath,
    private readonly deadline: Deadline,
  ) {}

  async load(alias: string, table: string, at: DocumentPath): Promise<void> {
    const found = await this.session.columns(table, this.deadline);
    if (found.length === 0) this.#problem([...this.path, ...at], `there is no table "${table}"`);
    else this.columns.set(alias, found);
  }

  column(reference: string, at: DocumentPath): void {
    const { alias, column } = splitReference(reference);
    const known = this.columns.get(alias)?.map(({ name }) => name);
    if (known === undefined || known.includes(column)) return;
    this.#problem(at, `there is no column "${column}"`, hintFrom(column, known));
  }

  /** A column that is read as bytes, which not every database gives of a text. */
  encoded(reference: string, at: DocumentPath): void {
    this.column(reference, at);
    const { alias, column } = splitReference(reference);
    const type = this.columns.get(alias)?.find(({ name }) => name === column)?.type;
    if (type === undefined || this.session.dialect.bytesOf('', type) !== null) return;
    this.#problem(at, `this database gives no bytes of a column of type ${type}`, 'leave its encoding out');
  }

  link(link: Link, at: DocumentPath): void {
    for (const [joined, other] of Object.entries(link.on)) {
      this.column(`${link.as}.${joined}`, [...at, 'on', joined]);
      if (typeof other === 'string') this.column(other, [...at, 'on', joined]);
    }
    for (const [i, condition] of (link.where ?? []).entries()) {
      for (const column of columnsOf(condition)) this.column(`${link.as}.${column}`, [...at, 'where', i]);
    }
    if (link.name !== undefined) this.column(`${link.as}.${link.name}`, [...at, 'name']);
    for (const value of [link.value ?? []].flat()) this.column(`${link.as}.${value}`, [...at, 'value']);
  }

  /** A join that orders the rows MUST find one row at most, or a row of the table would have several places. */
  async oneRow(link: Link, at: DocumentPath): Promise<void> {
    if (!this.columns.has(link.as)) return;
    const keys = await this.session.uniqueKeys(link.table, this.deadline);
    if (keys.some((key) => key.length > 0 && key.every((column) => Object.hasOwn(link.on, column)))) return;
    this.#problem(
      [...at, 'on'],
      `a watermark looks at "${link.as}", but nothing says that it finds only one row of "${link.table}"`,
      `join it by a unique key: ${keys.map((key) => key.join(' + ')).join(', ') || 'it has none'}`,
    );
  }

  #problem(at: DocumentPath, message: string, hint?: string): void {
    this.problems.push(this.mapping.problemAt(at, message, hint));
  }
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
