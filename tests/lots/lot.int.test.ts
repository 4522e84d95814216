/** What the graph says about one lot. */
import { toId } from '../../canonical/ids';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { ask, askEntities, codesOf, dataOf, requestContext } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { KIT_GTIN, KIT_LOT, fillLotWorld, scrapBySerial } from './lot-world';
import { FULL_LOT, lotsSubgraph, openCanonical } from './lots-subgraph';

interface Amount {
  readonly amount: string;
}
interface Page<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

describeEachDatabase('one lot', (open) => {
  let subgraph: Subgraph;

  beforeAll(async () => {
    const database = await openCanonical(open);
    await fillLotWorld(database, 2);
    await scrapBySerial(database, KIT_LOT + 1);
    subgraph = lotsSubgraph(database);
  });

  async function lotOf<T>(selection: string, item = 'KIT-1001', lotNumber = 'LT000'): Promise<T> {
    const query = `query ($item: String!, $lot: String!) { lot(item: $item, lotNumber: $lot) { ${selection} } }`;
    return (await dataOf<{ lot: T }>(subgraph, query, { item, lot: lotNumber })).lot;
  }

  it('answers every field without an error', async () => {
    const result = await ask(subgraph, `{ lot(item: "KIT-1001", lotNumber: "LT000") { ${FULL_LOT} } }`);
    expect(result.errors).toBeUndefined();
  });

  it('tells lot numbers that differ in case apart', async () => {
    expect(await lotOf('id', 'KIT-1001', 'lt000')).toBeNull();
  });

  it('keeps a running balance that adds up, in all and at each location', async () => {
    const { movements } = await lotOf<{
      movements: Page<{
        quantity: Amount;
        balance: Amount;
        balanceAtLocation: Amount;
        location: { code: string };
      }>;
    }>(
      'movements { nodes { quantity { amount } balance { amount } balanceAtLocation { amount } location { code } } }',
    );
    expect(
      movements.nodes.map((one) => [
        one.location.code,
        one.quantity.amount,
        one.balance.amount,
        one.balanceAtLocation.amount,
      ]),
    ).toEqual([
      ['SZ-FG', '100', '100', '100'],
      ['SZ-FG', '-60', '40', '40'],
      ['RTM-MAIN', '60', '100', '60'],
      ['RTM-MAIN', '-0.5', '99.5', '59.5'],
      ['RTM-MAIN', '-49.5', '50', '10'],
    ]);
  });

  it('carries the balance over a page break', async () => {
    const page = `nodes { id balance { amount } } pageInfo { hasNextPage endCursor }`;
    type Movements = { movements: Page<{ id: string; balance: Amount }> };
    const first = (await lotOf<Movements>(`movements(first: 2) { ${page} }`)).movements;
    const rest = (
      await lotOf<Movements>(`movements(first: 3, after: "${first.pageInfo.endCursor ?? ''}") { ${page} }`)
    ).movements;
    expect([...first.nodes, ...rest.nodes].map((one) => one.balance.amount)).toEqual([
      '100',
      '40',
      '100',
      '99.5',
      '50',
    ]);
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  it('keeps the ledgers of two systems apart', async () => {
    const { movements } = await lotOf<{ movements: Page<{ balance: Amount; ledger: string }> }>(
      'movements(ledger: "erp") { nodes { ledger balance { amount } } }',
    );
    expect(movements.nodes).toEqual([{ ledger: 'erp', balance: { amount: '101' } }]);
  });

  it('gives a movement the same balance when it is asked for by reference', async () => {
    const { movements } = await lotOf<{ movements: Page<{ id: string; balance: Amount }> }>(
      'movements { nodes { id balance { amount } } }',
    );
    const ids = movements.nodes.map((one) => one.id);
    expect(await askEntities(subgraph, 'Movement', ids, 'id balance { amount }')).toEqual(movements.nodes);
  });

  it('judges shelf life by the calendar of the site that holds most of the lot', async () => {
    // 2026-06-01T00:00Z is the first of June in Suzhou, which holds 40 of 50
    expect(
      await lotOf('remainingShelfLife { days percent asOf timeZone timeZoneBasis site { code } }'),
    ).toEqual({
      remainingShelfLife: {
        ...{ days: 700, percent: '95.75', asOf: '2026-06-01', timeZone: 'Asia/Shanghai' },
        ...{ timeZoneBasis: 'HOLDING_SITE', site: { code: 'SZ' } },
      },
    });
  });

  it('judges shelf life by the site and day that are asked for, and refuses a site that nobody knows', async () => {
    expect(
      await lotOf('remainingShelfLife(asOf: "2028-05-02", site: "RTM") { days expired timeZone }'),
    ).toEqual({
      remainingShelfLife: { days: -1, expired: true, timeZone: 'Europe/Amsterdam' },
    });
    const result = await ask(
      subgraph,
      '{ lot(item: "KIT-1001", lotNumber: "LT000") { remainingShelfLife(site: "NOWHERE") { days } } }',
    );
    expect(codesOf(result)).toEqual(['INVALID_INPUT']);
  });

  it('says that it judged in UTC when no site holds the lot, and adds a computed expiry hold to the stated one', async () => {
    expect(
      await lotOf(
        'remainingShelfLife { days expired timeZone timeZoneBasis } usable holds { kind computed since }',
        'RES-1001',
        'LTRES',
      ),
    ).toEqual({
      remainingShelfLife: { days: -1, expired: true, timeZone: 'UTC', timeZoneBasis: 'DEFAULT' },
      usable: false,
      holds: [
        { kind: 'QUALITY', computed: false, since: '2026-05-05T00:00:00.000Z' },
        { kind: 'EXPIRY', computed: true, since: '2026-06-01T00:00:00.000Z' },
      ],
    });
  });

  it('reaches the documents of all six stages, the orders included', async () => {
    const { documents } = await lotOf<{ documents: Page<{ number: string; stage: string }> }>(
      'documents { nodes { number stage } }',
    );
    expect(documents.nodes.map((one) => `${one.stage} ${one.number}`).sort()).toEqual([
      'INSPECTION REQ-1',
      'PRODUCTION SE-1',
      'PURCHASE PO-1',
      'PUT_AWAY PUT-1',
      'RECEIPT PREC-1',
      'SALE DN-1',
      'SALE SO-1',
    ]);
  });

  it('shows one edge for a transformation with two input lines, with the exact sum', async () => {
    expect(
      await lotOf(
        'ancestors { nodes { lot { lotNumber } consumed { amount uom } produced { amount uom } document { number } } }',
      ),
    ).toEqual({
      ancestors: {
        nodes: [
          {
            lot: { lotNumber: 'LTRES' },
            consumed: { amount: '0.3', uom: 'Kg' },
            produced: { amount: '100', uom: 'Nos' },
            document: { number: 'SE-1' },
          },
        ],
      },
    });
  });

  it('pages over descendants without losing or repeating one', async () => {
    const page = 'nodes { lot { lotNumber } } pageInfo { hasNextPage endCursor }';
    type Found = { descendants: Page<{ lot: { lotNumber: string } }> };
    const first = (await lotOf<Found>(`descendants(first: 1) { ${page} }`, 'RES-1001', 'LTRES')).descendants;
    const second = (
      await lotOf<Found>(
        `descendants(first: 1, after: "${first.pageInfo.endCursor ?? ''}") { ${page} }`,
        'RES-1001',
        'LTRES',
      )
    ).descendants;
    expect([...first.nodes, ...second.nodes].map((one) => one.lot.lotNumber)).toEqual(['LT000', 'LT001']);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it('counts serials by state and lists them by number', async () => {
    expect(
      await lotOf(
        'serialCounts { state count } serials(first: 2) { nodes { serialNumber } pageInfo { hasNextPage } }',
      ),
    ).toEqual({
      serialCounts: [
        { state: 'IN_STOCK', count: 2 },
        { state: 'SHIPPED', count: 1 },
      ],
      serials: {
        nodes: [{ serialNumber: 'LT000-S1' }, { serialNumber: 'LT000-S2' }],
        pageInfo: { hasNextPage: true },
      },
    });
  });

  it('tells everything that happened in one order, and marks what was recorded late or corrected', async () => {
    const { timeline } = await lotOf<{
      timeline: Page<{
        kind: string;
        on: string;
        title: string;
        late: boolean | null;
        corrected: boolean | null;
      }>;
    }>('timeline(first: 100) { nodes { kind on title late corrected } }');
    const kinds = timeline.nodes.map((one) => one.kind);
    expect(kinds.slice(-2)).toEqual(['RECALL_OPENED', 'EXPIRES']);
    expect(new Set(kinds)).toEqual(
      new Set([
        'DOCUMENT',
        'MANUFACTURED',
        'MOVEMENT',
        'INSPECTION_SAMPLED',
        'INSPECTION_PUBLISHED',
        'DISPOSITION',
        'RECALL_OPENED',
        'EXPIRES',
      ]),
    );
    const late = timeline.nodes.filter((one) => one.late === true && one.kind === 'MOVEMENT');
    expect(late.map((one) => one.title)).toEqual(['Transfer out -60 Nos']);
    expect(timeline.nodes.find((one) => one.kind === 'RECALL_OPENED')).toMatchObject({
      title: 'Recall opened RC-1 (II)',
      corrected: true,
    });
    // 18:00 UTC on the last of April is the first of May in Suzhou
    expect(timeline.nodes.find((one) => one.title === 'Production 100 Nos')?.on).toBe('2026-05-01');
  });

  it('walks the timeline in pages to the same list', async () => {
    const all = await lotOf<{ timeline: Page<{ title: string; kind: string }> }>(
      'timeline(first: 100) { nodes { title kind } }',
    );
    const walked: unknown[] = [];
    let after: string | null = null;
    do {
      const argument: string = after === null ? '' : `, after: "${after}"`;
      const { timeline } = await lotOf<{ timeline: Page<{ title: string; kind: string }> }>(
        `timeline(first: 3${argument}) { nodes { title kind } pageInfo { hasNextPage endCursor } }`,
      );
      walked.push(...timeline.nodes);
      after = timeline.pageInfo.hasNextPage ? timeline.pageInfo.endCursor : null;
    } while (after !== null);
    expect(walked).toEqual(all.timeline.nodes);
  });

  it('writes titles in the language of the request', async () => {
    const { lot } = await dataOf<{ lot: { timeline: Page<{ title: string }> } }>(
      subgraph,
      '{ lot(item: "KIT-1001", lotNumber: "LT000") { timeline(first: 100) { nodes { title } } } }',
      {},
      requestContext('zh'),
    );
    expect(lot.timeline.nodes.map((one) => one.title)).toContain('产出 100 Nos');
  });

  it('finds the lot of a scanned label, by lot number or by serial number', async () => {
    const scanned = (udi: string): Promise<{ lotByUdi: { id: string } | null }> =>
      dataOf(subgraph, 'query ($udi: String!) { lotByUdi(udi: $udi) { id } }', { udi });
    const id = toId('lot', KIT_LOT);
    expect(await scanned(`]C101${KIT_GTIN}17280501` + '10LT000')).toEqual({ lotByUdi: { id } });
    expect(await scanned(`(01)${KIT_GTIN}(21)LT000-S2`)).toEqual({ lotByUdi: { id } });
    expect(await scanned(`https://id.gs1.org/01/${KIT_GTIN}/10/nothing`)).toEqual({ lotByUdi: null });
  });

  it('refuses a label whose serial number is none of the lot that it names', async () => {
    const scan = (serial: string): ReturnType<typeof ask> =>
      ask(subgraph, `{ lotByUdi(udi: "(01)${KIT_GTIN}(10)LT000(21)${serial}") { id } }`);
    const id = toId('lot', KIT_LOT);
    expect((await scan('LT000-S2')).data).toEqual({ lotByUdi: { id } });
    expect(codesOf(await scan('UNKNOWN-1'))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await scan('LT001-S2'))).toEqual(['INVALID_INPUT']);
  });

  it('refuses a label whose dates are not those of the record', async () => {
    const scan = (dates: string): ReturnType<typeof ask> =>
      ask(subgraph, `{ lotByUdi(udi: "(01)${KIT_GTIN}${dates}(10)LT000") { id } }`);
    const found = { lotByUdi: { id: toId('lot', KIT_LOT) } };
    expect((await scan('(17)280501(11)260501')).data).toEqual(found);
    expect((await scan('(11)260500')).data).toEqual(found);

    const expired = (await scan('(17)270225')).errors?.[0]?.originalError;
    expect(expired).toMatchObject({
      code: 'INVALID_INPUT',
      facts: { label: '2027-02-25', record: '2028-05-01' },
    });
    expect(expired?.message).toContain("The label's expiry (17) differs from the record's");
    expect((await scan('(17)280500')).errors?.[0]?.originalError).toMatchObject({
      facts: { label: '2028-05-31', record: '2028-05-01' },
    });
    expect((await scan('(11)260502')).errors?.[0]?.originalError).toMatchObject({
      facts: { label: '2026-05-02', record: '2026-05-01' },
    });
  });

  it('tells movements that differ in nothing but their record as one entry, with their sum', async () => {
    const { timeline } = await lotOf<{
      timeline: Page<{ title: string; count: number; corrected: boolean }>;
    }>('timeline(first: 100) { nodes { title count corrected } }', 'KIT-1001', 'LT001');
    const serialised = timeline.nodes.filter((one) => one.title.startsWith('Scrap'));
    expect(serialised).toEqual([{ title: 'Scrap -3 Nos', count: 3, corrected: true }]);
  });

  it('finds documents by number, and goes on from a cursor', async () => {
    const query = `query ($after: String) { documents(number: "SE-1", first: 1, after: $after) {
      nodes { number documentType basedOn { number } } pageInfo { hasNextPage endCursor } } }`;
    type Found = { documents: Page<{ number: string }> };
    const { documents } = await dataOf<Found>(subgraph, query);
    expect(documents.nodes).toEqual([{ number: 'SE-1', documentType: 'PRODUCTION_ENTRY', basedOn: null }]);
    const after = documents.pageInfo.endCursor;
    expect((await dataOf<Found>(subgraph, query, { after })).documents.nodes).toEqual([]);
  });

  it('names the copies that it read in the source report', async () => {
    const request = requestContext();
    await dataOf(subgraph, '{ lot(item: "KIT-1001", lotNumber: "LT000") { lotNumber } }', {}, request);
    expect(request.sources.list().map((one) => `${one.system} ${one.mode} ${one.status}`)).toEqual([
      'erp COPY OK',
      'lims COPY OK',
      'wms COPY OK',
    ]);
  });
});
