/** A mapping held against a real database: each kind of trouble is found, by the line of the mapping it is about. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { FixedClock } from '../../../platform/clock';
import { silentLogger } from '../../../platform/log';
import { requireMapping } from '../../mapping/compile-mapping';
import { NOW, systemPart } from '../../test-support';
import { checkMapping, type CheckReport } from './check-mapping';

const folder = mkdtempSync(path.join(tmpdir(), 'lg-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SQL = `
CREATE TABLE lot (id INTEGER PRIMARY KEY, item TEXT, no TEXT, expiry TEXT, status TEXT, made DOUBLE, note TEXT);
CREATE TABLE move (id INTEGER PRIMARY KEY, item TEXT, no TEXT, bin TEXT, qty DECIMAL(10,2), at TEXT);
CREATE TABLE bin (code TEXT, site TEXT);
INSERT INTO bin VALUES ('B1','SZ'), ('B2','SZ');`;
const GOOD = `
INSERT INTO lot VALUES (1,'A','L1','2027-01-31','OK',1,NULL), (2,'A','L2','2027-01-31','OK',1,NULL);
INSERT INTO move VALUES (1,'A','L1','B1',5,'2026-01-01 08:00:00'), (2,'A','L1','B1',-2,'2026-01-02 08:00:00');`;

const YAML = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
codes: { states: { entries: { OK: NONE }, unknown: keep } }
streams:
  lots:
    recordType: lot
    source: { table: lot }
    key: id
    fields:
      item: item
      lotNumber: no
      expiresOn: { from: expiry, apply: [date] }
      hold: { from: status, apply: [{ lookup: states }] }
      remarks: { from: note, apply: [{ extract: { pattern: '^N:(.*)$', else: 'null' } }] }
  movements:
    recordType: movement
    source:
      table: move
      joins:
        - { table: bin, as: place, on: { code: bin } }
    key: id
    sign: { rule: signed, quantity: qty }
    fields:
      item: item
      lotNumber: no
      site: place.site
      location: bin
      movementKind: { value: OTHER }
      occurredAt: { from: at, apply: [instant] }
`;

const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;

let count = 0;
async function check(sql: string, yaml = YAML, rows = 1000): Promise<CheckReport> {
  const file = path.join(folder, `${(count += 1)}.sqlite`);
  const db = new Libsql(file);
  db.exec(SQL + sql);
  db.close();
  return await checkMapping(requireMapping('mapping.yaml', yaml), {
    ...{ env: { URL: `sqlite:${file}` }, clock: new FixedClock(NOW), logger: silentLogger },
    ...{ text: yaml, rows, signal: new AbortController().signal },
  });
}

const told = ({ findings }: CheckReport) =>
  findings.map(({ severity, check: code, line, message }) => [severity, code, line, message]);

const any = expect.any(String) as string;
const like = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test('finds nothing where nothing is wrong, and says that every row was read', async () => {
  const report = await check(GOOD);
  expect(told(report)).toEqual([]);
  expect(report.streams).toEqual([
    { name: 'lots', read: 2, records: 2, voids: 0, rejects: 0, complete: true },
    { name: 'movements', read: 2, records: 2, voids: 0, rejects: 0, complete: true },
  ]);
});

test('names a missing column with the nearest one, and goes on with the other streams', async () => {
  const report = await check(GOOD, YAML.replace('from: expiry', 'from: expiri'));
  expect(report.findings).toMatchObject([
    {
      ...{ severity: 'error', check: 'MISFIT', line: lineOf(YAML, 'expiresOn:') },
      ...{ message: 'there is no column "expiri"', hint: 'did you mean "expiry"?' },
    },
  ]);
  expect(report.streams[1]).toMatchObject({ name: 'movements', read: 2 });
});

test('tells unparsable dates, unknown codes, zero dates and values that get lost', async () => {
  const report = await check(
    `${GOOD} INSERT INTO lot VALUES (3,'A','L3','soon','OK',1,NULL), (4,'A','L4','0000-00-00','HELD',1,'x');`,
  );
  expect(told(report)).toEqual([
    ['error', 'BAD_DATE', lineOf(YAML, 'expiresOn:'), like(/1 of 4 rows \(25 %\).*soon/u)],
    ['info', 'ZERO_DATE', lineOf(YAML, 'expiresOn:'), any],
    ['warning', 'UNKNOWN_CODE', lineOf(YAML, 'hold:'), like(/1 rows .*"HELD"/u)],
    ['warning', 'LOST_VALUES', lineOf(YAML, 'remarks:'), like(/1 rows .*"x"/u)],
  ]);
});

test('tells every reason of every field of a rejected row, with its rows and one of them', async () => {
  const strict = YAML.replace('unknown: keep', 'unknown: reject');
  const report = await check(
    `${GOOD} INSERT INTO lot VALUES (3,'A','L3','soon','HELD',1,NULL), (4,'A','L4','later','HELD',1,NULL),
      (5,'A','L5','2027-01-31','LOST',1,NULL), (6,NULL,'L6','soon','OK',1,NULL);`,
    strict,
  );
  expect(told(report)).toEqual([
    ...[
      ['error', 'REJECTS', lineOf(YAML, 'item: item'), like(/^1 of 6 rows .*: item is missing; row "6"$/u)],
    ],
    [
      ...['error', 'BAD_DATE', lineOf(YAML, 'expiresOn:')],
      like(
        /^3 of 6 rows \(50 %\) .*not a date as ISO: "soon", "later"; row "3"; 1 of them at another field already$/u,
      ),
    ],
    [
      ...['error', 'UNKNOWN_CODE', lineOf(YAML, 'hold:')],
      like(
        /^2 of 6 rows .*code table states does not know HELD; row "3"; 2 of them at another field already$/u,
      ),
    ],
    ['error', 'UNKNOWN_CODE', lineOf(YAML, 'hold:'), like(/^1 of 6 rows .*does not know LOST; row "5"$/u)],
  ]);
});

test('tells the commonest reasons one by one, and counts the rest', async () => {
  const strict = YAML.replace('unknown: keep', 'unknown: reject');
  const rows = Array.from({ length: 20 }, (_, i) => `(${i + 10},'A','N${i}','2027-01-31','C${i}',1,NULL)`);
  const { findings } = await check(`${GOOD} INSERT INTO lot VALUES ${rows.join(', ')};`, strict);
  const unknown = findings.filter((one) => one.check === 'UNKNOWN_CODE');
  expect(unknown).toHaveLength(13);
  expect(unknown.at(-1)).toMatchObject({ count: 8, message: like(/^8 more rows .* for 8 other reasons/u) });
});

test('tells a join that fans out from a key that is none', async () => {
  const fanned = await check(`${GOOD} INSERT INTO bin VALUES ('B1','CD');`);
  expect(told(fanned)).toContainEqual([
    ...['error', 'JOIN_FAN_OUT', lineOf(YAML, 'joins:'), like(/several rows of place: keys "1", "2"/u)],
  ]);
  const doubled = await check(GOOD, YAML.replace('key: id', 'key: item'));
  expect(told(doubled)).toContainEqual(['error', 'DUPLICATE_KEY', lineOf(YAML, 'key: id'), like(/"A"/u)]);
});

test('tells lots that would become one, stay two, or share a number', async () => {
  const lots = `INSERT INTO lot VALUES (3,'A',' L1 ','2028-01-31','OK',1,NULL), (4,'A','l-2','2027-01-31','OK',1,NULL), (5,'B','L2','2027-01-31','OK',1,NULL);`;
  const line = lineOf(YAML, 'lotNumber: no');
  expect(told(await check(GOOD + lots))).toEqual([
    ['error', 'LOT_COLLISION', line, like(/1 lots .* 1 differ in expiry: "A L1 = {2}L1 "/u)],
    ['warning', 'LOT_NEARLY_SAME', line, like(/"A L2 = l-2"/u)],
    ['info', 'LOT_ON_TWO_ITEMS', line, like(/"L2"/u)],
  ]);
});

test('adds movements up, and says so where it could not', async () => {
  const moves = `INSERT INTO move VALUES (3,'A','L1','B1',-9,'2026-01-03 08:00:00');`;
  const line = lineOf(YAML, 'sign:');
  expect(told(await check(GOOD + moves))).toEqual([
    ['warning', 'NEGATIVE_STOCK', line, like(/1 places: "A L1 at SZ\/B1: -6"/u)],
  ]);
  const partly = await check(GOOD + moves, YAML, 2);
  expect(told(partly)).toEqual([['info', 'STOCK_NOT_CHECKED', line, like(/not every row of movements/u)]]);
  expect(partly.streams[1]).toMatchObject({ read: 2, complete: false });
});

test('tells a count that differs from what was moved before it', async () => {
  const yaml = YAML.replace(
    '{ rule: signed, quantity: qty }',
    '{ rule: byCode, quantity: qty, code: item, codes: { A: in, C: level } }',
  );
  const sql = `INSERT INTO move VALUES (1,'C','L1','B1',5,'2026-01-01 08:00:00'), (2,'C','L1','B1',7,'2026-01-02 08:00:00');`;
  expect(told(await check(sql, yaml))).toEqual([
    ['info', 'COUNT_DIFFERS', lineOf(yaml, 'sign:'), like(/"C L1 at SZ\/B1: 5, counted 7"/u)],
  ]);
});

test('tells a type that is not exact, and every question that is left open', async () => {
  const yaml = YAML.replace(
    '      lotNumber: no\n      expiresOn',
    '      lotNumber: no\n      producedQuantity: made # TODO made or bought?\n      expiresOn',
  );
  expect(told(await check(GOOD, yaml))).toEqual([
    ['warning', 'INEXACT_TYPE', lineOf(yaml, 'producedQuantity'), like(/lot\.made is DOUBLE/u)],
    ['error', 'TODO', lineOf(yaml, 'producedQuantity'), 'left open: made or bought?'],
  ]);
});

test('a source that does not answer is a finding at its connection', async () => {
  const report = await checkMapping(requireMapping('mapping.yaml', YAML), {
    ...{ env: { URL: `sqlite:${folder}/none.sqlite` }, clock: new FixedClock(NOW), logger: silentLogger },
    ...{ text: YAML, rows: 10, signal: new AbortController().signal },
  });
  expect(told(report)).toEqual([['error', 'UNREACHABLE', lineOf(YAML, 'connector:'), any]]);
});
