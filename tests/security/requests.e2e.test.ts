/** Requests as a browser can be made to send them, or as no client of good will does. */
import { connect } from 'node:net';
import { type Answer, Cleanup, send, startSingle, type ToyGateway } from '../gateway/toy-gateway';
import { toyLots, toyQuality, type ToyCounts } from '../gateway/toy-subgraphs';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const counts: ToyCounts = { renames: 0, contexts: 0 };
let toy: ToyGateway;
beforeAll(async () => {
  toy = await startSingle(cleanup, { subgraphs: [toyLots(counts), toyQuality()] });
});

const RENAME = 'mutation { rename(id: "1", name: "x") { id } }';
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${toy.token}` });
const codeOf = ({ json }: Answer): unknown => json.errors?.[0]?.extensions['code'];

/** Sends bytes, and gives the status of each answer on the connection. */
async function raw(lines: readonly string[], body = ''): Promise<string> {
  const { port } = new URL(toy.gateway.url);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let text = '';
    socket.setTimeout(1500, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}
const statusesOf = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
const head = (...more: string[]): string[] => [
  'POST /graphql HTTP/1.1',
  `Host: ${new URL(toy.gateway.url).host}`,
  `Authorization: Bearer ${toy.token}`,
  'Connection: close',
  ...more,
];

describe('a request that a foreign page can send without asking does nothing:', () => {
  const json = JSON.stringify({ query: RENAME });
  test.each<[string, RequestInit, string]>([
    [
      'a form',
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `query=${encodeURIComponent(RENAME)}`,
      },
      '/graphql',
    ],
    [
      'a form that looks like JSON',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: json },
      '/graphql',
    ],
    [
      'multipart',
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--`,
      },
      '/graphql',
    ],
    [
      'JSON under another name',
      { method: 'POST', headers: { 'content-type': 'text/plain; application/json' }, body: json },
      '/graphql',
    ],
    [
      'GraphQL text',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: RENAME },
      '/graphql',
    ],
    ['no type at all', { method: 'POST', body: new Blob([json]) }, '/graphql'],
    ['GET', { method: 'GET' }, `/graphql?query=${encodeURIComponent(RENAME)}`],
    [
      'a list of two',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: `[${json},${json}]` },
      '/graphql',
    ],
  ])('%s', async (_name, init, address) => {
    const headers = { ...(init.headers as Record<string, string> | undefined), ...bearer() };
    const { status } = await send(toy.gateway, { ...init, headers }, address);
    expect([400, 405]).toContain(status);
    expect(counts.renames).toBe(0);
  });

  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'GET with %s stays GET',
    async (name) => {
      const { status } = await send(
        toy.gateway,
        { method: 'GET', headers: { [name]: 'POST', ...bearer() } },
        `/graphql?query=${encodeURIComponent(RENAME)}`,
      );
      expect(status).toBe(405);
      expect(counts.renames).toBe(0);
    },
  );

  test('a preflight is never told yes', async () => {
    const { status, headers } = await send(toy.gateway, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });
    expect(status).toBe(401);
    for (const name of headers.keys()) expect(name).not.toMatch(/^access-control-/);
  });

  test('an answer tells no other origin that it may be read, and no cookie is set', async () => {
    const { headers } = await send(toy.gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example', ...bearer() },
      body: '{"query":"{ now }"}',
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a request whose end can be read in two ways', () => {
  const body = '{"query":"{ now }"}';
  const smuggled = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
  test.each<[string, string[], string]>([
    [
      'by length and by chunks',
      ['Content-Type: application/json', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
      `0\r\n\r\n${smuggled}`,
    ],
    [
      'by two lengths',
      ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Content-Length: 3'],
      body + smuggled,
    ],
    ['by a length that is no number', ['Content-Type: application/json', 'Content-Length: +19'], body],
    [
      'by chunks under a strange name',
      ['Content-Type: application/json', 'Transfer-Encoding: xchunked'],
      `0\r\n\r\n${smuggled}`,
    ],
    [
      'by a header that is folded',
      [
        'Content-Type: application/json',
        'X-A: b',
        ' Transfer-Encoding: chunked',
        `Content-Length: ${body.length}`,
      ],
      body,
    ],
    [
      'by a line end alone',
      ['Content-Type: application/json\nTransfer-Encoding: chunked', `Content-Length: ${body.length}`],
      body,
    ],
  ])('%s is refused, and what hides behind it is no request', async (_name, headers, sent) => {
    const statuses = statusesOf(await raw(head(...headers), sent));
    expect(statuses.length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect(status).toBe(400);
  });

  test('a header of many thousand letters is refused before it is kept', async () => {
    const statuses = statusesOf(await raw(head(`X-Long: ${'x'.repeat(100_000)}`)));
    expect(statuses).toEqual([431]);
  });
});

describe('the id of a request', () => {
  test.each([
    'short',
    'x'.repeat(65),
    'a b c d e f g h',
    '{"level":50}',
    '../../../etc',
    '<script>alert(1)</script>',
    'id;drop table',
    '标识标识标识标识'.repeat(2),
  ])('that is not plain is not taken over: %s', async (id) => {
    const { headers, json } = await send(toy.gateway, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...bearer(),
        'x-request-id': encodeURI(id).slice(0, 200) === id ? id : Buffer.from(id).toString('latin1'),
      },
      body: '{"query":"{ now }"}',
    });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(json.extensions?.requestId).toBe(headers.get('x-request-id'));
  });

  test('that would add a header is refused by the server itself', async () => {
    const text = await raw(
      head('Content-Type: application/json', 'X-Request-Id: abcdefgh\rSet-Cookie: a=b', 'Content-Length: 0'),
    );
    expect(text).not.toMatch(/set-cookie/i);
  });
});

describe('in demo mode, where signing in has no secret', () => {
  test.each([
    'evil.example',
    'evil.example:4000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '[::1].evil.example',
    '127.0.0.1@evil.example',
    '2130706433',
    '0.0.0.0',
    '',
  ])('a page that points its own name "%s" at us gets nothing', async (host) => {
    for (const path of ['/auth/demo', '/graphql', '/graphiql', '/metrics', '/']) {
      const statuses = statusesOf(await raw([`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close']));
      expect(statuses).toEqual([404]);
    }
  });

  test('a name in the request line decides no more than the Host header', async () => {
    const text = await raw([
      'GET http://evil.example/auth/demo HTTP/1.1',
      'Host: evil.example',
      'Connection: close',
    ]);
    expect(statusesOf(text)).toEqual([404]);
  });

  test('a request without a Host header is refused', async () => {
    expect(statusesOf(await raw(['GET /auth/demo HTTP/1.1', 'Connection: close']))).toEqual([400]);
  });
});

describe('pages', () => {
  test.each(['/', '/graphiql'])('%s runs nothing but our own scripts, in no frame', async (address) => {
    const { status, headers } = await send(toy.gateway, { method: 'GET' }, address);
    if (status === 404) return; // GraphiQL is not built here
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).toMatch(/object-src 'none'/);
    expect(policy).toMatch(/base-uri 'none'/);
    expect(policy).toMatch(/form-action 'none'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    '/graphiql/../../package.json',
    '/graphiql/..%2f..%2fpackage.json',
    '/graphiql/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/graphiql/\\..\\package.json',
    '/.git/config',
    '/package.json',
  ])('no file outside of the page is served: %s', async (address) => {
    const text = await raw([
      `GET ${address} HTTP/1.1`,
      `Host: ${new URL(toy.gateway.url).host}`,
      'Connection: close',
    ]);
    expect(statusesOf(text)).toEqual([404]);
    expect(text).not.toMatch(/dependencies|root:|\[core\]/);
  });
});

test('metrics are for this machine, and not for whoever comes through a proxy on it', async () => {
  expect((await send(toy.gateway, { method: 'GET' }, '/metrics')).status).toBe(200);
  const forwarded = await send(
    toy.gateway,
    { method: 'GET', headers: { 'x-forwarded-for': '203.0.113.7' } },
    '/metrics',
  );
  expect(forwarded.status).toBe(404);
});

test('many codes cannot be tried in one request, by whatever shape', async () => {
  const names = Array.from({ length: 6 }, (_, i) => `m${i}: rename(id: "${i}", name: "x") { id }`).join(' ');
  const answer = await send(toy.gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer() },
    body: JSON.stringify({ query: `mutation { ${names} }` }),
  });
  expect(codeOf(answer)).toBe('OPERATION_TOO_COMPLEX');
  expect(counts.renames).toBe(0);
});

test('an outage of what knows the callers is said to be one, and is no word on the token or the schema', async () => {
  const down = { callerOf: () => Promise.reject(new Error('ECONNREFUSED 10.1.2.3:3306')) };
  const broken = await startSingle(cleanup, { gateway: { callers: down } });
  const ask = (token: string, query: string): Promise<Answer> =>
    send(broken.gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
  const known = await ask(broken.token, '{ now }');
  expect([known.status, codeOf(known), known.headers.get('retry-after')]).toEqual([503, 'NOT_READY', '1']);
  expect(known.text).not.toMatch(/10\.1\.2\.3|ECONN/);
  expect((await ask('abc.def.ghi', '{ now }')).status).toBe(401);
});
