/** Shapes of data beyond one table, on every database at hand: what legacy systems really keep. */
import type { LegacySystem } from '../contract';
import { collect, keysOf, openTest, streamNamed, systemPart, type Collected } from '../test-support';
import { SOURCE_DIALECTS, openSourceDatabase, type SourceDatabase } from './test-databases';

const T1 = "'2026-05-01 10:00:00'";
const T2 = "'2026-05-01 11:00:00'";

describe.each(SOURCE_DIALECTS)('shapes in %s', (dialect) => {
  const time = dialect === 'PostgreSQL' ? 'timestamp' : 'datetime';
  let db: SourceDatabase;
  let system: LegacySystem;

  const start = (source: string, fields: string, more = '') => {
    system = openTest(
      `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { run: 5s } }
streams:
  lots:
    recordType: lot
    source: ${source}
${more === '' ? '    key: id' : more}
    fields: { item: { value: KIT }, lotNumber: ${fields} }
`,
      { URL: db.url },
    );
    return streamNamed(system, 'lots');
  };
  const read = (source: string, fields: string, more?: string): Promise<Collected> =>
    collect(start(source, fields, more), null, 2);

  beforeEach(async () => {
    db = await openSourceDatabase(dialect);
    await db.run(
      `CREATE TABLE batch (id int PRIMARY KEY, no varchar(20), kind varchar(10), ref varchar(10), doc varchar(200), at ${time})`,
    );
    await db.run(
      `INSERT INTO batch VALUES (1, 'LT1', 'PR', '7', '{"lot":{"origin":"CN"}}', ${T1}), (2, 'LT2', 'DN', '7', NULL, ${T1}), (3, 'LT3', 'X', '8', 'no json', ${T2})`,
    );
  });

  afterEach(async () => {
    await system.close();
    await db.close();
  });

  test('follows a polymorphic reference by joins with constants, and one table several times', async () => {
    await db.run(
      'CREATE TABLE voucher (type varchar(10), no int, partner varchar(10), PRIMARY KEY (type, no))',
    );
    await db.run("INSERT INTO voucher VALUES ('PR', 7, 'maker'), ('DN', 7, 'clinic')");
    const { mapped } = await read(
      `{ table: batch, joins: [
          { table: voucher, as: receipt, on: { no: ref, type: { value: PR } }, where: [{ column: type, equals: PR }] },
          { table: voucher, as: delivery, on: { no: ref, type: { value: DN } } },
          { table: voucher, as: own, on: { no: ref, type: kind } }] }`,
      'no, supplier: { from: [receipt.partner, own.partner], apply: [coalesce] }, remarks: own.partner, manufacturer: delivery.partner',
    );
    expect(mapped).toMatchObject([
      { record: { supplier: 'maker', remarks: 'maker', manufacturer: 'clinic' } },
      { record: { supplier: 'maker', remarks: 'clinic', manufacturer: 'clinic' } },
      { record: { supplier: null, remarks: null, manufacturer: null } },
    ]);
  });

  test('turns a side table of names and values into columns, page by page', async () => {
    await db.run('CREATE TABLE charc (batch_id int, name varchar(20), txt varchar(20), num decimal(9,3))');
    await db.run(
      `INSERT INTO charc VALUES (1, 'LOBM_VFDAT', '2027-01-31', NULL), (1, 'GEWICHT', NULL, 12.5), (1, 'OTHER', 'x', 1),
         (2, 'LOBM_VFDAT', '2027-02-28', NULL), (3, 'LOBM_VFDAT', '2027-03-31', NULL), (3, 'LOBM_VFDAT', '2028-03-31', NULL)`,
    );
    const { rows, mapped } = await read(
      `{ table: batch, pivot: [{ table: charc, as: c, on: { batch_id: id }, name: name, value: [txt, num], columns: [LOBM_VFDAT, GEWICHT] }] }`,
      'no, expiresOn: { from: c.LOBM_VFDAT, apply: [date] }',
    );
    expect(rows.map((row) => Object.keys(row).filter((name) => name.startsWith('c.')))).toEqual(
      Array.from({ length: 3 }, () => ['c.LOBM_VFDAT', 'c.GEWICHT']),
    );
    expect(mapped).toMatchObject([
      { record: { expiresOn: '2027-01-31' } },
      { record: { expiresOn: '2027-02-28' } },
      // two values of one name are two values, not the first of them
      { kind: 'reject', key: '3', code: 'BAD_DATE', field: 'expiresOn' },
    ]);
    expect(Number(rows[0]?.['c.GEWICHT'])).toBe(12.5);
  });

  test('reaches into JSON in a column, and rejects what is none', async () => {
    const { mapped } = await read('{ table: batch }', 'no, remarks: doc->lot.origin');
    expect(mapped).toMatchObject([
      { record: { remarks: 'CN' } },
      { record: { remarks: null } },
      { kind: 'reject', key: '3', code: 'BAD_TEXT', field: 'remarks' },
    ]);
  });

  test('gives one row for each part of a text that lists several', async () => {
    await db.run("UPDATE batch SET doc = 'S1\r\nS2\n\nS3 ' WHERE id = 1");
    const { rows, mapped } = await read(
      '{ table: batch, where: [{ column: id, in: [1, 2] }], each: { split: doc, as: serial } }',
      'serial',
      '    key: [id, serial]',
    );
    expect(mapped).toMatchObject([{ key: '1|S1' }, { key: '1|S2' }, { key: '1|S3' }]);
    expect(rows.map((row) => row['#index'])).toEqual([0, 1, 2]);
  });

  test('orders rows by the later of their own and their header’s change, and so sees a change of the header alone', async () => {
    await db.run(`CREATE TABLE head (id int PRIMARY KEY, note varchar(10), at ${time})`);
    await db.run(`INSERT INTO head VALUES (7, 'a', ${T1}), (8, 'b', NULL)`);
    const stream = start(
      '{ table: batch, joins: [{ table: head, as: head, on: { id: ref } }] }',
      'no, remarks: head.note',
      '    key: id\n    watermark: { from: [at, head.at], combine: latest, overlap: 1s }',
    );
    const first = await collect(stream, null, 1);
    expect(keysOf(first.mapped)).toEqual(['1', '2', '3']);
    await db.run("UPDATE head SET note = 'new', at = '2026-05-01 12:00:00' WHERE id = 7");
    const second = await collect(stream, first.watermark, 1);
    expect(second.mapped).toMatchObject([
      { key: '3' },
      { key: '1', record: { remarks: 'new' } },
      { key: '2', record: { remarks: 'new' } },
    ]);
    expect(keysOf((await collect(stream, second.watermark, 1)).mapped)).toEqual(['1', '2']);
  });

  test('refuses a watermark of a join that may find several rows', async () => {
    await db.run(`CREATE TABLE head (no int, at ${time})`);
    const reading = read(
      '{ table: batch, joins: [{ table: head, as: head, on: { no: ref } }] }',
      'no',
      '    key: id\n    watermark: { from: head.at }',
    );
    await expect(reading).rejects.toThrow('nothing says that it finds only one row of "head"');
  });

  test('names what a pivot or an encoding wants and the table has not', async () => {
    await db.run('CREATE TABLE charc (batch_id int, name varchar(20), txt varchar(20))');
    const pivot = '{ table: charc, as: c, on: { batchid: id }, name: name, value: text, columns: [A] }';
    const error = await read(`{ table: batch, pivot: [${pivot}], encoding: { note: gbk } }`, 'no').catch(
      (caught: unknown) => caught as Error,
    );
    const { problems } = (error as Error & { cause: { problems: { message: string; hint?: string }[] } })
      .cause;
    expect(problems.map(({ message }) => message)).toEqual([
      'there is no column "batchid"',
      'there is no column "text"',
      'there is no column "note"',
    ]);
    expect(problems[0]?.hint).toBe('did you mean "batch_id"?');
  });
});

(SOURCE_DIALECTS.includes('MariaDB') ? describe : describe.skip)('GBK bytes in a latin1 column', () => {
  let db: SourceDatabase;
  let system: LegacySystem;

  beforeAll(async () => {
    db = await openSourceDatabase('MariaDB');
    await db.run(
      'CREATE TABLE "批次" ("序号" int PRIMARY KEY, "批号" varchar(40) CHARACTER SET latin1, "备注" varchar(40) CHARACTER SET latin1)',
    );
    await db.run(
      `INSERT INTO "批次" VALUES (1, 'LT1', CAST(CONVERT('一次性使用' USING gbk) AS BINARY)), (2, 'LT2', UNHEX('D2FF')), (3, 'LT3', NULL)`,
    );
    system = openTest(
      `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: { table: 批次, encoding: { 备注: gbk } }
    key: 序号
    fields: { item: { value: KIT }, lotNumber: 批号, remarks: 备注 }
`,
      { URL: db.url },
    );
  });

  afterAll(async () => {
    await system.close();
    await db.close();
  });

  test('are read as bytes and decoded; bytes that are no text reject the row', async () => {
    const { mapped } = await collect(streamNamed(system, 'lots'));
    expect(mapped).toMatchObject([
      { key: '1', record: { remarks: '一次性使用' } },
      { kind: 'reject', code: 'UNREADABLE_ROW', message: '备注 is not in gbk: bytes D2FF' },
      { key: '3', record: { remarks: null } },
    ]);
  });
});
