/** The data flow map: from the resources of each system over its streams and record types to those who ask. */
import { groupBy } from '../../platform/collections';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { CLASSIFICATIONS, type Classification } from '../../platform/dictionary/dictionary';
import type { ColumnLineage, LineageIndex } from './lineage-index';

/** What one stream of one system brings from one of its resources. */
export interface DataFlow {
  readonly system: string;
  readonly resource: string;
  readonly stream: string;
  readonly recordType: string;
  readonly columns: number;
  readonly terms: number;
  /** The strictest class of what flows. */
  readonly classification: Classification;
  /** Places of the graph that show it, or what is worked out from it. */
  readonly coordinates: readonly string[];
}

export function dataFlows(dictionary: Dictionary, lineage: LineageIndex): DataFlow[] {
  const keyOf = (one: ColumnLineage): string => JSON.stringify([one.system, one.stream, one.resource]);
  return [...groupBy(lineage.columns, keyOf).values()]
    .flatMap((columns) => {
      const [first] = columns;
      if (first === undefined) return [];
      const terms = [...new Set(columns.map(({ term }) => term))];
      const classes = terms.map((id) =>
        CLASSIFICATIONS.indexOf(dictionary.find(id)?.classification ?? 'internal'),
      );
      return [
        {
          ...{ system: first.system, resource: first.resource, stream: first.stream },
          recordType: first.term.split('.')[0] ?? '',
          columns: new Set(columns.map(({ column }) => column)).size,
          terms: terms.length,
          classification: CLASSIFICATIONS[Math.max(...classes)] ?? 'internal',
          coordinates: lineage.reach(terms).coordinates,
        },
      ];
    })
    .sort((a, b) => (keyOfFlow(a) < keyOfFlow(b) ? -1 : 1));
}

const keyOfFlow = ({ system, stream, resource }: DataFlow): string => `${system}/${stream}/${resource}`;

/** The map as a Mermaid flowchart; consumers by name, with the record types that they use. */
export function flowChart(
  flows: readonly DataFlow[],
  consumers: readonly { readonly name: string; readonly coordinates: ReadonlySet<string> }[],
): string {
  const ids = new Map<string, string>();
  const idOf = (kind: string, name: string): string => {
    const key = `${kind} ${name}`;
    const known = ids.get(key) ?? `${kind}${ids.size}`;
    ids.set(key, known);
    return known;
  };
  const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
  const edges = new Set<string>();
  for (const { system, resource, recordType, classification, coordinates } of flows) {
    const source = `${idOf('s', `${system} ${resource}`)}[${quoted(`${system}: ${resource}`)}]`;
    const record = `${idOf('r', recordType)}[(${quoted(recordType)})]`;
    edges.add(`  ${source} -->|${classification}| ${record}`);
    for (const { name, coordinates: used } of consumers)
      if (coordinates.some((one) => used.has(one)))
        edges.add(`  ${record} --> ${idOf('c', name)}(${quoted(name)})`);
  }
  return `flowchart LR\n${[...edges].join('\n')}\n`;
}
