/** The preset for Kingdee K3 Cloud over a simulated web API: what a copy of it holds, and what was asked for it. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { TEST_DIALECTS } from '../support/databases';
import { ENV, KingdeeServer } from './kingdee-k3cloud/server';
import { kingdeeStory } from './kingdee-k3cloud/story';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';

describe.each(TEST_DIALECTS)('Kingdee K3 Cloud, copied to %s', (dialect) => {
  let server: KingdeeServer;
  let copy: PresetCopy;
  let first: SyncSummary;

  beforeAll(async () => {
    server = new KingdeeServer(kingdeeStory());
    const env = { ...ENV, LOTGRAPH_SOURCE_KINGDEE_URL: await server.start() };
    copy = await openPresetCopy({ preset: 'kingdee-k3cloud', env, dialect });
    first = await copy.sync();
  });

  afterAll(async () => {
    await server.api.stop();
    await copy.close();
  });

  /** Stock as the system itself states it. */
  function statedStock(): Record<string, number> {
    server.ceiling = 100;
    const rows = server.query({
      ...{ FormId: 'STK_Inventory', FilterString: '', OrderString: '', StartRow: 0, TopRowCount: 100 },
      FieldKeys: 'FMaterialId.FNumber,FLot.FNumber,FStockOrgId.FNumber,FStockId.FNumber,FBaseQty',
    }) as [string, string, string, string, number][];
    server.ceiling = 4;
    return Object.fromEntries(
      rows.map(([material, lot, org, stock, quantity]) => [`${material} ${lot} @${org}/${stock}`, quantity]),
    );
  }

  const asNumbers = (stock: Record<string, string>) =>
    Object.fromEntries(Object.entries(stock).map(([key, quantity]) => [key, Number(quantity)]));

  it('accounts for every line of every page', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 80, changed: 80, unchanged: 0, rejected: 0 });
    expect(server.logins).toBe(1);
  });

  it('adds movements up to the stock that Kingdee itself states, by lot and warehouse', async () => {
    expect(asNumbers(await copy.stock())).toEqual(statedStock());
  });

  it('makes the records that a person would write', async () => {
    expect(await copy.record('lots', '1')).toEqual({
      ...{ item: '1.01.001', lotNumber: '2601A', supplier: 'GYS001', supplierLotNumber: 'BASF-77' },
      ...{ manufacturedOn: '2026-04-20', expiresOn: '2028-04-19', blocked: false },
    });
    expect(await copy.record('lots', '3')).toMatchObject({ manufacturedOn: null, expiresOn: null });
    expect(await copy.record('lots', '6')).toMatchObject({ blocked: true });
    expect(await copy.record('items', '1')).toEqual({
      ...{
        code: '1.01.001',
        nameZh: '树脂',
        itemClass: '医疗器械',
        uom: 'kg',
        shelfLifeDays: 730,
        active: true,
      },
    });
    expect(await copy.record('items', '2')).toMatchObject({ shelfLifeDays: null, uom: 'pcs' });
    expect(await copy.record('movements', 'STK_InStock|1001')).toEqual({
      ...{ item: '1.01.001', lotNumber: '2601A', site: '100', location: 'CK01', party: 'GYS001' },
      ...{ document: 'STK_InStock|11', movementKind: 'RECEIPT', quantity: '100', uom: 'kg' },
      occurredAt: '2026-05-03T16:00:00.000Z',
    });
    expect(await copy.record('documents', 'SAL_OUTSTOCK|61')).toEqual({
      ...{ documentType: 'SHIPMENT', number: 'XSCK001', state: 'COMPLETED', stage: 'SALE', site: '200' },
      ...{ party: 'KH001', issuedOn: '2026-05-20', occurredAt: '2026-05-19T16:00:00.000Z' },
    });
  });

  it('reads a transfer at both ends, and the lot under the number that it has at each', async () => {
    const [line] = await copy.ask<{ native_key: string }>(
      "SELECT native_key FROM source_record WHERE native_key LIKE 'TransferOut|%' ORDER BY native_key LIMIT 1 OFFSET 1",
    );
    const key = line?.native_key.split('|')[1] ?? '';
    expect(await copy.record('movements', `TransferOut|${key}`)).toMatchObject({
      ...{ lotNumber: 'K2602', site: '100', location: 'CK02', movementKind: 'TRANSFER_OUT', quantity: '-15' },
      document: 'STK_TransferDirect|51',
    });
    expect(await copy.record('movements', `TransferIn|${key}`)).toMatchObject({
      ...{ lotNumber: 'K2602-S', site: '200', location: 'CK09', movementKind: 'TRANSFER_IN', quantity: '15' },
      document: 'STK_TransferDirect|51',
    });
  });

  it('follows what lines of production orders took and made', async () => {
    expect(await copy.genealogy()).toEqual([
      ...['2601A > K2601', '2601B > K2602', '2601B > K2603'],
      ...['2602A > K2601', '2602A > K2602', '2602A > K2603'],
    ]);
  });

  it('counts approved bills only, and says of the others why not', async () => {
    expect((await copy.voids()).filter((one) => !one.startsWith('transformations'))).toEqual([
      ...['documents PRD_PickMtrl|23: not approved', 'documents STK_InStock|13: not approved'],
      ...['documents STK_InStock|14: not approved', 'documents STK_InStock|15: cancelled'],
      ...['documents STK_TransferDirect|52: not approved', 'movements PRD_PickMtrl|1016: not approved'],
      ...['movements STK_InStock|1008: not approved', 'movements STK_InStock|1009: not approved'],
      ...['movements STK_InStock|1010: cancelled'],
      ...['movements TransferIn|1023: not approved', 'movements TransferOut|1023: not approved'],
    ]);
    expect(await copy.rejects()).toEqual([]);
    expect(await copy.record('documents', 'STK_InStock|13')).toMatchObject({ state: 'DRAFT' });
  });

  it('finds what is odd', async () => {
    expect(await copy.findings()).toEqual([
      ...['NO_EXPIRY K2605 expiresOn', 'SAME_NUMBER 2601A lotNumber', 'SAME_NUMBER 2601A lotNumber'],
      ...['UNKNOWN_CODE 5 uom', 'UNKNOWN_CODE STK_InStock|1007 uom'],
      ...[
        'ZERO_DATE 12 expiresOn',
        'ZERO_DATE 3 expiresOn',
        'ZERO_DATE 3 manufacturedOn',
        'ZERO_DATE 4 expiresOn',
      ],
    ]);
  });

  it('changes nothing when nothing changed, also when the session ended meanwhile', async () => {
    const before = await copy.golden();
    server.sessions.clear();
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 0, rejected: 0 });
    expect(await copy.golden()).toEqual(before);
    expect(server.logins).toBe(2);
  });

  it('takes an error in an answer of status 200 for one, in the words of the source', async () => {
    const before = await copy.golden();
    const { BD_STOCK: stores, ...rest } = server.forms;
    delete server.forms['BD_STOCK'];
    const failed = await copy.sync();
    Object.assign(server.forms, rest, { BD_STOCK: stores });
    expect(failed).toMatchObject({ state: 'FAILED', errorCode: 'SOURCE_UNAVAILABLE' });
    expect(failed.errorMessage).toContain('业务对象BD_STOCK不存在');
    expect(await copy.golden()).toEqual(before);
  });

  it('lets a bill that is no longer approved count no more', async () => {
    for (const line of server.forms['SAL_OUTSTOCK'] ?? [])
      Object.assign(line, { FDocumentStatus: 'D', FModifyDate: '2026-06-02T10:00:00' });
    // the bill and its two lines
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 3 });
    expect(await copy.stock()).toMatchObject({
      ...{ '3.01.001 K2601 @200/CK09': '32', '3.01.001 K2602-S @200/CK09': '15' },
    });
  });

  it('asks, and does nothing else', () => {
    const asked = server.api.requests.map(({ method, path }) => `${method} ${path.split('.').at(-3) ?? ''}`);
    expect([...new Set(asked)].sort()).toEqual(['POST ExecuteBillQuery', 'POST ValidateUser']);
  });
});
