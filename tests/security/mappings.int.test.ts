/** Attacks by whoever may write a mapping, or owns a legacy system: neither reaches another host nor writes a statement. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { collect, openTest, problemsOf, streamNamed, systemPart } from '../../connectors/test-support';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that remembers what reached it. */
class Listener {
  readonly requests: string[] = [];
  answer: Answer = (_request, response) => json(response, { data: [] });
  #server: Server | null = null;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

describe('SSRF by a mapping or by a source', () => {
  const inner = new Listener(); // what an attacker wants to reach: metadata, another service of the machine
  const source = new Listener();
  let innerUrl = '';
  let url = '';
  beforeAll(async () => {
    innerUrl = await inner.start();
    url = await source.start();
  });
  beforeEach(() => {
    inner.requests.length = 0;
    source.requests.length = 0;
    source.answer = (_request, response) =>
      json(response, { data: [{ id: 'a', lot: 'L', item: 'I' }], next: null });
  });
  afterAll(async () => {
    await inner.stop();
    await source.stop();
  });

  const mapping = (stream: string, connection = 'env:URL'): string => `${systemPart('wms', 'WMS')}
connector:
  type: rest
  connection: ${connection}
  deadlines: { connect: 300ms, request: 300ms, run: 2s }
  attempts: 1
streams:
  lots:
    recordType: lot
    source: ${stream}
    key: id
    fields: { item: item, lotNumber: lot }
`;
  const read = async (stream: string, address = `${url}/api/`): Promise<unknown> => {
    const system = openTest(mapping(stream), { URL: address });
    try {
      return await collect(streamNamed(system, 'lots'));
    } finally {
      await system.close();
    }
  };

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:3306/',
    'sqlite:/etc/passwd',
    'gopher://x/',
    'env:path',
    'file:etc/passwd',
  ])('a mapping cannot name where to connect: %s', (connection) => {
    expect(problemsOf(mapping('{ path: items, items: data }', JSON.stringify(connection)))).not.toEqual([]);
  });

  test.each([
    'gopher://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://user:password@127.0.0.1/',
    'not an address',
  ])('an address of another kind is refused, and not repeated: %s', async (address) => {
    const failed = await read('{ path: items, items: data }', address).catch((error: unknown) =>
      String(error),
    );
    expect(failed).toEqual(expect.not.stringContaining(address));
    expect(failed).toMatch(/not an http or https URL|do not belong in its address/);
  });

  test.each([
    '//INNER/x',
    '/\\\\INNER/x',
    'http://INNER/x',
    'HTTP:INNER/x',
    '../../admin',
    '..%2f..%2fadmin',
    '%2e%2e/%2e%2e/admin',
    '/../admin',
    'items/../../admin',
    'items?x=1#@INNER/',
    '@INNER/x',
    '\\tINNER',
    'items/..;/..;/admin',
  ])('a path of a mapping stays below the source: %s', async (wanted) => {
    const escaped = wanted.replaceAll('INNER', new URL(innerUrl).host);
    await read(`{ path: ${JSON.stringify(escaped)}, items: data }`).catch(() => undefined);
    expect(inner.requests).toEqual([]);
    for (const asked of source.requests) expect(new URL(asked, url).pathname).toMatch(/^\/api\//);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%s) of a source is not followed', async (status) => {
    source.answer = (_request, response) => {
      response.writeHead(status, { location: `${innerUrl}/latest/meta-data/` });
      response.end();
    };
    await expect(read('{ path: items, items: data }')).rejects.toThrow('wms: answered');
    expect(inner.requests).toEqual([]);
    expect(source.requests).toHaveLength(1);
  });

  test.each([
    'INNER/api/items',
    '//HOST/api/items',
    'http://HOST@evil.example/api/items',
    'file:///etc/passwd',
    '/admin',
    'http://169.254.169.254/',
  ])('a link of a source leads to the source or nowhere: %s', async (link) => {
    const next = link.replace('INNER', innerUrl).replace('HOST', new URL(innerUrl).host);
    source.answer = (request, response) =>
      json(response, { data: [], next: request.url === '/api/items' ? next : null });
    await read('{ path: items, items: data, paging: { style: next-link, next: next } }').catch(
      () => undefined,
    );
    expect(inner.requests).toEqual([]);
    for (const asked of source.requests) expect(asked).toMatch(/^\/api\//);
  });

  test('an answer that unpacks to more than it weighs is not unpacked', async () => {
    source.answer = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(Buffer.from('1f8b0800000000000003', 'hex'));
    };
    await expect(read('{ path: items, items: data }')).rejects.toMatchObject({ code: 'SOURCE_NONSENSE' });
  });
});

const mysqlUrl = process.env['LOTGRAPH_TEST_MYSQL_URL'];
interface Store {
  readonly url: string;
  run(sql: string): Promise<void>;
  count(table: string): Promise<number>;
  close(): Promise<void>;
}

function sqlite(): Promise<Store> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lg-sec-'));
  const db = new Libsql(path.join(folder, 'x.sqlite'));
  return Promise.resolve({
    url: `sqlite:${path.join(folder, 'x.sqlite')}`,
    run: (sql) => Promise.resolve(void db.exec(sql)),
    count: (table) =>
      Promise.resolve((db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n),
    close: () => {
      db.close();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  });
}

async function mysql(): Promise<Store> {
  const server = await createConnection({ uri: mysqlUrl ?? '', multipleStatements: true });
  const name = `lg_sec_${process.pid}`;
  await server.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4; USE ${name}`);
  const address = new URL(mysqlUrl ?? '');
  address.pathname = `/${name}`;
  return {
    url: address.href,
    run: async (sql) => {
      await server.query(sql);
    },
    count: async (table) => {
      const [rows] = await server.query(`SELECT COUNT(*) AS n FROM ${table}`);
      return (rows as { n: number }[])[0]?.n ?? -1;
    },
    close: async () => {
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}

const stores: [string, () => Promise<Store>][] = [['SQLite', sqlite]];
if (mysqlUrl !== undefined) stores.push(['MariaDB', mysql]);

describe.each(stores)('SQL injection by a mapping on %s', (_name, open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
    await store.run(
      'CREATE TABLE lots (id varchar(20) PRIMARY KEY, item varchar(20), no varchar(20), modified varchar(30))',
    );
    await store.run(
      'CREATE TABLE secrets (id varchar(20) PRIMARY KEY, item varchar(20), no varchar(20), modified varchar(30))',
    );
    await store.run("INSERT INTO lots VALUES ('a', 'KIT', 'L1', '2026-05-01 10:00:00')");
    await store.run("INSERT INTO secrets VALUES ('s', 'top', 'secret', '2026-05-01 10:00:00')");
  });
  afterAll(() => store.close());

  const read = async (source: string, parts: { key?: string; lot?: string } = {}): Promise<string> => {
    const yaml = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { run: 2s, connect: 1s } }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: ${JSON.stringify(parts.key ?? 'id')}
    watermark: { from: modified, overlap: 1m }
    fields: { item: item, lotNumber: ${JSON.stringify(parts.lot ?? 'no')} }
`;
    try {
      const system = openTest(yaml, { URL: store.url });
      try {
        const { rows } = await collect(streamNamed(system, 'lots'));
        return JSON.stringify(rows);
      } finally {
        await system.close();
      }
    } catch (error) {
      return `refused: ${String(error)}`;
    }
  };

  const ATTACKS = [
    'lots; DROP TABLE lots',
    "lots'; DROP TABLE lots; --",
    'lots" UNION SELECT * FROM "secrets',
    'lots` UNION SELECT * FROM `secrets',
    '(SELECT * FROM secrets)',
    'lots, secrets',
    'lots/**/UNION/**/SELECT/**/*/**/FROM/**/secrets',
    'lots -- ',
    'main.secrets; --',
    'information_schema.tables',
    'sqlite_master" --',
    "no' OR '1'='1",
    'no) FROM lots UNION SELECT id, item, no, modified FROM secrets --',
    "load_extension('x')",
    "LOAD_FILE('/etc/passwd')",
    'sleep(5)',
    '*',
    'no\u0000',
  ];

  afterEach(async () => {
    expect(await store.count('lots')).toBe(1);
    expect(await store.count('secrets')).toBe(1);
  });

  test('the mapping that is attacked reads its row when it is left alone', async () => {
    expect(await read('{ table: lots }')).toContain('"no":"L1"');
  });

  test.each(ATTACKS)('a table named %j is a name, and there is none', async (attack) => {
    const outcome = await read(`{ table: ${JSON.stringify(attack)} }`);
    expect(outcome).toMatch(/^refused: /);
    expect(outcome).not.toContain('top');
  });

  test.each(ATTACKS)('a column named %j is a name, and there is none', async (attack) => {
    for (const outcome of [
      await read('{ table: lots }', { lot: attack }),
      await read('{ table: lots }', { key: attack }),
      await read(`{ table: lots, unique: [${JSON.stringify(attack)}] }`),
      await read(`{ table: lots, where: [{ column: ${JSON.stringify(attack)}, equals: L1 }] }`),
      await read(
        `{ table: lots, joins: [{ table: secrets, as: ${JSON.stringify(attack)}, on: { id: id } }] }`,
      ),
      await read(
        `{ table: lots, joins: [{ table: secrets, as: s, on: { ${JSON.stringify(attack)}: id } }] }`,
      ),
    ]) {
      expect(outcome === '[]' || outcome.startsWith('refused: ')).toBe(true);
    }
  });

  test.each(ATTACKS)('a value %j is compared, and matches nothing', async (attack) => {
    for (const operator of ['equals', 'startsWith'] as const) {
      const outcome = await read(
        `{ table: lots, where: [{ column: no, ${operator}: ${JSON.stringify(attack)} }] }`,
      );
      expect(outcome).not.toContain('L1');
      expect(outcome).not.toContain('top');
    }
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lg-sec-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = async (files: string): Promise<readonly object[]> => {
    const yaml = `${systemPart('qa', 'FILES')}
connector: { type: file, connection: env:DIR }
streams:
  lots:
    recordType: lot
    source: { files: ${JSON.stringify(files)} }
    key: [ '#file', no ]
    fields: { item: item, lotNumber: no }
`;
    return (await collect(streamNamed(openTest(yaml, { DIR: folder }), 'lots'))).rows;
  };

  test('formulas of a CSV file are kept as they are, as data: a lot number is not ours to change', async () => {
    const formulas = [
      "=cmd|'/c calc'!A1",
      '+1+1',
      '-2+3',
      '@SUM(1)',
      '\t=1',
      '=HYPERLINK("http://evil.example";"x")',
    ];
    const quoted = formulas.map((formula) => `KIT,"${formula.replaceAll('"', '""')}"`);
    writeFileSync(path.join(folder, 'a.csv'), `item,no\n${quoted.join('\n')}\n`);
    expect((await read('*.csv')).map((row) => (row as { no: string }).no)).toEqual(formulas);
  });

  test.each(['../*.csv', '/etc/passwd', '..\\*.csv', '**/../../*', '%2e%2e/*.csv'])(
    'a glob leaves the folder no more than a name does: %s',
    async (glob) => {
      const outside = mkdtempSync(path.join(tmpdir(), 'lg-sec-outside-'));
      writeFileSync(path.join(outside, 'x.csv'), 'item,no\nKIT,SECRET\n');
      const rows = await read(glob).catch(() => []);
      expect(rows).toEqual([]);
      rmSync(outside, { recursive: true });
    },
  );

  test('a link within the folder to a file outside of it is not followed', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'lg-sec-outside-'));
    writeFileSync(path.join(outside, 'x.csv'), 'item,no\nKIT,SECRET\n');
    symlinkSync(path.join(outside, 'x.csv'), path.join(folder, 'link.csv'));
    expect(await read('*.csv')).toEqual([]);
    rmSync(outside, { recursive: true });
  });
});
