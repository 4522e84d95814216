/** Lineage over the shipped mappings, both ways, and what is exported of it. */
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import readXlsxFile from 'read-excel-file/node';
import { parse } from 'yaml';
import { findOrphans, lintTerms } from '../../canonical/lineage/dictionary-health';
import { LineageReader } from '../../canonical/lineage/mappings-in-force';
import type { LineageIndex } from '../../canonical/lineage/lineage-index';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { digestOf } from '../../controls/integrity/digest';
import { Dictionary } from '../../platform/dictionary/dictionary';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { loadCoordinates } from '../../platform/graphql/term-coordinates';
import { type AccessWorld, startAccessWorld } from '../access/access-world';
import { Cleanup } from '../gateway/toy-gateway';
import { ROOT, ask, codesOf, dataOf } from '../support/ask-subgraph';

jest.setTimeout(120_000);

const cleanup = new Cleanup();
let world: AccessWorld;
let governance: Subgraph;
let index: LineageIndex;

beforeAll(async () => {
  world = await startAccessWorld(cleanup);
  const found = world.subgraphs.find(({ name }) => name === 'governance');
  if (found === undefined) throw new Error('no governance');
  governance = found;
  index = await new LineageReader(world.services, () => loadCoordinates(ROOT)).index();
});
afterAll(() => cleanup.run());

const as = async <T>(role: string, source: string): Promise<T> =>
  await dataOf<T>(governance, source, {}, await world.request([role]));

describe('lineage', () => {
  const COLUMNS = 'term system resource column kind transforms place mappingVersion precedence';

  it('goes from a place of the graph to the columns of each system, in the order of belief', async () => {
    const { lineage } = await as<{
      lineage: { term: string; columns: { system: string; place: string; mappingVersion: string }[] };
    }>('integration-engineer', `{ lineage(coordinate: "Lot.expiresOn") { term columns { ${COLUMNS} } } }`);
    expect(lineage.term).toBe('lot.expiresOn');
    const [first] = lineage.columns;
    expect(first).toMatchObject({
      ...{ system: 'erp', resource: 'tabBatch', column: 'expiry_date', kind: 'DIRECT', precedence: 1 },
    });
    expect(lineage.columns.map(({ system }) => system)).toEqual(expect.arrayContaining(['erp', 'wms']));
    const published = (await world.services.versions.current()).get('erp');
    expect(first?.mappingVersion).toBe(published?.documentHash);
    // the line that it names is the one that says so
    const line = Number(first?.place.split(':').at(-1));
    expect(published?.text.split('\n')[line - 1]).toMatch(/expiresOn:|expiry_date/);
  });

  it('goes from a column to terms, places of the graph and the operations that use them', async () => {
    const { usage } = world.services.controls.schemas;
    const text = 'query Status { lots { nodes { expiresOn } } }';
    const operation = { id: 'op-1', name: 'Status', app: 'labels', registered: true, text };
    await usage.register([{ operation, coordinates: new Set(['Lot.expiresOn']) }], 1);
    const impact = `{ columnImpact(system: "erp", column: "tabBatch.expiry_date") {
      terms coordinates columns { stream } consumers { app name } } }`;
    const { columnImpact } = await as<{
      columnImpact: { terms: string[]; coordinates: string[]; consumers: object[] };
    }>('data-steward', impact);
    expect(columnImpact.terms).toContain('lot.expiresOn');
    expect(columnImpact.coordinates).toEqual(
      expect.arrayContaining(['Lot.expiresOn', 'LotFilter.expiresBefore']),
    );
    expect(columnImpact.consumers).toEqual([{ app: 'labels', name: 'Status' }]);
    const none = '{ columnImpact(system: "erp", column: "no_such") { terms consumers { app } } }';
    expect(await as('data-steward', none)).toEqual({ columnImpact: { terms: [], consumers: [] } });
  });

  it('tells what decides from what is taken, and names every transform', () => {
    const shelfLife = index.ofTerm('item.shelfLifeDays')?.columns.filter(({ system }) => system === 'erp');
    expect(shelfLife).toEqual([
      expect.objectContaining({ column: 'shelf_life_in_days', kind: 'DIRECT' }),
      expect.objectContaining({ column: 'has_expiry_date', kind: 'INDIRECT' }),
    ]);
    const name = index.ofTerm('item.name')?.columns.find(({ system }) => system === 'erp');
    expect(name?.transforms).toEqual(['decodeEntities', 'collapseBlanks']);
  });

  it('covers every field that a mapping fills', () => {
    for (const { term } of index.columns) expect(world.services.dictionary.find(term)?.id).toBe(term);
    const quantity = index.ofTerm('movement.quantity')?.columns ?? [];
    expect(quantity.map(({ system }) => system)).toEqual(expect.arrayContaining(['erp', 'wms']));
  });

  it('wants one of coordinate and term', async () => {
    const source = '{ lineage(coordinate: "Lot.id", term: "lot.id") { term } }';
    const answer = await ask(governance, source, {}, await world.request(['data-steward']));
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
  });

  it('draws the flow from systems to those who ask', async () => {
    const { dataFlow } = await as<{ dataFlow: { chart: string; flows: { system: string }[] } }>(
      'data-steward',
      '{ dataFlow { chart flows { system resource recordType classification coordinates } } }',
    );
    expect(new Set(dataFlow.flows.map(({ system }) => system)).size).toBeGreaterThanOrEqual(4);
    expect(dataFlow.chart).toMatch(/^flowchart LR\n/);
    expect(dataFlow.chart).toMatch(/\["erp: tabBatch"\] -->\|\w+\| r\d+\[\("lot"\)\]/);
    expect(dataFlow.chart).toContain('("labels")');
  });
});

/** Fields of records that no shipped mapping fills and that the graph shows only by what follows from them. */
const NOT_FILLED = ['code', 'entityType', 'sameAs', 'system'].map((field) => `crossReference.${field}`);
/** Terms that name a part of a message or of a change that people sign for, and no field. */
const IN_MESSAGES = [
  ...['alarm.amount', 'alarm.ruleName', 'alarm.windowMinutes'],
  ...['auditChange.otherValue', 'signOffPolicy.version', 'signOffPolicy.weaker'],
];

describe('the shipped dictionary', () => {
  it('has no loose ends but words that stand in messages and in changes alone', () => {
    const found = findOrphans(world.services.dictionary, index, '2026-06-01');
    const known = [...IN_MESSAGES, ...NOT_FILLED].sort();
    expect(found.map(({ kind, id }) => `${kind} ${id}`)).toEqual(known.map((id) => `NO_FIELD ${id}`));
  });

  it('keeps to the rules of names', () => {
    expect(lintTerms(world.services.dictionary)).toEqual([]);
  });

  it('shows a loose end of each kind', () => {
    const [sample] = world.services.dictionary.list();
    if (sample === undefined) throw new Error('no terms');
    const old = { since: '2026-01-01', removeOn: '2026-02-01', reason: 'r', replacedBy: null };
    const dictionary = new Dictionary([
      { ...sample, id: 'lot.nowhere', owner: 'TBD', steward: '无' },
      { ...sample, id: 'lot.unfilled', attribute: true },
      { ...sample, id: 'lot.lotNumber', status: 'deprecated', deprecation: old },
    ]);
    const found = findOrphans(dictionary, index, '2026-06-01').map(({ kind, id }) => `${kind} ${id}`);
    expect(found).toEqual(
      expect.arrayContaining([
        ...['NO_FIELD lot.nowhere', 'NO_OWNER lot.nowhere', 'NO_STEWARD lot.nowhere'],
        ...['OVERDUE lot.lotNumber', 'NO_TERM lot.expiresOn'],
      ]),
    );
  });
});

interface Files {
  exportDictionary: { files: { name: string; hash: string; rows: number; content: string }[] };
}

describe('an export', () => {
  const run = async (format: string, role = 'data-steward'): Promise<Files['exportDictionary']['files']> => {
    const source = `mutation { exportDictionary(format: ${format}) { files { name hash rows content } } }`;
    return (await as<Files>(role, source)).exportDictionary.files;
  };
  const bytes = (content: string): Buffer => Buffer.from(content, 'base64');

  // the published schemas of both standards, for who has them at hand
  const schemas = process.env['LOTGRAPH_TEST_EXPORT_SCHEMAS'];
  const published = (name: string): object[] => {
    const folder = path.join(schemas ?? '', name);
    if (schemas === undefined || !existsSync(folder)) return [];
    return readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as object,
    );
  };

  it('is a data contract for each subgraph', async () => {
    const files = await run('ODCS');
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['lots.odcs.yaml', 'quality.odcs.yaml', 'recall.odcs.yaml']),
    );
    const [schema] = published('odcs');
    for (const { content, rows } of files) {
      const contract = parse(bytes(content).toString()) as Contract;
      expect(contract).toMatchObject({ apiVersion: 'v3.1.0', kind: 'DataContract', status: 'active' });
      expect(contract.schema.reduce((sum, { properties }) => sum + properties.length, 0)).toBe(rows);
      for (const { properties } of contract.schema) for (const one of properties) checkProperty(one);
      if (schema === undefined) continue;
      const validate = addFormats(new Ajv2019({ allErrors: true, strict: false })).compile(schema);
      validate(contract);
      expect(validate.errors ?? []).toEqual([]);
    }
    const lots = files.find(({ name }) => name === 'lots.odcs.yaml');
    const text = bytes(lots?.content ?? '').toString();
    expect(text).toContain('erp.tabBatch.expiry_date');
    expect(text).toContain('有效期至');
  });

  it('is lineage in events', async () => {
    const [file] = await run('OPENLINEAGE');
    const events = JSON.parse(bytes(file?.content ?? '').toString()) as LineageEvent[];
    expect(events).toHaveLength(file?.rows ?? 0);
    const batches = events.find(({ job }) => job?.name === 'erp.batches' || job?.name === 'erp.lots');
    const fields = batches?.outputs?.[0]?.facets.columnLineage.fields ?? {};
    expect(fields['expiresOn']?.inputFields).toContainEqual(
      expect.objectContaining({ namespace: 'erp', name: 'tabBatch', field: 'expiry_date' }),
    );
    for (const event of events) {
      expect(event).toMatchObject({ eventTime: expect.stringMatching(/Z$/) as string });
      expect([event.job, event.dataset].filter(Boolean)).toHaveLength(1);
    }
    const found = published('openlineage');
    if (found.length === 0) return;
    const ajv = addFormats(new Ajv2020({ allErrors: true, strict: false, schemas: found }));
    const validate = ajv.getSchema('https://openlineage.io/spec/2-0-2/OpenLineage.json');
    const facets = ['ColumnLineage', 'Ownership', 'Schema'].map((name) =>
      found.find((one) => (one as { $id: string }).$id.endsWith(`${name}DatasetFacet.json`)),
    );
    for (const event of events) {
      void validate?.(event);
      expect(validate?.errors ?? []).toEqual([]);
      for (const facet of facets) {
        const check = ajv.getSchema((facet as { $id: string }).$id);
        for (const dataset of [...(event.outputs ?? []), event.dataset ?? { facets: {} }]) {
          void check?.(dataset.facets);
          expect(check?.errors ?? []).toEqual([]);
        }
      }
    }
  });

  it('is a workbook in which nothing is a formula', async () => {
    const [file] = await run('XLSX', 'integration-engineer');
    const content = bytes(file?.content ?? '');
    const sheets = (await readXlsxFile(content)) as unknown as { sheet: string; data: unknown[][] }[];
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      ...['Terms 术语', 'Values 取值', 'Lineage 血缘', 'Data flow 数据流'],
    ]);
    expect(sheets.reduce((sum, { data }) => sum + data.length - 1, 0)).toBe(file?.rows);
    const terms = sheets[0]?.data ?? [];
    expect(terms.find(([id]) => id === 'lot.expiresOn')).toEqual(
      expect.arrayContaining(['Expiry date', '有效期至']),
    );
    expect(content.includes(Buffer.from('<f>'))).toBe(false);
  });

  it('stands in the trail with its rows and hashes', async () => {
    const files = await run('ODCS');
    const rows = await world.services.database.reader.find(AuditEntryRow, { order: { id: 'DESC' }, take: 3 });
    const entries = rows.map((row) => JSON.parse(row.body) as { action: string; facts: unknown });
    expect(entries.find(({ action }) => action === 'data.export')?.facts).toEqual({
      rows: files.reduce((sum, one) => sum + one.rows, 0),
      files: files.map(({ name, rows: count, hash }) => ({ name, rows: count, hash })),
    });
    for (const { content, hash } of files) expect(digestOf(bytes(content))).toBe(hash);
  });

  it('is refused to who may not export', async () => {
    const source = 'mutation { exportDictionary(format: ODCS) { files { name } } }';
    const answer = await ask(governance, source, {}, await world.request(['analyst']));
    expect(codesOf(answer)).toEqual(['ACCESS_DENIED']);
    expect(answer.data?.['exportDictionary'] ?? null).toBeNull();
  });
});

interface Property {
  readonly name: string;
  readonly description: string;
  readonly classification: string;
  readonly logicalType: string;
  readonly customProperties: { property: string }[];
}

interface Contract {
  readonly schema: { properties: Property[] }[];
}

interface LineageEvent {
  readonly job?: { name: string };
  readonly dataset?: { facets: object };
  readonly outputs?: {
    facets: { columnLineage: { fields: Record<string, { inputFields: object[] }> } };
  }[];
}

const LOGICAL = ['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'];

function checkProperty({ name, description, classification, logicalType, customProperties }: Property): void {
  expect(name).not.toBe('');
  expect(description).not.toBe('');
  expect(classification).toMatch(/^(public|internal|confidential|restricted)$/);
  expect(LOGICAL).toContain(logicalType);
  const named = customProperties.map(({ property }) => property);
  expect(named).toEqual(expect.arrayContaining(['term', 'owner', 'steward', 'nameZh']));
}
