/** A subgraph that fails, however it does, costs its own fields and nothing else. */
import { subgraphKeyOf } from '../../controls/identity/keys';
import { serveSubgraph } from '../../controls/serving/serve-subgraph';
import { silentLogger } from '../../platform/log';
import { startFailing, type Failure } from './failing-subgraph';
import { ask, Cleanup, startSingle, startSplit } from './toy-gateway';
import { toyLots, toyQuality } from './toy-subgraphs';
import { openAccess } from '../support/access';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const DEADLINES = {
  LOTGRAPH_REQUEST_DEADLINE_MS: '2000',
  LOTGRAPH_SUBGRAPH_DEADLINE_MS: '300',
  LOTGRAPH_SOURCE_DEADLINE_MS: '200',
};
const QUERY =
  '{ now lot(id: "1") { lotNumber status } lots(first: 2) { nodes { id status } } inspectionCount }';
const LOTS_PART = {
  now: '2026-11-20T02:00:00.000Z',
  lot: { lotNumber: 'LT-1', status: null },
  lots: {
    nodes: [
      { id: '1', status: null },
      { id: '2', status: null },
    ],
  },
  inspectionCount: null,
};
const PATHS = [
  ['inspectionCount'],
  ['lot', 'status'],
  ['lots', 'nodes', 0, 'status'],
  ['lots', 'nodes', 1, 'status'],
];

const EXPECTED: Record<Failure, string> = {
  hang: 'DEADLINE_EXCEEDED',
  drip: 'DEADLINE_EXCEEDED',
  'bad gateway': 'SUBGRAPH_UNAVAILABLE',
  html: 'SUBGRAPH_UNAVAILABLE',
  'half json': 'SUBGRAPH_UNAVAILABLE',
  reset: 'SUBGRAPH_UNAVAILABLE',
  refuse: 'SUBGRAPH_UNAVAILABLE',
};

const sortedPaths = (paths: unknown[]): string[] => paths.map((path) => JSON.stringify(path)).sort();

describe('a subgraph behind HTTP that fails', () => {
  test.each(Object.entries(EXPECTED) as [Failure, string][])(
    'by %s costs its own fields: %s',
    async (failure, code) => {
      const failing = await startFailing(cleanup, failure);
      const toy = await startSplit(cleanup, { env: DEADLINES, urls: { quality: failing.url } });
      const { status, json, text } = await ask(toy, QUERY);
      expect(status).toBe(200);
      expect(json.data).toEqual(LOTS_PART);
      expect(new Set(json.errors?.map((error) => error.extensions['code']))).toEqual(new Set([code]));
      expect(new Set(json.errors?.map((error) => error.extensions['subgraph']))).toEqual(
        new Set(['quality']),
      );
      expect(sortedPaths(json.errors?.map((error) => error.path) ?? [])).toEqual(sortedPaths(PATHS));
      expect(text).not.toMatch(/nginx|10\.9\.8\.7|127\.0\.0\.1|socket|ECONN|undici/i);
    },
  );

  test.each(['bad gateway', 'reset', 'half json', 'hang'] as const)(
    'by %s is sent a mutation once',
    async (failure) => {
      const failing = await startFailing(cleanup, failure);
      const toy = await startSplit(cleanup, { env: DEADLINES, urls: { lots: failing.url } });
      const { json } = await ask(toy, 'mutation { rename(id: "1", name: "x") { id } }');
      expect(json.data).toEqual({ rename: null });
      expect(json.errors?.[0]?.path).toEqual(['rename']);
      expect(failing.posts()).toBe(1);
    },
  );

  test('is not ready', async () => {
    const failing = await startFailing(cleanup, 'refuse');
    const toy = await startSplit(cleanup, { urls: { quality: failing.url } });
    const response = await fetch(`${toy.gateway.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not ready',
      reasons: ['no answer from subgraph quality'],
    });
  });
});

describe('a subgraph in process that hangs', () => {
  test('costs its own fields', async () => {
    const toy = await startSingle(cleanup, {
      env: DEADLINES,
      subgraphs: [toyLots(), toyQuality({ hang: true })],
    });
    const { status, json } = await ask(toy, QUERY);
    expect(status).toBe(200);
    expect(json.data).toEqual(LOTS_PART);
    expect(json.errors?.[0]).toMatchObject({
      message: 'The answer took too long.',
      extensions: { code: 'DEADLINE_EXCEEDED', subgraph: 'quality' },
    });
  });

  test('holds no request longer than its deadline', async () => {
    const deadlines = {
      ...DEADLINES,
      LOTGRAPH_REQUEST_DEADLINE_MS: '400',
      LOTGRAPH_SUBGRAPH_DEADLINE_MS: '300',
    };
    const toy = await startSingle(cleanup, {
      env: deadlines,
      subgraphs: [toyLots(), toyQuality({ hang: true })],
    });
    const started = performance.now();
    await ask(toy, '{ slow(ms: 250) lot(id: "1") { status parent { status } } }');
    expect(performance.now() - started).toBeLessThan(900);
  });
});

test('a restarted subgraph service is recognised, and answers again', async () => {
  const toy = await startSplit(cleanup);
  expect((await ask(toy, '{ inspectionCount }')).json.data).toEqual({ inspectionCount: 7 });
  const service = toy.services.get('quality');
  await service?.close();
  const again = await serveSubgraph({
    access: openAccess,
    subgraph: toyQuality(),
    key: subgraphKeyOf(toy.config),
    log: silentLogger,
    port: Number(new URL(service?.url ?? '').port),
  });
  cleanup.add(() => again.close());
  expect((await ask(toy, '{ inspectionCount }')).json.data).toEqual({ inspectionCount: 7 });
});
