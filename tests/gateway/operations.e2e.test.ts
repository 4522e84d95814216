/** What operators meet: health, metrics, demo sign-in, reload, drain. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startGateway } from '../../gateway/gateway';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { ask, Cleanup, send, startSingle, toyConfig, type ToyGateway } from './toy-gateway';
import { toyLots, toyQuality, toySupergraph } from './toy-subgraphs';
import { believedTokens } from '../support/identity';
import { openAccess } from '../support/access';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

let toy: ToyGateway;
beforeAll(async () => {
  toy = await startSingle(cleanup);
});

const signIn = (gateway: ToyGateway['gateway'], body: object): ReturnType<typeof send> =>
  send(
    gateway,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    '/auth/demo',
  );

test('health tells why it is not ready', async () => {
  const checks = {
    database: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:3306')),
    'first sync': () => Promise.resolve('first sync is under way'),
  };
  const { gateway } = await startSingle(cleanup, { gateway: { checks } });
  const { status, text } = await send(gateway, {}, '/health/ready');
  expect(status).toBe(503);
  expect(JSON.parse(text)).toEqual({
    status: 'not ready',
    reasons: ['database failed', 'first sync is under way'],
  });
  expect((await send(toy.gateway, {}, '/health/ready')).status).toBe(200);
  expect((await send(toy.gateway, {}, '/health/live')).text).toBe('{"status":"live"}');
});

test('metrics count calls of subgraphs, for this machine alone', async () => {
  await ask(toy, '{ inspectionCount }');
  const { text } = await send(toy.gateway, {}, '/metrics');
  expect(text).toMatch(/lotgraph_subgraph_calls_total\{subgraph="quality",outcome="ok"\} \d+/);
  expect((await send(toy.gateway, { headers: { 'x-forwarded-for': '1.2.3.4' } }, '/metrics')).status).toBe(
    404,
  );
});

describe('demo sign-in', () => {
  test('names the users when asked for another', async () => {
    const { status, json } = await signIn(toy.gateway, { user: 'root' });
    expect(status).toBe(400);
    expect(json.errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      users: expect.arrayContaining(['analyst']) as unknown,
    });
  });

  test('is not for forms, nor for another host name', async () => {
    const form = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"user":"analyst"}' };
    expect((await send(toy.gateway, form, '/auth/demo')).status).toBe(400);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const call = request(`${toy.gateway.url}/auth/demo`, { headers: { host: 'evil.example' } }, (r) =>
        resolve(r.statusCode),
      );
      call.end();
    });
    expect(status).toBe(404);
  });
});

describe('production', () => {
  async function startProduction(): Promise<ToyGateway> {
    const demo = toyConfig(cleanup);
    const key = path.join(demo.dataDir, 'issuer.pem');
    writeFileSync(key, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    const config = loadConfig({
      LOTGRAPH_DATA: demo.dataDir,
      LOTGRAPH_DOCUMENTS: demo.reading.documentsDir,
      LOTGRAPH_PORT: '0',
      LOTGRAPH_ALLOW_SQLITE: '1',
      LOTGRAPH_TOKEN_PUBLIC_KEY: key,
      LOTGRAPH_TOKEN_ISSUER: 'https://id.example',
      LOTGRAPH_AUDIT_SINK: `file:${path.join(demo.dataDir, 'checkpoints.jsonl')}`,
    });
    const { audit } = toy;
    const gateway = await startGateway({
      access: openAccess,
      callers: believedTokens,
      audit,
      config,
      supergraphSdl: toySupergraph(),
      subgraphs: [toyLots(), toyQuality()],
      clock: systemClock,
      log: silentLogger,
    });
    cleanup.add(() => gateway.close());
    return { gateway, config, audit, token: toy.token };
  }

  test('takes no demo token and has no demo address', async () => {
    const production = await startProduction();
    expect((await ask(production, '{ now }')).status).toBe(401);
    expect((await signIn(production.gateway, { user: 'analyst' })).status).toBe(404);
    expect((await send(production.gateway, {}, '/auth/demo')).status).toBe(404);
  });
});

describe('another supergraph', () => {
  test('is served from the next request on, and a bad one leaves the old', async () => {
    const reloaded = await startSingle(cleanup);
    const errors: string[] = [];
    const stop = { now: false };
    const load = (async () => {
      while (!stop.now) {
        const { json } = await ask(reloaded, '{ now inspectionCount }');
        if (json.errors) errors.push(JSON.stringify(json.errors));
      }
    })();
    expect(() => reloaded.gateway.executor.reload('type Query { nonsense')).toThrow();
    const renamed = toySupergraph().replace('denied: String', 'denied: String @deprecated');
    reloaded.gateway.executor.reload(renamed);
    await ask(reloaded, '{ now }');
    stop.now = true;
    await load;
    expect(errors).toEqual([]);
    const { json } = await ask(reloaded, '{ __type(name: "Query") { fields { name } } }');
    expect(JSON.stringify(json.data)).not.toContain('"denied"');
  });
});

describe('drain', () => {
  test('lets requests under way finish and takes no more', async () => {
    const draining = await startSingle(cleanup);
    const slow = ask(draining, '{ slow(ms: 400) }');
    await ask(draining, '{ now }'); // the slow one is under way
    const closed = draining.gateway.close();
    await expect(ask(draining, '{ now }')).rejects.toThrow();
    const { status, json } = await slow;
    expect(status).toBe(200);
    expect(json.data).toEqual({ slow: 'done' });
    await closed;
  });
});
