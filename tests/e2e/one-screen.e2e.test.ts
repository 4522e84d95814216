/** The one-screen query over the demo world, as a user sends it: right, bounded, and the same in both topologies. */
import { EXAMPLE } from '../../demo/index';
import { startSyncedWorld, type DemoWorld } from '../support/demo-world';
import { ONE_SCREEN, startWorldGateway, type WorldGateway } from './world-gateway';

jest.setTimeout(180_000);

interface Quantity {
  amount: string;
}

interface Origin {
  system: string;
  nativeKey: string;
  readAt: string;
}

interface Lot {
  stock: { onHand: Quantity; location: { code: string }; mode: string }[];
  movements: { nodes: { quantity: Quantity; balance: Quantity }[] };
  stages: {
    stage: string;
    documents: { number: string; source: { system: string; nativeKey: string; readAt: string } }[];
  }[];
  timeline: { nodes: { at: string | null; on: string | null; source: { system: string } | null }[] };
  recalls: unknown[];
}

const KIT = { item: EXAMPLE.itemCode, lotNumber: EXAMPLE.lotNumber };
const STAGES = ['PURCHASE', 'RECEIPT', 'PRODUCTION', 'INSPECTION', 'PUT_AWAY', 'SALE'];

/** A screen's parts, each small enough for 50 lots within the cost limit, with the calls to the WMS that it costs. */
const PARTS_OF_A_LOT: [string, string, number][] = [
  [
    'stock and flow',
    `item { code } manufacturer { name } remainingShelfLife { days } holds { kind } serialCounts { state count }
      stock { onHand { amount } location { code } }
      movements(first: 5) { nodes { quantity { amount } balance { amount } source { system nativeKey } } }
      documents(first: 5) { nodes { number stage } } ancestors(first: 5) { nodes { lot { lotNumber } } }
      descendants(first: 5) { nodes { lot { lotNumber } } }`,
    1,
  ],
  [
    'stages and timeline',
    `stages(first: 2) { stage documents { number lot { lotNumber } document { number } inspection { number }
      source { system nativeKey } } } timeline(first: 5) { nodes { title source { system } } }`,
    0,
  ],
  [
    'quality and origin',
    `inspections { number results { keyword value } } disposition recalls { number }
      provenance { term value conflict } findings { rule }`,
    0,
  ],
];

describe('the one-screen query', () => {
  let world: DemoWorld;
  let single: WorldGateway;
  let split: WorldGateway;

  beforeAll(async () => {
    world = await startSyncedWorld();
    single = await startWorldGateway(world, 'single');
    split = await startWorldGateway(world, 'split');
  });

  afterAll(async () => {
    await split.close();
    await single.close();
    await world.close();
  });

  const lotOf = (data: unknown): Lot => (data as { lot: Lot }).lot;

  it('answers with data of all systems, each said to be current', async () => {
    const answer = await single.ask(ONE_SCREEN, KIT);
    expect(answer.errors).toBeUndefined();
    expect(answer.sources.map(({ system, mode, status }) => `${system} ${mode} ${status}`)).toEqual([
      'erp COPY OK',
      'lims COPY OK',
      'qa COPY OK',
      'wms COPY OK',
      'wms LIVE OK',
    ]);
  });

  it('shows all six stages, each document with system, key and read time', async () => {
    const { stages } = lotOf((await single.ask(ONE_SCREEN, KIT)).data);
    expect(stages.map((one) => one.stage)).toEqual(STAGES);
    for (const { documents } of stages) {
      expect(documents).not.toHaveLength(0);
      for (const { source } of documents) {
        expect(source.system).toMatch(/^(erp|wms|lims)$/);
        expect(source.nativeKey).not.toBe('');
        expect(Date.parse(source.readAt)).not.toBeNaN();
      }
    }
  });

  it('says of every fact and every date which system, key and reading it comes from', async () => {
    const { data } = await single.ask(ONE_SCREEN, KIT);
    const lot = (data as { lot: Record<string, unknown> }).lot;
    const facts = [
      'serials',
      'movements',
      'documents',
      'ancestors',
      'inspections',
      'dispositions',
      'provenance',
    ];
    for (const name of facts) {
      const value = lot[name] as unknown[] | { nodes: unknown[] };
      const rows = (Array.isArray(value) ? value : value.nodes) as {
        source: Origin | null;
        value?: string | null;
      }[];
      expect(rows).not.toHaveLength(0);
      for (const { source, value: golden } of rows) {
        if (golden === null) continue;
        expect(source).toMatchObject({ system: expect.stringMatching(/^(erp|wms|lims)$/) as string });
        expect(source?.nativeKey).not.toBe('');
        expect(Date.parse(source?.readAt ?? '')).not.toBeNaN();
      }
    }
  });

  it('shows the recall of an ancestor', async () => {
    const { data } = await single.ask(ONE_SCREEN, KIT);
    const { recallHistory } = (data as { lot: { recallHistory: { relation: string }[] } }).lot;
    expect(recallHistory.map((one) => one.relation)).toEqual(['ANCESTOR']);
  });

  it.each([
    ['{ lots(filter: { expiresBefore: "2026-02-30" }, first: 1) { nodes { id } } }', {}],
    [
      'query($d: LocalDate) { lots(filter: { expiresBefore: $d }, first: 1) { nodes { id } } }',
      { d: '0000-00-00' },
    ],
  ])("refuses a date that no calendar has as the caller's mistake: %s", async (query, variables) => {
    for (const gateway of [single, split]) {
      const { errors } = await gateway.ask(query, variables);
      expect(errors?.map((one) => one.extensions['code'])).toEqual(['INVALID_INPUT']);
    }
  });

  it('keeps a running balance that adds up to the stock that the WMS itself states', async () => {
    const { movements, stock } = lotOf((await single.ask(ONE_SCREEN, KIT)).data);
    let balance = 0;
    for (const movement of movements.nodes) {
      balance += Number(movement.quantity.amount);
      expect(movement.balance.amount).toBe(String(balance));
    }
    const onHand = stock.map((one) => Number(one.onHand.amount)).reduce((sum, one) => sum + one, 0);
    expect(stock.every((one) => one.mode === 'LIVE')).toBe(true);
    expect(onHand).toBe(balance);
  });

  it('merges a time line of several systems in order', async () => {
    const { nodes } = lotOf((await single.ask(ONE_SCREEN, KIT)).data).timeline;
    expect(new Set(nodes.map((one) => one.source?.system)).size).toBeGreaterThanOrEqual(3);
    const days = nodes.map((one) => one.on ?? one.at?.slice(0, 10) ?? '');
    expect(days).toEqual([...days].sort());
  });

  it.each([
    ['one screen', ONE_SCREEN, KIT],
    [
      'a page of lots',
      '{ lots(first: 25) { nodes { id lotNumber stock { onHand { amount } mode } inspections { number verdict } } pageInfo { endCursor hasNextPage } } }',
      {},
    ],
    [
      'a trace',
      'query($item: String!, $lotNumber: String!) { lot(item: $item, lotNumber: $lotNumber) { trace(direction: BACKWARD) { complete counts { lots holders } nodes(first: 50) { nodes { depth lot { id lotNumber } } } } } }',
      KIT,
    ],
    ['findings', '{ findings(first: 20) { nodes { rule severity facts } } sourceSystems { id stale } }', {}],
    ['an error', '{ lots(first: 100000) { nodes { id } } }', {}],
  ])('is the same, byte for byte, in one process and split: %s', async (_name, query, variables) => {
    for (const language of ['en', 'zh-CN']) {
      const one = await single.ask(query, variables, language);
      const two = await split.ask(query, variables, language);
      expect(two.text).toBe(one.text);
    }
  });

  it.each(PARTS_OF_A_LOT)(
    'costs the same number of statements and calls for 1, 10 and 50 lots: %s',
    async (_name, fields, calls) => {
      const query = `query($n: Int!) { lots(first: $n, orderBy: { id: ASC }, filter: { expiresAfter: "2020-01-01", items: ["KIT-1001", "KIT-1002", "KIT-1003", "KIT-1004"] }) {
        nodes { id lotNumber ${fields} } } }`;
      const cost = async (n: number): Promise<{ statements: number; calls: number }> => {
        const wms = await requestsTo(world);
        const before = world.services.database.statementCount;
        const answer = await single.ask(query, { n });
        expect(answer.errors).toBeUndefined();
        expect((answer.data as { lots: { nodes: unknown[] } }).lots.nodes).toHaveLength(n);
        return {
          statements: world.services.database.statementCount - before,
          calls: (await requestsTo(world)) - wms,
        };
      };
      const one = await cost(1);
      expect(await cost(10)).toEqual(one);
      expect(await cost(50)).toEqual(one);
      expect(one.calls).toBe(calls);
    },
  );
});

/** Requests that the WMS has answered, its own statistics left out. */
async function requestsTo(world: DemoWorld): Promise<number> {
  const response = await fetch(`${world.simulators.wms.url}/__stats`);
  const { requests } = (await response.json()) as { requests: Record<string, number> };
  return Object.entries(requests)
    .filter(([path]) => path.includes('/api/') && !path.includes('login'))
    .reduce((sum, [, count]) => sum + count, 0);
}
