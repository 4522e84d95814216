/** Tokens that an attacker could make, alter, borrow or send in strange ways: each gets the one and same 401. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { CompactSign, SignJWT } from 'jose';
import { demoTokenKey } from '../../controls/identity/keys';
import { Cleanup, send, startSingle, tokenOf, type ToyGateway } from '../gateway/toy-gateway';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let toy: ToyGateway;
let key: KeyObject;
beforeAll(async () => {
  toy = await startSingle(cleanup);
  key = demoTokenKey(toy.config);
});

const now = (): number => Math.floor(Date.now() / 1000);
const claims = (extra: object = {}): Record<string, unknown> => ({
  ...{ sub: 'mallory', name: 'Mallory', kind: 'person', roles: ['qa-lead'], sites: [], session: 's' },
  ...{ iss: 'lotgraph-demo', aud: 'lotgraph', iat: now(), exp: now() + 60, jti: 'j' },
  ...extra,
});
const part = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const signed = async (
  payload: object,
  header: object = {},
  by: KeyObject | Uint8Array = key,
): Promise<string> =>
  await new SignJWT({ ...payload }).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(by);
/** Signs bytes that no library would write. */
const signedText = async (payload: string): Promise<string> =>
  await new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'EdDSA' }).sign(key);

async function statusOf(authorization: string): Promise<number> {
  const { status, text } = await send(toy.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: '{"query":"{ caller }"}',
  });
  if (status !== 200) {
    expect(text).toBe('{"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}');
  }
  return status;
}

test('a genuine token is let in: the attacks below fail for what they change alone', async () => {
  expect(await statusOf(`Bearer ${await signed(claims())}`)).toBe(200);
});

describe('a token is refused [21 CFR 11.10(d)]', () => {
  const spki = (): Buffer =>
    Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());
  const raw = (): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);

  test.each<[string, () => Promise<string>]>([
    ['that says alg none', () => Promise.resolve(`${part({ alg: 'none' })}.${part(claims())}.`)],
    ['that says alg nOnE', () => Promise.resolve(`${part({ alg: 'nOnE' })}.${part(claims())}.`)],
    [
      'that says alg none and brings a signature',
      async () => {
        const [, , signature] = (await signed(claims())).split('.');
        return `${part({ alg: 'none' })}.${part(claims())}.${signature ?? ''}`;
      },
    ],
    ['signed with the public key as a secret, as PEM', () => signed(claims(), { alg: 'HS256' }, spki())],
    ['signed with the public key as a secret, as bytes', () => signed(claims(), { alg: 'HS256' }, raw())],
    [
      'signed with an empty secret',
      async () => {
        const head = `${part({ alg: 'HS256' })}.${part(claims())}`;
        return Promise.resolve(`${head}.`);
      },
    ],
    [
      'of another key that it brings along',
      async () => {
        const own = generateKeyPairSync('ed25519');
        const jwk = own.publicKey.export({ format: 'jwk' }) as never;
        return await signed(claims(), { jwk }, own.privateKey);
      },
    ],
    [
      'of another key that it names by address',
      async () => {
        const own = generateKeyPairSync('ed25519');
        return await signed(
          claims(),
          { jku: 'http://127.0.0.1:1/keys', kid: '../../etc/passwd' },
          own.privateKey,
        );
      },
    ],
    [
      'of an RSA key',
      () =>
        signed(claims(), { alg: 'RS256' }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    ],
    [
      'with a critical header that we do not know',
      async () => {
        const head = part({ alg: 'EdDSA', crit: ['exp2'], exp2: 1 });
        const [, , signature] = (await signed(claims())).split('.');
        return `${head}.${part(claims())}.${signature ?? ''}`;
      },
    ],
    ['of another issuer', () => signed(claims({ iss: 'https://evil.example' }))],
    ['of no issuer', () => signed(claims({ iss: undefined }))],
    ['of a list of issuers', () => signed(claims({ iss: ['lotgraph-demo', 'x'] }))],
    ['for another audience', () => signed(claims({ aud: 'lotgraph-admin' }))],
    ['for no audience', () => signed(claims({ aud: undefined }))],
    ['that has expired', () => signed(claims({ exp: now() - 30 }))],
    ['that never expires', () => signed(claims({ exp: undefined }))],
    ['whose expiry is a text', () => signed(claims({ exp: '9999999999' }))],
    ['that is not valid yet', () => signed(claims({ nbf: now() + 3600 }))],
    ['without an id', () => signed(claims({ jti: undefined }))],
    ['of nobody', () => signed(claims({ sub: '' }))],
    ['of a subject that is an object', () => signed(claims({ sub: { $ne: '' } }))],
    ['whose roles are a text', () => signed(claims({ roles: 'qa-lead' }))],
    ['whose roles hold an object', () => signed(claims({ roles: [{ name: 'qa-lead' }] }))],
    ['without a session', () => signed(claims({ session: undefined }))],
    ['that is no JSON', () => signedText('not json')],
    ['that is a list', () => signedText(JSON.stringify([claims()]))],
    ['larger than we read', () => signed(claims({ name: 'x'.repeat(7000) }))],
    ['with the signature cut short', async () => (await signed(claims())).slice(0, -4)],
    ['with two signatures', async () => `${await signed(claims())}.${part('x')}`],
  ])('%s', async (_name, make) => {
    expect(await statusOf(`Bearer ${await make()}`)).toBe(401);
  });

  test('whose claims were given more by another who signed less', async () => {
    const [head = '', body = '', signature = ''] = (await signed(claims({ roles: ['analyst'] }))).split('.');
    const more = {
      ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object),
      roles: ['security-officer'],
    };
    expect(await statusOf(`Bearer ${head}.${part(more)}.${signature}`)).toBe(401);
  });

  test.each(['Basic', 'Token', 'Bearer Bearer', 'Bearer\t', ''])('under the scheme "%s"', async (scheme) => {
    expect(await statusOf(`${scheme} ${toy.token}`)).toBe(401);
  });

  test('in the address, in a cookie, or in a header of another name', async () => {
    const init = (headers: Record<string, string>): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"query":"{ caller }"}',
    });
    const statuses = await Promise.all([
      send(toy.gateway, init({}), `/graphql?access_token=${toy.token}`),
      send(toy.gateway, init({ cookie: `token=${toy.token}` })),
      send(toy.gateway, init({ 'x-authorization': `Bearer ${toy.token}` })),
      send(toy.gateway, init({ 'x-lotgraph-facts': part({ caller: { roles: ['qa-lead'] } }) })),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

test('a claim that stands twice cannot say two things: what was signed last counts for all', async () => {
  const text = JSON.stringify(claims({ sub: 'ann' })).replace('"sub":"ann"', '"sub":"boss","sub":"ann"');
  const { json } = await send(toy.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await signedText(text)}` },
    body: '{"query":"{ caller }"}',
  });
  expect(json.data).toEqual({ caller: 'ann en' });
});

test('the header sent twice is not two chances', async () => {
  const { port } = new URL(toy.gateway.url);
  const status = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(
      {
        port,
        path: '/graphql',
        method: 'POST',
        headers: [
          'host',
          `127.0.0.1:${port}`,
          'content-type',
          'application/json',
          'authorization',
          'Bearer x',
          'authorization',
          `Bearer ${toy.token}`,
        ],
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    request.end('{"query":"{ caller }"}');
  });
  expect([400, 401]).toContain(status);
});

test('a token of a short life is not remembered for longer', async () => {
  const token = await tokenOf(toy.config, { lifetimeMs: -4000 }); // within the tolerance of clocks
  expect([200, 401]).toContain(await statusOf(`Bearer ${token}`));
  expect(await statusOf(`Bearer ${await tokenOf(toy.config, { lifetimeMs: -20_000 })}`)).toBe(401);
});
