/** The graph as data contracts of the Open Data Contract Standard 3.1: one a subgraph, an object for each type. */
import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { stringify } from 'yaml';
import { attributeTerms, splitTerm } from '../../platform/dictionary/attributes';
import type { Term } from '../../platform/dictionary/dictionary';
import { termIdOf } from '../../platform/graphql/build-subgraph';
import type { ExportParts, ExportedFile } from './exported-file';

const LOGICAL_TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  code: 'string',
  date: 'date',
  instant: 'timestamp',
  quantity: 'number',
  integer: 'integer',
  boolean: 'boolean',
  object: 'object',
  list: 'array',
};
/** Types that carry no data of their own. */
const NO_DATA = /^(Query|Mutation|PageInfo)$|Connection$|Payload$/;

export function exportOdcs(parts: ExportParts): ExportedFile[] {
  return [...parts.subgraphs].map(([name, sdl]) => {
    const { contract, rows } = contractOf(name, sdl, parts);
    return {
      name: `${name}.odcs.yaml`,
      mediaType: 'application/yaml',
      content: Buffer.from(stringify(contract)),
      rows,
    };
  });
}

interface Property {
  readonly name: string;
}

function contractOf(name: string, sdl: string, parts: ExportParts): { contract: object; rows: number } {
  const schema = parse(sdl, { noLocation: true })
    .definitions.filter((one): one is ObjectTypeDefinitionNode => one.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter((type) => !NO_DATA.test(type.name.value))
    .map((type) => objectOf(type, parts))
    .filter(({ properties }) => properties.some((property) => property.name !== 'id'));
  const contract = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: `lotgraph-${name}`,
    name: `LotGraph ${name}`,
    version: parts.version,
    status: 'active',
    domain: name,
    description: {
      purpose: `What the subgraph ${name} of the graph shows, with the terms of the data dictionary.`,
      usage: 'Query the graph by GraphQL; fields may be absent or masked by permission.',
    },
    contractCreatedTs: new Date(parts.now).toISOString(),
    schema,
  };
  return { contract, rows: schema.reduce((sum, { properties }) => sum + properties.length, 0) };
}

function objectOf(type: ObjectTypeDefinitionNode, parts: ExportParts) {
  const typeName = type.name.value;
  const own = (type.fields ?? []).filter(
    ({ directives }) => directives?.some(({ name }) => name.value === 'external') !== true,
  );
  const keys = keysOf(type);
  const properties = own.flatMap((field) => {
    const id = termIdOf(field.directives);
    const term = id === undefined ? undefined : parts.dictionary.find(id);
    if (term === undefined) return [];
    const name = field.name.value;
    return [propertyOf(name, `${typeName}.${name}`, term, parts, requiredBy(field), keys.has(name))];
  });
  return {
    name: typeName,
    logicalType: 'object',
    physicalType: 'graphql',
    properties: [...properties, ...attributesOf(own, parts)],
  };
}

/** Terms without a field of their own, below the list that shows them. */
function attributesOf(fields: readonly FieldDefinitionNode[], parts: ExportParts): Property[] {
  return fields.flatMap((field) => {
    const { recordType, field: name } = splitTerm(termIdOf(field.directives) ?? '');
    if (name !== 'attributes') return [];
    return attributeTerms(parts.dictionary, recordType).map((term) =>
      propertyOf(`attributes.${splitTerm(term.id).field}`, term.id, term, parts, false, false),
    );
  });
}

const requiredBy = ({ type }: FieldDefinitionNode): boolean => type.kind === Kind.NON_NULL_TYPE;

function keysOf(type: ObjectTypeDefinitionNode): ReadonlySet<string> {
  const keys = (type.directives ?? [])
    .filter(({ name }) => name.value === 'key')
    .map(({ arguments: given }) => given?.find(({ name }) => name.value === 'fields')?.value);
  return new Set(keys.flatMap((value) => (value?.kind === Kind.STRING ? value.value.split(/\s+/) : [])));
}

function propertyOf(
  name: string,
  coordinate: string,
  term: Term,
  parts: ExportParts,
  required: boolean,
  key: boolean,
): Property {
  const columns = parts.lineage.ofTerm(term.id)?.columns ?? [];
  const objects = [
    ...new Set(columns.map(({ system, resource, column }) => `${system}.${resource}.${column}`)),
  ];
  const logic = [
    ...new Set(columns.flatMap(({ system, transforms }) => transforms.map((one) => `${system}: ${one}`))),
  ];
  return {
    name,
    businessName: term.name.en,
    description: term.definition.en,
    logicalType: LOGICAL_TYPES[term.type] ?? 'string',
    physicalName: coordinate,
    required,
    ...(key ? { primaryKey: true, primaryKeyPosition: 1 } : {}),
    classification: term.classification,
    criticalDataElement: term.regulated,
    ...(term.example === null ? {} : { examples: [term.example] }),
    ...(objects.length === 0 ? {} : { transformSourceObjects: objects }),
    ...(logic.length === 0 ? {} : { transformLogic: logic.join(', ') }),
    ...qualityOf(term),
    customProperties: customOf(term),
  } as Property;
}

function qualityOf(term: Term): object {
  const rules = [
    ...term.qualityRules.map(({ en }) => en),
    ...(term.values.length === 0 ? [] : [`one of ${term.values.map(({ code }) => code).join(', ')}`]),
    ...(term.pattern === null ? [] : [`matches ${term.pattern}`]),
  ];
  return rules.length === 0 ? {} : { quality: rules.map((description) => ({ type: 'text', description })) };
}

/** What the standard has no property for. */
function customOf(term: Term): { property: string; value: string | number | string[] }[] {
  const custom: [string, string | number | readonly string[] | null | undefined][] = [
    ['term', term.id],
    ['termVersion', term.version],
    ['termStatus', term.status],
    ['nameZh', term.name.zh],
    ['definitionZh', term.definition.zh],
    ['owner', term.owner],
    ['steward', term.steward],
    ['unit', term.unit],
    ['format', term.format],
    ['timeZone', term.timeZone],
    ['nullMeaning', term.nullMeaning?.en],
    ['retention', term.retention],
    ['precedence', term.precedence.length === 0 ? null : term.precedence],
    ['references', term.references.length === 0 ? null : term.references],
    ['removeOn', term.deprecation?.removeOn],
  ];
  return custom.flatMap(([property, value]) =>
    value === null || value === undefined
      ? []
      : [{ property, value: typeof value === 'object' ? [...value] : value }],
  );
}
