/** Who a command asks as: who is named, else who signed in last, else the demo user of the command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askGateway } from '../access/ask-gateway';
import { handOf } from '../sign-off/graph';
import { IdentityClient } from './client';

const ROOT = path.resolve(__dirname, '../..');
const LATER = Date.now() + 3_600_000;
let folder: string;
let gateway: Server;
let url: string;
const before = { ...process.env };

/** Gives every demo user a token that tells whose it is, and tells who asked. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lg-who-'));
  gateway = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { user?: string };
      const answer =
        request.url === '/auth/demo'
          ? { token: `demo:${body.user ?? ''}` }
          : { data: { who: request.headers.authorization } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  process.env['LOTGRAPH_MODE'] = 'demo';
  process.env['LOTGRAPH_DATA'] = folder;
  process.env['LOTGRAPH_SESSION_FILE'] = path.join(folder, 'session.json');
});
afterAll(async () => {
  process.env = before;
  await new Promise((done) => gateway.close(done));
  rmSync(folder, { recursive: true });
});
beforeEach(() => rmSync(path.join(folder, 'session.json'), { force: true }));

function signedIn(user: string, accessExpiresAt = LATER): void {
  const session = {
    url,
    user,
    accessToken: `session:${user}`,
    accessExpiresAt,
    refreshToken: null,
    session: 's',
  };
  const key = `${url} ${user}`;
  writeFileSync(
    path.join(folder, 'session.json'),
    JSON.stringify({ current: key, sessions: { [key]: session } }),
  );
}

const token = (user?: string, demoUser?: string) =>
  new IdentityClient(ROOT, { url, ...(user === undefined ? {} : { user }) }, demoUser).token();

test('who is named goes before who signed in, and needs no session in demo mode', async () => {
  signedIn('ann');
  expect(await token('qa-lead', 'data-steward')).toBe('demo:qa-lead');
});

test('who signed in last goes before the demo user of the command', async () => {
  signedIn('ann');
  expect(await token(undefined, 'data-steward')).toBe('session:ann');
});

test('without either the demo user of the command asks, and of a command without one nobody', async () => {
  expect(await token(undefined, 'data-steward')).toBe('demo:data-steward');
  await expect(token()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('nobody takes the place of one whose session has ended', async () => {
  signedIn('ann', 0);
  await expect(token(undefined, 'data-steward')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('both ways of asking the graph go by the same rule', async () => {
  const asked = async () => [
    (await askGateway<{ who: string }>(ROOT, { url }, 'data-steward', { query: '{ who }', variables: {} }))
      .who,
    `Bearer ${(await handOf(ROOT, { url }, 'data-steward')).token}`,
  ];
  expect(new Set(await asked())).toEqual(new Set(['Bearer demo:data-steward']));
  signedIn('ann');
  expect(new Set(await asked())).toEqual(new Set(['Bearer session:ann']));
});
