/** Workbooks, JSON, other encodings, and files that replace each other or are still being written. */
import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collect, keysOf, NOW, openTest, problemsOf, streamNamed, systemPart } from '../test-support';

const mapping = (source: string, fields: string, key: string) => `${systemPart('qa', 'FILES')}
connector: { type: file, connection: env:DIR }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: ${key}
    fields: ${fields}
`;

const FIXTURE = path.join(__dirname, 'fixtures/lots.xlsx');
let folder: string;
const put = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);
const open = (source: string, fields = '{ item: item, lotNumber: lot }', key = 'lot') =>
  streamNamed(openTest(mapping(source, fields, key), { DIR: folder }), 'lots');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lg-formats-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a workbook', () => {
  const fields = '{ item: 物料, lotNumber: 批号, expiresOn: { from: 有效期至, apply: [date] } }';
  const sheet = (more = 'sheet: 批次, headerLine: 3') => open(`{ files: '*.xlsx', ${more} }`, fields, '批号');
  beforeEach(() => {
    copyFileSync(FIXTURE, path.join(folder, 'lots.xlsx'));
  });

  test.each(['Asia/Shanghai', 'America/New_York', 'UTC'])(
    'gives dates as they stand in the cells, in zone %s',
    async (zone) => {
      const before = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        expect((await collect(sheet())).rows).toMatchObject([
          { 有效期至: '2027-01-31', 检验时间: '2026-05-12T23:59:59', '#line': 4 },
          { 有效期至: null, 检验时间: '13:05:09', '#line': 6 },
        ]);
      } finally {
        process.env['TZ'] = before;
      }
    },
  );

  test('gives numbers as digits, flags as flags, and no row for a blank line', async () => {
    const { rows, mapped } = await collect(sheet());
    expect(rows).toMatchObject([
      { 物料: 'KIT-1', 批号: '00392/174', 数量: '0.1', 冻结: true, '#file': 'lots.xlsx' },
      { 物料: '套件', 批号: '20240117', 数量: '12345678.125', 冻结: false },
    ]);
    expect(mapped[0]).toMatchObject({ record: { expiresOn: '2027-01-31', lotNumber: '00392/174' } });
  });

  test('without the sheet that is named is not read', async () => {
    await expect(collect(sheet('sheet: 别的'))).rejects.toThrow(
      'not a readable XLSX file: it has no sheet "别的"',
    );
  });

  test('whose column names stand elsewhere does not fit', async () => {
    await expect(collect(sheet('sheet: 批次'))).rejects.toThrow(
      'there is no column "物料" in lots.xlsx (3 in all)',
    );
  });

  test('that is none is nonsense', async () => {
    put('lots.xlsx', 'Item,Lot\n');
    await expect(collect(sheet())).rejects.toMatchObject({ code: 'SOURCE_NONSENSE' });
  });
});

describe('JSON', () => {
  const nested = '{ item: item.code, lotNumber: line.lot }';

  test('gives a row for each element of a nested list, numbers exact', async () => {
    put(
      'a.json',
      '{"data":[{"item":{"code":"KIT"},"n":12345678901234567890,"lines":[{"lot":"L1"},{"lot":"L2"}]}]}',
    );
    const { rows, mapped } = await collect(
      open("{ files: '*.json', items: data, each: { path: lines, as: line } }", nested, 'line.lot'),
    );
    expect(keysOf(mapped)).toEqual(['L1', 'L2']);
    expect(rows[1]).toMatchObject({ n: '12345678901234567890', '#file': 'a.json', '#line': 1, '#index': 1 });
  });

  test('without the list, or without a name that the mapping reads, does not fit', async () => {
    put('a.json', '{"data":{}}');
    await expect(collect(open("{ files: '*.json', items: data }"))).rejects.toThrow(
      'it holds no list at "data"',
    );
    put('a.json', '[{"item":"KIT","lott":"L1"}]');
    await expect(collect(open("{ files: '*.json' }"))).rejects.toThrow('there is no column "lot" in a.json');
  });

  test('a line that is none is a reject that names file and line', async () => {
    put('a.ndjson', '{"item":"KIT","lot":"L1"}\n\n{"item":\n[1]\n{"item":"KIT","lot":"L2"}');
    const { mapped } = await collect(open("{ files: '*.ndjson' }"));
    expect(mapped).toMatchObject([
      { kind: 'record', key: 'L1' },
      { kind: 'reject', code: 'UNREADABLE_ROW', message: 'a.ndjson line 3: no JSON' },
      { kind: 'reject', code: 'UNREADABLE_ROW', message: 'a listed item is not an object' },
      { kind: 'record', key: 'L2' },
    ]);
  });
});

test('reads tabs by the extension, and column names below a title', async () => {
  put('a.tsv', 'Export of May\n\nitem\tlot\nKIT\tL1\n');
  expect(keysOf((await collect(open("{ files: '*.tsv', headerLine: 3 }"))).mapped)).toEqual(['L1']);
});

test('a header that names a column twice does not fit, as far as the mapping reads it', async () => {
  put('a.csv', 'item,lot,lot,x,x\nKIT,L1,L2,1,2\n');
  await expect(collect(open("{ files: '*.csv' }"))).rejects.toThrow(
    '"lot" stands 2 times in the header of a.csv',
  );
});

describe('an encoding that is detected', () => {
  const gbk = Buffer.concat([
    Buffer.from('item,lot,name\nKIT,L1,'),
    // 一次性使用无菌导尿管,上海配送中心
    Buffer.from('d2bbb4ced0d4cab9d3c3cedebefab5bcc4f2b9dc', 'hex'),
    Buffer.from('\nKIT,L2,'),
    Buffer.from('c9cfbaa3c5e4cbcdd6d0d0c4b2d6bfe2c5fab4ce', 'hex'),
    Buffer.from('\n'),
  ]);

  test('is told by mark, by validity or by likeness', async () => {
    put('a.csv', gbk);
    put('b.csv', Buffer.from('\uFEFFitem,lot,name\nKIT,L3,导管\n', 'utf16le'));
    put('c.csv', 'item,lot,name\nKIT,L4,导管\n');
    const { rows } = await collect(open("{ files: '*.csv', encoding: detect }"));
    expect(rows.map((row) => row['name'])).toEqual([
      '一次性使用无菌导尿管',
      '上海配送中心仓库批次',
      '导管',
      '导管',
    ]);
  });

  test('that nothing shows is not guessed', async () => {
    put(
      'a.csv',
      Buffer.concat([Buffer.from('item,lot\nKIT,L'), Buffer.from([0xfe, 0x80, 0xff]), Buffer.from('\n')]),
    );
    await expect(collect(open("{ files: '*.csv', encoding: detect }"))).rejects.toMatchObject({
      code: 'SOURCE_NONSENSE',
    });
  });
});

describe('files that are complete', () => {
  const complete = () => open("{ files: 'stock-*.csv', mode: complete }");
  const text = (...lots: string[]) => `item,lot\n${lots.map((lot) => `KIT,${lot}\n`).join('')}`;

  test('replace each other: only the last is read, and says that it is all', async () => {
    put('stock-0501.csv', text('L1', 'L2'));
    put('stock-0502.csv', text('L2', 'L3'));
    const { mapped, batches, watermark } = await collect(complete(), null, 1);
    expect(keysOf(mapped)).toEqual(['L2', 'L3']);
    expect(batches.map(({ whole }) => whole)).toEqual([undefined, true]);
    expect(Object.keys(watermark ?? {})).toEqual(['stock-0502.csv']);
    expect((await collect(complete(), watermark)).batches).toEqual([]);
    put('stock-0503.csv', text('L3'));
    expect(keysOf((await collect(complete(), watermark)).mapped)).toEqual(['L3']);
  });

  test('never take everything away by being empty', async () => {
    put('stock-0501.csv', text());
    await expect(collect(complete())).rejects.toThrow(
      'stock-0501.csv holds no row, and is said to be complete',
    );
  });

  test('do not go back to an older one when the newest is gone', async () => {
    put('stock-0501.csv', text('L1'));
    put('stock-0502.csv', text('L2'));
    const { watermark } = await collect(complete());
    rmSync(path.join(folder, 'stock-0502.csv'));
    await expect(collect(complete(), watermark)).rejects.toThrow(
      'stock-0502.csv was read before and is gone',
    );
  });
});

test('a file that changed a short while ago is left for the next run, and the others are read', async () => {
  put('a.csv', 'item,lot\nKIT,L1\n');
  put('b.csv', 'item,lot\nKIT,L2\n');
  const now = Date.parse(NOW) / 1000;
  const settle = open("{ files: '*.csv', settle: 1m }");
  utimesSync(path.join(folder, 'a.csv'), now - 10, now - 10);
  utimesSync(path.join(folder, 'b.csv'), now - 70, now - 70);
  const first = await collect(settle);
  expect(keysOf(first.mapped)).toEqual(['L2']);
  utimesSync(path.join(folder, 'a.csv'), now - 61, now - 61);
  expect(keysOf((await collect(settle, first.watermark)).mapped)).toEqual(['L1']);
});

test.each([
  ["{ files: '*.xlsx', delimiter: ';' }", 'delimiter says nothing about a file of xlsx'],
  ["{ files: '*.csv', sheet: a }", 'sheet says nothing about a file of csv'],
  ["{ files: '*.csv', encoding: utf-9 }", '"utf-9" is no encoding'],
  ["{ files: '*.csv', header: [item, lot], headerLine: 2 }", 'or they are given'],
  ["{ files: '*.csv', format: xls }", 'expected one of csv, tsv, xlsx, json, ndjson'],
  ["{ union: { a: { files: 'a*.csv', mode: complete } } }", 'a part cannot tell that what it lacks is gone'],
])('finds the mistake in %s', (source, problem) => {
  const found = problemsOf(mapping(source, '{ item: item, lotNumber: lot }', 'lot')).join('\n');
  expect(found).toContain(problem);
  expect(found).toMatch(/^\d+:\d+ /u);
});
