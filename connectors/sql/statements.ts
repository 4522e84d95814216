/** Builds the statements of one source: what is selected, in which order, from where a page goes on. */
import type {
  Condition,
  JoinValue,
  SourcePart,
  SqlPivot,
  SqlSource,
  WatermarkSpec,
} from '../mapping/document';
import { columnsOf } from '../mapping/conditions';
import { BASE, splitReference } from '../mapping/references';
import { orderedBy, type Orderable, type SqlDialect, type SqlValue, type TypedSql } from './session';
import { allOf, conditionSql, joinSql, sqlText, type SqlText } from './sql-conditions';
import type { CheckedTables } from './table-check';

const BASE_ALIAS = 'base';
/** Names under which columns are selected: short, since dialects cut long names, each in its own way. */
const orderName = (index: number) => `o${index}`;
const columnName = (index: number) => `c${index}`;
export const PIVOT_NAME = 'pivot_name';
export const PIVOT_VALUE = 'pivot_value';

interface Linked {
  readonly table: string;
  readonly as: string;
  readonly on: Readonly<Record<string, JoinValue>>;
  readonly where?: readonly Condition[];
}

export class Statements {
  /** Names of the columns of a raw row, and under which name each is selected. */
  readonly names: readonly string[];
  readonly selectedNames: readonly string[];
  readonly orderNames: readonly string[];
  readonly hasWatermark: boolean;
  readonly watermarkMayBeNull: boolean;
  /** Joined rows may be many to a row, so pages are cut before they are joined. */
  readonly hasJoins: boolean;
  readonly #order: readonly Orderable[];
  readonly #selected: string;
  /** Aliases of joins that the watermark looks at; each finds one row at most. */
  readonly #markJoins: ReadonlySet<string>;

  constructor(
    private readonly source: SqlSource & SourcePart,
    private readonly tables: CheckedTables,
    private readonly dialect: SqlDialect,
    watermark: WatermarkSpec | undefined,
    uniqueColumns: readonly string[],
  ) {
    const marks = watermark === undefined ? [] : [watermark.from].flat();
    this.hasWatermark = marks.length > 0;
    this.watermarkMayBeNull =
      marks.length > 0 &&
      marks.every(
        (column) => splitReference(column).alias !== BASE || this.#infoOf(column)?.nullable !== false,
      );
    this.hasJoins = (source.joins ?? []).length > 0 || (source.pivot ?? []).length > 0;
    this.#markJoins = this.#joinsOf(marks.map((column) => splitReference(column).alias));
    this.#order = [
      ...(marks.length > 0 ? [this.#markOrder(marks, watermark?.combine ?? 'first')] : []),
      ...uniqueColumns.map((column) => this.#orderable(column)),
    ];
    this.orderNames = this.#order.map((_, i) => orderName(i));
    this.names = this.#columnNames();
    this.selectedNames = this.names.map((_, i) => columnName(i));
    this.#selected = [
      ...this.names.map((name, i) => `${this.#exact(name)} AS ${dialect.quote(columnName(i))}`),
      ...this.#places(),
    ].join(', ');
  }

  /** The places of the next rows of the base table, without their content. */
  bounds(range: readonly SqlText[], limit: number): SqlText {
    return this.#finish(
      this.#places().join(', '),
      this.#boundsFrom(),
      [...this.#boundsWhere(), ...range],
      limit,
    );
  }

  /** The next rows, with all columns. */
  rows(range: readonly SqlText[], limit: number | null): SqlText {
    return this.#finish(this.#selected, this.#from(), [...this.#where(), ...range], limit);
  }

  /** Names and values of a side table for the rows of a range, each with the place of its row. */
  pivoted(pivot: SqlPivot, range: readonly SqlText[], limit: number): SqlText {
    const value = this.#firstOf([pivot.value].flat().map((column) => `${pivot.as}.${column}`));
    const name = this.#typed(`${pivot.as}.${pivot.name}`);
    const wanted = pivot.columns.map((column) => this.dialect.comparable(name, column));
    const named: SqlText = {
      sql: `${wanted[0]?.sql ?? name.sql} IN (${wanted.map(() => '?').join(', ')})`,
      values: wanted.map((one) => one.value),
    };
    return this.#finish(
      [
        ...this.#places(),
        `${this.dialect.textOf(name.sql)} AS ${this.dialect.quote(PIVOT_NAME)}`,
        `${value} AS ${this.dialect.quote(PIVOT_VALUE)}`,
      ].join(', '),
      [...this.#boundsFrom(), this.#join(pivot, 'INNER')],
      [...this.#boundsWhere(), named, ...range],
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
    const same = allOf(order.map((one, i) => sqlText(`${one.order} = ${one.parameter}`, place[i] ?? null)));
    return joinSql([this.#beside(place, order, '<'), same], ' OR ');
  }

  watermarkIsNull(isNull: boolean): SqlText {
    return sqlText(`${this.#order[0]?.order ?? ''} IS ${isNull ? '' : 'NOT '}NULL`);
  }

  watermarkFrom(value: SqlValue): SqlText {
    const [mark] = this.#order;
    return mark === undefined ? sqlText('1 = 1') : sqlText(`${mark.order} >= ${mark.parameter}`, value);
  }

  #beside(place: readonly SqlValue[], order: readonly Orderable[], operator: '<' | '>'): SqlText {
    const [first, ...others] = order;
    if (first === undefined) return sqlText('1 = 0');
    const value = place[0] ?? null;
    const { order: column, parameter } = first;
    if (others.length === 0) return sqlText(`${column} ${operator} ${parameter}`, value);
    const deeper = this.#beside(place.slice(1), others, operator);
    // the outer bound looks redundant, but lets an index on the first column be used
    return {
      sql: `${column} ${operator}= ${parameter} AND (${column} ${operator} ${parameter} OR (${column} = ${parameter} AND (${deeper.sql})))`,
      values: [value, value, value, ...deeper.values],
    };
  }

  #finish(
    select: string,
    from: readonly SqlText[],
    where: readonly SqlText[],
    limit: number | null,
  ): SqlText {
    const tables = joinSql(from, ' ');
    const conditions = allOf(where);
    const order = this.#order.map((one) => one.order).join(', ');
    return {
      sql: this.dialect.page(select, `${tables.sql} WHERE ${conditions.sql} ORDER BY ${order}`, limit),
      values: [...tables.values, ...conditions.values],
    };
  }

  #places(): string[] {
    return this.#order.map(({ select }, i) => `${select} AS ${this.dialect.quote(orderName(i))}`);
  }

  #base(): string {
    return `${this.dialect.table(this.source.table)} ${this.dialect.quote(BASE_ALIAS)}`;
  }

  #from(): SqlText[] {
    const joins = (this.source.joins ?? []).map((join) =>
      this.#join(join, join.required === true ? 'INNER' : 'LEFT'),
    );
    return [sqlText(this.#base()), ...joins];
  }

  #where(): SqlText[] {
    return (this.source.where ?? []).map((condition) => this.#condition(condition));
  }

  /** The table itself, with the joins that the order of the rows looks at: one row for each row of the table. */
  #boundsFrom(): SqlText[] {
    const joins = (this.source.joins ?? []).filter(({ as }) => this.#markJoins.has(as));
    return [sqlText(this.#base()), ...joins.map((join) => this.#join(join, 'LEFT'))];
  }

  /** Conditions on joins that the bounds do not know wait for the rows. */
  #boundsWhere(): SqlText[] {
    const isKnown = (name: string) => {
      const { alias } = splitReference(name);
      return alias === BASE || this.#markJoins.has(alias);
    };
    return (this.source.where ?? [])
      .filter((condition) => columnsOf(condition).every(isKnown))
      .map((condition) => this.#condition(condition));
  }

  #join(join: Linked, kind: 'INNER' | 'LEFT'): SqlText {
    const on = Object.entries(join.on).map(([joined, other]) => {
      const own = this.#typed(`${join.as}.${joined}`);
      if (typeof other === 'string') return sqlText(this.dialect.same(own, this.#typed(other)));
      const { sql, value } = this.dialect.comparable(own, other.value);
      return sqlText(`${sql} = ?`, value);
    });
    const where = (join.where ?? []).map((condition) => this.#condition(condition, join.as));
    const { sql, values } = allOf([...on, ...where]);
    const table = `${this.dialect.table(join.table)} ${this.dialect.quote(join.as)}`;
    return { sql: `${kind} JOIN ${table} ON ${sql}`, values };
  }

  /** Joins of these aliases, and those that they hang on. */
  #joinsOf(aliases: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const pending = [...aliases];
    for (let alias = pending.pop(); alias !== undefined; alias = pending.pop()) {
      const join = (this.source.joins ?? []).find(({ as }) => as === alias);
      if (join === undefined || found.has(alias)) continue;
      found.add(alias);
      for (const other of Object.values(join.on))
        if (typeof other === 'string') pending.push(splitReference(other).alias);
    }
    return found;
  }

  #condition(condition: Condition, alias = BASE): SqlText {
    const column = (name: string) =>
      this.#typed(name.includes('.') || alias === BASE ? name : `${alias}.${name}`);
    return conditionSql(condition, column, this.dialect);
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

  #typed(reference: string): TypedSql {
    return { sql: this.#expression(reference), type: this.#infoOf(reference)?.type ?? '' };
  }

  #infoOf(reference: string) {
    const { alias, column } = splitReference(reference);
    return this.tables.columns.get(alias)?.find(({ name }) => name === column);
  }

  #exact(reference: string): string {
    const { sql, type } = this.#typed(reference);
    if (this.source.encoding?.[reference] !== undefined) return this.dialect.bytesOf(sql, type) ?? sql;
    return this.dialect.exact(sql, type);
  }

  /** The first that is not null; columns of different types have no common form but text. */
  #firstOf(references: readonly string[]): string {
    const [only] = references;
    if (only !== undefined && references.length === 1) return this.#exact(only);
    const types = new Set(references.map((reference) => this.#typed(reference).type));
    const parts = references.map((reference) =>
      types.size === 1 ? this.#exact(reference) : this.dialect.textOf(this.#exact(reference)),
    );
    return `COALESCE(${parts.join(', ')})`;
  }

  #orderable(reference: string): Orderable {
    const { sql, type } = this.#typed(reference);
    return this.dialect.orderable(sql, type);
  }

  #markOrder(marks: readonly string[], combine: 'first' | 'latest'): Orderable {
    const [first, ...others] = marks.map((column) => this.#expression(column));
    if (others.length === 0 || first === undefined) return this.#orderable(marks[0] ?? '');
    const combined =
      combine === 'first' ? `COALESCE(${[first, ...others].join(', ')})` : others.reduce(later, first);
    const type = this.#typed(marks[0] ?? '').type;
    return type === '' ? orderedBy(combined) : this.dialect.orderable(combined, type);
  }
}

/** GREATEST is not known to every dialect, and NULL wins in some of those that know it. */
const later = (a: string, b: string) =>
  `CASE WHEN ${a} IS NULL THEN ${b} WHEN ${b} IS NULL THEN ${a} WHEN ${a} >= ${b} THEN ${a} ELSE ${b} END`;
