import { WMS_LOGIN, startWms } from '../index';
import type { Running } from '../index';
import type { Answer } from '../testing';
import { call, freshStory, list, pick } from '../testing';

describe('the WMS', () => {
  let wms: Running;
  let cookie = '';
  let remove = (): void => undefined;
  const api = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    call(method, `${wms.url}/openboxes/api/${path}`, body, { Cookie: cookie, ...headers });
  const fault = (body: unknown): Promise<Answer> => call('POST', `${wms.url}/__faults`, body);

  beforeAll(async () => {
    const story = await freshStory();
    remove = story.remove;
    wms = await startWms({ dir: story.dir });
    const login = await call('POST', `${wms.url}/openboxes/api/login`, WMS_LOGIN);
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  });
  afterEach(() => call('DELETE', `${wms.url}/__faults`));
  afterAll(async () => {
    await wms.close();
    remove();
  });

  const exampleLot = async (): Promise<unknown> =>
    pick((await api('GET', 'products/KIT-1001/inventoryItems/LT240117-01')).body, 'data');

  it('wants a session', async () => {
    expect((await call('GET', `${wms.url}/openboxes/api/products`)).status).toBe(401);
    expect((await call('POST', `${wms.url}/openboxes/api/login`, { username: 'x' })).status).toBe(401);
  });

  it('pages through a list without gaps or repeats', async () => {
    const first = await api('GET', 'transactions?max=1000&offset=0');
    const total = Number(pick(first.body, 'totalCount'));
    const ids = new Set<unknown>();
    for (let offset = 0; offset < total; offset += 1000) {
      const page = await api('GET', `transactions?max=1000&offset=${offset}`);
      for (const row of list(page.body, 'data')) ids.add(pick(row, 'id'));
    }
    expect(ids.size).toBe(total);
    expect(pick(first.body, 'data', 0, 'transactionDate')).toMatch(/^\d\d\/\d\d\/\d{4}$/);
    expect(list(first.body, 'data', 0, 'transactionEntries').length).toBeGreaterThan(0);
  });

  it('lists newest first and from a time stamp on', async () => {
    const newest = await api('GET', 'generic/transactionEntry?max=50&sort=lastUpdated&order=desc');
    const stamps = list(newest.body, 'data').map((row) => String(pick(row, 'lastUpdated')));
    expect(stamps).toEqual([...stamps].sort().reverse());
    const since = stamps.at(-1) ?? '';
    const later = await api('GET', `generic/transactionEntry?max=1000&lastUpdatedFrom=${since}`);
    expect(Number(pick(later.body, 'totalCount'))).toBeGreaterThanOrEqual(50);
    for (const row of list(later.body, 'data')) expect(String(pick(row, 'lastUpdated')) >= since).toBe(true);
  });

  it.each(['locations', 'products', 'inventoryItems', 'shipments', 'stockMovements', 'receipts', 'putaways'])(
    'has %s as list and as detail',
    async (name) => {
      const page = await api('GET', `${name}?max=3`);
      expect(list(page.body, 'data').length).toBe(3);
      const id = String(pick(page.body, 'data', 1, 'id'));
      expect(pick((await api('GET', `${name}/${id}`)).body, 'data', 'id')).toBe(id);
    },
  );

  it('answers what lies where for many lots in one call', async () => {
    const lot = await exampleLot();
    const byPair = await api('POST', 'productAvailability', {
      lots: [{ productCode: 'KIT-1001', lotNumber: ' lt240117-01' }],
    });
    const byId = await api('POST', 'productAvailability', { inventoryItems: [pick(lot, 'id')] });
    const byQuery = await api('GET', 'productAvailability?lotNumber=LT240117-01&max=100');
    const sum = (answer: Answer): number =>
      list(answer.body, 'data').reduce<number>((all, row) => all + Number(pick(row, 'quantityOnHand')), 0);
    expect([sum(byPair), sum(byId), sum(byQuery)]).toEqual([24, 24, 24]);
  });

  it('changes status and expiry, and refuses what it does not know', async () => {
    const lot = await exampleLot();
    const changed = await api('POST', `inventoryItems/${String(pick(lot, 'id'))}`, {
      lotStatus: 'ON_HOLD',
      expirationDate: '01/31/2028',
    });
    expect(pick(changed.body, 'data')).toMatchObject({ lotStatus: 'ON_HOLD', expirationDate: '01/31/2028' });
    expect(
      (await api('POST', `inventoryItems/${String(pick(lot, 'id'))}`, { lotStatus: 'NONSENSE' })).status,
    ).toBe(400);
    expect(
      (await api('POST', `inventoryItems/${String(pick(lot, 'id'))}`, { expirationDate: '2028-01-31' }))
        .status,
    ).toBe(400);
    await api('POST', `inventoryItems/${String(pick(lot, 'id'))}`, { lotStatus: 'APPROVED' });
  });

  it('adjusts once per idempotency key', async () => {
    const [shelf] = list((await api('GET', 'productAvailability?lotNumber=LT240117-01')).body, 'data');
    const body = {
      inventoryItem: pick(shelf, 'inventoryItem'),
      binLocation: pick(shelf, 'binLocation'),
      quantityAdjusted: -1,
    };
    await call('DELETE', `${wms.url}/__stats`);
    const key = { 'Idempotency-Key': 'adjust-1' };
    const first = await api('POST', 'stockAdjustments', body, key);
    const again = await api('POST', 'stockAdjustments', body, key);
    expect(again.body).toEqual(first.body);
    const stats = await call('GET', `${wms.url}/__stats`);
    expect(pick(stats.body, 'commands')).toEqual({ received: 2, executed: 1, replayed: 1 });
    expect(pick(stats.body, 'requests', 'POST /openboxes/api/stockAdjustments')).toBe(2);
  });

  it('takes adjustments that belong together all or not at all, and makes a lot of a new number', async () => {
    const lot = await exampleLot();
    const id = String(pick(lot, 'id'));
    const [place] = list(
      (await api('GET', `productAvailability?inventoryItem.id=${id}&max=10`)).body,
      'data',
    );
    const at = {
      location: { id: pick(place, 'location', 'id') },
      binLocation: { id: pick(place, 'binLocation', 'id') },
    };
    const product = { id: pick(lot, 'product', 'id') };
    const made = { inventoryItem: { product, lotNumber: 'LT240117-01-A', lotStatus: 'APPROVED' }, ...at };
    const down = { inventoryItem: { id }, ...at, quantityAdjusted: -2 };
    const levelsOf = async (lotNumber: string) =>
      list((await api('GET', `productAvailability?lotNumber=${lotNumber}&max=50`)).body, 'data').map(
        (row) => [pick(row, 'binLocation', 'id'), Number(pick(row, 'quantityOnHand'))],
      );
    const before = await levelsOf('LT240117-01');
    const tooMuch = { ...down, quantityAdjusted: -1_000_000 };
    const refused = await api('POST', 'stockAdjustments', {
      adjustments: [{ ...made, quantityAdjusted: 2 }, tooMuch],
    });
    expect(refused.status).toBe(400);
    expect((await api('GET', 'products/KIT-1001/inventoryItems/LT240117-01-A')).status).toBe(404);
    expect(await levelsOf('LT240117-01')).toEqual(before);

    const done = await api('POST', 'stockAdjustments', {
      comment: 'Split one',
      adjustments: [down, { ...made, quantityAdjusted: 2 }],
    });
    expect(list(done.body, 'data').map((one) => pick(one, 'comment'))).toEqual(['Split one', 'Split one']);
    expect(await levelsOf('LT240117-01-A')).toEqual([[at.binLocation.id, 2]]);
    expect((await api('POST', 'stockAdjustments', { adjustments: [] })).status).toBe(400);
  });

  it('lies when told to: says yes and does nothing, or does it and says no', async () => {
    const id = String(pick(await exampleLot(), 'id'));
    await fault({ target: 'commands', mode: 'lieOk', times: 1 });
    const yes = await api('POST', `inventoryItems/${id}`, { lotStatus: 'DAMAGED' });
    expect([yes.status, pick(yes.body, 'data', 'lotStatus')]).toEqual([200, 'DAMAGED']);
    expect(pick(await exampleLot(), 'lotStatus')).toBe('APPROVED');
    await fault({ target: 'commands', mode: 'lieFail', times: 1 });
    expect((await api('POST', `inventoryItems/${id}`, { lotStatus: 'DAMAGED' })).status).toBe(500);
    expect(pick(await exampleLot(), 'lotStatus')).toBe('DAMAGED');
    await fault({ target: 'commands', mode: 'refuse', times: 1 });
    expect((await api('POST', `inventoryItems/${id}`, { lotStatus: 'APPROVED' })).status).toBe(400);
    await api('POST', `inventoryItems/${id}`, { lotStatus: 'APPROVED' });
  });

  it.each([
    ['429', 429],
    ['500', 500],
  ])('answers %s when told to, as often as told', async (mode, status) => {
    await fault({ mode, times: 2, pathPattern: 'products' });
    expect((await api('GET', 'products')).status).toBe(status);
    expect((await api('GET', 'locations?max=1')).status).toBe(200);
    expect((await api('GET', 'products')).status).toBe(status);
    expect((await api('GET', 'products')).status).toBe(200);
  });

  it.each(['halfPage', 'reset', 'down', 'wrongContentType'])('spoils the answer: %s', async (mode) => {
    await fault({ mode, pathPattern: 'products' });
    await expect(api('GET', 'products')).rejects.toThrow();
    await call('DELETE', `${wms.url}/__faults`);
    expect((await api('GET', 'products')).status).toBe(200);
  });

  it('hangs until cleared', async () => {
    await fault({ mode: 'hang', pathPattern: 'products' });
    const hanging = api('GET', 'products').then(
      () => 'answered',
      () => 'cut',
    );
    await call('DELETE', `${wms.url}/__faults`);
    expect(await hanging).toBe('cut');
  });

  it('moves, counts and ships as business acts with the stamp given', async () => {
    const act = (body: unknown): Promise<Answer> => call('POST', `${wms.url}/__activity`, body);
    const now = '2026-11-23T05:00:00Z';
    const lot = { lotNumber: 'LT240117-01', productCode: 'KIT-1001' };
    expect((await act({ act: 'move', ...lot, quantity: 2, toBin: 'GZ-A-01-01', now })).status).toBe(200);
    expect((await act({ act: 'count', ...lot, bin: 'GZ-A-01-01', quantity: 5, now })).status).toBe(200);
    expect(
      (await act({ act: 'ship', ...lot, bin: 'GZ-A-01-01', quantity: 1, destination: 'CUST-1002', now }))
        .status,
    ).toBe(200);
    expect((await act({ act: 'ship', ...lot, bin: 'GZ-A-01-01', quantity: 99, now })).status).toBe(400);
    const fresh = await api(
      'GET',
      `transactions?lastUpdatedFrom=${now}&lastUpdatedTo=2026-11-23T05:00:01Z&max=100`,
    );
    expect(list(fresh.body, 'data').map((row) => pick(row, 'transactionType', 'id'))).toEqual([
      '9',
      '8',
      '7',
      '9',
    ]);
  });
});
