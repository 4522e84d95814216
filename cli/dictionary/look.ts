/** `lotgraph dictionary search|lineage|impact|orphans|flow`: questions to a running gateway, printed for the eye. */
import { type AskOptions, askGateway } from '../access/ask-gateway';

const USER = 'data-steward';
const COLUMN = 'term system stream resource column kind transforms place precedence';
const CONSUMER = 'operation name app clients lastUsedOn times';

interface Column {
  readonly term: string;
  readonly system: string;
  readonly stream: string;
  readonly resource: string;
  readonly column: string;
  readonly kind: string;
  readonly transforms: readonly string[];
  readonly place: string;
  readonly precedence: number;
}

interface Consumer {
  readonly operation: string;
  readonly name: string | null;
  readonly app: string | null;
  readonly clients: readonly string[];
  readonly lastUsedOn: string | null;
  readonly times: number;
}

export async function searchCommand(root: string, words: string, options: AskOptions): Promise<number> {
  const { dictionaryTerms } = await askGateway<{
    dictionaryTerms: {
      nodes: readonly { id: string; group: string; name: { en: string; zh: string } }[];
    };
  }>(root, options, USER, {
    query: `query Search($words: String!) {
      dictionaryTerms(search: $words, first: 50) { nodes { id group name { en zh } } } }`,
    variables: { words },
  });
  for (const { id, name, group } of dictionaryTerms.nodes)
    console.log(`${id}  ${name.en} / ${name.zh}  (${group})`);
  if (dictionaryTerms.nodes.length === 0) console.error(`No term is called "${words}".`);
  return dictionaryTerms.nodes.length === 0 ? 1 : 0;
}

export async function lineageCommand(root: string, place: string, options: AskOptions): Promise<number> {
  // coordinates begin with a type, terms with a small letter
  const by = /^[A-Z]/.test(place) ? 'coordinate' : 'term';
  const type = by === 'term' ? 'ID' : 'String';
  const { lineage } = await askGateway<{
    lineage: {
      term: string;
      coordinates: readonly string[];
      derivedFrom: readonly string[];
      columns: readonly Column[];
      consumers: readonly Consumer[];
    } | null;
  }>(root, options, USER, {
    query: `query Lineage($place: ${type}!) { lineage(${by}: $place) {
      term coordinates derivedFrom columns { ${COLUMN} } consumers { ${CONSUMER} } } }`,
    variables: { place },
  });
  if (lineage === null) {
    console.error(`There is no ${by} ${place}.`);
    return 1;
  }
  console.log(`${lineage.term}: ${lineage.coordinates.join(', ')}`);
  if (lineage.derivedFrom.length > 0) console.log(`worked out from ${lineage.derivedFrom.join(', ')}`);
  if (lineage.columns.length === 0) console.log('no mapping fills it: it is worked out here');
  printColumns(lineage.columns);
  printConsumers(lineage.consumers);
  return 0;
}

export async function impactCommand(
  root: string,
  system: string,
  column: string,
  options: AskOptions,
): Promise<number> {
  const { columnImpact } = await askGateway<{
    columnImpact: {
      columns: readonly Column[];
      terms: readonly string[];
      coordinates: readonly string[];
      consumers: readonly Consumer[];
    };
  }>(root, options, USER, {
    query: `query Impact($system: String!, $column: String!) { columnImpact(system: $system, column: $column) {
      terms coordinates columns { ${COLUMN} } consumers { ${CONSUMER} } } }`,
    variables: { system, column },
  });
  if (columnImpact.columns.length === 0) {
    console.error(`No mapping of ${system} reads ${column}.`);
    return 1;
  }
  printColumns(columnImpact.columns);
  console.log(`terms: ${columnImpact.terms.join(', ')}`);
  for (const coordinate of columnImpact.coordinates) console.log(`  ${coordinate}`);
  printConsumers(columnImpact.consumers);
  return 0;
}

export async function orphansCommand(root: string, options: AskOptions): Promise<number> {
  const { dictionaryOrphans } = await askGateway<{
    dictionaryOrphans: readonly { kind: string; id: string; group: string | null }[];
  }>(root, options, USER, { query: '{ dictionaryOrphans { kind id group } }', variables: {} });
  for (const { kind, id, group } of dictionaryOrphans)
    console.log(`${kind}  ${id}${group === null ? '' : `  (${group})`}`);
  if (dictionaryOrphans.length === 0) console.log('Nothing is loose in the dictionary.');
  return dictionaryOrphans.length === 0 ? 0 : 1;
}

export async function flowCommand(root: string, options: AskOptions): Promise<number> {
  const { dataFlow } = await askGateway<{ dataFlow: { chart: string } }>(root, options, USER, {
    query: '{ dataFlow { chart } }',
    variables: {},
  });
  process.stdout.write(dataFlow.chart);
  return 0;
}

function printColumns(columns: readonly Column[]): void {
  for (const { system, resource, column, kind, transforms, place, precedence, term } of columns) {
    const steps = transforms.length === 0 ? '' : `  ${transforms.join(' > ')}`;
    const how = kind === 'INDIRECT' ? '  (decides)' : '';
    console.log(`${precedence}. ${system}: ${resource}.${column}${how}${steps}  → ${term}  ${place}`);
  }
}

function printConsumers(consumers: readonly Consumer[]): void {
  for (const { app, name, operation, clients, lastUsedOn, times } of consumers) {
    const who =
      clients.length === 0 ? 'never run' : `${clients.join(', ')}: ${times}, last on ${lastUsedOn ?? '?'}`;
    console.log(`used by ${app ?? 'a client'}/${name ?? operation}  (${who})`);
  }
}
