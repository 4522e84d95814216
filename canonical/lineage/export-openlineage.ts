/**
 * Lineage as OpenLineage 2.0.2 events: each stream is a job from the resources of its system to a dataset of records,
 * with the columns of each; each dataset has its fields and its owner; each system's last run is a run.
 */
import { hash } from 'node:crypto';
import { groupBy } from '../../platform/collections';
import type { ColumnLineage } from './lineage-index';
import type { ExportParts, ExportedFile } from './exported-file';

const PRODUCER = 'https://specs.lotgraph.org/lineage/v1.0';
const CORE = 'https://openlineage.io/spec/2-0-2/OpenLineage.json';
const FACETS = {
  schema: 'https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet',
  columnLineage:
    'https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet',
  ownership:
    'https://openlineage.io/spec/facets/1-0-1/OwnershipDatasetFacet.json#/$defs/OwnershipDatasetFacet',
} as const;
const GOLDEN = 'lotgraph';

/** A run of the sync as it ended. */
export interface FinishedRun {
  readonly id: number;
  readonly system: string;
  readonly succeeded: boolean;
  /** Ms since the epoch. */
  readonly finishedAt: number;
}

export function exportOpenLineage(parts: ExportParts, runs: readonly FinishedRun[]): ExportedFile[] {
  const streams = [...groupBy(parts.lineage.columns, ({ system, stream }) => `${system}.${stream}`)];
  const events = [
    ...streams.map(([name, columns]) => jobEvent(parts, name, columns)),
    ...datasetEvents(parts),
    ...runs.flatMap((run) => runEvents(parts, run, streams)),
  ];
  return [
    {
      name: 'lineage.openlineage.json',
      mediaType: 'application/json',
      content: Buffer.from(`${JSON.stringify(events, null, 2)}\n`),
      rows: events.length,
    },
  ];
}

const facet = (name: keyof typeof FACETS): object => ({ _producer: PRODUCER, _schemaURL: FACETS[name] });

const event = (definition: string, at: number): object => ({
  eventTime: new Date(at).toISOString(),
  producer: PRODUCER,
  schemaURL: `${CORE}#/$defs/${definition}`,
});

function jobEvent(parts: ExportParts, name: string, columns: readonly ColumnLineage[]): object {
  return { ...event('JobEvent', parts.now), job: { namespace: GOLDEN, name }, ...flowOf(parts, columns) };
}

function flowOf(parts: ExportParts, columns: readonly ColumnLineage[]): object {
  const inputs = [...groupBy(columns, ({ system, resource }) => `${system}\n${resource}`)].map(
    ([key, own]) => {
      const [namespace = '', name = ''] = key.split('\n');
      const fields = [...new Set(own.map(({ column }) => column))].map((column) => ({ name: column }));
      return { namespace, name, facets: { schema: { ...facet('schema'), fields } } };
    },
  );
  const outputs = [...groupBy(columns, recordTypeOf)].map(([recordType, own]) => ({
    ...{ namespace: GOLDEN, name: recordType },
    facets: { schema: schemaFacet(parts, own), columnLineage: columnFacet(own) },
  }));
  return { inputs, outputs };
}

/** Each record type as all systems together fill it. */
function datasetEvents(parts: ExportParts): object[] {
  return [...groupBy(parts.lineage.columns, recordTypeOf)].map(([recordType, columns]) => {
    const terms = columns.flatMap(({ term }) => parts.dictionary.find(term) ?? []);
    const owners = [
      ...[...new Set(terms.map(({ owner }) => owner))].map((name) => ({
        name: `team:${name}`,
        type: 'OWNER',
      })),
      ...[...new Set(terms.map(({ steward }) => steward))].map((name) => ({
        name: `role:${name}`,
        type: 'STEWARD',
      })),
    ];
    return {
      ...event('DatasetEvent', parts.now),
      dataset: {
        ...{ namespace: GOLDEN, name: recordType },
        facets: {
          schema: schemaFacet(parts, columns),
          columnLineage: columnFacet(columns),
          ownership: { ...facet('ownership'), owners },
        },
      },
    };
  });
}

function runEvents(
  parts: ExportParts,
  { id, system, succeeded, finishedAt }: FinishedRun,
  streams: readonly (readonly [string, readonly ColumnLineage[]])[],
): object[] {
  return streams
    .filter(([name]) => name.startsWith(`${system}.`))
    .map(([name, columns]) => ({
      ...event('RunEvent', finishedAt),
      eventType: succeeded ? 'COMPLETE' : 'FAIL',
      run: { runId: uuidOf(`${name} ${id}`) },
      job: { namespace: GOLDEN, name },
      ...flowOf(parts, columns),
    }));
}

/** A UUID of version 8 (RFC 9562) that the same run has in every export. */
function uuidOf(name: string): string {
  const bytes = Buffer.from(hash('sha256', name, 'hex').slice(0, 32), 'hex');
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function schemaFacet({ dictionary }: ExportParts, columns: readonly ColumnLineage[]): object {
  const fields = [...new Set(columns.map(({ term }) => term))].map((id) => {
    const term = dictionary.find(id);
    return { name: fieldOf(id), type: term?.type ?? 'text', description: term?.definition.en ?? '' };
  });
  return { ...facet('schema'), fields };
}

function columnFacet(columns: readonly ColumnLineage[]): object {
  const fields = [...groupBy(columns, ({ term }) => term)].map(([term, own]) => [
    fieldOf(term),
    { inputFields: own.map(inputField) },
  ]);
  return { ...facet('columnLineage'), fields: Object.fromEntries(fields) as object };
}

function inputField({ system, resource, column, kind, transforms, file, line }: ColumnLineage): object {
  const subtype =
    kind === 'INDIRECT' ? 'CONDITIONAL' : transforms.length === 0 ? 'IDENTITY' : 'TRANSFORMATION';
  const description = [...transforms, `(${file}:${line})`].join(' ');
  return {
    ...{ namespace: system, name: resource, field: column },
    transformations: [{ type: kind, subtype, description, masking: false }],
  };
}

const recordTypeOf = ({ term }: ColumnLineage): string => term.split('.')[0] ?? '';
const fieldOf = (term: string): string => term.slice(term.indexOf('.') + 1);
