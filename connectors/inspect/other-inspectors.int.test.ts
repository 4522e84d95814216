/** Looking at folders, OData services and REST APIs that no mapping describes. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ODataServer } from '../odata/odata-server';
import { ApiServer } from '../rest/api-server';
import { readHttpOptions } from './open-http';
import { openSource, type OpenSourceOptions } from './open-source';
import type { OpenedSource, ResourceProfile } from './source-profile';

const signal = new AbortController().signal;
let source: OpenedSource | null = null;
let stop: () => Promise<void> | void = () => undefined;

afterEach(async () => {
  await source?.close();
  await stop();
  source = null;
});

function open(address: string, http?: OpenSourceOptions['http']): OpenedSource {
  const options = { env: { OLD: address }, ...(http === undefined ? {} : { http }) };
  source = openSource('env:OLD', options);
  return source;
}

const profile = (of: OpenedSource, name: string, sampleRows = 100) =>
  of.inspector.profile(name, { sampleRows }, signal);
const column = (of: ResourceProfile, name: string) => of.columns.find((one) => one.name === name);

describe('a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lg-inspect-'));
    stop = () => {
      rmSync(folder, { recursive: true, force: true });
    };
  });
  const put = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);

  test('lists files that differ by digits as one, and looks at the newest', async () => {
    put('stock-2026-05-01.csv', 'item;lot\nKIT;L1\n');
    put('stock-2026-05-02.csv', 'item;lot\nKIT;L2\nKIT;L3\n');
    put('lots.json', '[]');
    put('readme.md', 'x');
    const opened = open(folder);
    expect(opened.connector).toBe('file');
    expect((await opened.inspector.resources(signal)).map(({ name }) => name).sort()).toEqual([
      'lots.json',
      'stock-*.csv',
    ]);
    const found = await profile(opened, 'stock-*.csv');
    expect(found).toMatchObject({
      rows: 2,
      delimiter: ';',
      encoding: 'utf-8 (nothing beyond ASCII)',
      unique: [['lot']],
    });
    expect(column(found, 'lot')).toMatchObject({ samples: ['L2', 'L3'], distinct: 2, nullRate: 0 });
  });

  test('tells encodings and what shows them', async () => {
    put(
      'gbk.csv',
      Buffer.concat([
        Buffer.from('item,name\nKIT,'),
        Buffer.from(
          'd2bbb4ced0d4cab9d3c3cedebefab5bcc4f2b9dcc9cfbaa3c5e4cbcdd6d0d0c4b2d6bfe2c5fab4ce',
          'hex',
        ),
        Buffer.from('\n'),
      ]),
    );
    put('bom.csv', '\uFEFFitem,name\nKIT,导管\n');
    put('latin.csv', Buffer.from('Artikel;Menge;Größe\nKöln;3;groß\nMünchen;4;für Ärzte\n', 'latin1'));
    put('utf8.csv', 'item,name\nKIT,导管\n');
    const opened = open(folder);
    const encoding = async (name: string) => (await profile(opened, name)).encoding;
    expect(await encoding('gbk.csv')).toMatch(/^gb18030 \(likeness \d+ %\)$/u);
    expect(await encoding('latin.csv')).toMatch(/^iso-8859-1 \(likeness \d+ %\)$/u);
    expect(await encoding('bom.csv')).toBe('utf-8 (byte order mark)');
    expect(await encoding('utf8.csv')).toBe('utf-8 (valid UTF-8)');
  });

  test('reads names of workbooks and paths of JSON', async () => {
    copyFileSync(path.join(__dirname, '../file/fixtures/lots.xlsx'), path.join(folder, 'lots.xlsx'));
    put('lots.ndjson', '{"lot":"L1","item":{"code":"KIT"},"lines":[{"qty":1}]}\n{"lot":"L2","item":null}\n');
    const opened = open(folder);
    expect((await profile(opened, 'lots.xlsx')).columns.map(({ name }) => name)).toEqual(['导出说明']);
    const found = await profile(opened, 'lots.ndjson');
    expect(found.columns.map(({ name }) => name)).toEqual(['lot', 'item.code', 'lines', 'item']);
    expect(column(found, 'lines')).toMatchObject({ type: 'list', comment: 'list of qty', nullRate: 0.5 });
    await expect(profile(opened, '../lots.ndjson')).rejects.toThrow('there is no file of the name');
  });
});

describe.each([2, 4] as const)('an OData V%i service', (version) => {
  test('lists entity sets, their properties as declared, and a sample', async () => {
    const server = new ODataServer(version);
    server.batches = [1, 2, 3].map((n) => ({
      ...{ Material: 'KIT', Batch: `B${n}`, Plant: '1000', changed: null, expires: '2027-01-31' },
      ...{ quantity: '1.000', time: '08:00:00', charcs: [] },
    }));
    const opened = open(await server.api.start(), { odata: version });
    stop = () => server.api.stop();
    expect(opened.connector).toBe('odata');
    expect((await opened.inspector.resources(signal)).map(({ name }) => name)).toEqual([
      'BatchSet',
      'CharcSet',
    ]);
    const found = await profile(opened, 'BatchSet');
    expect(found).toMatchObject({ rows: 3, rowsExact: true, kind: 'entitySet' });
    expect(found.unique[0]).toEqual(['Material', 'Batch']);
    expect(column(found, 'Batch')).toMatchObject({
      type: 'Edm.String',
      nullable: false,
      keyPart: 2,
      sampled: 3,
      distinct: 3,
    });
    expect(column(found, 'Expires')).toMatchObject({ samples: ['2027-01-31'] });
    expect(server.asked).toHaveLength(1);
    expect((await profile(opened, 'BatchSet', 0)).columns[0]).toMatchObject({ sampled: 0, nullRate: null });
    expect(server.asked).toHaveLength(1);
    await expect(profile(opened, 'Nothing')).rejects.toThrow('there is no entity set');
  });
});

test('what is said about an API is checked, and no secret is repeated', () => {
  const login = '{ type: bearer, token: env:TOKEN }';
  expect(readHttpOptions({ odata: '2', login })).toEqual({
    odata: 2,
    login: { type: 'bearer', token: 'env:TOKEN' },
  });
  expect(() => readHttpOptions({ odata: '3' })).toThrow('2 or 4');
  const plain = () => readHttpOptions({ login: '{ type: bearer, token: s3cret }' });
  expect(plain).toThrow('the login is none that a mapping could have');
  expect(plain).not.toThrow('s3cret');
});

describe('a REST API', () => {
  const answer = {
    count: 2,
    items: [
      { id: 1, item: { code: 'KIT' } },
      { id: 2, item: { code: 'DEV' }, extra: null },
    ],
  };
  const document = {
    paths: {
      '/lots': {
        get: {
          summary: 'All lots',
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Lots' } } } },
          },
        },
      },
      '/lots/{id}': { get: { responses: {} } },
      '/ping': {
        get: { responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } } },
      },
      '/orders': { post: { responses: {} } },
    },
    components: {
      schemas: {
        Lots: {
          type: 'object',
          properties: {
            count: { type: 'integer' },
            items: { type: 'array', items: { $ref: '#/components/schemas/Lot' } },
          },
        },
        Lot: {
          required: ['id'],
          allOf: [{ properties: { id: { type: 'integer', format: 'int64' } } }],
          properties: {
            item: { $ref: '#/components/schemas/Item' },
            expiry: { type: 'string', format: 'date', description: 'Last day of use' },
          },
        },
        Item: { properties: { code: { type: 'string' } } },
      },
    },
  };
  let server: ApiServer;
  const start = async (openApi?: unknown) => {
    server = new ApiServer(() => ({ body: answer }));
    stop = () => server.stop();
    return open(await server.start(), { openApi, login: { type: 'bearer', token: 'env:OLD' } });
  };

  test('is known by its OpenAPI document, and by what it answers', async () => {
    const opened = await start(document);
    expect(await opened.inspector.resources(signal)).toMatchObject([
      { name: 'lots', kind: 'endpoint', comment: 'All lots' },
    ]);
    const found = await profile(opened, 'lots');
    expect(found).toMatchObject({ comment: 'list at "items"', rows: 2, rowsExact: false });
    expect(found.columns).toMatchObject([
      { name: 'id', type: 'integer int64', nullable: false, distinct: 2 },
      { name: 'item.code', type: 'string', samples: ['KIT', 'DEV'] },
      { name: 'expiry', type: 'string date', comment: 'Last day of use', sampled: 0 },
      { name: 'extra', type: 'unknown', nullRate: 1 },
    ]);
    await expect(profile(opened, 'orders')).rejects.toThrow('there is no endpoint');
    expect(server.requests.map(({ method, path: asked }) => `${method} ${asked}`)).toEqual(['GET /api/lots']);
  });

  test('is known by its answers alone', async () => {
    const opened = await start();
    expect(await opened.inspector.resources(signal)).toEqual([]);
    expect((await profile(opened, 'lots?limit=2')).columns.map(({ name }) => name)).toEqual([
      'id',
      'item.code',
      'extra',
    ]);
    expect(server.requests[0]?.query.get('limit')).toBe('2');
    await expect(profile(opened, 'http://elsewhere/lots')).rejects.toThrow('there is no endpoint');
  });
});
