/** What sessions know of tables, on every database at hand, and looking at PostgreSQL as a user who may only select. */
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { openSource } from '../inspect/open-source';
import { Deadline } from '../resilience/deadline';
import type { SqlSession } from './session';
import { sessionFor } from './sql-connector';
import { POSTGRES_URL, SOURCE_DIALECTS, openSourceDatabase, type SourceDatabase } from './test-databases';

const { signal } = new AbortController();
const deadline = () => new Deadline('erp', 10_000, signal);

describe.each(SOURCE_DIALECTS)('the catalogue of %s', (dialect) => {
  let db: SourceDatabase;
  let session: SqlSession;

  beforeAll(async () => {
    db = await openSourceDatabase(dialect);
    await db.run('CREATE TABLE "Item" (id INT PRIMARY KEY, code VARCHAR(20))');
    await db.run(
      'CREATE TABLE "批次" (item_id INT NOT NULL REFERENCES "Item" (id), no VARCHAR(20) NOT NULL, note VARCHAR(5), site INT NOT NULL, ' +
        'PRIMARY KEY (site, no), UNIQUE (item_id, no), FOREIGN KEY (item_id) REFERENCES "Item" (id))',
    );
    await db.run('CREATE VIEW released AS SELECT * FROM "批次"');
    session = sessionFor('erp', db.url, {});
  });

  afterAll(async () => {
    await session.close();
    await db.close();
  });

  test('lists tables and views', async () => {
    const tables = await session.tables(deadline());
    expect(tables.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
      'Item table',
      'released view',
      '批次 table',
    ]);
  });

  test('knows columns, keys and references, in the case in which they were declared', async () => {
    const columns = await session.columns('批次', deadline());
    expect(columns.map(({ name, nullable, keyPart }) => [name, nullable, keyPart])).toEqual([
      ['item_id', false, 0],
      ['no', false, 2],
      ['note', true, 0],
      ['site', false, 1],
    ]);
    const unique = await session.uniqueKeys('批次', deadline());
    expect(unique[0]).toEqual(['site', 'no']);
    expect(unique).toContainEqual(['item_id', 'no']);
    expect(await session.foreignKeys('批次', deadline())).toContainEqual({
      column: 'item_id',
      table: 'Item',
      target: 'id',
    });
    expect(await session.columns('item"; DROP TABLE "Item', deadline())).toEqual([]);
    expect(await session.uniqueKeys('released', deadline())).toEqual([]);
  });
});

(POSTGRES_URL === undefined ? describe.skip : describe)('PostgreSQL, as a user who may only select', () => {
  const user = `lg_ro_${randomBytes(5).toString('hex')}`;
  let db: SourceDatabase;
  let admin: DataSource;

  beforeAll(async () => {
    db = await openSourceDatabase('PostgreSQL');
    admin = await new DataSource({ type: 'postgres', url: db.url }).initialize();
    await admin.query(`CREATE SCHEMA lab; CREATE TABLE lab."批次表" (id int PRIMARY KEY, no text, doc jsonb, raw bytea);
      COMMENT ON TABLE lab."批次表" IS '批次'; COMMENT ON COLUMN lab."批次表".no IS '灭菌批号';
      CREATE TABLE hidden (id int);
      INSERT INTO lab."批次表" SELECT i, 'LT' || (2400 + i), '{"a": 1}', '\\xff00' FROM generate_series(1, 40) i;
      CREATE USER ${user} PASSWORD 'only-select'; GRANT USAGE ON SCHEMA lab TO ${user}; GRANT SELECT ON lab."批次表" TO ${user}`);
  });

  afterAll(async () => {
    await admin.query(`DROP OWNED BY ${user}; DROP USER ${user}`);
    await admin.destroy();
    await db.close();
  });

  test('profiles what it may read and shows nothing else', async () => {
    const url = new URL(db.url);
    Object.assign(url, { username: user, password: 'only-select' });
    const source = openSource('env:OLD_URL', { env: { OLD_URL: url.href } });
    const resources = await source.inspector.resources(signal);
    expect(resources.map(({ name }) => name)).toEqual(['lab.批次表']);
    const profile = await source.inspector.profile('lab.批次表', { sampleRows: 100 }, signal);
    expect(profile).toMatchObject({ comment: '批次', rows: 40, rowsExact: true, unique: [['id']] });
    expect(profile.columns.find(({ name }) => name === 'no')).toMatchObject({
      comment: '灭菌批号',
      patterns: [{ pattern: 'A+9+', share: 1 }],
    });
    await source.close();
  });
});
