/** Reading real databases: SQLite always, MariaDB and PostgreSQL when the environment names a server. */
import { renameSync, writeFileSync } from 'node:fs';
import { LegacyUnavailableError, MappingError } from '../../platform/errors';
import type { LegacySystem } from '../contract';
import { collect, keysOf, openTest, streamNamed, systemPart } from '../test-support';
import { MYSQL_URL, SOURCE_DIALECTS, openSourceDatabase, type SourceDatabase } from './test-databases';

/** For what is about deadlines; a busy server may take longer to answer. */
const SHORT = '{ run: 1500ms, connect: 500ms }';

const mapping = (source: string, more = '', deadlines = SHORT) => `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: ${deadlines} }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: name
    watermark: { from: modified, overlap: 1m }
    fields: { item: item, lotNumber: no, producedQuantity: qty${more} }
`;

const tableIn = (dialect: string) =>
  `CREATE TABLE "tab Batch" (name varchar(20) PRIMARY KEY, item varchar(20), no varchar(20), qty decimal(21,9), big bigint, expiry ${dialect === 'PostgreSQL' ? 'varchar(10)' : 'date'}, modified ${dialect === 'PostgreSQL' ? 'timestamp' : 'datetime'}(6) NULL)`;
/** PostgreSQL writes no zeros behind the second. */
const stampIn = (dialect: string, stamp: string) =>
  dialect === 'PostgreSQL' ? stamp.replace(/\.?0+$/u, '') : stamp;

const insert = (...rows: readonly string[]) => `INSERT INTO "tab Batch" VALUES ${rows.join(', ')}`;
const row = (name: string, modified: string | null) =>
  `('${name}', 'KIT', 'LT-${name}', 12.500000000, 9007199254740993, '0000-00-00', ${modified === null ? 'NULL' : `'${modified}'`})`;

describe.each(SOURCE_DIALECTS)('reading %s', (dialect) => {
  const TABLE = tableIn(dialect);
  let db: SourceDatabase;
  let system: LegacySystem;

  const start = (source = '{ table: tab Batch }', more = '') => {
    system = openTest(mapping(source, more, '{ run: 20s, connect: 10s }'), { URL: db.url });
    return streamNamed(system, 'lots');
  };

  beforeEach(async () => {
    db = await openSourceDatabase(dialect);
    await db.run(TABLE);
  });

  afterEach(async () => {
    await system.close();
    await db.close();
  });

  test('keeps decimals, large integers and zero dates as they are stored', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.123456')));
    const { rows, mapped } = await collect(start());
    expect(rows[0]).toMatchObject({
      big: '9007199254740993',
      expiry: '0000-00-00',
      modified: '2026-05-01 10:00:00.123456',
    });
    expect(typeof rows[0]?.['qty']).toBe('string');
    expect(mapped[0]).toMatchObject({
      record: { producedQuantity: '12.5' },
      changedAt: Date.parse('2026-05-01T02:00:00.123Z'),
    });
  });

  test('pages by watermark and key, and loses no row of a time that many share', async () => {
    const same = Array.from({ length: 25 }, (__, i) =>
      row(`S${String(i).padStart(2, '0')}`, '2026-05-01 10:00:00.000000'),
    );
    await db.run(
      insert(row('Z', '2026-04-01 00:00:00.000000'), ...same, row('A', '2026-05-02 00:00:00.000000')),
    );
    const { batches, mapped } = await collect(start(), null, 7);
    expect(batches.map((batch) => batch.rows.length)).toEqual([7, 7, 7, 6]);
    expect(keysOf(mapped)[0]).toBe('Z');
    expect(new Set(keysOf(mapped)).size).toBe(27);
    expect(keysOf(mapped).at(-1)).toBe('A');
  });

  test('starts again an overlap before the watermark, and reads what changed since', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000'), row('B', '2026-05-01 11:00:00.000000')));
    const stream = start();
    const first = await collect(stream);
    expect(first.watermark).toEqual({ mark: stampIn(dialect, '2026-05-01 11:00:00.000000') });
    await db.run(insert(row('C', '2026-05-01 10:59:30.000000'), row('D', '2026-05-01 10:58:00.000000')));
    const second = await collect(stream, first.watermark);
    expect(keysOf(second.mapped)).toEqual(['C', 'B']);
    expect(second.watermark).toEqual(first.watermark);
  });

  test('reads rows without a watermark in every run', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000'), row('N', null), row('M', null)));
    const stream = start();
    const first = await collect(stream, null, 1);
    expect(keysOf(first.mapped)).toEqual(['M', 'N', 'A']);
    expect(keysOf((await collect(stream, first.watermark)).mapped)).toEqual(['M', 'N', 'A']);
  });

  test('never moves the watermark past now, whatever a stamp says', async () => {
    await db.run(insert(row('A', '2099-01-01 00:00:00.000000')));
    const { watermark } = await collect(start());
    expect(watermark).toEqual({ mark: '2026-06-01 08:00:00' });
  });

  test('keeps all rows that one row joins to in one batch, and the rows that join to none', async () => {
    await db.run('CREATE TABLE entry (name varchar(20) PRIMARY KEY, parent varchar(20), serial varchar(20))');
    await db.run(
      "INSERT INTO entry VALUES ('e1', 'A', 's1'), ('e2', 'A', 's2'), ('e3', 'A', 's3'), ('e4', 'B', 's4')",
    );
    await db.run(
      insert(
        row('A', '2026-05-01 10:00:00.000000'),
        row('B', '2026-05-01 11:00:00.000000'),
        row('C', '2026-05-01 12:00:00.000000'),
      ),
    );
    const stream = start(
      '{ table: tab Batch, joins: [{ table: entry, as: e, on: { parent: name } }] }',
      ', remarks: e.serial',
    );
    const { batches } = await collect(stream, null, 1);
    expect(batches.map((batch) => batch.rows.map((found) => found['e.serial']).sort())).toEqual([
      ['s1', 's2', 's3'],
      ['s4'],
      [null],
    ]);
  });

  test('reads the tables of a union one after the other, each from its own watermark', async () => {
    await db.run(TABLE.replace('tab Batch', 'tab Old'));
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000')));
    await db.run(insert(row('B', '2026-04-01 10:00:00.000000')).replace('tab Batch', 'tab Old'));
    const parts = 'old: { table: tab Old, set: { kind: O } }, new: { table: tab Batch, set: { kind: N } }';
    const stream = start(`{ union: { ${parts} } }`, ', remarks: kind');
    const { rows, mapped, watermark } = await collect(stream);
    expect(rows.map((found) => found['#part'])).toEqual(['old', 'new']);
    expect(mapped).toMatchObject([{ record: { remarks: 'O' } }, { record: { remarks: 'N' } }]);
    expect(watermark).toEqual({
      old: { mark: stampIn(dialect, '2026-04-01 10:00:00.000000') },
      new: { mark: stampIn(dialect, '2026-05-01 10:00:00.000000') },
    });
    await db.run(insert(row('C', '2026-05-02 10:00:00.000000')));
    expect(keysOf((await collect(stream, watermark)).mapped)).toEqual(['B', 'A', 'C']);
  });

  test('asks conditions with parameters, quotes included', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000'), row("O''B", '2026-05-01 11:00:00.000000')));
    const stream = start(
      `{ table: tab Batch, where: [{ any: [{ column: name, equals: "O'B" }, { column: no, startsWith: '%' }] }] }`,
    );
    expect(keysOf((await collect(stream)).mapped)).toEqual(["O'B"]);
  });

  test('names the file and line of a column that is gone, as soon as it reads', async () => {
    const stream = start('{ table: tab Batch }', ', uom: unit');
    const error = await collect(stream).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LegacyUnavailableError);
    expect(error).toMatchObject({ code: 'SOURCE_NONSENSE', retryable: true });
    expect((error as LegacyUnavailableError).message).toContain('mapping.yaml:12 there is no column "unit"');
    expect((error as LegacyUnavailableError).cause).toBeInstanceOf(MappingError);
  });

  test('names a table that is gone', async () => {
    await expect(collect(start('{ table: tabBatch }'))).rejects.toThrow('there is no table "tabBatch"');
  });

  test('refuses a view whose declared key does not tell its rows apart', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000'), row('B', '2026-05-01 10:00:00.000000')));
    await db.run('CREATE VIEW v AS SELECT * FROM "tab Batch"');
    await expect(collect(start('{ table: v }'), null, 1)).rejects.toThrow('has no primary key');
    await system.close();
    await expect(collect(start('{ table: v, unique: [item] }'), null, 1)).rejects.toThrow(
      'does not tell its rows apart',
    );
  });

  test('stops when the caller gives up', async () => {
    await db.run(insert(row('A', '2026-05-01 10:00:00.000000')));
    const stop = new AbortController();
    stop.abort();
    await expect(collect(start(), null, 10, stop.signal)).rejects.toThrow('given up');
  });

  test('answers a ping', async () => {
    start();
    await expect(system.ping(new AbortController().signal)).resolves.toBeUndefined();
  });
});

describe('a SQLite file', () => {
  test('that is locked is waited for without holding the process, until the deadline', async () => {
    const db = await openSourceDatabase('SQLite');
    await db.run(tableIn('SQLite'));
    await db.run('BEGIN EXCLUSIVE');
    const system = openTest(mapping('{ table: tab Batch }'), { URL: db.url });
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await expect(collect(streamNamed(system, 'lots'))).rejects.toThrow('deadline');
    clearInterval(ticks);
    expect(longest).toBeLessThan(700); // half of the deadline: a wait that held the process would be all of it
    await db.run('ROLLBACK');
    await expect(collect(streamNamed(system, 'lots'))).resolves.toMatchObject({ rows: [] });
    await system.close();
    await db.close();
  });

  test('that is moved away is unavailable, and readable again when it is back', async () => {
    const db = await openSourceDatabase('SQLite');
    await db.run(tableIn('SQLite'));
    const file = db.url.slice('sqlite:'.length);
    const system = openTest(mapping('{ table: tab Batch }'), { URL: db.url });
    renameSync(file, `${file}.away`);
    await expect(collect(streamNamed(system, 'lots'))).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
    });
    writeFileSync(file, 'this is no database, however long it may be '.repeat(40));
    await expect(collect(streamNamed(system, 'lots'))).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    renameSync(`${file}.away`, file);
    await expect(collect(streamNamed(system, 'lots'))).resolves.toMatchObject({ rows: [] });
    await system.close();
    await db.close();
  });
});

(MYSQL_URL === undefined ? describe.skip : describe)('a MariaDB server', () => {
  test('that nobody answers for is unavailable within its deadline', async () => {
    const system = openTest(mapping('{ table: x }'), { URL: 'mysql://root@127.0.0.1:1/none' });
    await expect(collect(streamNamed(system, 'lots'))).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await system.close();
  });

  test('whose table is locked ends the statement at the deadline', async () => {
    const db = await openSourceDatabase('MariaDB');
    await db.run(tableIn('MariaDB'));
    await db.run('LOCK TABLES "tab Batch" WRITE');
    const system = openTest(mapping('{ table: tab Batch }'), { URL: db.url });
    const began = Date.now();
    await expect(collect(streamNamed(system, 'lots'))).rejects.toBeInstanceOf(LegacyUnavailableError);
    expect(Date.now() - began).toBeLessThan(4000);
    await db.run('UNLOCK TABLES');
    await system.close();
    await db.close();
  });
});
