/** Taking on a source through the graph: what is shown, what is refused, and that all of it stands in the trail. */
import { readFileSync } from 'node:fs';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import type { RequestContext } from '../../platform/request';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ask, codesOf, dataOf, requestContext } from '../support/ask-subgraph';
import { type DemoWorld, startDemoWorld } from '../support/demo-world';

let world: DemoWorld;
let governance: Subgraph;

beforeAll(async () => {
  world = await startDemoWorld();
  governance = createGovernanceSubgraph(world.services);
});
afterAll(() => world.close());

const ERP = 'env:LOTGRAPH_SOURCE_ERP_URL';
const mappingOf = (system: string) => readFileSync(`schema/mappings/${system}/mapping.yaml`, 'utf8');

async function inspected(): Promise<unknown[]> {
  const rows = await world.services.database.reader.find(AuditEntryRow);
  return rows
    .map(({ body }) => JSON.parse(body) as unknown)
    .filter((one) => JSON.stringify(one).includes('source.inspect'));
}

const INTROSPECT = `query ($reference: String!, $resources: [String!]) {
  introspectSource(reference: $reference, resources: $resources) { name kind rows columns { name patterns samples } }
}`;

test('lists what a source holds, and profiles what is named', async () => {
  const list = await dataOf<{ introspectSource: { name: string; columns: unknown[] }[] }>(
    governance,
    INTROSPECT,
    {
      reference: ERP,
    },
  );
  expect(list.introspectSource.map(({ name }) => name)).toContain('tabBatch');
  const { introspectSource } = await dataOf<typeof list>(governance, INTROSPECT, {
    ...{ reference: ERP, resources: ['tabBatch'] },
  });
  expect(introspectSource[0]?.columns).toContainEqual(
    expect.objectContaining({
      name: 'expiry_date',
      patterns: expect.arrayContaining(['date:yyyy-MM-dd 100 %']) as unknown,
    }),
  );
});

test('drafts a mapping', async () => {
  const { suggestMapping } = await dataOf<{ suggestMapping: { compiles: boolean; text: string } }>(
    governance,
    `{ suggestMapping(reference: "${ERP}", system: "old", kind: "ERP", zone: "Asia/Shanghai", resources: ["tabBatch"]) { compiles text } }`,
  );
  expect(suggestMapping.compiles).toBe(true);
  expect(suggestMapping.text).toContain('expiresOn: { from: expiry_date, apply: [date] }');
});

test('shows rows before and after a mapping that is not published', async () => {
  const { previewMapping } = await dataOf<{ previewMapping: { rows: object[] }[] }>(
    governance,
    `query ($text: String!) { previewMapping(text: $text, stream: "items", rows: 1) {
      stream rows { key outcome fields { name raw value steps { step value } } } } }`,
    { text: mappingOf('erp').replace('code: item_code', 'code: { from: item_code, apply: [lower] }') },
  );
  expect(previewMapping[0]?.rows[0]).toMatchObject({ outcome: 'RECORD' });
  expect(JSON.stringify(previewMapping)).toContain('{"step":"lower","value":"');
});

test('checks a mapping, and names what is wrong by its line', async () => {
  const { checkMapping } = await dataOf<{ checkMapping: { findings: object[]; streams: object[] } }>(
    governance,
    `query ($text: String!) { checkMapping(text: $text, stream: "items", rows: 20) {
      streams { name read complete } findings { severity check line message } } }`,
    { text: mappingOf('erp').replace('itemClass: item_group', 'itemClass: item_grup') },
  );
  expect(checkMapping.findings).toMatchObject([
    { severity: 'ERROR', check: 'MISFIT', message: 'there is no column "item_grup"' },
  ]);
});

const PREVIEW = 'query ($text: String!) { previewMapping(text: $text, rows: 1) { stream } }';

describe('is refused', () => {
  const refused = async (source: string, variables: Record<string, unknown>, request?: RequestContext) =>
    codesOf(await ask(governance, source, variables, request));

  test.each([
    ['an address', 'sqlite:/etc/passwd'],
    ['a file', 'file:/etc/passwd'],
    ['a secret of the deployment', 'env:LOTGRAPH_DATABASE_URL'],
  ])('%s as the reference', async (_, reference) => {
    expect(await refused(INTROSPECT, { reference })).toEqual(['INVALID_INPUT']);
    const text = mappingOf('erp').replace(
      'connection: env:LOTGRAPH_SOURCE_ERP_URL',
      `connection: ${reference}`,
    );
    const [code] = await refused(PREVIEW, { text });
    expect(['INVALID_INPUT', 'MAPPING_INVALID']).toContain(code);
  });

  test('a mapping that signs in or reads by posting as no published one does', async () => {
    const text = mappingOf('wms').replace('    path: login\n', '    path: api/stockMovements\n');
    expect(await refused(PREVIEW, { text })).toEqual(['INVALID_INPUT']);
    const asPublished = await ask(
      governance,
      'query ($text: String!) { previewMapping(text: $text, stream: "sites", rows: 1) { stream } }',
      { text: mappingOf('wms') },
    );
    expect(codesOf(asPublished)).toEqual([]);
  });

  test('a mapping that takes the password of one source to another', async () => {
    const text = mappingOf('lims').replace(
      'env:LOTGRAPH_SOURCE_LIMS_PASSWORD',
      'env:LOTGRAPH_SOURCE_WMS_PASSWORD',
    );
    expect(await refused(PREVIEW, { text })).toEqual(['INVALID_INPUT']);
  });

  test('a caller whose rows are limited', async () => {
    const request = requestContext();
    const limited = { ...request, caller: { ...request.caller, sites: ['SZ'] } };
    expect(await refused(INTROSPECT, { reference: ERP }, limited)).toEqual(['ACCESS_DENIED']);
  });
});

test('what was looked at stands in the trail, also where it failed', async () => {
  await ask(governance, INTROSPECT, { reference: ERP, resources: ['none'] });
  const acts = await inspected();
  expect(acts).toContainEqual(
    expect.objectContaining({
      action: 'source.inspect',
      outcome: 'FAILED',
      object: { type: 'source', id: ERP },
    }),
  );
  expect(acts).toContainEqual(
    expect.objectContaining({
      outcome: 'DONE',
      facts: expect.objectContaining({ operation: 'preview', system: 'erp' }) as unknown,
    }),
  );
});
