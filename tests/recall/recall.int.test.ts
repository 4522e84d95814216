import { LocationRow, PartyRow, ItemRow } from '../../canonical/entities/catalogue.entity';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { LotRow } from '../../canonical/entities/lot.entity';
import { RecallCaseRow, RecallScopeRow } from '../../canonical/entities/quality.entity';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import {
  DocumentRow,
  GenealogyEdgeRow,
  MovementRow,
  SerialRow,
  TransformationLineRow,
} from '../../canonical/entities/stock.entity';
import { toId } from '../../canonical/ids';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import type { Database } from '../../platform/database/database';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createRecallSubgraph } from '../../subgraphs/recall/subgraph';
import { NOW, ask, askEntities, codesOf, dataOf, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { tableReads } from '../support/table-reads';

const CHAINS = 60;
const UNIT = 1_000_000;
/** Chain n: resin 100+n → part 200+n → kit 300+n. */
const resin = (n: number): number => 100 + n;
const part = (n: number): number => 200 + n;
const kit = (n: number): number => 300 + n;
const lotId = (pk: number): string => toId('lot', pk);
const chains = Array.from({ length: CHAINS }, (_, n) => n);
/** A lot that may be kit 2 or another; nobody can tell. */
const ANONYMOUS = 900;

async function fill(database: Database): Promise<void> {
  let pk = 10_000;
  const edge = (from: number, to: number) => ({
    transformationRef: `erp:${from}`,
    inputLinePk: from * 10,
    outputLinePk: from * 10 + 1,
    ancestorLotPk: from,
    descendantLotPk: to,
    consumedMicros: 4 * UNIT,
    producedMicros: 8 * UNIT,
    occurredAt: NOW - 1000,
  });
  const line = (key: number, lotPk: number, role: string) => ({
    pk: key,
    transformationRef: 'erp:t',
    role,
    lotPk,
    quantityMicros: UNIT,
    uom: role === 'INPUT' ? 'kg' : 'pcs',
    documentRef: 'erp:se',
  });
  const move = (system: string, lotPk: number, kind: string, units: number, more: object = {}) => ({
    pk: (pk += 1),
    system,
    lotPk,
    locationPk: 20,
    kind,
    occurredAt: NOW - 500,
    quantityMicros: units * UNIT,
    uom: 'pcs',
    ...more,
  });
  await database.write(async (manager) => {
    await manager.insert(ItemRow, { pk: 1, code: 'KIT-1', uom: 'pcs', active: true, mastered: true });
    await manager.insert(
      LocationRow,
      [20, 21].map((key) => ({ pk: key, sitePk: 2, code: `L${key}`, mastered: true })),
    );
    await manager.insert(
      PartyRow,
      [30, 31].map((key) => ({ pk: key, code: `P${key}`, mastered: true })),
    );
    await manager.insert(
      LotRow,
      chains
        .flatMap((n) => [resin(n), part(n), kit(n)])
        .concat(ANONYMOUS)
        .map((key) => ({
          pk: key,
          itemPk: 1,
          lotNumber: `L${key}`,
          supplierPk: 31,
          sterilizationLoad: key < 300 ? null : `EO-${key % 2}`,
          mastered: true,
        })),
    );
    await manager.insert(
      GenealogyEdgeRow,
      chains.flatMap((n) => [edge(resin(n), part(n)), edge(part(n), kit(n))]),
    );
    await manager.insert(
      TransformationLineRow,
      chains
        .flatMap((n) => [resin(n), part(n)])
        .flatMap((key) => [line(key * 10, key, 'INPUT'), line(key * 10 + 1, key + 100, 'OUTPUT')]),
    );
    await manager.insert(DocumentRow, [
      {
        pk: 40,
        system: 'erp',
        ref: 'erp:dn',
        documentType: 'DELIVERY',
        number: 'DN-1',
        state: 'COMPLETED',
        partyPk: 30,
      },
      {
        pk: 41,
        system: 'erp',
        ref: 'erp:se',
        documentType: 'PRODUCTION_ENTRY',
        number: 'SE-1',
        state: 'COMPLETED',
      },
    ]);
    await manager.insert(
      MovementRow,
      chains.flatMap((n) => [
        move('erp', resin(n), 'RECEIPT', 10, { uom: 'kg' }),
        move('erp', resin(n), 'CONSUMPTION', -4, { uom: 'kg' }),
        move('erp', kit(n), 'PRODUCTION', 8, { uom: null }),
        move('erp', kit(n), 'TRANSFER_OUT', -2),
        move('erp', kit(n), 'TRANSFER_IN', 2, { locationPk: 21 }),
        move('erp', kit(n), 'DELIVERY', -3, { documentRef: 'erp:dn' }),
        move('erp', kit(n), 'CUSTOMER_RETURN', 1, { documentRef: 'erp:dn' }),
        move('wms', kit(n), 'RECEIPT', 8),
      ]),
    );
    await manager.insert(SerialRow, {
      pk: 50,
      itemPk: 1,
      lotPk: kit(0),
      serialNumber: 'S1',
      state: 'SHIPPED',
    });
    await manager.insert(RecallCaseRow, [
      { pk: 60, ref: 'qa:1', number: 'RC-1', recallClass: 'II', state: 'OPEN', openedOn: '2026-01-01' },
      {
        pk: 61,
        ref: 'qa:2',
        number: 'RC-2',
        recallClass: 'I',
        state: 'CLOSED',
        openedOn: '2026-02-01',
        closedOn: '2026-03-01',
      },
    ]);
    await manager.insert(RecallScopeRow, [
      ...chains.map((n) => ({
        pk: 7000 + n,
        recallRef: 'qa:1',
        lotPk: resin(n),
        quantityMicros: UNIT,
        uom: 'kg',
      })),
      { pk: 7900, recallRef: 'qa:2', lotPk: kit(0) },
    ]);
    await manager.insert(FindingRow, {
      pk: 80,
      dedupeKey: 'x',
      rule: 'AMBIGUOUS_LOT',
      severity: 'ERROR',
      state: 'OPEN',
      subjectType: 'lot',
      subjectPk: ANONYMOUS,
      facts: JSON.stringify({ candidates: [kit(2)] }),
      openedAt: 1,
      lastSeenAt: 1,
      occurrences: 1,
    });
    await manager.insert(
      SourceStreamRow,
      ['movement', 'transformation'].map((recordType, n) => ({
        pk: 90 + n,
        system: 'erp',
        name: recordType,
        recordType,
        mappingVersion: 'm1',
        lastSuccessAt: NOW - 5000,
      })),
    );
  });
}

describeEachDatabase('recall', (open) => {
  let database: Database;
  let recall: Subgraph;

  beforeAll(async () => {
    // with several connections the answers' order is chance, and a late one can split a batch in two
    database = await open({ entities: CANONICAL_ENTITIES, migrations: CANONICAL_MIGRATIONS, poolSize: 1 });
    await fill(database);
    const reads = tableReads(database, { movement: ['erp', 'wms'], transformation: ['erp'] });
    recall = createRecallSubgraph(subgraphServices(database, reads));
  });

  const traceOf = async (from: string, rest: string, fields: string): Promise<unknown> =>
    (await dataOf<{ trace: unknown }>(recall, `{ trace(from: ${from} ${rest}) { ${fields} } }`)).trace;

  test('traces a raw lot forward to the kits, who holds them, and whether it adds up', async () => {
    const fields = `complete truncated { reason } incompleteSources { system } breaks { rule } counts { lots movements holders }
      nodes { nodes { lot { id } depth } }
      edges { nodes { ancestor { id } descendant { id } consumed consumedUom produced producedUom document } }
      holders { nodes { kind location { id } customer { id } quantity delivered returned uom documents lots { id } } }
      massBalance { uom received produced returned consumed delivered scrapped adjusted onHand difference }`;
    expect(await traceOf(`{ lot: "${lotId(resin(0))}" }`, '', fields)).toEqual({
      complete: true,
      truncated: null,
      incompleteSources: [],
      breaks: [],
      counts: { lots: 3, movements: 7, holders: 4 },
      nodes: {
        nodes: [resin(0), part(0), kit(0)].map((pk, depth) => ({ lot: { id: lotId(pk) }, depth })),
      },
      edges: {
        nodes: [
          [resin(0), part(0)],
          [part(0), kit(0)],
        ].map(([a = 0, d = 0]) => ({
          ancestor: { id: lotId(a) },
          descendant: { id: lotId(d) },
          consumed: '4',
          consumedUom: 'kg',
          produced: '8',
          producedUom: 'pcs',
          document: 'SE-1',
        })),
      },
      holders: {
        nodes: [
          {
            kind: 'CUSTOMER',
            location: null,
            customer: { id: toId('party', 30) },
            quantity: '2',
            delivered: '3',
            returned: '1',
            uom: 'pcs',
            documents: ['DN-1'],
            lots: [{ id: lotId(kit(0)) }],
          },
          {
            kind: 'LOCATION',
            location: { id: toId('location', 20) },
            customer: null,
            quantity: '6',
            delivered: null,
            returned: null,
            uom: 'kg',
            documents: [],
            lots: [{ id: lotId(resin(0)) }],
          },
          {
            kind: 'LOCATION',
            location: { id: toId('location', 20) },
            customer: null,
            quantity: '4',
            delivered: null,
            returned: null,
            uom: 'pcs',
            documents: [],
            lots: [{ id: lotId(kit(0)) }],
          },
          {
            kind: 'LOCATION',
            location: { id: toId('location', 21) },
            customer: null,
            quantity: '2',
            delivered: null,
            returned: null,
            uom: 'pcs',
            documents: [],
            lots: [{ id: lotId(kit(0)) }],
          },
        ],
      },
      massBalance: [
        {
          uom: 'kg',
          received: '10',
          produced: '0',
          returned: '0',
          consumed: '4',
          delivered: '0',
          scrapped: '0',
          adjusted: '0',
          onHand: '6',
          difference: '0',
        },
        {
          uom: 'pcs',
          received: '0',
          produced: '8',
          returned: '1',
          consumed: '0',
          delivered: '3',
          scrapped: '0',
          adjusted: '0',
          onHand: '6',
          difference: '0',
        },
      ],
    });
  });

  test.each([
    ['a serial number', '{ serial: { item: "KIT-1", serialNumber: "S1" } }', 3],
    ['a sterilisation load', '{ sterilizationLoad: "EO-1" }', (CHAINS / 2) * 3],
    ["a supplier's lot", `{ supplierLot: { supplier: "P31", lotNumber: "L${kit(4)}" } }`, 3],
    ['several lots', `{ lots: ["${lotId(kit(0))}", "${lotId(kit(1))}"] }`, 6],
  ])('traces backward from %s', async (_what, from, lots) => {
    expect(await traceOf(from, 'direction: BACKWARD', 'counts { lots }')).toEqual({ counts: { lots } });
  });

  test.each([
    ['no origin', '{}', 'INVALID_INPUT'],
    ['two origins', '{ lot: "lot_1", sterilizationLoad: "EO-1" }', 'INVALID_INPUT'],
    ['an unknown lot', '{ lot: "lot_1" }', 'NOT_FOUND'],
    ['one unknown lot among many', `{ lots: ["${lotId(kit(0))}", "lot_1"] }`, 'NOT_FOUND'],
    ['an unknown serial number', '{ serial: { item: "KIT-1", serialNumber: "?" } }', 'NOT_FOUND'],
  ])('refuses %s', async (_what, from, code) => {
    expect(codesOf(await ask(recall, `{ trace(from: ${from}) { complete } }`))).toEqual([code]);
  });

  test('says that a trace was cut short at its depth, and is not complete then', async () => {
    const fields = 'complete truncated { reason maxDepth } counts { lots }';
    expect(await traceOf(`{ lot: "${lotId(resin(0))}" }`, 'maxDepth: 1', fields)).toEqual({
      complete: false,
      truncated: { reason: 'DEPTH_LIMIT', maxDepth: 1 },
      counts: { lots: 2 },
    });
    expect(codesOf(await ask(recall, '{ trace(from: {}, maxDepth: 51) { complete } }'))).toEqual([
      'INVALID_INPUT',
    ]);
  });

  test('is incomplete when a reached lot may be another one', async () => {
    const fields = 'complete breaks { lot { id } rule }';
    expect(await traceOf(`{ lot: "${lotId(resin(2))}" }`, '', fields)).toEqual({
      complete: false,
      breaks: [{ lot: { id: lotId(kit(2)) }, rule: 'AMBIGUOUS_LOT' }],
    });
  });

  test('is incomplete, and names the source, when a copy that feeds it is stale or was never read', async () => {
    const fields = 'complete incompleteSources { system status ageSeconds }';
    const ageOf = async (at: number | null): Promise<unknown> => {
      await database.write((manager) => manager.update(SourceStreamRow, { pk: 90 }, { lastSuccessAt: at }));
      return await traceOf(`{ lot: "${lotId(resin(0))}" }`, '', fields);
    };
    const incomplete = (status: string, ageSeconds: number | null): object => ({
      complete: false,
      incompleteSources: [{ system: 'erp', status, ageSeconds }],
    });
    expect(await ageOf(NOW - 7_200_000)).toEqual(incomplete('STALE', 7200));
    expect(await ageOf(null)).toEqual(incomplete('UNAVAILABLE', null));
    expect(await ageOf(NOW - 5000)).toMatchObject({ complete: true });
  });

  test('pages through nodes without missing or repeating one', async () => {
    const seen: string[] = [];
    let after = 'null';
    do {
      const { nodes } = (await traceOf(
        '{ sterilizationLoad: "EO-1" }',
        'direction: BACKWARD',
        `nodes(first: 7, after: ${after}) { nodes { lot { id } } pageInfo { hasNextPage endCursor } }`,
      )) as {
        nodes: { nodes: { lot: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      seen.push(...nodes.nodes.map((node) => node.lot.id));
      after = nodes.pageInfo.hasNextPage ? JSON.stringify(nodes.pageInfo.endCursor) : '';
    } while (after !== '');
    expect(seen).toHaveLength((CHAINS / 2) * 3);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('shows every recall that touches a lot, and by way of which lot', async () => {
    const fields = 'recalls { number } recallHistory { relation via { id } recall { number } }';
    const entry = (number: string, relation: string, via: number): object => ({
      relation,
      via: { id: lotId(via) },
      recall: { number },
    });
    const lots = await askEntities(recall, 'Lot', [resin(0), part(0), kit(0), kit(1)].map(lotId), fields);
    expect(lots).toEqual([
      {
        recalls: [{ number: 'RC-1' }],
        recallHistory: [entry('RC-2', 'DESCENDANT', kit(0)), entry('RC-1', 'DIRECT', resin(0))],
      },
      {
        recalls: [],
        recallHistory: [entry('RC-2', 'DESCENDANT', kit(0)), entry('RC-1', 'ANCESTOR', resin(0))],
      },
      {
        recalls: [{ number: 'RC-2' }],
        recallHistory: [entry('RC-2', 'DIRECT', kit(0)), entry('RC-1', 'ANCESTOR', resin(0))],
      },
      { recalls: [], recallHistory: [entry('RC-1', 'ANCESTOR', resin(1))] },
    ]);
  });

  test('lists recalls, newest first, and finds one with its scope', async () => {
    expect(
      await dataOf(recall, '{ recallCases(first: 1) { nodes { number } pageInfo { hasNextPage } } }'),
    ).toEqual({
      recallCases: { nodes: [{ number: 'RC-2' }], pageInfo: { hasNextPage: true } },
    });
    expect(
      await dataOf(
        recall,
        '{ recallCases(filter: { states: [OPEN], openedTo: "2026-01-01" }) { nodes { number } } }',
      ),
    ).toEqual({
      recallCases: { nodes: [{ number: 'RC-1' }] },
    });
    expect(
      await dataOf(
        recall,
        '{ recallCase(number: "RC-1") { recallClass openedOn scope(first: 1) { nodes { lot { id } quantity uom } } } }',
      ),
    ).toEqual({
      recallCase: {
        recallClass: 'II',
        openedOn: '2026-01-01',
        scope: { nodes: [{ lot: { id: lotId(resin(0)) }, quantity: '1', uom: 'kg' }] },
      },
    });
  });

  test('takes the mass balance from the ERP where the stock is taken from the WMS, and says so', async () => {
    const reads = tableReads(database, { movement: ['wms', 'erp'], transformation: ['erp'] });
    const stockFromWms = {
      ...reads,
      ledgersOf: async (pks: readonly number[]) =>
        new Map([...(await reads.ledgersOf(pks, null))].map(([pk, systems]) => [pk, [...systems].reverse()])),
    };
    const subgraph = createRecallSubgraph(subgraphServices(database, stockFromWms));
    const query = `{ trace(from: { lot: "${lotId(kit(0))}" } maxDepth: 1) {
      massBalance { ledger produced received } nodes(first: 1) { nodes { balance { ledger produced } } } } }`;
    expect((await dataOf<{ trace: unknown }>(subgraph, query)).trace).toMatchObject({
      massBalance: [{ ledger: 'erp', produced: '8', received: '0' }],
      nodes: { nodes: [{ balance: [{ ledger: 'erp', produced: '8' }] }] },
    });
  });

  test('asks the database as often for fifty lots as for one', async () => {
    const fields = `recalls { number scope { nodes { source { system } } } } recallHistory { recall { number } }
      trace { complete counts { lots holders } nodes { nodes { balance { onHand } } } massBalance { difference }
        edges { nodes { consumedUom document source { system } } } holders { nodes { quantity } } }`;
    const counts: number[] = [];
    for (const count of [1, 10, 50]) {
      const before = database.statementCount;
      const ids = chains.slice(0, count).map((n) => lotId(resin(n)));
      expect(await askEntities(recall, 'Lot', ids, fields)).toHaveLength(count);
      counts.push(database.statementCount - before);
    }
    expect(counts).toEqual([counts[0], counts[0], counts[0]]);
    expect(counts[0]).toBeLessThanOrEqual(18);
  });
});
