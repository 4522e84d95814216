/** What the gateway answers, in one process and split: data, sources, errors, the instant. */
import { ask, Cleanup, INSTANT, send, startSingle, startSplit, type ToyGateway } from './toy-gateway';
import { toyLots, toyQuality } from './toy-subgraphs';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const LOT =
  '{ now caller lot(id: "1") { id lotNumber status inspections { name verdict } parent { status } } }';
const QUERIES = [
  LOT,
  'query Page($n: Int!) { lots(first: $n) { nodes { id status } } inspectionCount }',
  '{ secretCrash now }',
  '{ missing denied erp now }',
  '{ lot(id: "1") { nope } }',
  '{ __schema { queryType { name } } }',
  'mutation { rename(id: "1", name: "x") { id status } }',
];

let single: ToyGateway;
let split: ToyGateway;
beforeAll(async () => {
  single = await startSingle(cleanup);
  split = await startSplit(cleanup);
});

describe('an answer', () => {
  test('joins both subgraphs as of one instant', async () => {
    const { status, json } = await ask(single, LOT);
    expect(status).toBe(200);
    expect(json.errors).toBeUndefined();
    expect(json.data).toEqual({
      now: INSTANT,
      caller: 'ann en',
      lot: {
        id: '1',
        lotNumber: 'LT-1',
        status: 'RELEASED-1',
        inspections: [{ name: 'sterility', verdict: 'PASS' }],
        parent: { status: 'RELEASED-10' },
      },
    });
  });

  test('names every source that it needed, and the request', async () => {
    const { json } = await ask(single, LOT);
    expect(json.extensions).toEqual({
      requestId: 'request-0001',
      sources: [
        { system: 'erp', mode: 'COPY', status: 'OK', ageSeconds: 4, stale: false, error: null },
        { system: 'lims', mode: 'LIVE', status: 'STALE', ageSeconds: 90, stale: true, error: null },
      ],
    });
  });

  test.each(QUERIES)('is the same, byte for byte, in one process and split: %s', async (query) => {
    for (const language of ['en', 'zh-CN']) {
      const options = { variables: { n: 3 }, headers: { 'accept-language': language } };
      const [one, two] = [await ask(single, query, options), await ask(split, query, options)];
      expect(two.text).toBe(one.text);
      expect(two.status).toBe(one.status);
    }
  });

  test('speaks Chinese to those who prefer it', async () => {
    const { json } = await ask(single, '{ caller missing erp }', {
      headers: { 'accept-language': 'zh-CN,en;q=0.5' },
    });
    expect(json.data?.['caller']).toBe('ann zh');
    expect(json.errors?.map((error) => error.message)).toEqual([
      '记录不存在。(There is no lot of that number.)',
      '源系统未应答。',
    ]);
  });
});

describe('an error', () => {
  test.each([
    ['in one process', () => single],
    ['split', () => split],
  ])('never shows hosts, statements or paths, %s', async (_name, of) => {
    const { status, text, json } = await ask(of(), '{ secretCrash erp now }');
    expect(status).toBe(200);
    expect(text).not.toMatch(/SELECT|tabBatch|10\.1\.2\.3|3306|\/srv|ECONNREFUSED|stack|127\.0\.0\.1/i);
    expect(json.data).toEqual({ secretCrash: null, erp: null, now: INSTANT });
    expect(json.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['secretCrash'],
        extensions: { code: 'INTERNAL', subgraph: 'lots' },
      },
      {
        message: 'A source system did not answer.',
        path: ['erp'],
        extensions: { code: 'SOURCE_UNAVAILABLE', system: 'erp', subgraph: 'lots' },
      },
    ]);
  });

  test('keeps the words and facts of a refusal', async () => {
    const { json } = await ask(single, '{ missing denied }');
    expect(json.errors?.map(({ message, extensions }) => ({ message, ...extensions }))).toEqual([
      { message: 'There is no lot of that number.', code: 'NOT_FOUND', lotNumber: 'LT-9', subgraph: 'lots' },
      {
        message: 'You may not see this.',
        code: 'ACCESS_DENIED',
        coordinate: 'Query.denied',
        subgraph: 'lots',
      },
    ]);
  });

  test('suggests names to those who have signed in', async () => {
    const { status, json } = await ask(single, '{ lott(id: "1") { id } }');
    expect(status).toBe(400);
    expect(json.errors?.[0]?.message).toContain('Did you mean');
    expect(json.errors?.[0]?.extensions['code']).toBe('INVALID_REQUEST');
    expect(json.extensions?.requestId).toBe('request-0001');
  });
});

describe("a request that cannot be run is the client's mistake", () => {
  test.each([
    ['an operation that is not there', '{ now }', { operationName: 'Lot' }],
    ['no name where there are two', 'query A { now } query B { now }', {}],
    ['a document without operations', 'fragment F on Lot { id }', {}],
    ['a subscription', 'subscription { now }', {}],
    ['no text at all', '   ', {}],
    ['a syntax error', '{ now ', {}],
    ['a required variable that is missing', 'query Q($id: ID!) { lot(id: $id) { id } }', {}],
    [
      'a variable of the wrong type',
      'query Q($n: Int) { lots(first: $n) { nodes { id } } }',
      { variables: { n: 'x' } },
    ],
    ['an argument of the wrong type', '{ lots(first: "x") { nodes { id } } }', {}],
    [
      '__proto__ as a variable',
      'query Q($__proto__: Int) { lots(first: $__proto__) { nodes { id } } }',
      { variables: { a: 1 } },
    ],
  ])('%s', async (_name, query, extra) => {
    const response = await send(single.gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${single.token}` },
      body: JSON.stringify({ query, ...extra }),
    });
    const code = response.json.errors?.[0]?.extensions['code'];
    if (response.status !== 200)
      expect([response.status, code]).toEqual([400, expect.stringMatching(/^INVALID_/)]);
    expect(response.text).not.toContain('INTERNAL');
  });
});

describe('contexts', () => {
  test('are one for each request and subgraph', async () => {
    const counts = { renames: 0, contexts: 0 };
    const toy = await startSingle(cleanup, { subgraphs: [toyLots(), toyQuality({ counts })] });
    await ask(toy, '{ inspectionCount lot(id: "1") { status parent { status } } }');
    expect(counts.contexts).toBe(1);
  });

  test('are a fresh one after a mutation', async () => {
    const counts = { renames: 0, contexts: 0 };
    const toy = await startSingle(cleanup, { subgraphs: [toyLots(counts), toyQuality()] });
    const { json } = await ask(toy, 'mutation { rename(id: "1", name: "x") { id status } }');
    expect(json.data).toEqual({ rename: { id: '1', status: 'RELEASED-1' } });
    expect(counts).toEqual({ renames: 1, contexts: 1 });
  });
});
