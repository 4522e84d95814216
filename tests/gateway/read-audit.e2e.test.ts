/** Reads that matter are written down before their answer goes out. */
import { ask, Cleanup, startSingle, tokenOf, type ToyGateway } from './toy-gateway';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let toy: ToyGateway;
beforeAll(async () => {
  toy = await startSingle(cleanup, { env: { LOTGRAPH_BULK_READ_ROWS: '10' } });
});
beforeEach(() => {
  toy.audit.entries.length = 0;
  toy.audit.down = false;
});

const QUERY = 'query Many($n: Int) { lots(first: $n) { nodes { id } } }';

test('a bulk read is written down with query, count and hash of the variables [Annex 11 §9]', async () => {
  const { json } = await ask(toy, QUERY, { variables: { n: 11 } });
  expect(json.errors).toBeUndefined();
  expect(toy.audit.entries).toEqual([
    {
      actor: expect.objectContaining({
        account: 'ann',
        requestId: 'request-0001',
        session: 's-1',
      }) as unknown,
      action: 'data.read',
      outcome: 'DONE',
      object: { type: 'query', id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown },
      policyVersion: 'test',
      facts: {
        ...{ rows: 11, bulk: true, coordinates: [], terms: [], operationName: null },
        query: 'query Many($n:Int){lots(first:$n){nodes{id}}}',
        variablesHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown,
      },
    },
  ]);
});

test('a small read of open terms leaves no entry', async () => {
  await ask(toy, QUERY, { variables: { n: 10 } });
  expect(toy.audit.entries).toEqual([]);
});

test('the answer is withheld when the entry cannot be written, and a small read still answered', async () => {
  toy.audit.down = true;
  const { status, json, headers } = await ask(toy, QUERY, { variables: { n: 11 } });
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(json.data).toBeUndefined();
  expect(json.errors?.map(({ extensions }) => extensions['code'])).toEqual(['AUDIT_UNAVAILABLE']);
  expect((await ask(toy, QUERY, { variables: { n: 2 } })).status).toBe(200);
});

test('everything that a visiting inspector opens is written down', async () => {
  const caller = {
    ...{
      subject: 'ivy',
      person: 'ivy',
      name: 'Ivy',
      kind: 'person' as const,
      roles: ['inspector'],
      sites: [],
    },
    ...{ suppliers: [], session: 's-9', client: null, onBehalfOf: null },
  };
  const inspector = { ...toy, token: await tokenOf(toy.config, { caller }) };
  expect((await ask(inspector, '{ lot(id: "1") { lotNumber } }')).status).toBe(200);
  expect(toy.audit.entries).toMatchObject([
    {
      action: 'data.read',
      actor: { account: 'ivy' },
      facts: { query: '{lot(id:"1"){lotNumber}}', bulk: false },
    },
  ]);
  toy.audit.down = true;
  expect((await ask(inspector, '{ lot(id: "1") { lotNumber } }')).status).toBe(503);
});
