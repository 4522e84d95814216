/** Going around the gateway: each real subgraph, asked directly, answers nobody. */
import { randomBytes } from 'node:crypto';
import { RequestSigner } from '../../controls/identity/signed-request';
import { subgraphKeyOf } from '../../controls/identity/keys';
import { systemClock } from '../../platform/clock';
import type { RequestFacts } from '../../platform/request';
import { Secret } from '../../platform/secret';
import { Cleanup } from '../gateway/toy-gateway';
import { PERSON, type SecurityWorld, startSecurityWorld } from './security-world';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let graph: SecurityWorld;
let policyVersion = '';
beforeAll(async () => {
  graph = await startSecurityWorld(cleanup, { empty: true });
  policyVersion = await graph.world.services.controls.access.currentVersion();
}, 120_000);

const REFUSAL = '{"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}';
const BODIES: [string, string][] = [
  ['its schema', JSON.stringify({ query: '{ _service { sdl } }' })],
  [
    'an entity',
    JSON.stringify({
      query: '{ _entities(representations: [{ __typename: "Lot", id: "1" }]) { __typename } }',
    }),
  ],
  ['introspection', JSON.stringify({ query: '{ __schema { types { name } } }' })],
  ['a mutation', JSON.stringify({ query: 'mutation { __typename }' })],
];
const NAMES = ['lots', 'quality', 'recall', 'governance'];

interface Forgery {
  readonly key?: Secret;
  readonly offsetMs?: number;
  readonly facts?: Partial<RequestFacts>;
  readonly sent?: (body: string) => string;
  readonly headers?: (headers: Record<string, string>) => Record<string, string>;
  readonly path?: string;
}

async function direct(
  name: string,
  body: string,
  forgery: Forgery = {},
): Promise<{ status: number; text: string; again(): Promise<{ status: number; text: string }> }> {
  const url = graph.services.get(name)?.url ?? '';
  const { replica } = (await (await fetch(`${url}/health/live`)).json()) as { replica: string };
  const facts: RequestFacts = {
    ...{
      requestId: 'r-1',
      caller: { ...PERSON, sites: ['SZ'] },
      language: 'en',
      now: graph.world.clock.now(),
      policyVersion,
    },
    ...forgery.facts,
  };
  const clock = { now: () => systemClock.now() + (forgery.offsetMs ?? 0) };
  const signed = new RequestSigner(forgery.key ?? subgraphKeyOf(graph.config), clock).sign({
    ...{ method: 'POST', path: '/graphql', body, facts, deadlineMs: 2000, replica },
  });
  const headers = (forgery.headers ?? ((same) => same))({ 'content-type': 'application/json', ...signed });
  const post = async (): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${url}${forgery.path ?? '/graphql'}`, {
      method: 'POST',
      headers,
      body: forgery.sent?.(body) ?? body,
    });
    return { status: response.status, text: await response.text() };
  };
  return { ...(await post()), again: post };
}

const forged =
  (change: (facts: { caller: Record<string, unknown> }) => void) => (headers: Record<string, string>) => {
    const facts = JSON.parse(Buffer.from(headers['x-lotgraph-facts'] ?? '', 'base64url').toString()) as {
      caller: Record<string, unknown>;
    };
    change(facts);
    return { ...headers, 'x-lotgraph-facts': Buffer.from(JSON.stringify(facts)).toString('base64url') };
  };

test.each(NAMES)(
  '%s answers what the gateway signed: the refusals below are for what they change alone',
  async (name) => {
    expect((await direct(name, JSON.stringify({ query: '{ __typename }' }))).status).toBe(200);
  },
);

describe.each(NAMES)('%s, asked directly,', (name) => {
  describe.each(BODIES)('for %s', (_what, body) => {
    test.each<[string, Forgery]>([
      ['without a signature', { headers: () => ({ 'content-type': 'application/json' }) }],
      [
        'with the token of a person',
        { headers: () => ({ 'content-type': 'application/json', authorization: 'Bearer x' }) },
      ],
      ['signed with another key', { key: new Secret(randomBytes(32).toString('hex')) }],
      ['signed a minute ago', { offsetMs: -60_000 }],
      ['signed a minute ahead', { offsetMs: 60_000 }],
      ['with a body that was changed', { sent: (same) => same.replace('{"query"', '{ "query"') }],
      [
        'as somebody with another role',
        { headers: forged((facts) => (facts.caller['roles'] = ['qa-lead'])) },
      ],
      ['as somebody of all sites', { headers: forged((facts) => (facts.caller['sites'] = [])) }],
      ['as another person', { headers: forged((facts) => (facts.caller['person'] = 'boss')) }],
      ['at another address', { path: '/graphql/' }],
      ['at an address with a query', { path: '/graphql?x=1' }],
      ['with another nonce', { headers: (headers) => ({ ...headers, 'x-lotgraph-nonce': 'A'.repeat(22) }) }],
      ['with more time', { headers: (headers) => ({ ...headers, 'x-lotgraph-deadline-ms': '999999' }) }],
    ])('%s is refused with 401 and no word of the graph', async (_attack, forgery) => {
      expect(await direct(name, body, forgery)).toMatchObject({ status: 401, text: REFUSAL });
    });

    test('that is sent a second time is refused', async () => {
      const first = await direct(name, body);
      expect(await first.again()).toEqual({ status: 401, text: REFUSAL });
    });
  });
});

test('a request that was signed for one subgraph is none for another', async () => {
  const body = JSON.stringify({ query: '{ __typename }' });
  const { replica } = (await (
    await fetch(`${graph.services.get('lots')?.url ?? ''}/health/live`)
  ).json()) as { replica: string };
  const other = await direct('quality', body, {
    headers: (headers) => ({ ...headers, 'x-lotgraph-replica': replica }),
  });
  expect(other).toMatchObject({ status: 401, text: REFUSAL });
});

test('a caller without a role is shown nothing, even by a request that is signed', async () => {
  const body = JSON.stringify({
    query: '{ _entities(representations: [{ __typename: "Lot", id: "1" }]) { ... on Lot { lotNumber } } }',
  });
  const { text } = await direct('lots', body, { facts: { caller: { ...PERSON, roles: [] } } });
  expect(text).toContain('ACCESS_DENIED');
});
