/**
 * Lineage, both ways: from a place of the graph over its term to the columns of each system that it is read from, and
 * from a column to the terms and places that it feeds. Made of the dictionary, the graph and the mappings in force.
 */
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { groupBy } from '../../platform/collections';
import type { Dictionary, Term } from '../../platform/dictionary/dictionary';
import type { Coordinates } from '../../platform/graphql/term-coordinates';
import { type FieldReads, readsOf, readsOfSign } from './field-reads';
import { placesOf } from './source-places';

/** One column of one system that a term is read from. */
export interface ColumnLineage {
  readonly term: string;
  readonly system: string;
  readonly stream: string;
  /** Table, path, entity set or file pattern. */
  readonly resource: string;
  readonly column: string;
  readonly kind: 'DIRECT' | 'INDIRECT';
  readonly transforms: readonly string[];
  readonly file: string;
  /** Where the mapping says so, from 1. */
  readonly line: number;
  readonly mappingVersion: string;
  /** Place of the system in the order in which it is believed for the term, from 1. */
  readonly precedence: number;
}

/** A term with what its values are read from, also by way of the terms that it is derived from. */
export interface TermLineage {
  readonly term: Term;
  readonly columns: readonly ColumnLineage[];
  /** Terms that its values are worked out from. */
  readonly derivedFrom: readonly string[];
}

export interface LineageParts {
  readonly dictionary: Dictionary;
  readonly coordinates: Coordinates;
  readonly mappings: readonly CompiledMapping[];
}

export class LineageIndex {
  readonly #byTerm: ReadonlyMap<string, readonly ColumnLineage[]>;
  readonly #termAt: ReadonlyMap<string, string>;
  /** Terms that are derived from a term, at any distance. */
  readonly #derived: ReadonlyMap<string, readonly string[]>;
  readonly columns: readonly ColumnLineage[];

  constructor(private readonly parts: LineageParts) {
    this.columns = parts.mappings.flatMap((mapping) => columnsOf(mapping, parts.dictionary));
    this.#byTerm = groupBy(this.columns, ({ term }) => term);
    this.#termAt = new Map(
      [...parts.coordinates].flatMap(([term, places]) => places.map((place) => [place, term] as const)),
    );
    this.#derived = derivedTerms(parts.dictionary);
  }

  /** Id of the term at a place of the graph; null when there is no such place. */
  termAt(coordinate: string): string | null {
    return this.#termAt.get(coordinate) ?? null;
  }

  /** Places of the graph that show the term; of an attribute the lists that do. */
  coordinatesOf(termId: string): readonly string[] {
    const own = this.parts.coordinates.get(termId) ?? [];
    if (this.parts.dictionary.find(termId)?.attribute !== true) return own;
    return this.parts.coordinates.get(`${termId.split('.')[0] ?? ''}.attributes`) ?? [];
  }

  /** Null when there is no such term. */
  ofTerm(termId: string): TermLineage | null {
    const term = this.parts.dictionary.find(termId);
    if (term === undefined) return null;
    const sources = sourcesOf(this.parts.dictionary, termId);
    const columns = [termId, ...sources].flatMap((id) => this.#byTerm.get(id) ?? []);
    return {
      term,
      derivedFrom: sources,
      columns: [...columns].sort((a, b) => a.precedence - b.precedence || (a.system < b.system ? -1 : 1)),
    };
  }

  /** What a column feeds; `column` is a column, or `resource.column` where its name alone does not say which. */
  feeds(system: string, column: string): ColumnLineage[] {
    return this.columns.filter(
      (one) => one.system === system && (one.column === column || `${one.resource}.${one.column}` === column),
    );
  }

  /** The terms, and those that are worked out from them, with every place of the graph that shows one. */
  reach(termIds: readonly string[]): {
    readonly terms: readonly string[];
    readonly coordinates: readonly string[];
  } {
    const terms = [...new Set(termIds.flatMap((id) => [id, ...(this.#derived.get(id) ?? [])]))].sort();
    return { terms, coordinates: [...new Set(terms.flatMap((id) => this.coordinatesOf(id)))].sort() };
  }
}

function columnsOf(mapping: CompiledMapping, dictionary: Dictionary): ColumnLineage[] {
  const { document, file, version, problemAt } = mapping;
  const system = document.system.id;
  return Object.entries(document.streams).flatMap(([stream, spec]) => {
    const found = (field: string, path: readonly (string | number)[], reads: FieldReads): ColumnLineage[] => {
      const order = dictionary.precedence(spec.recordType, field);
      const rank = order.indexOf(system);
      const { line } = problemAt([...path], '');
      return reads.columns.flatMap(({ reference, kind }) =>
        placesOf(spec, reference).map((place) => ({
          ...{ term: `${spec.recordType}.${field}`, system, stream, ...place, kind },
          ...{ transforms: reads.transforms, file, line, mappingVersion: version },
          precedence: (rank === -1 ? order.length : rank) + 1,
        })),
      );
    };
    const at = ['streams', stream];
    return [
      ...Object.entries(spec.fields).flatMap(([field, value]) =>
        found(field, [...at, 'fields', field], readsOf(value)),
      ),
      ...(spec.sign === undefined
        ? []
        : ['quantity', 'level'].flatMap((field) =>
            spec.sign === undefined ? [] : found(field, [...at, 'sign'], readsOfSign(spec.sign)),
          )),
    ];
  });
}

/** Terms that a term is derived from, at any distance, nearest first. */
function sourcesOf(dictionary: Dictionary, termId: string): string[] {
  const found: string[] = [];
  const waiting = [...(dictionary.find(termId)?.derivedFrom ?? [])];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    if (found.includes(id) || id === termId) continue;
    found.push(id);
    waiting.push(...(dictionary.find(id)?.derivedFrom ?? []));
  }
  return found;
}

function derivedTerms(dictionary: Dictionary): Map<string, string[]> {
  const derived = new Map<string, string[]>();
  for (const { id } of dictionary.list())
    for (const source of sourcesOf(dictionary, id)) derived.set(source, [...(derived.get(source) ?? []), id]);
  return derived;
}
