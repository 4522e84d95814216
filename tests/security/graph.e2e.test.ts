/** Attacks on the real graph by somebody who may sign in: floods, strange values, leaks by error and by timing. */
import { pino } from 'pino';
import { type Answer, Cleanup, send } from '../gateway/toy-gateway';
import { type AuditBody, type SecurityWorld, startSecurityWorld } from './security-world';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let graph: SecurityWorld;
beforeAll(async () => {
  graph = await startSecurityWorld(cleanup);
}, 180_000);

const codesOf = ({ json }: Answer): unknown[] =>
  (json.errors ?? []).map(({ extensions }) => extensions['code']);
const statements = (): number => graph.world.services.database.statementCount;

/** Whatever a client must never see: hosts, ports, SQL, paths, stacks, secrets, names of tables and libraries. */
const LEAKS =
  /SELECT |INSERT |FROM `|SQLITE|ER_[A-Z]{3}|tab[A-Z][a-z]+|127\.0\.0\.1|localhost|:\d{4,5}\b|\/tmp\/|\/work\/|\/srv\/|node_modules|\.[jt]s:\d|at [A-Z]\w+\.|typeorm|mysql|better-sqlite|secret|Bearer|subgraph:\/\//i;

describe('a flood is refused before any statement is sent:', () => {
  const page = (size: number | string, inner: string): string =>
    `lots(first: ${size}) { nodes { ${inner} } }`;
  test.each<[string, object]>([
    ['a page without end', { query: `{ ${page(2_000_000_000, 'id')} }` }],
    [
      'a page by a variable',
      { query: `query ($n: Int!) { ${page('$n', 'id')} }`, variables: { n: 900_000_000 } },
    ],
    ['pages within pages', { query: `{ ${page(100, 'movements(first: 200) { nodes { id } }')} }` }],
    [
      'pages within pages, behind fragments and types',
      {
        query: `{ ...A } fragment A on Query { ${page(100, '...B')} }
          fragment B on Lot { ... on Lot { movements(first: 200) { nodes { id } } } }`,
      },
    ],
    [
      'a hundred names of one field',
      { query: `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: ${page(1, 'id')}`).join(' ')} }` },
    ],
    [
      'a hundred names of __typename',
      { query: `{ ${Array.from({ length: 100 }, (_, i) => `a${i}: __typename`).join(' ')} }` },
    ],
    ['a flood of directives', { query: `{ ${page(1, `id ${'@skip(if: false) '.repeat(100)}`)} }` }],
    ['a flood of tokens', { query: `{ ${page(1, 'id '.repeat(5000))} }` }],
    [
      'fragments that double',
      {
        query: `{ ${page(1, '...F0')} } ${Array.from({ length: 40 }, (_, i) => `fragment F${i} on Lot { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F40 on Lot { id }`,
      },
    ],
    [
      'fragments in a ring',
      { query: `{ ${page(1, '...A')} } fragment A on Lot { item { lots { nodes { ...A } } } }` },
    ],
    [
      'a lot within a lot, and so on',
      {
        query: `{ ${page(1, `${'genealogy: ancestors(first: 1) { nodes { ancestor { '.repeat(9)} id ${'} } }'.repeat(9)}`)} }`,
      },
    ],
  ])('%s', async (_name, body) => {
    await graph.post({ query: '{ __typename }' }); // the policy in force is known from here on
    const before = statements();
    const started = performance.now();
    const answer = await graph.post(body);
    expect(answer.status).toBe(400);
    expect(['OPERATION_TOO_COMPLEX', 'INVALID_REQUEST']).toContain(codesOf(answer)[0]);
    expect(statements() - before).toBeLessThanOrEqual(2); // the policy in force and its record, at most
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe.each(['single', 'split'] as const)('with the %s topology, strange values', (topology) => {
  test.each<[string, string, unknown]>([
    ['SQL', 'id', "1' OR '1'='1"],
    ['SQL that would end a statement', 'id', '1; DROP TABLE lot; --'],
    ['a path', 'id', '../../etc/passwd'],
    ['a NUL', 'id', 'a\u0000b'],
    ['letters that look like others', 'id', 'Lot:１'],
    ['letters that are written from right to left', 'id', '\u202Egnp.1'],
    ['half a character', 'id', '\uD800'],
    ['a very long text', 'id', 'x'.repeat(500_000)],
    ['a format', 'id', '%s%n{0}${7*7}'],
    ['the name of what every object has', 'id', '__proto__'],
  ])('%s as an id finds nothing and breaks nothing', async (_name, _argument, id) => {
    const query = 'query ($id: ID!) { lotById(id: $id) { lotNumber } }';
    const answer = await graph.post({ query, variables: { id } }, {}, { topology });
    expect(answer.status).toBeLessThan(500);
    expect(codesOf(answer)).not.toContain('INTERNAL');
    expect(answer.json.data?.['lotById'] ?? null).toBeNull();
    expect(answer.text).not.toMatch(LEAKS);
  });

  test.each<[string, string, object]>([
    ['a number beyond Int', 'query ($n: Int!) { lots(first: $n) { nodes { id } } }', { n: 2 ** 40 }],
    ['a negative page', 'query ($n: Int!) { lots(first: $n) { nodes { id } } }', { n: -5 }],
    ['a text for a number', 'query ($n: Int!) { lots(first: $n) { nodes { id } } }', { n: '1 OR 1=1' }],
    ['an object for an id', 'query ($id: ID!) { lotById(id: $id) { id } }', { id: { $gt: '' } }],
    [
      'a cursor that we never gave',
      'query ($c: String) { lots(first: 1, after: $c) { nodes { id } } }',
      { c: "x' OR 1=1 --" },
    ],
    [
      'a cursor of another list',
      'query ($c: String) { lots(first: 1, after: $c) { nodes { id } } }',
      { c: Buffer.from('["1","2","3"]').toString('base64url') },
    ],
    [
      'a field of an input that does not exist',
      'query ($f: LotFilter) { lots(first: 1, filter: $f) { nodes { id } } }',
      { f: { constructor: 1 } },
    ],
  ])('%s is said to be wrong, in no words of ours', async (_name, query, variables) => {
    const answer = await graph.post({ query, variables }, {}, { topology });
    expect(['INVALID_INPUT', 'INVALID_REQUEST']).toContain(codesOf(answer)[0]);
    expect(answer.text).not.toMatch(LEAKS);
  });
});

describe('the body', () => {
  test.each([
    '{"query":"{ __typename }","variables":{"__proto__":{"admin":true}}}',
    '{"query":"{ __typename }","__proto__":{"roles":["qa-lead"]}}',
    '{"query":"{ __typename }","variables":{"a":[{"b":{"__proto__":{}}}]}}',
  ])('cannot reach the prototype of objects: %s', async (body) => {
    expect(codesOf(await graph.post(body))).toEqual(['INVALID_REQUEST']);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test.each([
    'null',
    '1',
    '"text"',
    '[]',
    '{}',
    '{"query":1}',
    '{"query":null}',
    '{"query":""}',
    '{"query":"{ __typename }","operationName":1}',
  ])('that is not a request is refused: %s', async (body) => {
    expect(codesOf(await graph.post(body))).toEqual(['INVALID_REQUEST']);
  });
});

describe('who has not signed in', () => {
  test.each<[string, string]>([
    ['a field that exists', '{ lots(first: 1) { nodes { id } } }'],
    ['a field that nearly exists', '{ lotz { nodes { id } } }'],
    ['an argument that nearly exists', '{ lots(fist: 1) { nodes { id } } }'],
    ['an enum that nearly exists', '{ lots(first: 1, filter: { disposition: RELEASD }) { nodes { id } } }'],
    ['introspection', '{ __schema { types { name } } }'],
    ['the type of a name', '{ __type(name: "Lot") { fields { name } } }'],
    ['the schema of a subgraph', '{ _service { sdl } }'],
    ['nonsense', '}{'],
  ])('is told the same 401 of %s', async (_name, query) => {
    for (const gateway of Object.values(graph.gateways)) {
      const { status, text } = await send(gateway, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(status).toBe(401);
      expect(text).toBe('{"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}');
    }
  });
});

test('the parts of federation are no part of what clients may ask', async () => {
  for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
    for (const topology of ['single', 'split'] as const)
      expect(codesOf(await graph.post({ query }, {}, { topology }))).toEqual(['INVALID_REQUEST']);
  }
});

describe('a denied field', () => {
  const query = 'query ($id: ID!) { lotById(id: $id) { producedQuantity { amount } } }';
  const ask = (id: string): Promise<Answer> =>
    graph.post(
      { query, variables: { id } },
      { roles: ['warehouse-operator'] },
      { headers: { 'x-request-id': 'same-request' } },
    );

  test('is refused alike for a lot that is there and one that is not, in words and in work done', async () => {
    const known = await graph.post({ query: '{ lots(first: 1) { nodes { id } } }' });
    const { nodes } = known.json.data?.['lots'] as { nodes: { id: string }[] };
    const work: number[] = [];
    const answers: string[] = [];
    for (const id of [nodes[0]?.id ?? '', 'lot_that_is_not_there']) {
      // now and then a request also asks which policy is in force
      const costs: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const before = statements();
        const answer = await ask(id);
        costs.push(statements() - before);
        answers.push(answer.text);
        expect([answer.status, ...codesOf(answer)]).toEqual([403, 'ACCESS_DENIED']);
      }
      work.push(Math.min(...costs));
    }
    expect(work[0]).toBe(work[1]);
    expect(new Set(answers).size).toBe(1);
  });
});

describe('what is read of restricted terms', () => {
  const entriesOf = async (requestId: string): Promise<AuditBody[]> =>
    (await graph.entries('data.read')).filter(({ actor }) => actor.requestId === requestId);
  const read = (body: object, id: string, topology: 'single' | 'split'): Promise<Answer> =>
    graph.post(body, { roles: ['integration-engineer'] }, { topology, headers: { 'x-request-id': id } });

  test.each(['single', 'split'] as const)(
    'is written down before it is answered (%s) [Annex 11 §9] [21 CFR 11.10(e)]',
    async (topology) => {
      const id = `restricted-${topology}`;
      const answer = await read({ query: '{ rejectedRows(first: 5) { nodes { raw } } }' }, id, topology);
      expect(answer.json.errors).toBeUndefined();
      expect(await entriesOf(id)).toMatchObject([
        {
          actor: { account: 'mallory' },
          facts: { coordinates: ['RejectedRow.raw'], terms: ['rejectedRow.raw'], rows: 5, bulk: false },
        },
      ]);
    },
  );

  test('is not hidden from the trail by a fragment, another name or a neighbour', async () => {
    const query = `query A { __typename } query B { r: rejectedRows(first: 1) { n: nodes { ...F } } }
      fragment F on RejectedRow { ... on RejectedRow { harmless: raw } }`;
    await read({ query, operationName: 'B' }, 'hidden-read', 'single');
    expect(await entriesOf('hidden-read')).toMatchObject([{ facts: { coordinates: ['RejectedRow.raw'] } }]);
  });
});

test('a line in a value is no line in the log', () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  log.error({ err: new Error('bad id "x\n{"level":50,"msg":"all is well"}"') }, 'request failed');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd().includes('\n')).toBe(false);
});
