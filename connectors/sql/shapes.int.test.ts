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

  test('rejects a row that joins to several, unless the key tells them apart or they are alike', async () => {
    await db.run('CREATE TABLE place (no int PRIMARY KEY, ref varchar(10), code varchar(10))');
    await db.run("INSERT INTO place VALUES (1, '7', 'A'), (2, '7', 'B'), (3, '8', 'C')");
    const source = '{ table: batch, joins: [{ table: place, as: place, on: { ref: ref } }] }';
    const fanned = await read(source, 'no, remarks: place.code');
    const why = 'the row joins to 2 rows of place, which its key does not tell apart';
    const reject = { kind: 'reject', code: 'UNREADABLE_ROW', message: why };
    expect(fanned.mapped).toMatchObject([reject, reject, reject, reject, { key: '3' }]);
    await system.close();
    const told = await read(source, 'no, remarks: place.code', '    key: [id, place.code]');
    expect(keysOf(told.mapped).sort()).toEqual(['1|A', '1|B', '2|A', '2|B', '3|C']);
    await system.close();
    expect(keysOf((await read(source, 'no')).mapped)).toEqual(['1', '1', '2', '2', '3']);
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

  test('reads genealogy from a link table, whose columns mean the opposite of their names', async () => {
    await db.run('CREATE TABLE move_line (id int PRIMARY KEY, lot int, qty decimal(9,3))');
    await db.run(
      'CREATE TABLE consume_rel (consume_line_id int, produce_line_id int, PRIMARY KEY (consume_line_id, produce_line_id))',
    );
    await db.run('INSERT INTO move_line VALUES (10, 1, 3.5), (11, 2, 1), (20, 3, 2)');
    await db.run('INSERT INTO consume_rel VALUES (20, 10), (20, 11)');
    const side = (line: string, role: string) =>
      `{ table: consume_rel, joins: [{ table: move_line, as: line, on: { id: ${line} }, required: true }, { table: batch, as: lot, on: { id: line.lot } }], set: { role: ${role} } }`;
    system = openTest(
      `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { run: 5s } }
streams:
  genealogy:
    recordType: transformation
    source: { union: { raw: ${side('produce_line_id', 'INPUT')}, finished: ${side('consume_line_id', 'OUTPUT')} } }
    key: ['#part', consume_line_id, produce_line_id]
    fields:
      transformation: consume_line_id
      role: role
      item: { value: KIT }
      lotNumber: lot.no
      quantity: { cases: [{ when: { column: role, equals: INPUT }, from: line.qty }] }
`,
      { URL: db.url },
    );
    const { mapped } = await collect(streamNamed(system, 'genealogy'), null, 1);
    expect(mapped).toMatchObject([
      {
        key: 'raw|20|10',
        record: { transformation: '20', role: 'INPUT', lotNumber: 'LT1', quantity: '3.5' },
      },
      { key: 'raw|20|11', record: { transformation: '20', role: 'INPUT', lotNumber: 'LT2', quantity: '1' } },
      { key: 'finished|20|10', record: { transformation: '20', role: 'OUTPUT', lotNumber: 'LT3' } },
      { key: 'finished|20|11', record: { transformation: '20', role: 'OUTPUT', lotNumber: 'LT3' } },
    ]);
  });

  test('reads pairs of head and line tables, one for each type of document, with the sign of each head', async () => {
    for (const [no, flag] of [
      ['01', 1],
      ['11', 0],
    ] as const) {
      await db.run(
        `CREATE TABLE rdrecord${no} (id int PRIMARY KEY, flag int, at ${time}, whcode varchar(10))`,
      );
      await db.run(
        `CREATE TABLE rdrecords${no} (autoid int PRIMARY KEY, id int, cbatch varchar(20), qty decimal(9,3))`,
      );
      await db.run(`INSERT INTO rdrecord${no} VALUES (1, ${flag}, ${T1}, 'W1')`);
      await db.run(`INSERT INTO rdrecords${no} VALUES (7, 1, 'LT${no}', 2.5), (8, 1, NULL, 1)`);
    }
    const pair = (no: string) =>
      `{ table: rdrecords${no}, joins: [{ table: rdrecord${no}, as: head, on: { id: id } }], where: [{ column: cbatch, empty: false }], set: { type: '${no}' } }`;
    system = openTest(
      `${systemPart('u8', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { run: 5s } }
codes: { kinds: { entries: { '01': RECEIPT, '11': CONSUMPTION }, unknown: reject } }
streams:
  movements:
    recordType: movement
    source: { union: { in01: ${pair('01')}, out11: ${pair('11')} } }
    key: ['#part', autoid]
    watermark: { from: head.at }
    sign: { rule: byCode, quantity: qty, code: head.flag, codes: { '1': in, '0': out } }
    fields:
      item: { value: KIT }
      lotNumber: cbatch
      site: { value: SZ }
      location: head.whcode
      movementKind: { from: type, apply: [{ lookup: kinds }] }
      occurredAt: { from: head.at, apply: [instant] }
`,
      { URL: db.url },
    );
    const { mapped, watermark } = await collect(streamNamed(system, 'movements'), null, 1);
    expect(mapped).toMatchObject([
      { key: 'in01|7', record: { lotNumber: 'LT01', quantity: '2.5', movementKind: 'RECEIPT' } },
      { key: 'out11|7', record: { lotNumber: 'LT11', quantity: '-2.5', movementKind: 'CONSUMPTION' } },
    ]);
    expect(Object.keys(watermark ?? {})).toEqual(['in01', 'out11']);
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
