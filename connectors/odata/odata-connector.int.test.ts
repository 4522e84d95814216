/** Reading a real OData service of either version. */
import type { LegacySystem, MappedRow, Stream } from '../contract';
import { collect, keysOf, openTest, problemsOf, streamNamed, systemPart } from '../test-support';
import { ODataServer, type TestBatch } from './odata-server';

const mapping = (
  version: number,
  source = 'entitySet: BatchSet',
  more: Readonly<Record<string, string>> = {},
) => `${systemPart('sap', 'ERP')}
connector: { type: odata, version: ${version}, connection: env:URL, deadlines: { request: 1s, run: 10s }, attempts: 1 }
streams:
  lots:
    recordType: lot
    source: { ${source} }
    key: ${more['key'] ?? '{ from: [Material, Batch], apply: [{ concat: / }] }'}
    watermark: ${more['watermark'] ?? '{ from: Changed, overlap: 1m }'}
    fields:
      item: Material
      lotNumber: Batch
      expiresOn: { from: Expires, apply: [date] }
`;

const MAY = Date.parse('2026-05-01T00:00:00Z');
const HOUR = 3_600_000;
const batch = (n: number, more: Partial<TestBatch> = {}): TestBatch => ({
  ...{ Material: 'KIT', Batch: `B${String(n).padStart(3, '0')}`, Plant: n % 2 === 0 ? '1000' : '2000' },
  ...{
    changed: MAY + n * HOUR,
    expires: '2027-01-31',
    quantity: '12345678901.250',
    time: '13:05:09',
    charcs: [],
  },
  ...more,
});

let server: ODataServer;
let system: LegacySystem | null = null;

async function open(version: 2 | 4, yaml = mapping(version)): Promise<Stream> {
  const url = await server.api.start();
  system = openTest(yaml, { URL: url });
  return streamNamed(system, 'lots');
}

const batchesOf = (mapped: readonly MappedRow[]) => keysOf(mapped).map((key) => key?.split('/')[1]);

afterEach(async () => {
  await system?.close();
  system = null;
  await server.api.stop();
});

describe.each([2, 4] as const)('OData V%i', (version) => {
  beforeEach(() => {
    server = new ODataServer(version);
    server.batches = Array.from({ length: 7 }, (_, n) => batch(n + 1));
  });

  test('gives the same rows: times as ISO, decimals as digits, nothing of the protocol', async () => {
    server.batches = [batch(1, { charcs: [{ CharcInternalID: '7', CharcValue: 'x' }] })];
    const { rows, mapped } = await collect(await open(version));
    expect(rows).toEqual([
      {
        ...{ Material: 'KIT', Batch: 'B001', Plant: '2000', Empty: null, Expires: '2027-01-31' },
        ...{ Changed: '2026-05-01T01:00:00.000Z', Quantity: '12345678901.250', At: '13:05:09' },
      },
    ]);
    expect(mapped[0]).toMatchObject({ kind: 'record', record: { expiresOn: '2027-01-31' } });
  });

  test('is read in the order of change, through pages that the service cuts, and resumed after each', async () => {
    server.pageSize = 3;
    const { mapped, batches } = await collect(await open(version));
    expect([...new Set(batchesOf(mapped))]).toHaveLength(7);
    expect(batches.at(0)?.watermark).toEqual({ mark: '2026-05-01T03:00:00.000Z' });
    expect(batches.at(-1)?.watermark).toEqual({ mark: '2026-05-01T07:00:00.000Z' });
  });

  test('loses nothing when an entity moves to the end while it is read', async () => {
    server.pageSize = 3;
    const stream = await open(version);
    const keys: (string | undefined)[] = [];
    for await (const { rows } of stream.read({
      since: null,
      batchSize: 10,
      signal: new AbortController().signal,
    })) {
      keys.push(...batchesOf(rows.map((row) => stream.map(row))));
      const moved = server.batches.find(({ Batch }) => Batch === 'B002');
      if (moved !== undefined && keys.length <= 3) moved.changed = MAY + 20 * HOUR;
    }
    expect(new Set(keys)).toEqual(new Set(['B001', 'B002', 'B003', 'B004', 'B005', 'B006', 'B007']));
  });

  test('asks only for what changed, and always for what does not say when', async () => {
    server.batches.push(batch(90, { changed: null }), batch(91, { changed: null }));
    server.pageSize = 1;
    const stream = await open(version);
    const first = await collect(stream);
    expect([...new Set(batchesOf(first.mapped))]).toHaveLength(9);
    const again = await collect(stream, first.watermark);
    expect([...new Set(batchesOf(again.mapped))]).toEqual(['B090', 'B091', 'B007']);
  });

  test('goes on through more entities of one time than a page holds', async () => {
    server.batches = Array.from({ length: 11 }, (_, n) => batch(n, { changed: MAY }));
    const size = mapping(version, 'entitySet: BatchSet, size: 3');
    expect(new Set(batchesOf((await collect(await open(version, size))).mapped)).size).toBe(11);
  });

  test('puts conditions into a filter without brackets, and keeps what the service lets through in check', async () => {
    server.batches = [...server.batches, batch(50, { Plant: "O'Hara" })];
    const where =
      "{ any: [{ column: Plant, equals: '1000' }, { column: Plant, equals: \"O'Hara\" }] }, { column: Batch, startsWith: B }, { not: { column: Batch, in: [B002] } }";
    const stream = await open(version, mapping(version, `entitySet: BatchSet, where: [${where}]`));
    const { mapped } = await collect(stream, { mark: '2026-05-01T01:00:00Z' });
    expect([...new Set(batchesOf(mapped))].sort()).toEqual(['B004', 'B006', 'B050']);
    expect(server.asked.at(-1)?.['$filter']).toMatch(
      /^Plant eq '1000' and startswith\(Batch,'B'\) and Changed ge .+ or Plant eq 'O''Hara' and startswith/u,
    );
  });

  test('follows what comes along to its end, and makes a row of each', async () => {
    server.nestedSize = 2;
    const charcs = ['1', '2', '3', '4', '5'].map((id) => ({ CharcInternalID: id, CharcValue: `v${id}` }));
    server.batches = [batch(1, { charcs }), batch(2, { charcs: [] })];
    const yaml = mapping(
      version,
      'entitySet: BatchSet, expand: [to_Charc], each: { path: to_Charc, as: charc }',
      {
        key: '{ from: [Batch, charc.CharcInternalID], apply: [{ concat: / }] }',
      },
    );
    const { mapped } = await collect(await open(version, yaml));
    expect(keysOf(mapped)).toEqual(['B001/1', 'B001/2', 'B001/3', 'B001/4', 'B001/5']);
  });

  test('makes columns of names and values that come along', async () => {
    const charcs = ['1', '2', '1'].map((id, i) => ({ CharcInternalID: id, CharcValue: `v${i}` }));
    server.batches = [batch(1, { charcs }), batch(2)];
    const pivot =
      "[{ path: to_Charc, as: charc, name: CharcInternalID, value: CharcValue, columns: ['1', '2'] }]";
    const yaml = mapping(version, `entitySet: BatchSet, expand: [to_Charc], pivot: ${pivot}`, {
      key: '{ from: [Batch, charc.2], apply: [{ concat: { separator: /, missing: skip } }] }',
    });
    const { rows, mapped } = await collect(await open(version, yaml));
    expect(keysOf(mapped)).toEqual(['B001/v1', 'B002']);
    expect(rows[0]).toMatchObject({ 'charc.1': ['v0', 'v2'], 'charc.2': 'v1' });
    expect(rows[1]).toMatchObject({ 'charc.1': null, 'charc.2': null });
  });

  test('finds by their keys what no navigation leads to, for all rows of a page at once', async () => {
    server.batches = [
      batch(1),
      batch(2),
      batch(3, { Plant: '' }),
      batch(4, { Batch: '1000', Plant: 'none' }),
    ];
    const join = 'joins: [{ entitySet: BatchSet, as: other, on: { Material: Material, Batch: Plant } }]';
    const yaml = mapping(version, `entitySet: BatchSet, ${join}`, {
      key: '{ from: [Batch, other.Quantity], apply: [{ concat: { separator: /, missing: skip } }] }',
    });
    const { mapped, rows } = await collect(await open(version, yaml));
    expect(keysOf(mapped).slice(0, 4)).toEqual(['B001', 'B002/12345678901.250', 'B003', '1000']);
    expect(rows[0]?.['other']).toBeNull();
    expect(server.asked.map((asked) => asked['$filter'])).toContain(
      "Material eq 'KIT' and Batch eq '2000' or Material eq 'KIT' and Batch eq '1000' or Material eq 'KIT' and Batch eq 'none'",
    );
  });

  test('stands below the connection where that leads to several, links included', async () => {
    server.pageSize = 3;
    const url = await server.api.start();
    system = openTest(mapping(version, 'service: api, entitySet: BatchSet'), { URL: new URL(url).origin });
    const { mapped } = await collect(streamNamed(system, 'lots'));
    expect(new Set(batchesOf(mapped)).size).toBe(7);
    await system.ping(new AbortController().signal);
    expect(new Set(server.api.requests.map(({ path }) => path))).toEqual(
      new Set(['/api/$metadata', '/api/BatchSet', '/api/']),
    );
  });

  test('does not count, and says so: a list ends where it links to nothing', async () => {
    server.pageSize = 3;
    server.spoil = (body) => {
      delete body['__count'];
      delete body['@odata.count'];
    };
    const yaml = mapping(version, 'entitySet: BatchSet').replace(
      /version: (\d)/u,
      'version: $1, counts: false',
    );
    system = openTest(yaml, { URL: await server.api.start() });
    const { mapped } = await collect(streamNamed(system, 'lots'));
    expect(new Set(batchesOf(mapped)).size).toBe(7);
    expect(
      server.api.requests.filter(({ query }) => query.has('$count') || query.has('$inlinecount')),
    ).toEqual([]);
  });

  test.each<[string, (body: Record<string, unknown>) => void, RegExp]>([
    [
      'does not count',
      (body) => {
        delete body['__count'];
        delete body['@odata.count'];
      },
      /does not say how many/u,
    ],
    [
      'ends before its count',
      (body) => {
        body['__count'] = '99';
        body['@odata.count'] = 99;
      },
      /ended \d+ entities before its count/u,
    ],
    [
      'links to another host',
      (body) => {
        body['__next'] = body['@odata.nextLink'] = 'http://127.0.0.1:9/api/BatchSet';
      },
      /leads outside/u,
    ],
    [
      'holds no list',
      (body) => {
        delete body['results'];
        delete body['value'];
      },
      /no list of entities/u,
    ],
  ])('a service that %s is nonsense', async (_what, spoil, message) => {
    const stream = await open(version);
    server.spoil = spoil;
    await expect(collect(stream)).rejects.toThrow(message);
  });

  test('is pinged by a small question', async () => {
    await open(version);
    await system?.ping(new AbortController().signal);
    expect(server.api.requests.map(({ path }) => path)).toEqual(['/api/']);
  });
});

describe('what a mapping names', () => {
  beforeEach(() => {
    server = new ODataServer(2);
  });

  test.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['an entity set', 'entitySet: BatchSett', {}, /mapping.yaml:9 there is no entity set "BatchSett"/u],
    [
      'a property',
      'entitySet: BatchSet',
      { key: 'Batsh' },
      /mapping.yaml:10 BatchSet has no property "Batsh"/u,
    ],
    ['a navigation', 'entitySet: BatchSet, expand: [to_Chark]', {}, /no navigation "to_Chark"/u],
    [
      'what does not come along',
      'entitySet: BatchSet',
      { key: 'to_Charc.0.CharcValue' },
      /"to_Charc" does not come along/u,
    ],
    [
      'a property of what comes along',
      'entitySet: BatchSet, expand: [to_Charc], each: { path: to_Charc, as: c }',
      { key: 'c.Valu' },
      /no property "Valu"/u,
    ],
    [
      'a list of a pivot',
      'entitySet: BatchSet, expand: [to_Charc], pivot: [{ path: to_Chark, as: c, name: A, value: B, columns: [X] }]',
      {},
      /there is no navigation "to_Chark"/u,
    ],
    [
      'a key of a join',
      'entitySet: BatchSet, joins: [{ entitySet: BatchSet, as: o, on: { Plant: Plant } }]',
      {},
      /the key of BatchSet has no "Plant" \(2 in all\)/u,
    ],
    [
      'a property of a join',
      'entitySet: BatchSet, joins: [{ entitySet: BatchSet, as: o, on: { Material: Material, Batch: Batch } }]',
      { key: 'o.Batsh' },
      /no property "Batsh"/u,
    ],
    [
      'a value of a pivot',
      'entitySet: BatchSet, expand: [to_Charc], pivot: [{ path: to_Charc, as: c, name: CharcInternalID, value: Valu, columns: [X] }]',
      {},
      /to_Charc has no property "Valu"/u,
    ],
    [
      'what is not selected',
      'entitySet: BatchSet, select: [Material, Batch, Changed]',
      {},
      /"Expires" is not among what is selected/u,
    ],
    [
      'a watermark that is no time',
      'entitySet: BatchSet',
      { watermark: '{ from: Plant }' },
      /"Plant" is Edm.String, and a watermark of OData is a time/u,
    ],
  ])('is held against the metadata: %s', async (_what, source, more, message) => {
    const failure: unknown = await collect(await open(2, mapping(2, source, more))).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'SOURCE_NONSENSE' });
    expect((failure as Error).message).toMatch(message);
    expect(server.asked).toEqual([]);
  });

  test('metadata with a document type is refused unread', async () => {
    server.metadata = `<!DOCTYPE x [<!ENTITY a "b">]>${server.metadata}`;
    await expect(collect(await open(2))).rejects.toThrow('its metadata cannot be read');
  });

  test('is checked as far as the file alone can tell', async () => {
    await open(2);
    const found = (source: string) => problemsOf(mapping(2, source)).join('\n');
    expect(found('entitySet: BatchSet, each: { path: to_Charc, as: c }')).toContain(
      '"to_Charc" does not come along',
    );
    expect(found('entitySet: BatchSet, expand: ["to_Charc($filter=x)"]')).toContain('cannot stand here');
    expect(found("entitySet: BatchSet, params: { $filter: 'a or b' }")).toMatch(/^9:/u);
  });
});
