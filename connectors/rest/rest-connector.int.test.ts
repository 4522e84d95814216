/** Reading a real HTTP server, healthy and with every fault. */
import { LegacyUnavailableError } from '../../platform/errors';
import type { LegacySystem } from '../contract';
import { collect, keysOf, openTest, streamNamed, systemPart } from '../test-support';
import { TestServer, type Fault, type Item } from './test-server';

const mapping = (source: string, connector = '') => `${systemPart('wms', 'WMS')}
connector:
  type: rest
  connection: env:URL
  login: { type: session, path: login, username: env:USER, password: env:PASS }
  deadlines: { connect: 500ms, request: 250ms, run: 5s }
  maxResponseBytes: 100000
  ${connector}
streams:
  lots:
    recordType: lot
    source: ${source}
    key: id
    watermark: { from: changed, overlap: 1m }
    fields: { item: item.code, lotNumber: lot }
live:
  stock:
    lotStream: lots
    request: { method: POST, path: stock, lots: ids }
    lot: id
    items: data
    answer: { lot: lot.id, site: depot, location: bin, onHand: onHand }
`;

const PAGING = 'paging: { style: offset, param: offset, sizeParam: max, size: 3, total: total }';
const oldest = `{ path: items, items: data, ${PAGING}, order: oldest-first, since: { param: from } }`;
const newest = `{ path: items, items: data, params: { order: desc }, ${PAGING}, order: newest-first }`;

let server: TestServer;
let url: string;
let system: LegacySystem;

const item = (id: string, changed: string, more: object = {}): Item => ({
  id,
  changed,
  lot: `LT-${id}`,
  item: { code: 'KIT' },
  ...more,
});
const day = (n: number) => `2026-05-${String(n).padStart(2, '0')}T08:00:00Z`;

function open(source = oldest, connector = '', env: Record<string, string> = {}) {
  system = openTest(mapping(source, connector), { URL: url, USER: 'user', PASS: 'pass', ...env });
  return streamNamed(system, 'lots');
}

const listed = () => server.requests.filter((request) => request.startsWith('GET'));

beforeEach(async () => {
  server = new TestServer();
  url = await server.start();
  server.items = [1, 2, 3, 4, 5, 6, 7].map((n) => item(`i${n}`, day(n)));
});

afterEach(async () => {
  await system.close();
  await server.stop();
});

describe('a healthy list', () => {
  test('is read in the order of change, resumable after every page', async () => {
    const { mapped, batches } = await collect(open());
    expect(keysOf(mapped)).toEqual(['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7']);
    expect(batches.map((batch) => batch.watermark)).toEqual([
      { mark: day(3) },
      { mark: day(6) },
      { mark: day(7) },
    ]);
    expect(server.logins).toBe(1);
  });

  test('asks only for what changed since the watermark, less the overlap', async () => {
    const stream = open();
    await collect(stream, { mark: day(6) });
    expect(listed()[0]).toBe('GET /api/items?max=3&offset=0&from=2026-05-06T07%3A59%3A00.000Z');
    expect(listed()).toHaveLength(1);
  });

  test('loses nothing when a row moves to its end while it is read', async () => {
    const stream = open();
    const keys: (string | null)[] = [];
    for await (const batch of stream.read({
      since: null,
      batchSize: 10,
      signal: new AbortController().signal,
    })) {
      keys.push(...keysOf(batch.rows.map((row) => stream.map(row))));
      const moved = server.items.find((candidate) => candidate.id === 'i2');
      if (moved !== undefined && keys.length <= 3) moved.changed = day(20);
    }
    expect(new Set(keys)).toEqual(new Set(['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7']));
    expect(keys.filter((key) => key === 'i2')).toHaveLength(2);
  });

  test('goes on through more rows of one time than a page holds', async () => {
    server.items = Array.from({ length: 11 }, (_, n) => item(`s${String(n).padStart(2, '0')}`, day(1)));
    expect(new Set(keysOf((await collect(open())).mapped)).size).toBe(11);
  });

  test('newest first stops at the watermark, and moves it only at the end', async () => {
    const { batches, mapped } = await collect(open(newest), { mark: day(6) });
    expect(keysOf(mapped)).toEqual(['i7', 'i6']);
    expect(batches.map((batch) => batch.watermark)).toEqual([{ mark: day(7) }]);
    expect(listed()).toHaveLength(1);
  });

  test('without rows still ends with the watermark it began with', async () => {
    server.items = [];
    const { rows, watermark } = await collect(open(), { mark: day(6) });
    expect(rows).toEqual([]);
    expect(watermark).toEqual({ mark: day(6) });
  });

  test('gives one row for each element of a nested list', async () => {
    server.items = [
      item('a', day(1), { lines: [{ n: 1 }, { n: 2 }] }),
      item('b', day(2), { lines: [] }),
      item('c', day(3), { lines: 5 }),
    ];
    const { rows, mapped } = await collect(
      open(oldest.replace('items: data', 'items: data, each: { path: lines, as: line }')),
    );
    expect(rows.map((row) => row['line'])).toEqual([{ n: 1 }, { n: 2 }, undefined]);
    expect(mapped[2]).toMatchObject({ kind: 'reject', code: 'UNREADABLE_ROW' });
  });

  test('fetches each item whole where the list is poor', async () => {
    server.items = [item('a/b', day(1))];
    const { rows } = await collect(
      open(oldest.replace('items: data', "items: data, detail: { path: 'items/{id}', item: data }")),
    );
    expect(rows[0]).toMatchObject({ id: 'a/b', detail: 'of a/b' });
  });
});

describe('a fault that passes', () => {
  test.each<Fault>(['hang', '429', '500', 'cut', 'html', 'reset', 'short'])(
    '%s is tried again',
    async (fault) => {
      const stream = open();
      server.faults = [fault];
      expect((await collect(stream)).rows).toHaveLength(7);
    },
  );

  test('a session that ended is opened anew, once', async () => {
    const stream = open();
    await collect(stream);
    server.faults = ['expire'];
    expect((await collect(stream)).rows).toHaveLength(7);
    expect(server.logins).toBe(2);
  });
});

describe('a fault that stays', () => {
  const always = (fault: Fault) => Array.from({ length: 50 }, () => fault);

  test.each<[Fault, string]>([
    ['500', 'SOURCE_UNAVAILABLE'],
    ['reset', 'SOURCE_UNAVAILABLE'],
    ['hang', 'SOURCE_UNAVAILABLE'],
    ['cut', 'SOURCE_NONSENSE'],
    ['html', 'SOURCE_NONSENSE'],
    ['short', 'SOURCE_NONSENSE'],
  ])('%s ends in %s after bounded attempts', async (fault, code) => {
    const stream = open();
    server.faults = always(fault);
    await expect(collect(stream)).rejects.toMatchObject({ code, retryable: true, system: 'wms' });
    expect(listed()).toHaveLength(4);
  });

  test('a redirect is not followed and not tried again', async () => {
    const stream = open();
    server.faults = always('redirect');
    await expect(collect(stream)).rejects.toMatchObject({ retryable: false });
    expect(listed()).toHaveLength(1);
  });

  test('an answer beyond the size that is allowed is refused', async () => {
    const stream = open();
    server.faults = always('huge');
    await expect(collect(stream)).rejects.toThrow('larger than allowed');
  });

  test('a wrong password is tried once, so that the account is not locked', async () => {
    await expect(collect(open(oldest, '', { PASS: 'wrong' }))).rejects.toThrow('login was refused');
    expect(server.logins).toBe(1);
  });

  test('opens the breaker, and the source is left alone', async () => {
    const stream = open(oldest, 'breaker: { failures: 3, retryAfter: 1m }');
    server.faults = always('500');
    await expect(collect(stream)).rejects.toBeInstanceOf(LegacyUnavailableError);
    const before = server.requests.length;
    await expect(collect(stream)).rejects.toThrow('not asked for a while');
    expect(server.requests).toHaveLength(before);
  });

  test('tells no address, body or password in its message', async () => {
    const stream = open();
    server.faults = always('500');
    const error = (await collect(stream).catch((caught: unknown) => caught)) as Error;
    expect(error.message).not.toMatch(/127\.0\.0\.1|stack trace|pass|items/u);
  });

  test('a caller who gives up waits no longer', async () => {
    const stream = open();
    server.faults = always('hang');
    const stop = new AbortController();
    const reading = collect(stream, null, 10, stop.signal);
    setImmediate(() => stop.abort());
    await expect(reading).rejects.toBeInstanceOf(LegacyUnavailableError);
  });
});

describe('links', () => {
  const linked = '{ path: items, items: data, paging: { style: next-link, next: next } }';

  test('that lead to another place are refused', async () => {
    server.items = [item('a', day(1))];
    const stream = open(linked.replace('next: next', 'next: data.0.link'));
    server.items = [item('a', day(1), { link: 'http://127.0.0.1:9/other' })];
    await expect(collect(stream)).rejects.toThrow('leads outside');
  });

  test('to another host of the same path stay at the source', async () => {
    server.items = [item('a', day(1), { link: 'http://elsewhere/api/items?offset=1' })];
    const stream = open(linked.replace('next: next', 'next: data.0.link'));
    await collect(stream);
    expect(listed()).toEqual(['GET /api/items', 'GET /api/items?offset=1']);
  });
});

describe('live stock', () => {
  test('asks for all lots in one call and names them as they were asked', async () => {
    open();
    const lots = ['a', 'b', 'c'].map((id) => ({ key: `key-${id}`, raw: item(id, day(1)) as never }));
    const stock = await system.live?.stock(lots, new AbortController().signal);
    expect(stock).toEqual(
      ['a', 'b', 'c'].map((id) => ({ lot: `key-${id}`, site: 'SH', location: 'B-1', onHand: '2.5' })),
    );
    expect(server.requests.filter((request) => request.includes('stock'))).toHaveLength(1);
  });

  test('is unavailable within its deadline when the source hangs', async () => {
    open(oldest, 'attempts: 1');
    server.faults = ['hang'];
    const lots = [{ key: 'k', raw: item('a', day(1)) as never }];
    await expect(system.live?.stock(lots, new AbortController().signal)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
    });
  });
});
