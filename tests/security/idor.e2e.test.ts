/** Reaching for rows of other sites by their ids, by way of others, by filters, orders and cursors. */
import { type Answer, Cleanup } from '../gateway/toy-gateway';
import { type SecurityWorld, startSecurityWorld } from './security-world';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

type Topology = 'single' | 'split';
const SITE = 'SZ';
let graph: SecurityWorld;
let all: string[] = [];
let own: string[] = [];

interface LotPage {
  readonly nodes: readonly { id: string }[];
  readonly pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** Ids of every lot that a caller of these sites is shown. */
async function lotsOf(sites: string[]): Promise<string[]> {
  const query =
    'query ($c: String) { lots(first: 200, after: $c) { nodes { id } pageInfo { endCursor hasNextPage } } }';
  const ids: string[] = [];
  for (let c: string | null = null, more = true; more;) {
    const { json }: Answer = await graph.post({ query, variables: { c } }, { sites });
    expect(json.errors).toBeUndefined();
    const page = json.data?.['lots'] as LotPage;
    ids.push(...page.nodes.map(({ id }) => id));
    [c, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  return ids;
}

beforeAll(async () => {
  graph = await startSecurityWorld(cleanup);
  [all, own] = [await lotsOf([]), await lotsOf([SITE])];
}, 240_000);

/** Every n-th of a list: enough to be shown a hole, few enough to be quick. */
const sample = (ids: readonly string[], count: number): string[] =>
  ids.filter((_, index) => index % Math.ceil(ids.length / count) === 0);

async function found(ids: readonly string[], topology: Topology): Promise<string[]> {
  const fields = ids.map((_, index) => `l${index}: lotById(id: $i${index}) { id }`).join(' ');
  const query = `query (${ids.map((_, index) => `$i${index}: ID!`).join(', ')}) { ${fields} }`;
  const variables = Object.fromEntries(ids.map((id, index) => [`i${index}`, id]));
  const { json } = await graph.post({ query, variables }, { sites: [SITE] }, { topology });
  return Object.values(json.data ?? {}).flatMap((lot) => (lot === null ? [] : [(lot as { id: string }).id]));
}

test('the site holds some lots and not others: there is something to reach for', () => {
  expect(own.length).toBeGreaterThan(20);
  expect(all.length - own.length).toBeGreaterThan(20);
  expect(own.filter((id) => !all.includes(id))).toEqual([]);
});

describe.each<Topology>(['single', 'split'])('with the %s topology', (topology) => {
  test('a lot of another site is not found by its id, and one of the own site is', async () => {
    const foreign = sample(
      all.filter((id) => !own.includes(id)),
      25,
    );
    const mine = sample(own, 25);
    expect(await found(foreign, topology)).toEqual([]);
    expect((await found(mine, topology)).sort()).toEqual([...mine].sort());
  });

  test('an id that is out of scope is answered like one that does not exist', async () => {
    const [foreign = ''] = all.filter((id) => !own.includes(id));
    const query = 'query ($id: ID!) { lotById(id: $id) { lotNumber movements(first: 1) { nodes { id } } } }';
    const ask = (id: string): Promise<Answer> =>
      graph.post(
        { query, variables: { id } },
        { sites: [SITE] },
        { topology, headers: { 'x-request-id': 'same-request' } },
      );
    const same = (text: string): string => text.replace(/"ageSeconds":\d+/g, '');
    expect(same((await ask(foreign)).text)).toBe(same((await ask('lot_zzzzzz')).text));
  });

  test('a lot of another site is not reached by way of one of the own', async () => {
    const query = `query ($id: ID!) { lotById(id: $id) {
      ancestors(first: 50) { nodes { lot { id } } } descendants(first: 50) { nodes { lot { id } } } } }`;
    for (const id of sample(own, 25)) {
      const { text } = await graph.post({ query, variables: { id } }, { sites: [SITE] }, { topology });
      const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, other]) => other ?? '');
      expect(ids.filter((other) => !own.includes(other))).toEqual([]);
    }
  });
});

test('a cursor of somebody who sees all sites shows nothing of them to somebody who does not', async () => {
  const query = 'query ($c: String) { lots(first: 100, after: $c) { nodes { id } pageInfo { endCursor } } }';
  const first = await graph.post({ query, variables: { c: null } }, { sites: [] });
  const { pageInfo } = first.json.data?.['lots'] as LotPage;
  const { text } = await graph.post({ query, variables: { c: pageInfo.endCursor } }, { sites: [SITE] });
  const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(ids.filter((id) => !own.includes(id))).toEqual([]);
});
