/** Lists of lots: order, filters, and pages that hold still while lots are added. */
import { LotHoldRow, LotRow } from '../../canonical/entities/lot.entity';
import { ItemRow, PartyRow, SiteRow } from '../../canonical/entities/catalogue.entity';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { ask, codesOf, dataOf } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { lotsSubgraph, openCanonical } from './lots-subgraph';

interface LotPage {
  readonly nodes: readonly { readonly lotNumber: string; readonly expiresOn: string | null }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const LIST = `query ($first: Int!, $after: String, $filter: LotFilter, $orderBy: LotOrder) {
  lots(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { lotNumber expiresOn } pageInfo { hasNextPage endCursor } } }`;

/** Lot numbers with their expiry; equal dates and missing ones on purpose. */
const LOTS: readonly (readonly [string, string | null])[] = [
  ['B1', '2026-05-31'],
  ['b1', null],
  ['A1', '2026-06-30'],
  ['A2', '2026-05-31'],
  ['A10', null],
  ['Z%_', '2027-01-01'],
];

function lotRow(pk: number, lotNumber: string, expiresOn: string | null, extra: object = {}): object {
  return {
    ...{ pk, itemPk: 1, manufacturerPk: null, supplierPk: null, lotNumber, manufacturedOn: null, expiresOn },
    ...{ expiryPrecision: null, sterilizationLoad: null, producedMicros: null, uom: null, mastered: true },
    ...extra,
  };
}

async function fill(database: Database): Promise<void> {
  await database.write(async (manager) => {
    const item = { name: null, nameZh: null, itemClass: null, uom: null, shelfLifeDays: null, gtin: null };
    await manager.insert(ItemRow, [
      { pk: 1, code: 'I-1', ...item, active: true, mastered: true },
      { pk: 2, code: 'I-2', ...item, active: true, mastered: true },
    ]);
    const party = { name: null, nameZh: null, country: null, mastered: true, role: 'MANUFACTURER' };
    await manager.insert(PartyRow, [
      { pk: 1, code: 'M-1', ...party },
      { pk: 2, code: 'M-2', ...party },
    ]);
    await manager.insert(SiteRow, {
      pk: 1,
      code: 'SZ',
      name: null,
      nameZh: null,
      timeZone: 'Asia/Shanghai',
      mastered: true,
    });
    await manager.insert(
      LotRow,
      LOTS.map(([number, date], index) => lotRow(index + 1, number, date)),
    );
    await manager.insert(LotRow, [
      lotRow(101, 'SAME', null, { itemPk: 2, manufacturerPk: 1 }),
      lotRow(102, 'SAME', null, { itemPk: 2, manufacturerPk: 2 }),
    ] as LotRow[]);
    await manager.insert(LotHoldRow, {
      recordPk: 1,
      lotPk: 3,
      system: 'erp',
      kind: 'QUALITY',
      reason: null,
      since: 0,
    });
  });
}

describeEachDatabase('lists of lots', (open) => {
  let database: Database;
  let subgraph: Subgraph;

  beforeAll(async () => {
    database = await openCanonical(open);
    await fill(database);
    subgraph = lotsSubgraph(database);
  });

  async function list(variables: Record<string, unknown>): Promise<LotPage> {
    const all = {
      first: 50,
      ...variables,
      filter: { items: ['I-1'], ...(variables.filter as object | undefined) },
    };
    return (await dataOf<{ lots: LotPage }>(subgraph, LIST, all)).lots;
  }

  async function walk(variables: Record<string, unknown>): Promise<string[]> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const page: LotPage = await list({ ...variables, first: 2, after });
      found.push(...page.nodes.map((one) => one.lotNumber));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  }

  const numbers = (page: LotPage): string[] => page.nodes.map((one) => one.lotNumber);

  it.each([
    [{ lotNumber: 'ASC' }, ['A1', 'A10', 'A2', 'B1', 'Z%_', 'b1']],
    [{ lotNumber: 'DESC' }, ['b1', 'Z%_', 'B1', 'A2', 'A10', 'A1']],
    [{ expiresOn: 'ASC' }, ['B1', 'A2', 'A1', 'Z%_', 'b1', 'A10']],
    [{ expiresOn: 'DESC' }, ['Z%_', 'A1', 'A2', 'B1', 'A10', 'b1']],
    [{ id: 'DESC' }, ['Z%_', 'A10', 'A2', 'A1', 'b1', 'B1']],
  ])('orders by %j, what has no value last, the same in pages of two', async (orderBy, expected) => {
    expect(numbers(await list({ orderBy }))).toEqual(expected);
    expect(await walk({ orderBy })).toEqual(expected);
  });

  it('neither repeats nor loses a lot when others are added between two pages', async () => {
    const orderBy = { expiresOn: 'ASC' };
    const first = await list({ first: 2, orderBy });
    await database.write((manager) =>
      manager.insert(LotRow, [lotRow(50, 'A0', '2026-01-01'), lotRow(51, 'Z9', '2028-01-01')] as LotRow[]),
    );
    const rest = await list({ orderBy, after: first.pageInfo.endCursor });
    await database.write((manager) => manager.delete(LotRow, [50, 51]));
    expect([...numbers(first), ...numbers(rest)]).toEqual(['B1', 'A2', 'A1', 'Z%_', 'Z9', 'b1', 'A10']);
  });

  it('takes a prefix literally and keeps upper and lower case apart', async () => {
    expect(numbers(await list({ filter: { lotNumberPrefix: 'A1' } }))).toEqual(['A1', 'A10']);
    expect(numbers(await list({ filter: { lotNumberPrefix: 'b' } }))).toEqual(['b1']);
    expect(numbers(await list({ filter: { lotNumberPrefix: 'Z%' } }))).toEqual(['Z%_']);
    expect(numbers(await list({ filter: { lotNumberPrefix: '%' } }))).toEqual([]);
  });

  it('narrows by expiry, leaving the named dates out', async () => {
    expect(
      numbers(await list({ filter: { expiresAfter: '2026-05-31', expiresBefore: '2027-01-01' } })),
    ).toEqual(['A1']);
  });

  it('finds stated holds and the expiry hold that follows from the date', async () => {
    // it is the first of June everywhere but in the west, and no site holds these lots: UTC
    expect(numbers(await list({ filter: { hasHold: ['EXPIRY'] } }))).toEqual(['A2', 'B1']);
    expect(numbers(await list({ filter: { hasHold: ['QUALITY', 'EXPIRY'] } }))).toEqual(['A1', 'A2', 'B1']);
    expect(numbers(await list({ filter: { hasHold: [] } }))).toEqual([]);
  });

  it('refuses a cursor of another order, a broken one, and a page that is too large', async () => {
    const { pageInfo } = await list({ first: 1, orderBy: { expiresOn: 'ASC' } });
    const refused = async (variables: object): Promise<string[]> =>
      codesOf(await ask(subgraph, LIST, { first: 1, filter: { items: ['I-1'] }, ...variables }));
    expect(await refused({ after: pageInfo.endCursor })).toEqual(['INVALID_INPUT']);
    expect(await refused({ after: pageInfo.endCursor, orderBy: { expiresOn: 'DESC' } })).toEqual([
      'INVALID_INPUT',
    ]);
    expect(await refused({ after: 'nonsense' })).toEqual(['INVALID_INPUT']);
    expect(await refused({ first: 201 })).toEqual(['INVALID_INPUT']);
    expect(await refused({ orderBy: { id: 'ASC', lotNumber: 'ASC' } })).toEqual(['INVALID_INPUT']);
  });

  it('refuses a cursor that somebody wrote, and binds what it takes from one', async () => {
    const tampered = async (orderBy: object, position: readonly unknown[]): Promise<string[]> => {
      const { endCursor } = (await list({ first: 1, orderBy })).pageInfo;
      const [scope] = JSON.parse(Buffer.from(endCursor ?? '', 'base64url').toString()) as string[];
      const after = Buffer.from(JSON.stringify([scope, ...position])).toString('base64url');
      return codesOf(await ask(subgraph, LIST, { first: 1, filter: { items: ['I-1'] }, orderBy, after }));
    };
    const invalid = ['INVALID_INPUT'];
    for (const orderBy of [{ lotNumber: 'ASC' }, { expiresOn: 'ASC' }, { id: 'ASC' }]) {
      expect(await tampered(orderBy, ['zzz', '1 or 1=1'])).toEqual(invalid);
      expect(await tampered(orderBy, [1e308, -5])).toEqual(invalid);
      expect(await tampered(orderBy, [null, null])).toEqual(invalid);
      expect(await tampered(orderBy, ['2027-01-01', null])).toEqual(invalid);
      expect(await tampered(orderBy, ['2027-01-01\0', 1])).toEqual(invalid);
    }
    expect(await tampered({ lotNumber: 'ASC' }, [null, 1])).toEqual(invalid);
    expect(await tampered({ expiresOn: 'ASC' }, ['B1', 1])).toEqual(invalid);
    expect(await tampered({ expiresOn: 'ASC' }, [null, 1])).toEqual([]);

    const { endCursor } = (await list({ first: 1, orderBy: { id: 'ASC' } })).pageInfo;
    const log = jest.spyOn(database.reader.dataSource.logger, 'logQuery');
    expect(numbers(await list({ first: 1, orderBy: { id: 'ASC' }, after: endCursor }))).toEqual(['b1']);
    const paged = log.mock.calls.map(([sql]) => sql).filter((sql) => /pk["`] >/.test(sql));
    log.mockRestore();
    expect(paged).toHaveLength(1);
    expect(paged[0]).toMatch(/pk["`] > \?/);
  });

  it('refuses to guess between two manufacturers, and names both', async () => {
    const result = await ask(subgraph, '{ lot(item: "I-2", lotNumber: "SAME") { id } }');
    const error = result.errors?.[0]?.originalError as { code?: string; facts?: unknown } | undefined;
    expect(error?.code).toBe('AMBIGUOUS');
    expect(error?.facts).toEqual({
      candidates: [
        { id: 'lot_2t', item: 'I-2', manufacturer: 'M-1', lotNumber: 'SAME' },
        { id: 'lot_2u', item: 'I-2', manufacturer: 'M-2', lotNumber: 'SAME' },
      ],
    });
    expect(
      await dataOf(subgraph, '{ lot(item: "I-2", lotNumber: "SAME", manufacturer: "M-2") { id } }'),
    ).toEqual({
      lot: { id: 'lot_2u' },
    });
  });

  it('lists items by code and sites with their zones', async () => {
    expect(
      await dataOf(
        subgraph,
        '{ items(first: 1) { nodes { code } pageInfo { hasNextPage } } sites { code timeZone } }',
      ),
    ).toEqual({
      items: { nodes: [{ code: 'I-1' }], pageInfo: { hasNextPage: true } },
      sites: [{ code: 'SZ', timeZone: 'Asia/Shanghai' }],
    });
  });
});
