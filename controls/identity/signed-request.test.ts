import { FixedClock } from '../../platform/clock';
import type { RequestFacts } from '../../platform/request';
import { Secret } from '../../platform/secret';
import { NonceStore } from './nonce-store';
import { RequestSigner, RequestVerifier, SIGNATURE_WINDOW_MS, type SignedHeaders } from './signed-request';

const KEY = new Secret('k'.repeat(32));
const START = Date.parse('2026-11-20T02:00:00Z');
const facts: RequestFacts = {
  requestId: 'r-1',
  caller: {
    subject: 'ann',
    name: '安',
    person: null,
    kind: 'person',
    roles: ['analyst'],
    sites: [],
    suppliers: [],
    session: 's',
    client: null,
    onBehalfOf: null,
  },
  language: 'zh',
  now: START,
  policyVersion: 'test',
};
const BODY = Buffer.from('{"query":"{ __typename }"}');

function setUp(): {
  clock: FixedClock;
  verifier: RequestVerifier;
  headers: SignedHeaders;
  verify: (change?: Partial<{ method: string; path: string; body: Buffer; headers: object }>) => unknown;
} {
  const clock = new FixedClock(START);
  const verifier = new RequestVerifier(KEY, clock, 'replica-1');
  const signer = new RequestSigner(KEY, clock);
  const headers = signer.sign({
    method: 'POST',
    path: '/graphql',
    body: BODY,
    facts,
    deadlineMs: 800,
    replica: 'replica-1',
  });
  const verify = (change: object = {}): unknown =>
    verifier.verify({ method: 'POST', path: '/graphql', body: BODY, headers: { ...headers }, ...change });
  return { clock, verifier, headers, verify };
}

const refusal = expect.objectContaining({ code: 'UNAUTHENTICATED', message: 'Sign in first.' }) as unknown;
const refusalOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('a signed request', () => {
  test('gives back the facts that were signed', () => {
    expect(setUp().verify()).toEqual({ facts, deadlineMs: 800 });
  });

  test('is refused when it is sent again', () => {
    const { verify } = setUp();
    verify();
    expect(refusalOf(verify)).toEqual(refusal);
  });

  test.each([-SIGNATURE_WINDOW_MS - 1, SIGNATURE_WINDOW_MS + 1])(
    'is refused %i ms away from its time',
    (offset) => {
      const { clock, verify } = setUp();
      clock.set(START + offset);
      expect(refusalOf(verify)).toEqual(refusal);
    },
  );

  test.each([-SIGNATURE_WINDOW_MS, SIGNATURE_WINDOW_MS])('is accepted %i ms away from its time', (offset) => {
    const { clock, verify } = setUp();
    clock.set(START + offset);
    expect(verify()).toMatchObject({ facts });
  });

  test.each([
    ['method', { method: 'PUT' }],
    ['path', { path: '/graphql?x' }],
    ['body', { body: Buffer.from('{"query":"{ _service { sdl } }"}') }],
  ])('is refused with another %s', (_name, change) => {
    expect(refusalOf(() => setUp().verify(change))).toEqual(refusal);
  });

  test.each([
    'x-lotgraph-facts',
    'x-lotgraph-deadline-ms',
    'x-lotgraph-time',
    'x-lotgraph-nonce',
    'x-lotgraph-replica',
    'x-lotgraph-signature',
  ] as const)('is refused when %s is altered or missing', (name) => {
    const { headers, verify } = setUp();
    const altered = {
      ...headers,
      [name]: `${headers[name].startsWith('7') ? '8' : '7'}${headers[name].slice(1)}`,
    };
    expect(refusalOf(() => verify({ headers: altered }))).toEqual(refusal);
    const missing: Record<string, string> = { ...headers };
    Reflect.deleteProperty(missing, name);
    expect(refusalOf(() => verify({ headers: missing }))).toEqual(refusal);
  });

  test('is refused by another replica, and by one that was restarted', () => {
    const { clock, headers } = setUp();
    const other = new RequestVerifier(KEY, clock, 'replica-2');
    const request = { method: 'POST', path: '/graphql', body: BODY, headers: { ...headers } };
    expect(refusalOf(() => other.verify(request))).toEqual(refusal);
  });

  test('is refused under another key', () => {
    const { clock, headers } = setUp();
    const other = new RequestVerifier(new Secret('x'.repeat(32)), clock, 'replica-1');
    const request = { method: 'POST', path: '/graphql', body: BODY, headers: { ...headers } };
    expect(refusalOf(() => other.verify(request))).toEqual(refusal);
  });
});

describe('a nonce store', () => {
  test('forgets what could no longer be valid, and refuses rather than forget too early', () => {
    const store = new NonceStore(1000, 2);
    expect(store.admit('a', 0, 0)).toBe(true);
    expect(store.admit('b', 500, 500)).toBe(true);
    expect(store.admit('c', 900, 900)).toBe(false);
    expect(store.admit('a', 0, 1000)).toBe(false);
    expect(store.admit('d', 4000, 4000)).toBe(true);
  });
});
