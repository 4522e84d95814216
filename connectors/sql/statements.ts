/** Builds the statements of one source: what is selected, in which order, from where a page goes on. */
import type { Condition, SourcePart, SqlSource, WatermarkSpec } from '../mapping/document';
import { columnsOf } from '../mapping/conditions';
import type { SqlDialect, SqlValue } from './session';
import { allOf, conditionSql, joinSql, sqlText, type SqlText } from './sql-conditions';
import { BASE, splitReference, type CheckedTables } from './table-check';

const BASE_ALIAS = 'base';
/** Names under which the columns that order the rows are selected as they are stored. */
const orderName = (index: number) => `#o${index}`;

export class Statements {
  /** Names of the columns of a raw row. */
  readonly names: readonly string[];
  readonly orderNames: readonly string[];
  readonly hasWatermark: boolean;
  readonly watermarkMayBeNull: boolean;
  readonly hasJoins: boolean;
  readonly #order: readonly string[];
  readonly #selected: string;

  constructor(
    private readonly source: SqlSource & SourcePart,
    private readonly tables: CheckedTables,
    private readonly dialect: SqlDialect,
    watermark: WatermarkSpec | undefined,
    uniqueColumns: readonly string[],
  ) {
    const marks = watermark === undefined ? [] : [watermark.from].flat();
    const mark = marks.map((column) => this.#expression(column));
    this.hasWatermark = mark.length > 0;
    this.watermarkMayBeNull =
      marks.length > 0 && marks.every((column) => this.#infoOf(column)?.nullable !== false);
    this.hasJoins = (source.joins ?? []).length > 0;
    this.#order = [
      ...(mark.length > 1 ? [`COALESCE(${mark.join(', ')})`] : mark),
      ...uniqueColumns.map((column) => this.#expression(column)),
    ];
    this.orderNames = this.#order.map((_, i) => orderName(i));
    this.names = this.#columnNames();
    this.#selected = this.names
      .map((name) => `${this.#exact(name)} AS ${dialect.quote(name)}`)
      .concat(this.#order.map((expression, i) => `${expression} AS ${dialect.quote(orderName(i))}`))
      .join(', ');
  }

  /** The places of the next rows of the base table, without their content. */
  bounds(range: readonly SqlText[], limit: number): SqlText {
    const places = this.#order.map((expression, i) => `${expression} AS ${this.dialect.quote(orderName(i))}`);
    return this.#finish(
      `SELECT ${places.join(', ')} FROM ${this.#base()}`,
      [],
      [...this.#baseWhere(), ...range],
      limit,
    );
  }

  /** The next rows, with all columns. */
  rows(range: readonly SqlText[], limit: number | null): SqlText {
    const joins = (this.source.joins ?? []).map((join) => {
      const table = `${this.dialect.quote(join.table)} AS ${this.dialect.quote(join.as)}`;
      const on = Object.entries(join.on).map(([joined, column]) =>
        sqlText(`${this.#expression(`${join.as}.${joined}`)} = ${this.#expression(column)}`),
      );
      const where = (join.where ?? []).map((condition) => this.#condition(condition, join.as));
      const { sql, values } = allOf([...on, ...where]);
      return { sql: `${join.required === true ? 'INNER' : 'LEFT'} JOIN ${table} ON ${sql}`, values };
    });
    const from = joinSql([sqlText(this.#base()), ...joins], ' ');
    const where = (this.source.where ?? []).map((condition) => this.#condition(condition));
    return this.#finish(
      `SELECT ${this.#selected} FROM ${from.sql}`,
      from.values,
      [...where, ...range],
      limit,
    );
  }

  /** Rows behind a place in the order; `skip` leaves out that many leading columns (a NULL watermark). */
  after(place: readonly SqlValue[], skip: number): SqlText {
    return this.#beside(place, this.#order.slice(skip), '>');
  }

  /** Rows up to and with a place in the order. */
  upTo(place: readonly SqlValue[], skip: number): SqlText {
    const order = this.#order.slice(skip);
    const same = allOf(order.map((expression, i) => sqlText(`${expression} = ?`, place[i] ?? null)));
    return joinSql([this.#beside(place, order, '<'), same], ' OR ');
  }

  watermarkIsNull(isNull: boolean): SqlText {
    return sqlText(`${this.#order[0] ?? ''} IS ${isNull ? '' : 'NOT '}NULL`);
  }

  watermarkFrom(value: SqlValue): SqlText {
    return sqlText(`${this.#order[0] ?? ''} >= ?`, value);
  }

  #beside(place: readonly SqlValue[], order: readonly string[], operator: '<' | '>'): SqlText {
    const [first, ...others] = order;
    if (first === undefined) return sqlText('1 = 0');
    const value = place[0] ?? null;
    if (others.length === 0) return sqlText(`${first} ${operator} ?`, value);
    const deeper = this.#beside(place.slice(1), others, operator);
    // the outer bound looks redundant, but lets an index on the first column be used
    return {
      sql: `${first} ${operator}= ? AND (${first} ${operator} ? OR (${first} = ? AND (${deeper.sql})))`,
      values: [value, value, value, ...deeper.values],
    };
  }

  #finish(
    head: string,
    headValues: readonly SqlValue[],
    where: readonly SqlText[],
    limit: number | null,
  ): SqlText {
    const conditions = allOf(where);
    const tail = limit === null ? '' : ' LIMIT ?';
    return {
      sql: `${head} WHERE ${conditions.sql} ORDER BY ${this.#order.join(', ')}${tail}`,
      values: [...headValues, ...conditions.values, ...(limit === null ? [] : [limit])],
    };
  }

  #base(): string {
    return `${this.dialect.quote(this.source.table)} AS ${this.dialect.quote(BASE_ALIAS)}`;
  }

  /** Conditions that look at the base table alone; the others wait for the joins. */
  #baseWhere(): readonly SqlText[] {
    const isBase = (condition: Condition) =>
      columnsOf(condition).every((name) => splitReference(name).alias === BASE);
    return (this.source.where ?? []).filter(isBase).map((condition) => this.#condition(condition));
  }

  #condition(condition: Condition, alias = BASE): SqlText {
    const expression = (name: string) =>
      this.#expression(name.includes('.') || alias === BASE ? name : `${alias}.${name}`);
    return conditionSql(condition, expression, this.dialect);
  }

  #columnNames(): string[] {
    const omitted = new Set(this.source.omit ?? []);
    const own = (this.tables.columns.get(BASE) ?? [])
      .map(({ name }) => name)
      .filter((name) => !omitted.has(name));
    return [...new Set([...own, ...this.tables.references])];
  }

  #expression(reference: string): string {
    const { alias, column } = splitReference(reference);
    return `${this.dialect.quote(alias === BASE ? BASE_ALIAS : alias)}.${this.dialect.quote(column)}`;
  }

  #infoOf(reference: string) {
    const { alias, column } = splitReference(reference);
    return this.tables.columns.get(alias)?.find(({ name }) => name === column);
  }

  #exact(reference: string): string {
    return this.dialect.exact(this.#expression(reference), this.#infoOf(reference)?.type ?? '');
  }
}
