/** What only PostgreSQL has: its types, its strict comparisons, schemas, names that keep their case. */
import { LegacyUnavailableError } from '../../platform/errors';
import type { LegacySystem } from '../contract';
import { Deadline } from '../resilience/deadline';
import { collect, keysOf, openTest, streamNamed, systemPart } from '../test-support';
import { sessionFor } from './sql-connector';
import { POSTGRES_URL, openSourceDatabase, type SourceDatabase } from './test-databases';

(POSTGRES_URL === undefined ? describe.skip : describe)('a PostgreSQL server', () => {
  let db: SourceDatabase;
  let system: LegacySystem;

  const start = async (columns: string, values: string, fields: string, source = '{ table: Batch }') => {
    await db.run(`CREATE TABLE "Batch" (name varchar(80) PRIMARY KEY, modified timestamptz, ${columns})`);
    await db.run(`INSERT INTO "Batch" VALUES ('A', '2026-05-01 10:00:00+08', ${values})`);
    system = openTest(
      `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { run: 3s, connect: 500ms, request: 1s } }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: name
    watermark: { from: modified }
    fields: { item: { value: KIT }, lotNumber: name${fields} }
`,
      { URL: db.url },
    );
    return streamNamed(system, 'lots');
  };

  beforeEach(async () => {
    db = await openSourceDatabase('PostgreSQL');
  });

  afterEach(async () => {
    await system.close();
    await db.close();
  });

  test('gives every type in a form that loses nothing', async () => {
    const stream = await start(
      'qty numeric(38,20), big bigint, ratio float8, bad float8, at timestamp, day date, ok boolean, raw bytea, doc jsonb, tags text[], nos numeric[], id uuid, "Wert" money',
      `12345678901234567.12345678901234567890, 9007199254740993, 0.1, 'NaN', '2026-05-01 10:00:00.123456', '2027-01-31', true, '\\xDEADBEEF',
       '{"lot": {"n": 12345678901234567890.5}}', ARRAY['a','b,c'], ARRAY[1.10, 12345678901234567890.5], 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 12.5`,
      ', remarks: doc->lot.n',
    );
    const { rows, mapped } = await collect(stream);
    expect(rows[0]).toMatchObject({
      modified: '2026-05-01 02:00:00+00',
      qty: '12345678901234567.12345678901234567890',
      big: '9007199254740993',
      ratio: 0.1,
      bad: 'NaN',
      at: '2026-05-01 10:00:00.123456',
      day: '2027-01-31',
      ok: true,
      raw: 'deadbeef',
      doc: { lot: { n: '12345678901234567890.5' } },
      tags: ['a', 'b,c'],
      nos: [1.1, '12345678901234567890.5'],
      id: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      Wert: '12.50',
    });
    expect(mapped[0]).toMatchObject({
      record: { remarks: '12345678901234567890.5' },
      changedAt: Date.parse('2026-05-01T02:00:00Z'),
    });
  });

  test('resumes from a point in time with its offset', async () => {
    const stream = await start('note text', "'n'", '');
    const { watermark } = await collect(stream);
    expect(watermark).toEqual({ mark: '2026-05-01 02:00:00+00' });
    await db.run(`INSERT INTO "Batch" VALUES ('B', '2026-05-01 11:00:00+08', 'n'), ('C', '2026-04-01', 'n')`);
    expect(keysOf((await collect(stream, watermark)).mapped)).toEqual(['A', 'B']);
  });

  test('compares columns of any type with what a condition says', async () => {
    const stream = await start(
      'no int, ok boolean, id uuid, kind char(3)',
      "7, true, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a'",
      '',
      `{ table: Batch, where: [{ column: no, equals: '7' }, { column: ok, equals: true }, { column: kind, in: [a, b] },
         { column: id, equals: a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 }, { not: { column: no, in: [x, 8] } }, { column: no, startsWith: '7' }] }`,
    );
    expect(keysOf((await collect(stream)).mapped)).toEqual(['A']);
  });

  test('joins columns of different types, in another schema, under names longer than the server keeps', async () => {
    const long = 'a_column_of_a_table_whose_name_is_far_longer_than_anybody';
    await db.run(`CREATE SCHEMA "Lab"; CREATE TABLE "Lab"."Ref" (id int PRIMARY KEY, ${long} text)`);
    await db.run(`INSERT INTO "Lab"."Ref" VALUES (7, 'found')`);
    const stream = await start(
      'ref varchar(10)',
      "'7'",
      `, remarks: laboratory_reference.${long}`,
      '{ table: Batch, joins: [{ table: Lab.Ref, as: laboratory_reference, on: { id: ref } }] }',
    );
    expect((await collect(stream)).mapped).toMatchObject([{ record: { remarks: 'found' } }]);
  });

  test('decodes bytes in another encoding, and refuses to take a text for bytes', async () => {
    const source = '{ table: Batch, encoding: { note: gbk } }';
    const stream = await start(
      'note bytea, words text',
      "'\\xd2bbb4ced0d4', 'text'",
      ', remarks: note',
      source,
    );
    expect((await collect(stream)).mapped).toMatchObject([{ record: { remarks: '一次性' } }]);
    await system.close();
    await db.run('DROP TABLE "Batch"');
    const other = await start('note text', "'d2bb'", ', remarks: note', source);
    await expect(collect(other)).rejects.toThrow('gives no bytes of a column of type TEXT');
  });

  test('cannot be written to through what reads it', async () => {
    await start('note text', "'n'", '');
    const session = sessionFor('erp', db.url, {});
    const deadline = new Deadline('erp', 2000, new AbortController().signal);
    await expect(session.query(`INSERT INTO "Batch" (name) VALUES ('X')`, [], deadline)).rejects.toThrow(
      'cannot be read',
    );
    await expect(session.query('SELECT COUNT(*) AS n FROM "Batch"', [], deadline)).resolves.toEqual([
      { n: 1 },
    ]);
    await session.close();
  });

  test('ends a statement that takes too long', async () => {
    await start('note text', "'n'", '');
    const session = sessionFor('erp', db.url, { deadlines: { request: '200ms' } });
    const began = Date.now();
    const deadline = new Deadline('erp', 20_000, new AbortController().signal);
    await expect(session.query('SELECT pg_sleep(15)', [], deadline)).rejects.toBeInstanceOf(
      LegacyUnavailableError,
    );
    expect(Date.now() - began).toBeLessThan(5000);
    await session.close();
  });
});
