/** Reads attributes of many entities at once, and narrows lists of entities by them. */
import type { AccessProfile } from '../../platform/access';
import { groupBy } from '../../platform/collections';
import { selectIn } from '../../platform/database/select-in';
import type { Database } from '../../platform/database/database';
import { QuantityError, toMicros } from '../../platform/decimal';
import { attributeKind, attributeTerms } from '../../platform/dictionary/attributes';
import type { Dictionary, Term } from '../../platform/dictionary/dictionary';
import { AccessDeniedError, InvalidInputError } from '../../platform/errors';

/** A golden value with the record that it comes from. */
export interface AttributeRow {
  readonly entityPk: number;
  readonly term: string;
  readonly recordPk: number;
  readonly text: string;
  readonly micros: number | null;
  readonly conflict: boolean;
}

/** All attributes of the entities, by entity. */
export async function loadAttributes(
  database: Pick<Database, 'reader'>,
  pks: readonly number[],
): Promise<Map<number, AttributeRow[]>> {
  const rows = await selectIn<{
    entity_pk: number;
    term: string;
    record_pk: number;
    value_text: string;
    value_micros: number | null;
    conflict: number;
  }>(
    database.reader,
    `SELECT entity_pk, term, record_pk, value_text, value_micros, conflict
       FROM attribute_value WHERE entity_pk IN (?) ORDER BY entity_pk, term`,
    pks,
  );
  const values = rows.map((row): AttributeRow => ({
    entityPk: row.entity_pk,
    term: row.term,
    recordPk: row.record_pk,
    text: row.value_text,
    micros: row.value_micros,
    conflict: row.conflict !== 0,
  }));
  return groupBy(values, (row) => row.entityPk);
}

/**
 * The attribute terms of an entity type that are asked for, or all that the caller may know of. Throws InvalidInputError
 * for a term that is no attribute of the type, AccessDeniedError for one that the caller may not read.
 */
export function askedTerms(
  dictionary: Dictionary,
  access: AccessProfile,
  entity: string,
  asked: readonly string[] | null | undefined,
): Term[] {
  const terms = attributeTerms(dictionary, entity);
  if (asked == null) return terms.filter(({ id }) => access.term(id) !== 'DENY');
  const known = new Map(terms.map((term) => [term.id, term]));
  const found = [...new Set(asked)].map((id) => known.get(id) ?? unknownAttribute(entity, id));
  refuseClosed(found.filter(({ id }) => access.term(id) === 'DENY'));
  return found;
}

/** How a list is narrowed by one attribute: by what it equals, or by where it lies. */
export interface AttributeCondition {
  readonly term: string;
  readonly equals?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
  /** Included, as is `to`. */
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
}

export interface SqlCondition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Conditions over `alias`, an entity of the type, one for each filter. Throws InvalidInputError for a filter that says
 * nothing or a value that the term cannot have, AccessDeniedError for a term whose values the caller may not read: by a
 * filter they could be guessed.
 */
export function attributeConditions(
  dictionary: Dictionary,
  access: AccessProfile,
  entity: string,
  alias: string,
  filters: readonly AttributeCondition[],
): SqlCondition[] {
  const terms = new Map(attributeTerms(dictionary, entity).map((term) => [term.id, term]));
  const found = filters.map((filter) => ({
    filter,
    term: terms.get(filter.term) ?? unknownAttribute(entity, filter.term),
  }));
  refuseClosed(found.map(({ term }) => term).filter(({ id }) => access.term(id) !== 'READ'));
  return found.map(({ filter, term }, index) => conditionOf(term, filter, alias, index));
}

function conditionOf(term: Term, filter: AttributeCondition, alias: string, index: number): SqlCondition {
  const name = (part: string): string => `attribute${index}${part}`;
  const comparison = comparisonOf(term);
  const parameters: Record<string, unknown> = { [name('Term')]: term.id };
  const parts: string[] = [];
  const compare = (operator: string, part: string, value: string | null | undefined): void => {
    if (value == null) return;
    parts.push(`a.${comparison.column} ${operator} :${name(part)}`);
    parameters[name(part)] = comparison.read(value);
  };
  compare('=', 'Equals', filter.equals);
  if (filter.in != null) {
    if (filter.in.length === 0) return { sql: '1 = 0', parameters: {} };
    parts.push(`a.${comparison.column} IN (:...${name('In')})`);
    parameters[name('In')] = filter.in.map((value) => comparison.read(value));
  }
  const ranged = filter.from != null || filter.to != null;
  if (ranged && !comparison.ordered)
    throw new InvalidInputError(`${term.id} has no order: ask for it by equals or in.`, { term: term.id });
  compare('>=', 'From', filter.from);
  compare('<=', 'To', filter.to);
  if (parts.length === 0)
    throw new InvalidInputError(`Say what ${term.id} is: equals, in, from or to.`, { term: term.id });
  const where = [`a.entity_pk = ${alias}.pk`, `a.term = :${name('Term')}`, ...parts].join(' AND ');
  return { sql: `EXISTS (SELECT 1 FROM attribute_value a WHERE ${where})`, parameters };
}

interface Comparison {
  readonly column: 'value_text' | 'value_micros';
  readonly ordered: boolean;
  /** What is bound. Throws InvalidInputError for a text that the term cannot have. */
  read(text: string): string | number;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function comparisonOf(term: Term): Comparison {
  const wrong = (text: string, wanted: string): never => {
    throw new InvalidInputError(`"${text}" is no value of ${term.id}: ${wanted} is wanted.`, {
      term: term.id,
    });
  };
  const text = (ordered: boolean, read: (text: string) => string): Comparison => ({
    ...{ column: 'value_text', ordered },
    read,
  });
  switch (attributeKind(term)) {
    case 'quantity':
    case 'integer':
      return {
        ...{ column: 'value_micros', ordered: true },
        read: (value) => {
          try {
            return toMicros(value);
          } catch (error) {
            if (error instanceof QuantityError) return wrong(value, 'a plain decimal number');
            throw error;
          }
        },
      };
    case 'date':
      return text(true, (value) => (DAY.test(value) ? value : wrong(value, 'a date, YYYY-MM-DD,')));
    case 'instant':
      return text(true, (value) =>
        INSTANT.test(value) ? new Date(value).toISOString() : wrong(value, 'a point in time, ISO 8601,'),
      );
    case 'boolean':
      return text(false, (value) =>
        value === 'true' || value === 'false' ? value : wrong(value, 'true or false'),
      );
    case 'code': {
      const codes = term.values.map(({ code }) => code);
      return text(false, (value) =>
        codes.includes(value) ? value : wrong(value, `one of ${codes.join(', ')}`),
      );
    }
    case 'text':
    case null:
      return text(false, (value) => value);
  }
}

function refuseClosed(terms: readonly Term[]): void {
  if (terms.length === 0) return;
  const ids = terms.map(({ id }) => id);
  throw new AccessDeniedError(`You may not use the terms ${ids.join(', ')}.`, { terms: ids });
}

function unknownAttribute(entity: string, id: string): never {
  throw new InvalidInputError(`"${id}" is no attribute of ${entity}.`, { term: id });
}
