/** Who has not signed in learns nothing: one answer, whatever is sent. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { Authenticator } from '../../controls/identity/authenticator';
import { demoTokenKey } from '../../controls/identity/keys';
import { issueToken } from '../../controls/identity/token';
import { systemClock } from '../../platform/clock';
import { believedTokens } from '../support/identity';
import { ask, Cleanup, send, startSingle, tokenOf, type ToyGateway } from './toy-gateway';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let toy: ToyGateway;
beforeAll(async () => {
  toy = await startSingle(cleanup);
});

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json): RequestInit => ({
  method: 'POST',
  headers,
  body,
});

const ATTEMPTS: [string, RequestInit, string?][] = [
  ['a good query', post('{"query":"{ now }"}')],
  ['a wrong field', post('{"query":"{ noww }"}')],
  ['a syntax error', post('{"query":"{"}')],
  ['introspection', post('{"query":"{ __schema { types { name } } }"}')],
  ['no JSON', post('nonsense')],
  ['a batch', post('[{"query":"{ now }"},{"query":"{ now }"}]')],
  ['a form', post('query={now}', { 'content-type': 'application/x-www-form-urlencoded' })],
  ['multipart', post('--x--', { 'content-type': 'multipart/form-data; boundary=x' })],
  ['plain text', post('{ now }', { 'content-type': 'text/plain' })],
  ['a big body', post(JSON.stringify({ query: 'x'.repeat(2_000_000) }))],
  ['GET', { method: 'GET' }, '/graphql?query={now}'],
  [
    'GET with a preflight header',
    { method: 'GET', headers: { 'apollo-require-preflight': '1' } },
    '/graphql?query={now}',
  ],
  ['PUT', { method: 'PUT' }],
  ['DELETE', { method: 'DELETE' }],
  ['OPTIONS', { method: 'OPTIONS' }],
  ['a persisted query', post('{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}')],
  ['an empty token', post('{"query":"{ now }"}', { ...json, authorization: 'Bearer ' })],
  ['a wrong token', post('{"query":"{ now }"}', { ...json, authorization: 'Bearer abc.def.ghi' })],
  ['basic credentials', post('{"query":"{ now }"}', { ...json, authorization: 'Basic YTpi' })],
];

// jest hands a callback to a row that is too short
test.each(ATTEMPTS.map(([name, init, address]) => [name, init, address ?? '/graphql'] as const))(
  '%s gets the same 401',
  async (_name, init, address) => {
    const { status, text, headers } = await send(toy.gateway, init, address);
    expect(status).toBe(401);
    expect(text).toBe('{"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}');
    expect(headers.get('www-authenticate')).toBe('Bearer');
  },
);

describe('a token is refused', () => {
  const subject = { sub: 'ann', name: 'Ann', kind: 'person', roles: ['analyst'], sites: [], session: 's' };
  const jwt = (alg = 'EdDSA'): SignJWT =>
    new SignJWT(subject)
      .setProtectedHeader({ alg })
      .setIssuer('lotgraph-demo')
      .setAudience('lotgraph')
      .setIssuedAt()
      .setExpirationTime('1m')
      .setJti('j');
  const refused = async (token: string): Promise<void> => {
    const { status } = await ask({ ...toy, token }, '{ now }');
    expect(status).toBe(401);
  };

  test('when expired', async () => {
    await refused(await tokenOf(toy.config, { lifetimeMs: -60_000 }));
  });
  test('when for another audience', async () => {
    await refused(await jwt().setAudience('other').sign(demoTokenKey(toy.config)));
  });
  test('when of another issuer', async () => {
    await refused(await jwt().setIssuer('other').sign(demoTokenKey(toy.config)));
  });
  test('when signed with another key', async () => {
    await refused(await jwt().sign(generateKeyPairSync('ed25519').privateKey));
  });
  test('when it says that it needs no signature', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      ...subject,
      iss: 'lotgraph-demo',
      aud: 'lotgraph',
      jti: 'j',
      iat: 1,
      exp: 9_999_999_999,
    };
    await refused(`${part({ alg: 'none' })}.${part(claims)}.`);
  });
  test('when it takes the public key for a shared secret', async () => {
    const pem = createPublicKey(demoTokenKey(toy.config)).export({ type: 'spki', format: 'pem' });
    await refused(await jwt('HS256').sign(Buffer.from(pem)));
  });
  test('when it has no jti', async () => {
    const { key, ...rest } = { key: demoTokenKey(toy.config), ...subject };
    const token = await new SignJWT(rest)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('lotgraph-demo')
      .setAudience('lotgraph')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);
    await refused(token);
  });
  test('when altered', async () => {
    const [head = '', body = '', signature = ''] = toy.token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const altered = Buffer.from(JSON.stringify({ ...claims, roles: ['qa-lead'] })).toString('base64url');
    await refused(`${head}.${altered}.${signature}`);
  });
});

test('a remembered token stops working when it expires', async () => {
  const clock = { offset: 0, now: () => systemClock.now() + clock.offset };
  const key = demoTokenKey(toy.config);
  const common = { issuer: 'lotgraph-demo', audience: 'lotgraph', clock };
  const authenticator = new Authenticator(
    [{ key: createPublicKey(key), ...common, builtIn: false }],
    believedTokens,
  );
  const token = await issueToken(
    { key, ...common },
    {
      caller: {
        subject: 'ann',
        name: 'Ann',
        kind: 'person',
        roles: [],
        sites: [],
        suppliers: [],
        person: null,
        client: null,
        onBehalfOf: null,
      },
      language: 'zh',
      lifetimeMs: 60_000,
    },
  );
  expect((await authenticator.authenticate(`Bearer ${token}`)).language).toBe('zh');
  clock.offset = 120_000;
  await expect(authenticator.authenticate(`Bearer ${token}`)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

describe('with a token, still', () => {
  const withToken = (init: RequestInit): RequestInit => ({
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${toy.token}` },
  });
  test('GET is not allowed', async () => {
    const { status, headers } = await send(toy.gateway, withToken({ method: 'GET' }), '/graphql?query={now}');
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST');
  });
  test.each([
    ['a batch', post('[{"query":"{ now }"}]')],
    ['a form', post('query={now}', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['multipart', post('--x--', { 'content-type': 'multipart/form-data; boundary=x' })],
    ['plain text', post('{"query":"{ now }"}', { 'content-type': 'text/plain' })],
    ['no query', post('{}')],
    ['variables that are no object', post('{"query":"{ now }","variables":[1]}')],
    ['a persisted query', post('{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}')],
  ])('%s is refused', async (_name, init) => {
    const { status, json: body } = await send(toy.gateway, withToken(init));
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions['code']).toBe('INVALID_REQUEST');
    expect(body.extensions?.requestId).toEqual(expect.any(String));
  });
});
