/**
 * No way around a permission: two worlds that differ only in what a role may not see give it byte-identical answers,
 * whatever it asks, and however: by alias, fragment, filter, order, aggregate, cursor, error, entity or explanation.
 */
import { toId } from '../../canonical/ids';
import { schemaOfSupergraph } from '../../controls/access/access-matrix';
import { executeOnSubgraph, type SubgraphResult } from '../../controls/serving/execute-subgraph';
import { DocumentCache } from '../../controls/serving/document-cache';
import { silentLogger } from '../../platform/log';
import { Cleanup } from '../gateway/toy-gateway';
import { KIT_LOT } from '../lots/lot-world';
import { type AccessWorld, ONE, OTHER, SUPERGRAPH, startAccessWorld } from './access-world';
import { probesOf } from './graph-walk';

jest.setTimeout(300_000);

const LOT = JSON.stringify(toId('lot', KIT_LOT));
const LOT_QUERY = '{ lot(item: "KIT-1001", lotNumber: "LT000")';

const cleanup = new Cleanup();
/** As it is; with other people; with other people, remarks and verdicts. */
const worlds: Record<'one' | 'people' | 'all', AccessWorld> = {} as never;
beforeAll(async () => {
  worlds.one = await startAccessWorld(cleanup, { hidden: ONE });
  worlds.people = await startAccessWorld(cleanup, { hidden: { ...ONE, person: OTHER.person } });
  worlds.all = await startAccessWorld(cleanup, { hidden: OTHER });
});
afterAll(() => cleanup.run());

/** Roles, and the world that differs from the first only in what they may not see. */
const BLIND = [
  ['analyst', 'people'],
  ['warehouse-operator', 'all'],
  ['security-officer', 'all'],
  ['service', 'all'],
] as const;

const WAYS: Readonly<Record<string, string>> = {
  'an alias': `${LOT_QUERY} { number: lotNumber by: dispositions { lotNumber: decidedBy } } }`,
  'a fragment': `query { ...Q } fragment Q on Query { inspections { nodes { ...I } } } fragment I on Inspection { inspector results { analyst value verdict } }`,
  'an inline fragment': `${LOT_QUERY} { ... on Lot { ... { remarks inspections { ... on Inspection { inspector } } } } } }`,
  'a skipped field': `${LOT_QUERY} { lotNumber remarks @skip(if: true) inspections @include(if: false) { inspector } } }`,
  'another way through the graph': `{ lots { nodes { stages { documents { inspection { inspector verdict } } } } } }`,
  'a filter': `{ inspections(filter: { states: [PUBLISHED] }) { nodes { number inspector } } }`,
  'an order': `{ lots(orderBy: { expiresOn: DESC }) { nodes { remarks } } }`,
  'a count': `{ lots { nodes { inspectionsComplete serialCounts { count } } } sourceSystems { rejectedRows openFindings } }`,
  'a score': `{ lots { nodes { completeness { score complete missing { term label } unknown { term label } } } } }`,
  'a cursor': `{ rejectedRows(first: 1) { nodes { raw message } pageInfo { endCursor } } findings(first: 1) { nodes { facts } pageInfo { endCursor } } }`,
  'the timeline': `${LOT_QUERY} { timeline { nodes { kind title } pageInfo { endCursor } } } }`,
  'provenance of all fields': `${LOT_QUERY} { provenance { term value candidates { value raw } } } }`,
  'provenance of one': `${LOT_QUERY} { provenance(terms: ["lot.remarks"]) { value candidates { raw } } } }`,
  'an error': `{ lotByUdi(udi: "(01)06901234567892(10)LT000(17)200101") { id } }`,
  'an unknown name': `{ inspection(number: "nobody") { inspector } }`,
  'an explanation': `{ explainAccess(query: "{ inspections { nodes { inspector results { analyst } } } lots { nodes { remarks } } }") { coordinate decision line place } }`,
  'a search': `{ dictionaryTerms(search: "Zhang") { nodes { id } } }`,
  'a trace': `{ trace(from: { lot: ${LOT} }) { complete breaks { rule lot { remarks } } counts { lots } } }`,
};

describe.each(BLIND)('%s learns nothing of the hidden values (%s)', (role, changed) => {
  test.each(Object.entries(WAYS))('by %s', async (_way, query) => {
    const [here, there] = await Promise.all([
      worlds.one.ask([role], query),
      worlds[changed].ask([role], query),
    ]);
    expect(there.text).toBe(here.text);
    expect(there.status).toBe(here.status);
    expect(here.text).not.toContain(ONE.person);
  });

  test('by any field of the graph', async () => {
    const differing: string[] = [];
    for (const { query } of probesOf(schemaOfSupergraph(SUPERGRAPH))) {
      if (query.startsWith('mutation')) continue;
      const here = await worlds.one.ask([role], query);
      const there = await worlds[changed].ask([role], query);
      if (there.text !== here.text) differing.push(query);
    }
    expect(differing).toEqual([]);
  });

  test('by the doors of the subgraphs', async () => {
    for (const [name, fields] of Object.entries(ENTITY_FIELDS)) {
      for (const field of fields) {
        const [here, there] = await Promise.all([
          entity(worlds.one, role, name, field),
          entity(worlds[changed], role, name, field),
        ]);
        expect(JSON.stringify(there)).toBe(JSON.stringify(here));
        expect(JSON.stringify(here)).not.toContain(ONE.person);
      }
    }
  });
});

test('who may see the values does see them differ', async () => {
  const query = `{ inspections { nodes { inspector results { analyst verdict } } } lots { nodes { remarks } } }`;
  const here = await worlds.one.ask(['qa-lead'], query);
  const there = await worlds.all.ask(['qa-lead'], query);
  expect(here.text).toContain(ONE.person);
  expect(there.text).toContain(OTHER.person);
  expect(there.text).toContain(OTHER.remark);
});

/** Fields that some role may not see, by the subgraph that has them. */
const ENTITY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  lots: ['remarks', 'timeline(first: 5) { nodes { title } }', 'provenance { value }', '__typename'],
  quality: [
    'inspections { inspector results { analyst value } }',
    'dispositions { decidedBy }',
    'disposition',
    'inspectionsComplete',
    'completeness { score complete missing { term label } unknown { term label } }',
  ],
  governance: ['findings { facts }'],
};

/** Asks a subgraph for a lot by its reference, as one who got around the gateway's judgement would. */
async function entity(
  world: AccessWorld,
  role: string,
  name: string,
  field: string,
): Promise<SubgraphResult> {
  const subgraph = world.subgraphs.find((one) => one.name === name);
  if (subgraph === undefined) throw new Error(name);
  const request = await world.request([role]);
  const query = `{ _entities(representations: [{ __typename: "Lot", id: ${LOT} }]) { ... on Lot { it: ${field} } } }`;
  return await executeOnSubgraph(
    subgraph,
    { query },
    { request, context: subgraph.createContext(request), documents: new DocumentCache(), log: silentLogger },
  );
}

describe('a refusal', () => {
  test('names what was denied, and is written down', async () => {
    const { audit } = worlds.one;
    const before = audit.of('access.refused').length;
    const { status, json } = await worlds.one.ask(['warehouse-operator'], WAYS['a fragment'] ?? '');
    expect(status).toBe(403);
    expect(json.data).toBeUndefined();
    expect(json.errors?.[0]?.extensions).toMatchObject({
      code: 'ACCESS_DENIED',
      coordinates: expect.arrayContaining(['Inspection.inspector', 'Query.inspections']) as unknown,
    });
    expect(audit.of('access.refused').slice(before)).toMatchObject([
      { code: 'ACCESS_DENIED', outcome: 'REFUSED', policyVersion: worlds.one.policyVersion },
    ]);
  });

  test('stands, and nothing is answered, when it cannot be written down', async () => {
    worlds.one.audit.down = true;
    const { status, json } = await worlds.one.ask(['warehouse-operator'], WAYS['a fragment'] ?? '');
    worlds.one.audit.down = false;
    expect([status, json.errors?.[0]?.extensions['code']]).toEqual([503, 'AUDIT_UNAVAILABLE']);
    expect(json.data).toBeUndefined();
  });

  test.each([
    ['a literal', '{ lots(filter: { supplier: "SUP-1" }) { nodes { id } } }', {}],
    [
      'a variable',
      'query ($f: LotFilter) { lots(filter: $f) { nodes { id } } }',
      { f: { supplier: 'SUP-1' } },
    ],
    [
      'a nested variable',
      'query ($s: String) { lots(filter: { supplier: $s }) { nodes { id } } }',
      { s: 'x' },
    ],
    [
      'a default of a variable',
      'query ($f: LotFilter = { supplier: "SUP-1" }) { lots(filter: $f) { nodes { id } } }',
      {},
    ],
  ])('meets a filter by what may not be read, given by %s', async (_how, query, variables) => {
    const { status, json } = await worlds.one.ask(['warehouse-operator'], query, variables);
    expect(status).toBe(403);
    expect(json.errors?.[0]?.extensions['coordinates']).toEqual(['LotFilter.supplier']);
  });

  test('does not meet the same operation without that filter', async () => {
    const query = 'query ($f: LotFilter) { lots(filter: $f) { nodes { id lotNumber } } }';
    const { status, json } = await worlds.one.ask(['warehouse-operator'], query, { f: { site: 'SZ' } });
    expect([status, json.errors]).toEqual([200, undefined]);
  });

  test('does not depend on whether the operation is skipped or finds anything', async () => {
    const refused = await worlds.one.ask(['warehouse-operator'], WAYS['a skipped field'] ?? '');
    expect(refused.status).toBe(403);
    const empty = '{ lot(item: "none", lotNumber: "none") { inspections { inspector } } }';
    expect((await worlds.one.ask(['warehouse-operator'], empty)).status).toBe(403);
  });

  test('meets one who asks about the permissions of others, and answers about their own', async () => {
    const query = '{ explainAccess(query: "{ sites { code } }"';
    const of = async (role: string, more: string): Promise<number> =>
      (await worlds.one.ask([role], `${query}${more}) { coordinate decision line } }`)).status;
    expect(await of('analyst', '')).toBe(200);
    expect(await of('analyst', ', roles: ["auditor"]')).toBe(403);
    expect(await of('analyst', ', person: "bob"')).toBe(403);
    expect(await of('security-officer', ', roles: ["auditor"]')).toBe(200);
  });
});

test('a masked value is null, and the answer says so', async () => {
  const { json } = await worlds.one.ask(['analyst'], '{ inspections { nodes { number who: inspector } } }');
  const { inspections } = json.data as { inspections: { nodes: { number: string; who: null }[] } };
  expect(inspections.nodes[0]).toEqual({ number: 'WAT-1', who: null });
  expect(json.extensions).toMatchObject({ masked: ['Inspection.inspector'] });
});

test('a person with two roles may what either may', async () => {
  const query = '{ inspections { nodes { inspector } } }';
  const { json, text } = await worlds.one.ask(['warehouse-operator', 'qa-officer'], query);
  expect(json.errors).toBeUndefined();
  expect(text).toContain(ONE.person);
});

test('a person with a role that no policy knows may nothing', async () => {
  const { status } = await worlds.one.ask(['superuser'], '{ sites { code } }');
  expect(status).toBe(403);
});
