/** A subgraph service answers nobody but the gateway. */
import { randomUUID } from 'node:crypto';
import { RequestSigner } from '../../controls/identity/signed-request';
import { serveSubgraph } from '../../controls/serving/serve-subgraph';
import { systemClock } from '../../platform/clock';
import { silentLogger } from '../../platform/log';
import type { RequestFacts } from '../../platform/request';
import { Secret } from '../../platform/secret';
import { Cleanup } from './toy-gateway';
import { toyLots } from './toy-subgraphs';
import { openAccess } from '../support/access';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const KEY = new Secret('shared-key-of-at-least-32-characters');
const facts: RequestFacts = {
  requestId: 'r-1',
  caller: {
    subject: 'ann',
    name: 'Ann',
    person: null,
    kind: 'person',
    roles: ['analyst'],
    sites: [],
    suppliers: [],
    session: 's',
    client: null,
    onBehalfOf: null,
  },
  language: 'en',
  now: 0,
  policyVersion: 'test',
};
const SDL = JSON.stringify({ query: '{ _service { sdl } }' });
const ENTITIES = JSON.stringify({
  query:
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Lot{lotNumber}}}',
  variables: { representations: [{ __typename: 'Lot', id: '1' }] },
});

let url = '';
let replica = '';
beforeAll(async () => {
  const service = await serveSubgraph({
    subgraph: toyLots(),
    key: KEY,
    log: silentLogger,
    access: openAccess,
  });
  cleanup.add(() => service.close());
  url = service.url;
  replica = ((await (await fetch(`${url}/health/live`)).json()) as { replica: string }).replica;
});

type Change = (headers: Record<string, string>) => Record<string, string>;

async function post(
  body: string,
  change: Change = (same) => same,
  options: { sent?: string; clockOffset?: number } = {},
) {
  const clock = { now: () => systemClock.now() + (options.clockOffset ?? 0) };
  const signed = new RequestSigner(KEY, clock).sign({
    method: 'POST',
    path: '/graphql',
    body,
    facts,
    deadlineMs: 1000,
    replica,
  });
  const headers = change({ 'content-type': 'application/json', ...signed });
  const send = async (): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: options.sent ?? body });
    return { status: response.status, text: await response.text() };
  };
  return { send, ...(await send()) };
}

const REFUSAL = {
  status: 401,
  text: '{"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}',
};

test('a signed request is answered, with its sources', async () => {
  const { status, text } = await post(JSON.stringify({ query: '{ lot(id: "1") { lotNumber } }' }));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({
    data: { lot: { lotNumber: 'LT-1' } },
    extensions: {
      sources: [{ system: 'erp', mode: 'COPY', status: 'OK', ageSeconds: 4, stale: false, error: null }],
    },
  });
});

describe.each([
  ['the schema', SDL],
  ['entities', ENTITIES],
])('a request for %s', (_name, body) => {
  test('unsigned is refused', async () => {
    expect(await post(body, () => ({ 'content-type': 'application/json' }))).toMatchObject(REFUSAL);
  });
  test('sent again is refused', async () => {
    const first = await post(body);
    expect(first.status).toBe(200);
    expect(await first.send()).toEqual(REFUSAL);
  });
  test('of a minute ago is refused', async () => {
    expect(await post(body, undefined, { clockOffset: -60_000 })).toMatchObject(REFUSAL);
  });
  test('with another body is refused', async () => {
    expect(await post(body, undefined, { sent: `${body} ` })).toMatchObject(REFUSAL);
  });
  test('for another caller is refused', async () => {
    const lead = { ...facts, caller: { ...facts.caller, roles: ['qa-lead'] } };
    const forged = Buffer.from(JSON.stringify(lead)).toString('base64url');
    expect(await post(body, (headers) => ({ ...headers, 'x-lotgraph-facts': forged }))).toMatchObject(
      REFUSAL,
    );
  });
  test('meant for another replica is refused', async () => {
    expect(await post(body, (headers) => ({ ...headers, 'x-lotgraph-replica': randomUUID() }))).toMatchObject(
      REFUSAL,
    );
  });
});

test.each(['/', '/graphql', '/metrics', '/graphql?query={_service{sdl}}'])(
  'GET %s is refused alike',
  async (address) => {
    const response = await fetch(url + address);
    expect({ status: response.status, text: await response.text() }).toEqual(REFUSAL);
  },
);
