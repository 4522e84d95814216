/** /auth over HTTP: signing in and out, stepping up, and revocation that holds with the very next request. */
import { Cleanup } from '../gateway/toy-gateway';
import { type AuthGateway, startAuthGateway } from './auth-gateway';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';

describe.each(['single', 'split'] as const)('revocation in the %s topology', (topology) => {
  const cleanup = new Cleanup();
  let auth: AuthGateway;
  beforeAll(async () => {
    auth = await startAuthGateway(cleanup, topology);
  });
  afterAll(() => cleanup.run());

  test('a session that is signed out answers nothing any more', async () => {
    const { accessToken } = await auth.signIn('analyst');
    expect(await auth.query(accessToken)).toBe(200);
    expect((await auth.post('/auth/sign-out', {}, accessToken)).status).toBe(200);
    expect(await auth.query(accessToken)).toBe(401);
  });

  test('a session that an officer revokes answers nothing any more', async () => {
    const { accessToken, session } = await auth.signIn('qa-lead');
    expect(await auth.query(accessToken)).toBe(200);
    await auth.database.write((manager) =>
      auth.identity.sessions.revoke(manager, session, SYSTEM_ACTOR, 'lost'),
    );
    expect(await auth.query(accessToken)).toBe(401);
  });

  test('a grant that is revoked is gone with the next request', async () => {
    const { accessToken } = await auth.signIn('auditor');
    const rolesNow = async (): Promise<unknown> =>
      (await auth.post('/auth/whoami', {}, accessToken)).body['roles'];
    expect(await rolesNow()).toEqual(['auditor']);
    await auth.database.write(async (manager) => {
      const [grant] = await auth.identity.listGrants(manager, { person: 'demo-person:auditor' });
      await auth.identity.revokeGrant(manager, grant?.id ?? '', SYSTEM_ACTOR, 'moved');
    });
    expect(await rolesNow()).toEqual([]);
  });
});

describe('/auth', () => {
  const cleanup = new Cleanup();
  let auth: AuthGateway;
  beforeAll(async () => {
    auth = await startAuthGateway(cleanup);
  });
  afterAll(() => cleanup.run());

  test('a token that was refreshed works, and the old refresh token ends the session', async () => {
    const { refreshToken } = await auth.signIn('analyst');
    const { body } = await auth.post('/auth/refresh', { refreshToken });
    expect(await auth.query(String(body['accessToken']))).toBe(200);
    expect((await auth.post('/auth/refresh', { refreshToken })).status).toBe(401);
    expect(await auth.query(String(body['accessToken']))).toBe(401);
  });

  test('a refusal is said in the language of whoever asks, alike for unknown name and wrong password', async () => {
    const zh = { 'accept-language': 'zh-CN' };
    const wrong = await auth.post(
      '/auth/sign-in',
      { user: 'analyst', password: 'x', code: '1' },
      undefined,
      zh,
    );
    const unknown = await auth.post(
      '/auth/sign-in',
      { user: 'nobody', password: 'x', code: '1' },
      undefined,
      zh,
    );
    expect(wrong.status).toBe(401);
    expect(wrong.body.errors?.[0]?.message).toMatch(/登录被拒绝/);
    expect(unknown.body.errors).toEqual(wrong.body.errors);
  });

  test('a demo session steps up only with the password and the code of its person', async () => {
    const { body } = await auth.post('/auth/demo', { user: 'qa-lead' });
    const token = String(body['token']);
    expect(await auth.query(token)).toBe(200);
    auth.nextCode();
    const given = { password: auth.passwordOf('qa-lead'), code: auth.codeOf('qa-lead'), purpose: 'sha256:x' };
    const other = { ...given, password: auth.passwordOf('qa-lead-2'), code: auth.codeOf('qa-lead-2') };
    expect((await auth.post('/auth/step-up', other, token)).status).toBe(401);
    expect((await auth.post('/auth/step-up', given, token)).body).toHaveProperty('ticket');
    expect((await auth.post('/auth/step-up', given, token)).status).toBe(401);
    expect((await auth.post('/auth/step-up', given)).body.errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('only JSON by POST is read', async () => {
    const form = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"user":"analyst"}' };
    expect((await fetch(`${auth.toy.gateway.url}/auth/sign-in`, form)).status).toBe(400);
    expect((await fetch(`${auth.toy.gateway.url}/auth/sign-in`)).status).toBe(400);
    const large = await auth.post('/auth/sign-in', { user: 'a'.repeat(20_000) });
    expect(large.status).toBe(413);
  });

  test('an address that knocks too often is not heard', async () => {
    const knocks = await Promise.all(
      Array.from({ length: 40 }, () => auth.post('/auth/refresh', { user: 'somebody', refreshToken: 'x' })),
    );
    expect(knocks.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  });

  test('an address that is none of ours does not exist', async () => {
    expect((await auth.post('/auth/constructor', {})).status).toBe(404);
  });
});
