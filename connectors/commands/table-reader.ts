/** Reads back from a table or view, over the connection by which the system is read and that cannot write. */
import { GatewayError, type MappingProblem } from '../../platform/errors';
import type { RawRow } from '../contract';
import type { CompiledMapping } from '../mapping/compile-mapping';
import { millisecondsOf, type SqlConnector } from '../mapping/document';
import { hintFrom } from '../mapping/schema-check';
import { Deadline } from '../resilience/deadline';
import { requireReference, type Environment } from '../resilience/references';
import type { SqlDrivers } from '../sql/open-session';
import { toRawValue } from '../sql/row-values';
import type { ColumnInfo, SqlSession, SqlValue } from '../sql/session';
import { sessionFor } from '../sql/sql-connector';
import { misfit } from '../sql/table-check';
import type { CompiledCommand } from './compile-commands';
import type { Judgement, TableConfirm } from './confirm';
import { OMITTED, type TemplateValues } from './template';
import type { RecordReader } from './ways';

const REQUEST_MS = 15_000;
/** What a command changes is a few rows; a condition that finds more than this picks something else. */
const MOST_ROWS = 1_000;

interface TableReaderOptions {
  readonly mapping: CompiledMapping;
  readonly env: Environment;
  readonly drivers: SqlDrivers;
}

export class TableReader implements RecordReader {
  readonly #session: SqlSession;
  readonly #requestMs: number;

  /** Opens nothing yet. Throws ConfigError for an address that no driver takes. */
  constructor(
    connector: SqlConnector,
    private readonly options: TableReaderOptions,
  ) {
    const { id } = options.mapping.document.system;
    const address = requireReference(connector.connection, options.env);
    this.#session = sessionFor(id, address, connector, options.drivers);
    this.#requestMs = millisecondsOf(connector.deadlines?.request, REQUEST_MS);
  }

  async read(command: CompiledCommand, values: TemplateValues, signal: AbortSignal): Promise<Judgement> {
    const { confirm } = command;
    if (confirm.over !== 'table')
      throw new GatewayError('MAPPING_INVALID', 'the record is not read from a table');
    const { mapping } = this.options;
    const deadline = new Deadline(mapping.document.system.id, this.#requestMs, signal);
    const columns = await this.#columns(command, confirm, deadline);
    const { sql, parameters } = this.#statement(confirm, columns, values);
    const rows = await this.#session.query(sql, parameters, deadline);
    if (rows.length > MOST_ROWS)
      throw misfit(mapping, [
        mapping.problemAt(placeOf(command, 'where'), `finds more than ${MOST_ROWS} rows`, 'pick one record'),
      ]);
    return confirm.judge(rows.map(toRawRow), values);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async lacks(command: CompiledCommand, deadline: Deadline): Promise<readonly MappingProblem[]> {
    const { confirm } = command;
    return confirm.over === 'table' ? (await this.#look(command, confirm, deadline)).problems : [];
  }

  /** Throws LegacyUnavailableError (nonsense) whose cause names each missing table and column by file and line. */
  async #columns(
    command: CompiledCommand,
    confirm: TableConfirm,
    deadline: Deadline,
  ): Promise<ReadonlyMap<string, ColumnInfo>> {
    const { found, problems } = await this.#look(command, confirm, deadline);
    if (problems.length > 0) throw misfit(this.options.mapping, problems);
    return found;
  }

  async #look(command: CompiledCommand, { table, looked, where }: TableConfirm, deadline: Deadline) {
    const { mapping } = this.options;
    const found = new Map((await this.#session.columns(table, deadline)).map((one) => [one.name, one]));
    const at = (place: readonly string[], message: string, hint?: string) =>
      mapping.problemAt(placeOf(command, ...place), message, hint);
    if (found.size === 0) return { found, problems: [at(['table'], `there is no table "${table}"`)] };
    const named = [...where.map(([name]) => ['where', name] as const), ...looked];
    const problems = named.flatMap(([part, name]) =>
      found.has(name)
        ? []
        : [at([part, name], `there is no column "${name}"`, hintFrom(name, [...found.keys()]))],
    );
    return { found, problems };
  }

  #statement(
    { table, looked, where }: TableConfirm,
    known: ReadonlyMap<string, ColumnInfo>,
    values: TemplateValues,
  ): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
    const { dialect } = this.#session;
    const typeOf = (column: string) => known.get(column)?.type ?? '';
    const parameters: SqlValue[] = [];
    const conditions = where.flatMap(([column, fill]) => {
      const value = fill(values);
      if (value === OMITTED) return [];
      if (value === null) return [`${dialect.quote(column)} IS NULL`];
      if (typeof value === 'object')
        throw new GatewayError('MAPPING_INVALID', 'a column is not compared with a list or object');
      const compared = dialect.comparable({ sql: dialect.quote(column), type: typeOf(column) }, value);
      parameters.push(compared.value);
      return [`${compared.sql} = ?`];
    });
    // without a condition it would speak of any record at all
    if (conditions.length === 0)
      throw new GatewayError('MAPPING_INVALID', 'no condition picks the record that is read back');
    const select = [...new Set(looked.map(([, column]) => column))].map(
      (column) => `${dialect.exact(dialect.quote(column), typeOf(column))} AS ${dialect.quote(column)}`,
    );
    const rest = `${dialect.table(table)} WHERE ${conditions.join(' AND ')}`;
    return { sql: dialect.page(select.join(', '), rest, MOST_ROWS + 1), parameters };
  }
}

const placeOf = ({ kind }: CompiledCommand, ...at: string[]) => ['commands', 'kinds', kind, 'confirm', ...at];

const toRawRow = (row: Readonly<Record<string, unknown>>): RawRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toRawValue(value)]));
