/** Looking at real databases: SQLite always, MariaDB when LOTGRAPH_TEST_MYSQL_URL names a server. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { openSource } from './open-source';
import type { OpenedSource, ResourceProfile } from './source-profile';

const mysqlUrl = process.env['LOTGRAPH_TEST_MYSQL_URL'] ?? '';
const { signal } = new AbortController();

const ROWS = Array.from({ length: 40 }, (_, i) => {
  const no = `'LT${2400 + i}'`;
  const expiry = i % 10 === 0 ? "'0000-00-00'" : `'2027-01-${String((i % 28) + 1).padStart(2, '0')}'`;
  return `(${i + 1}, ${(i % 3) + 1}, ${no}, ${expiry}, ${i % 2 === 0 ? 'NULL' : '12.500'}, 'Y')`;
}).join(', ');

const columnOf = (profile: ResourceProfile, name: string) => {
  const found = profile.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
};

function expectBatchTable(profile: ResourceProfile): void {
  expect(profile).toMatchObject({ name: '批次表', kind: 'table', rows: 40, rowsExact: true });
  expect(profile.unique).toContainEqual(['id']);
  expect(profile.unique).toContainEqual(['item_id', '批号']);
  expect(columnOf(profile, 'id')).toMatchObject({ keyPart: 1, nullRate: 0, distinct: 40, sampled: 40 });
  expect(columnOf(profile, 'item_id').references).toEqual({ resource: 'item', column: 'id' });
  expect(columnOf(profile, '批号').patterns).toEqual([{ pattern: 'A+9+', share: 1 }]);
  expect(columnOf(profile, 'expiry').patterns).toEqual([
    { pattern: 'date:yyyy-MM-dd', share: 0.9 },
    { pattern: 'zeroDate', share: 0.1 },
  ]);
  expect(columnOf(profile, 'qty')).toMatchObject({ nullRate: 0.5, distinct: 1, nullable: true });
}

describe('sqlite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lg-inspect-'));
  let source: OpenedSource;
  beforeAll(() => {
    const file = path.join(folder, 'old.sqlite');
    const db = new Libsql(file);
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, code TEXT);
      INSERT INTO item VALUES (1, 'A'), (2, 'B'), (3, 'C');
      CREATE TABLE "批次表" (id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES item, "批号" VARCHAR(20) NOT NULL,
        expiry VARCHAR(10), qty DECIMAL(12,3), flag CHAR(1), UNIQUE (item_id, "批号"));
      INSERT INTO "批次表" VALUES ${ROWS};
      CREATE VIEW released AS SELECT * FROM "批次表" WHERE flag = 'Y';`);
    db.close();
    source = openSource('env:OLD_URL', { env: { OLD_URL: `sqlite:${file}` } });
  });
  afterAll(async () => {
    await source.close();
    rmSync(folder, { recursive: true });
  });

  test('lists tables and views', async () => {
    expect(await source.inspector.resources(signal)).toMatchObject([
      { name: 'item', kind: 'table', rows: null },
      { name: 'released', kind: 'view' },
      { name: '批次表', kind: 'table' },
    ]);
  });

  test('profiles keys, references, rates and the shapes of values', async () => {
    expectBatchTable(await source.inspector.profile('批次表', { sampleRows: 100 }, signal));
  });

  test('takes a bounded sample from both ends of the key', async () => {
    const profile = await source.inspector.profile('批次表', { sampleRows: 10 }, signal);
    const { sampled, samples } = columnOf(profile, 'id');
    expect([sampled, [...samples].sort((a, b) => Number(a) - Number(b))]).toEqual([
      10,
      ['1', '2', '3', '4', '5', '36', '37', '38', '39', '40'],
    ]);
  });

  test('names a table that is not there, and an address of an unknown kind, without the address', async () => {
    const none = source.inspector.profile('batch"; DROP TABLE item', { sampleRows: 1 }, signal);
    await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const secret = { env: { X_URL: 'gopher://user:secret@host' } };
    expect(() => openSource('env:X_URL', secret)).toThrow('env:X_URL holds an address of a kind');
    expect(() => openSource('sqlite:/etc/x', secret)).toThrow('never by its address');
  });
});

(mysqlUrl === '' ? describe.skip : describe)('mariadb, as a user who may only select', () => {
  const suffix = randomBytes(5).toString('hex');
  const [database, user] = [`lg_inspect_${suffix}`, `lg_ro_${suffix}`];
  let server: Connection;
  let source: OpenedSource;

  /** What the server counted for this user alone; refused attempts are counted too. */
  const writes = async (): Promise<number> => {
    const [rows] = await server.query<RowDataPacket[]>(
      'SELECT UPDATE_COMMANDS + ROWS_INSERTED + ROWS_UPDATED + ROWS_DELETED + ACCESS_DENIED AS writes, SELECT_COMMANDS AS selects ' +
        'FROM information_schema.USER_STATISTICS WHERE USER = ?',
      [user],
    );
    const { writes: count, selects } = rows[0] as { writes: string; selects: string };
    expect(Number(selects)).toBeGreaterThan(0);
    return Number(count);
  };

  beforeAll(async () => {
    server = await createConnection({ uri: mysqlUrl, multipleStatements: true, charset: 'utf8mb4' });
    await server.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}; SET SESSION sql_mode = '';
      CREATE TABLE item (id INT PRIMARY KEY, code VARCHAR(20)) COMMENT '物料';
      INSERT INTO item VALUES (1, 'A'), (2, 'B'), (3, 'C');
      CREATE TABLE 批次表 (id INT PRIMARY KEY, item_id INT NOT NULL, 批号 VARCHAR(20) NOT NULL COMMENT '灭菌批号',
        expiry DATE, qty DECIMAL(12,3), flag CHAR(1), UNIQUE (item_id, 批号), FOREIGN KEY (item_id) REFERENCES item (id)) COMMENT '批次';
      INSERT INTO 批次表 VALUES ${ROWS};
      CREATE VIEW slow AS SELECT SLEEP(30) AS s;
      SET GLOBAL userstat = 1;
      CREATE USER ${user}@'%' IDENTIFIED BY 'only-select'; GRANT SELECT ON ${database}.* TO ${user}@'%'`);
    const url = new URL(mysqlUrl);
    Object.assign(url, { username: user, password: 'only-select', pathname: `/${database}` });
    source = openSource('env:OLD_URL', { env: { OLD_URL: url.href } });
  });
  afterAll(async () => {
    await source.close();
    await server.query(`DROP DATABASE ${database}; DROP USER ${user}@'%'`);
    await server.end();
  });

  test('profiles tables with their comments, and writes nothing', async () => {
    const resources = await source.inspector.resources(signal);
    expect(resources).toMatchObject([{ name: 'item' }, { name: 'slow', kind: 'view' }, { name: '批次表' }]);
    const profile = await source.inspector.profile('批次表', { sampleRows: 100 }, signal);
    expectBatchTable(profile);
    expect([profile.comment, columnOf(profile, '批号').comment]).toEqual(['批次', '灭菌批号']);
    expect(await writes()).toBe(0);
  });

  test('gives up on a statement that takes too long, and on the signal of the caller', async () => {
    const asked = AbortSignal.timeout(300);
    const started = performance.now();
    await expect(source.inspector.profile('slow', { sampleRows: 5 }, asked)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
