/** What one operation may ask for: refused before planning, literal or variable, and a screenful passes with ease. */
import { buildSchema, parse } from 'graphql';
import { checkCost } from '../../gateway/limits/operation-cost';
import type { Caller } from '../../platform/request';
import { ask, Cleanup, send, startSingle, tokenOf, type Answer, type ToyGateway } from './toy-gateway';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let toy: ToyGateway;
beforeAll(async () => {
  toy = await startSingle(cleanup);
});

function expectRefused({ status, json }: Answer, limited: string): void {
  expect(status).toBe(400);
  expect(json.data).toBeUndefined();
  expect(json.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX', limited });
}

const sendBody = (body: string): Promise<Answer> =>
  send(toy.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${toy.token}` },
    body,
  });

const nested = (depth: number): string => `${'parent { '.repeat(depth)}id${' }'.repeat(depth)}`;

describe('an operation is refused for its', () => {
  test('cost, by a literal', async () => {
    expectRefused(await ask(toy, '{ lots(first: 1000000) { nodes { id } } }'), 'cost');
  });
  test('cost, by a variable', async () => {
    const query = 'query Q($n: Int) { lots(first: $n) { nodes { id } } }';
    expectRefused(await ask(toy, query, { variables: { n: 1_000_000 } }), 'cost');
    expect((await ask(toy, query, { variables: { n: 10 } })).status).toBe(200);
  });
  test('cost, by a default of a variable', async () => {
    expectRefused(await ask(toy, 'query Q($n: Int = 1000000) { lots(first: $n) { nodes { id } } }'), 'cost');
  });
  test('cost, by pages in pages without a size', async () => {
    const pages = 'children { nodes { children { nodes { children { nodes { id } } } } } }';
    expectRefused(await ask(toy, `{ lots { nodes { ${pages} } } }`), 'cost');
  });
  test('depth', async () => {
    expectRefused(await ask(toy, `{ lot(id: "1") { ${nested(20)} } }`), 'depth');
  });
  test('depth, behind fragments', async () => {
    const query = `{ lot(id: "1") { ...A } } fragment A on Lot { ${nested(7).replace('id', '...B')} } fragment B on Lot { ${nested(8)} }`;
    expectRefused(await ask(toy, query), 'depth');
  });
  test('aliases', async () => {
    const aliases = Array.from({ length: 200 }, (_, i) => `a${i}: __typename`).join(' ');
    expectRefused(await ask(toy, `{ ${aliases} }`), 'aliases');
  });
  test('directives', async () => {
    expectRefused(await ask(toy, `{ now ${'@include(if: true) '.repeat(20)} }`), 'directives');
  });
  test('tokens', async () => {
    expectRefused(await ask(toy, `{ ${'now '.repeat(3000)} }`), 'tokens');
  });
  test('fragments of fragments, in no time', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Lot { ...F${i + 1} ...F${i + 1} }`,
    );
    const query = `{ lot(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F60 on Lot { id }`;
    const started = performance.now();
    expectRefused(await ask(toy, query), 'fields');
    expect(performance.now() - started).toBeLessThan(300);
  });
  test('cycle of fragments', async () => {
    expectRefused(await ask(toy, '{ lot(id: "1") { ...A } } fragment A on Lot { parent { ...A } }'), 'depth');
  });
  test('introspection, under many names', async () => {
    const schemas = Array.from({ length: 6 }, (_, i) => `s${i}: __schema { types { name } }`);
    expectRefused(await ask(toy, `{ ${schemas.join(' ')} }`), 'cost');
  });
  test('introspection, of types of fields of types without end', async () => {
    const { status, json } = await ask(
      toy,
      `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`,
    );
    expect([status, json.errors?.[0]?.extensions['code']]).toEqual([400, 'INVALID_REQUEST']);
  });
  test('operations', async () => {
    const operations = Array.from({ length: 11 }, (_, i) => `query Q${i} { now }`);
    expectRefused(await ask(toy, operations.join(' ')), 'operations');
  });
  test('mutations, behind fragments', async () => {
    const renames = (from: number): string =>
      [0, 1, 2].map((i) => `m${from + i}: rename(id: "1", name: "x") { id }`).join(' ');
    const query = `mutation { ${renames(0)} ...F } fragment F on Mutation { ... on Mutation { ${renames(3)} } }`;
    expectRefused(await ask(toy, query), 'mutations');
  });
  test('variables nested without end', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expectRefused(await sendBody(`{"query":"{ now }","variables":{"v":${deep}}}`), 'jsonDepth');
  });
  test('variables without number', async () => {
    expectRefused(await ask(toy, '{ now }', { variables: { v: Array(30_000).fill(1) } }), 'jsonValues');
  });
  test('size', async () => {
    const { status, json } = await ask(toy, `{ now } #${'x'.repeat(1_100_000)}`);
    expect(status).toBe(413);
    expect(json.errors?.[0]?.extensions['code']).toBe('REQUEST_TOO_LARGE');
  });
});

test('the worst document that the limits let through is answered in under half a second', async () => {
  const query = `{ ${'now '.repeat(900)} }`;
  const started = performance.now();
  await ask(toy, query); // 900 equal fields: graphql-js compares each with each, or gives up
  expect(performance.now() - started).toBeLessThan(500);
});

test('the introspection of an editor passes', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  const { status, json } = await ask(toy, getIntrospectionQuery({ inputValueDeprecation: true }));
  expect(json.errors).toBeUndefined();
  expect(status).toBe(200);
});

test('a lot on one screen costs a tenth of the limit at most', () => {
  const schema = buildSchema(`
    type Query { lot(id: ID!): Lot }
    type Lot { id: ID item: Item stock: [Stock] inspections: [Inspection] movements(first: Int = 20): MovementConnection
      serials(first: Int): SerialConnection recalls: [Recall] holds: [Hold] parents: [Lot] lineage: [Fact] }
    type Item { code: String } type Stock { site: Site bin: String } type Site { code: String }
    type Inspection { name: String results: [Result] } type Result { value: String } type Recall { id: ID lots: [Lot] }
    type Hold { id: ID } type Fact { system: String }
    type MovementConnection { nodes: [Movement] pageInfo: PageInfo } type Movement { id: ID site: Site item: Item }
    type SerialConnection { nodes: [Serial] pageInfo: PageInfo } type Serial { id: ID state: String }
    type PageInfo { hasNextPage: Boolean }
  `);
  const document =
    parse(`{ lot(id: "1") { id item { code } stock { bin site { code } } inspections { name results { value } }
    movements(first: 50) { nodes { id site { code } item { code } } pageInfo { hasNextPage } }
    serials(first: 50) { nodes { id state } } recalls { id } holds { id } parents { id item { code } } lineage { system } } }`);
  const operation = { document, operationName: undefined, variables: {} };
  expect(() => checkCost(schema, operation, 1000)).not.toThrow();
  expect(() => checkCost(schema, operation, 100)).toThrow(/more than the 100/);
});

describe('one person', () => {
  const callerOf = (subject: string, person: string | null): Caller => ({
    ...{ subject, person, name: subject, kind: 'person', roles: ['analyst'], sites: [], suppliers: [] },
    ...{ session: 's', client: null, onBehalfOf: null },
  });

  test('is told to wait once its minute is used up, whichever account it asks with', async () => {
    const small = await startSingle(cleanup, { env: { LOTGRAPH_RATE_POINTS: '100' } });
    const first = { ...small, token: await tokenOf(small.config, { caller: callerOf('ann', 'p1') }) };
    const second = { ...small, token: await tokenOf(small.config, { caller: callerOf('ann-admin', 'p1') }) };
    const other = { ...small, token: await tokenOf(small.config, { caller: callerOf('bob', 'p2') }) };
    const query = '{ lots(first: 20) { nodes { id } } }'; // 40 objects
    expect((await ask(first, query)).status).toBe(200);
    expect((await ask(second, query)).status).toBe(200);
    const refused = await ask(first, query);
    expect(refused.status).toBe(429);
    expect(refused.json.errors?.[0]?.extensions['code']).toBe('RATE_LIMITED');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await ask(second, '{ now }')).status).toBe(429);
    expect((await ask(other, query)).status).toBe(200);
    // once a window, however often it is refused
    expect(small.audit.of('request.limited')).toMatchObject([
      { outcome: 'REFUSED', code: 'RATE_LIMITED', facts: { limited: 'rate' }, actor: { person: 'p1' } },
    ]);
  });

  test('is told so in its own language, and refused although the audit trail cannot be written', async () => {
    const small = await startSingle(cleanup, { env: { LOTGRAPH_RATE_POINTS: '1' } });
    small.audit.down = true;
    await ask(small, '{ now }');
    const { status, json } = await ask(small, '{ now }', { headers: { 'accept-language': 'zh' } });
    expect([status, json.errors?.[0]?.message]).toEqual([429, '您在短时间内的请求过多。']);
  });

  test('may have so many requests under way, and no more', async () => {
    const small = await startSingle(cleanup, { env: { LOTGRAPH_RATE_AT_ONCE: '2' } });
    const slow = '{ slow(ms: 300) }';
    const answers = await Promise.all([ask(small, slow), ask(small, slow), ask(small, slow)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    expect((await ask(small, slow)).status).toBe(200);
    expect(small.audit.of('request.limited')).toMatchObject([{ facts: { limited: 'atOnce' } }]);
  });
});
