/**
 * Looks at a database that no mapping describes: its catalogue, and a sample from both ends of each table. Every
 * statement is a SELECT of bounded size, in a session that cannot write and ends long statements.
 */
import { LegacyUnavailableError, NotFoundError } from '../../platform/errors';
import type { RawValue } from '../contract';
import { Deadline } from '../resilience/deadline';
import { toRawValue } from '../sql/row-values';
import type { SqlRow, SqlSession } from '../sql/session';
import { figuresOf } from './column-values';
import type { CatalogColumn, SqlCatalog } from './sql-catalog';
import type { ColumnReference, ResourceInfo, ResourceProfile, SourceInspector } from './source-profile';

/** Counting goes no further than this; a larger table is told by its own estimate. */
const COUNT_LIMIT = 100_000;
/** Longest part of a text or of bytes that is fetched for a sample. */
const LONGEST_TEXT = 200;
const LONGEST_BYTES = 32;
const INSPECT_MS = 120_000;

const isBytes = (type: string) => /BLOB|BINARY|BYTEA|IMAGE|\bRAW\b/u.test(type);
const isLong = (type: string) => /TEXT|CLOB|JSON|XML/u.test(type);

/** `system` is the name that errors carry. */
export function inspectSql(session: SqlSession, catalog: SqlCatalog, system = 'source'): SourceInspector {
  const deadlineFor = (signal: AbortSignal) => new Deadline(system, INSPECT_MS, signal);
  return {
    resources: (signal) => catalog.resources(deadlineFor(signal)),
    profile: async (name, { sampleRows }, signal) => {
      const deadline = deadlineFor(signal);
      const resource = (await catalog.resources(deadline)).find((candidate) => candidate.name === name);
      if (resource === undefined) throw new NotFoundError(`there is no table or view "${name}"`);
      const columns = await catalog.columns(name, deadline);
      const references = await catalog.references(name, deadline);
      const unique = await catalog.unique(name, deadline);
      const rows = sampleRows === 0 ? [] : await sampleOf(session, name, columns, sampleRows, deadline);
      return {
        ...(await counted(session, resource, deadline)),
        unique,
        columns: columns.map((column) => profileOf(column, rows, references)),
      };
    },
    holding: async (name, column, values, signal) => {
      const deadline = deadlineFor(signal);
      const found = (await catalog.columns(name, deadline)).find((candidate) => candidate.name === column);
      if (found === undefined) throw new NotFoundError(`there is no column "${column}" in "${name}"`);
      return await countHeld(session, name, found, values, deadline);
    },
  };
}

function profileOf(
  column: CatalogColumn,
  rows: readonly SqlRow[],
  references: ReadonlyMap<string, ColumnReference>,
): ResourceProfile['columns'][number] {
  const values = rows.map((row): RawValue => toRawValue(row[column.name]));
  return { ...column, references: references.get(column.name) ?? null, ...figuresOf(values) };
}

/** The exact count of a small table; of a large one what its catalogue estimates, or the bound as the least. */
async function counted(
  session: SqlSession,
  resource: ResourceInfo,
  deadline: Deadline,
): Promise<ResourceInfo> {
  if (resource.rowsExact || (resource.rows ?? 0) > COUNT_LIMIT) return resource;
  const { dialect } = session;
  const bounded = dialect.page('1 AS one', dialect.table(resource.name), COUNT_LIMIT + 1);
  const sql = `SELECT COUNT(*) AS ${dialect.quote('n')} FROM (${bounded}) t`;
  try {
    const rows = await session.query(sql, [], deadline);
    const n = Number(rows[0]?.['n'] ?? 0);
    if (n <= COUNT_LIMIT) return { ...resource, rows: n, rowsExact: true };
    return { ...resource, rows: Math.max(n, resource.rows ?? 0), rowsExact: false };
  } catch (error) {
    // a view over large tables may take longer to count than a statement may: then it is not counted
    if (error instanceof LegacyUnavailableError) return resource;
    throw error;
  }
}

/** A text among numbers is compared with no number: some databases would end the statement. */
const isComparable = ({ type }: CatalogColumn, value: string) =>
  !/INT|SERIAL|NUM|DEC/u.test(type) || /^-?\d{1,18}$/u.test(value);

async function countHeld(
  session: SqlSession,
  table: string,
  { name, ...column }: CatalogColumn,
  values: readonly string[],
  deadline: Deadline,
): Promise<number> {
  const { dialect } = session;
  const asked = values
    .filter((value) => isComparable({ name, ...column }, value))
    .map((value) => dialect.comparable({ sql: dialect.quote(name), type: column.type }, value));
  if (asked.length === 0) return 0;
  const condition = asked.map(({ sql }) => `${sql} = ?`).join(' OR ');
  const counted = `COUNT(DISTINCT ${dialect.quote(name)}) AS ${dialect.quote('n')}`;
  const rows = await session.query(
    `SELECT ${counted} FROM ${dialect.table(table)} WHERE ${condition}`,
    asked.map(({ value }) => value),
    deadline,
  );
  return Number(rows[0]?.['n'] ?? 0);
}

/** Rows from both ends of the primary key: the oldest rows alone say little of how a table is used now. */
async function sampleOf(
  session: SqlSession,
  table: string,
  columns: readonly CatalogColumn[],
  sampleRows: number,
  deadline: Deadline,
): Promise<readonly SqlRow[]> {
  const { dialect } = session;
  const selected = columns
    .map((column) => `${sampled(session, column)} AS ${dialect.quote(column.name)}`)
    .join(', ');
  const key = columns.filter(({ keyPart }) => keyPart > 0).sort((a, b) => a.keyPart - b.keyPart);
  const select = (order: string, limit: number) =>
    session.query(dialect.page(selected, `${dialect.table(table)} ${order}`, limit), [], deadline);
  const by = (direction: 'ASC' | 'DESC') =>
    `ORDER BY ${key.map(({ name }) => `${dialect.quote(name)} ${direction}`).join(', ')}`;
  if (key.length === 0) return select('', sampleRows);
  const half = Math.ceil(sampleRows / 2);
  const first = await select(by('ASC'), sampleRows);
  // all rows were seen: the other end would show them again
  if (first.length < sampleRows) return first;
  return [...first.slice(0, half), ...(await select(by('DESC'), sampleRows - half))];
}

function sampled({ dialect }: SqlSession, { name, type }: CatalogColumn): string {
  const column = dialect.quote(name);
  if (isBytes(type)) return dialect.exact(dialect.bytesStart(column, LONGEST_BYTES), type);
  if (isLong(type)) return dialect.start(dialect.textOf(column), LONGEST_TEXT);
  return dialect.exact(column, type);
}
