/** Reading real files in a real folder. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NOW, collect, keysOf, openTest, streamNamed, systemPart } from '../test-support';

const mapping = (source: string) => `${systemPart('qa', 'FILES')}
connector: { type: file, connection: env:DIR }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: ['#file', Lot no.]
    fields: { item: Item, lotNumber: Lot no. }
`;

let folder: string;
const put = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);
const open = (source: string) => streamNamed(openTest(mapping(source), { DIR: folder }), 'lots');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lg-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('reads a spreadsheet export with its mark, line ends, quotes and blank lines', async () => {
  put('a.csv', '\uFEFFItem,Lot no.,Name\r\nKIT,L1,"Kit, large ""A"""\r\n\r\n套件,L2,导管\r\n');
  const { rows, mapped } = await collect(open("{ files: '*.csv' }"));
  expect(rows).toMatchObject([
    { Item: 'KIT', 'Lot no.': 'L1', Name: 'Kit, large "A"', '#file': 'a.csv', '#line': 2 },
    { Item: '套件', 'Lot no.': 'L2', '#line': 4 },
  ]);
  expect(keysOf(mapped)).toEqual(['a.csv|L1', 'a.csv|L2']);
});

test('a line with the wrong number of columns is a reject that names file and line', async () => {
  put('a.csv', 'Item,Lot no.\nKIT\nKIT,L1\n');
  const { mapped } = await collect(open("{ files: '*.csv', where: [{ column: Item, equals: KIT }] }"));
  expect(mapped).toMatchObject([
    { kind: 'reject', code: 'UNREADABLE_ROW', message: 'a.csv line 2: 1 columns, expected 2' },
    { kind: 'record', key: 'a.csv|L1' },
  ]);
});

test('reads nothing of a file whose header lacks a column that the mapping names', async () => {
  put('a.csv', 'Item,Lot no\nKIT,L1\n');
  const failure: unknown = await collect(open("{ files: '*.csv' }")).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    ...{ name: 'LegacyUnavailableError', code: 'SOURCE_NONSENSE', system: 'qa' },
    message: 'qa does not fit its mapping: mapping.yaml:11 there is no column "Lot no." in a.csv (1 in all)',
    cause: {
      problems: [{ line: 11, message: expect.any(String) as string, hint: 'did you mean "Lot no"?' }],
    },
  });
});

test('checks the header of every file, of a declared header and of an empty file', async () => {
  const nonsense = { code: 'SOURCE_NONSENSE' };
  put('a.csv', 'Item,Lot no.\nKIT,L1\n');
  const stream = open("{ files: '*.csv' }");
  const { watermark } = await collect(stream);
  put('b.csv', 'Item\nKIT\n');
  await expect(collect(stream, watermark)).rejects.toMatchObject(nonsense);
  put('b.csv', '');
  await expect(collect(stream, watermark)).rejects.toMatchObject(nonsense);
  put('b.csv', 'Item,Lot no.\n');
  expect((await collect(stream, watermark)).rows).toEqual([]);
  await expect(collect(open("{ files: '*.csv', header: [Item, Lot] }"))).rejects.toMatchObject(nonsense);
});

test('checks what where and distinctBy name, but not what set gives or the reader adds', async () => {
  put('a.csv', 'Item\nKIT\n');
  const source = (more: string) => open(`{ files: '*.csv', set: { Lot no.: L1 }, ${more} }`);
  expect(keysOf((await collect(source("distinctBy: ['#file', Item]"))).mapped)).toEqual(['a.csv|L1']);
  for (const wrong of ['distinctBy: [Itme]', 'where: [{ column: Itme, empty: true }]']) {
    await expect(collect(source(wrong))).rejects.toThrow('mapping.yaml:9 there is no column "Itme" in a.csv');
  }
});

test('reads a file again only when its content changed', async () => {
  put('a.csv', 'Item,Lot no.\nKIT,L1\n');
  put('b.csv', 'Item,Lot no.\nKIT,L2\n');
  const stream = open("{ files: '*.csv' }");
  const first = await collect(stream);
  expect(first.rows).toHaveLength(2);
  expect((await collect(stream, first.watermark)).batches).toEqual([]);
  utimesSync(path.join(folder, 'a.csv'), 1, 1);
  const touched = await collect(stream, first.watermark);
  expect(touched.rows).toEqual([]);
  put('b.csv', 'Item,Lot no.\nKIT,L2\nKIT,L3\n');
  expect(keysOf((await collect(stream, touched.watermark)).mapped)).toEqual(['b.csv|L2', 'b.csv|L3']);
});

test('moves the watermark of a file with its last batch only', async () => {
  put('a.csv', `Item,Lot no.\n${Array.from({ length: 5 }, (_, n) => `KIT,L${n}`).join('\n')}\n`);
  const { batches } = await collect(open("{ files: '*.csv' }"), null, 2);
  expect(batches.map(({ rows, watermark }) => [rows.length, Object.keys(watermark ?? {})])).toEqual([
    [2, []],
    [2, []],
    [1, ['a.csv']],
  ]);
});

test('reads other encodings and delimiters, and refuses bytes that are not of the encoding', async () => {
  put(
    'a.csv',
    Buffer.from([...Buffer.from('Item;Lot no.\n'), 0xb5, 0xbc, 0xb9, 0xdc, ...Buffer.from(';L1\n')]),
  );
  const { rows } = await collect(open("{ files: '*.csv', delimiter: ';', encoding: gbk }"));
  expect(rows).toMatchObject([{ Item: '导管', 'Lot no.': 'L1' }]);
  await expect(collect(open("{ files: '*.csv', delimiter: ';' }"))).rejects.toMatchObject({
    code: 'SOURCE_NONSENSE',
  });
});

test('takes nothing from outside of the folder or its glob', async () => {
  put('a.txt', 'Item,Lot no.\nKIT,L1\n');
  expect((await collect(open("{ files: '*.csv' }"))).rows).toEqual([]);
});

test('keeps the first row of each combination that is asked for', async () => {
  put('a.csv', 'Item,Lot no.\nKIT,L1\nKIT,L2\nDEV,L3\n');
  expect((await collect(open("{ files: '*.csv', distinctBy: [Item] }"))).rows).toHaveLength(2);
});

describe('the first row of each combination over several files', () => {
  const source = "{ files: '*.csv', distinctBy: [Item] }";
  const firsts = async (watermark: Awaited<ReturnType<typeof collect>>['watermark'] = null) => {
    const read = await collect(open(source), watermark);
    const cells = read.rows.map((row) => [row['#file'], row['Lot no.']] as string[]);
    return { ...read, lots: cells.map((pair) => pair.join(' ')) };
  };

  test('does not depend on the order in which the files came', async () => {
    put('b.csv', 'Item,Lot no.\nKIT,LATE\nDEV,L9\n');
    const early = await firsts();
    expect(early.lots).toEqual(['b.csv LATE', 'b.csv L9']);
    put('a.csv', 'Item,Lot no.\nKIT,EARLY\n');
    const later = await firsts(early.watermark);
    expect(later.lots).toEqual(['a.csv EARLY', 'b.csv L9']);
    expect(later.lots).toEqual((await firsts()).lots);
    put('c.csv', 'Item,Lot no.\nKIT,LAST\n');
    expect((await firsts(later.watermark)).lots).toEqual(['a.csv EARLY', 'b.csv L9']);
  });

  test('is read anew from all of them when one changed, and not at all when none did', async () => {
    put('a.csv', 'Item,Lot no.\nKIT,L1\n');
    put('b.csv', 'Item,Lot no.\nKIT,L2\n');
    const { watermark } = await firsts();
    expect((await firsts(watermark)).batches).toEqual([]);
    put('a.csv', 'Item,Lot no.\nDEV,L3\n');
    expect((await firsts(watermark)).lots).toEqual(['a.csv L3', 'b.csv L2']);
  });

  test('moves no watermark before the last file is read', async () => {
    put('a.csv', 'Item,Lot no.\nKIT,L1\n');
    put('b.csv', 'Item,Lot no.\nDEV,L2\n');
    const { batches } = await firsts();
    expect(batches.map(({ watermark }) => Object.keys(watermark ?? {}))).toEqual([[], ['a.csv', 'b.csv']]);
  });

  test('waits while one of the files is being written', async () => {
    put('a.csv', 'Item,Lot no.\nKIT,L1\n');
    utimesSync(path.join(folder, 'a.csv'), 1, 1);
    const { watermark } = await collect(open(source));
    const settled = open("{ files: '*.csv', distinctBy: [Item], settle: 1h }");
    const written = path.join(folder, 'b.csv');
    put('b.csv', 'Item,Lot no.\nKIT,L2\n');
    utimesSync(written, Date.parse(NOW) / 1000, Date.parse(NOW) / 1000);
    expect((await collect(settled, watermark)).batches).toEqual([]);
    utimesSync(written, 2, 2);
    expect((await collect(settled, watermark)).rows).toMatchObject([{ 'Lot no.': 'L1' }]);
  });
});

test('a folder that is gone is unavailable', async () => {
  const stream = open("{ files: '*.csv' }");
  rmSync(folder, { recursive: true });
  await expect(collect(stream)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryable: true });
});
