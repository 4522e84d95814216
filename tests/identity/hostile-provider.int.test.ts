/** An OpenID provider that lies: what its tokens claim is checked, and none of it is believed. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import { OidcClient } from '../../controls/identity/oidc-client';
import { systemClock } from '../../platform/clock';

const BACK = 'https://lots.example/auth/oidc/callback';
const now = (): number => Math.floor(systemClock.now() / 1000);
const good = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });

let server: Server;
let issuer = '';
let idToken = '';
beforeAll(async () => {
  const jwk = { ...(await exportJWK(good.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  const answers: Record<string, () => object> = {
    '/.well-known/openid-configuration': () => ({
      ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
      ...{ jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'] },
    }),
    '/jwks': () => ({ keys: [jwk] }),
    '/token': () => ({ access_token: 'a', token_type: 'bearer', id_token: idToken }),
  };
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url ?? '']?.() ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Forgery {
  readonly claims?: JWTPayload;
  readonly header?: { alg: string; kid?: string };
  readonly key?: KeyObject | Uint8Array;
}

/** Redeems a code for an ID token that the provider made as told. */
async function redeem(forgery: Forgery, maxAgeS: number | null = null): Promise<unknown> {
  const settings = { issuer, clientId: 'lotgraph', clientSecret: null, redirectUri: BACK };
  const client = new OidcClient(settings, systemClock);
  const { checks } = await client.begin(maxAgeS, []);
  const claims = {
    ...{ iss: issuer, aud: 'lotgraph', sub: 'ann', nonce: checks.nonce, iat: now(), exp: now() + 60 },
    ...{ auth_time: now(), amr: ['mfa'] },
    ...forgery.claims,
  };
  const header = forgery.header ?? { alg: 'RS256', kid: 'k' };
  idToken =
    header.alg === 'none'
      ? `${part(header)}.${part(claims)}.`
      : await new SignJWT(claims).setProtectedHeader(header).sign(forgery.key ?? good.privateKey);
  return await client.redeem(new URL(`${BACK}?code=c&state=${checks.state}`), checks);
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const refused = { code: 'SIGN_IN_REFUSED' };

test('a good token is accepted', async () => {
  expect(await redeem({})).toMatchObject({ subject: 'ann', amr: ['mfa'] });
});

test.each<[string, Forgery]>([
  ['for another audience', { claims: { aud: 'another' } }],
  ['for several, asked for by another', { claims: { aud: ['lotgraph', 'another'], azp: 'another' } }],
  ['of another issuer', { claims: { iss: 'https://other.example' } }],
  ['that expired', { claims: { exp: 1, iat: 0 } }],
  ['with another nonce', { claims: { nonce: 'replayed' } }],
  ['without a signature', { header: { alg: 'none' } }],
  ['of another key', { key: other.privateKey }],
  [
    'signed with the public key as a shared secret',
    { header: { alg: 'HS256' }, key: Buffer.from(good.publicKey.export({ type: 'spki', format: 'pem' })) },
  ],
])('a token %s is refused', async (_name, forgery) => {
  await expect(redeem(forgery)).rejects.toMatchObject(refused);
});

test('a proof that is old, or of no known age, signs nothing', async () => {
  await expect(redeem({ claims: { auth_time: now() - 400 } }, 300)).rejects.toMatchObject(refused);
  await expect(redeem({ claims: { auth_time: undefined } }, 300)).rejects.toMatchObject(refused);
  expect(await redeem({ claims: { auth_time: now() - 200 } }, 300)).toHaveProperty('authTime');
});

test('a provider without TLS is refused, except on this machine', () => {
  const settings = { clientId: 'lotgraph', clientSecret: null, redirectUri: BACK };
  expect(() => new OidcClient({ ...settings, issuer: 'http://id.example' }, systemClock)).toThrow(/https/);
});
