/** Drafting from real databases that nobody mapped: the draft compiles, and its rows are what a person would map. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { openSource } from '../inspect/open-source';
import { requireMapping } from '../mapping/compile-mapping';
import { collect, openTest, streamNamed } from '../test-support';
import { suggestMapping, type Suggestion } from './suggest-mapping';
import { loadSynonyms } from './synonyms';

const synonyms = loadSynonyms('schema/mappings/synonyms.yaml', loadDictionary('schema/dictionary/terms'));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lg-suggest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function suggest(sql: string): Promise<Suggestion & { env: Record<string, string> }> {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.sqlite`);
  const db = new Libsql(file);
  db.exec(sql);
  db.close();
  const env = { OLD_URL: `sqlite:${file}` };
  const source = openSource('env:OLD_URL', { env });
  try {
    const suggestion = await suggestMapping(source, {
      ...{ system: 'old', kind: 'ERP', zone: 'Asia/Shanghai', reference: 'env:OLD_URL' },
      ...{ sampleRows: 200, synonyms, signal: new AbortController().signal },
    });
    return { ...suggestion, env };
  } finally {
    await source.close();
  }
}

async function recordsOf({ text, env }: { text: string; env: Record<string, string> }, stream: string) {
  requireMapping('draft.yaml', text);
  const system = openTest(text, env);
  try {
    return (await collect(streamNamed(system, stream))).mapped;
  } finally {
    await system.close();
  }
}

const CHINESE = `
CREATE TABLE 物料档案 (WLBM VARCHAR(20) PRIMARY KEY, 品名 VARCHAR(40), 计量单位 VARCHAR(8), GXSJ DATETIME);
INSERT INTO 物料档案 VALUES ('KIT-1','输液器','盒','2026-01-01 08:00:00'), ('KIT-2','导管','支','2026-01-01 08:00:00');
CREATE TABLE 批次档案 (ID INTEGER PRIMARY KEY, WLBM VARCHAR(20), PH VARCHAR(20), MJPH VARCHAR(20), SCRQ VARCHAR(8), YXQZ VARCHAR(8), GYS VARCHAR(20), 备注 TEXT, SCBZ CHAR(1), GXSJ DATETIME);
INSERT INTO 批次档案 VALUES
 (1,'KIT-1','LT240101','EO-1','20240101','20270101','S1',NULL,'0','2026-01-01 08:00:00'),
 (2,'KIT-1','LT240102','EO-1','20240102','00000000','S1',NULL,'0','2026-01-02 08:00:00'),
 (3,'KIT-2','LT240103','EO-2','20240103','20270103','S2',NULL,'1','2026-01-03 08:00:00');
CREATE TABLE 出入库流水 (LSH INTEGER PRIMARY KEY, WLBM VARCHAR(20), PH VARCHAR(20), GC VARCHAR(8), CKBM VARCHAR(8), SL DECIMAL(12,3), SFBZ VARCHAR(4), DJLX VARCHAR(20), RQ VARCHAR(8), GXSJ DATETIME);
INSERT INTO 出入库流水 VALUES
 (1,'KIT-1','LT240101','SZ','A1',100,'收','采购入库','20240201','2026-01-01 08:00:00'),
 (2,'KIT-1','LT240101','SZ','A1',30.5,'发','销售出库','20240202','2026-01-02 08:00:00'),
 (3,'KIT-2','LT240103','SZ','A2',5,'?','寄售','20240203','2026-01-03 08:00:00');`;

describe('Chinese names and initials of pinyin', () => {
  test('drafts items, lots and movements that compile and map', async () => {
    const suggestion = await suggest(CHINESE);
    expect(suggestion.streams.map(({ name, resource, leftOut }) => [name, resource, leftOut])).toEqual([
      ['items', '物料档案', null],
      ['lots', '批次档案', null],
      ['movements', '出入库流水', null],
    ]);
    expect(suggestion.compiles).toBe(true);
    expect(await recordsOf(suggestion, 'lots')).toMatchObject([
      {
        ...{ key: '1', voidReason: null },
        record: {
          ...{ item: 'KIT-1', lotNumber: 'LT240101', sterilizationLoad: 'EO-1', supplier: 'S1' },
          ...{ manufacturedOn: '2024-01-01', expiresOn: '2027-01-01' },
        },
      },
      { record: { expiresOn: null }, notes: [{ rule: 'ZERO_DATE', field: 'expiresOn' }] },
      { key: '3', voidReason: 'deleted' },
    ]);
  });

  test('takes signs from words that it knows, and rejects what it would have to guess', async () => {
    const suggestion = await suggest(CHINESE);
    expect(await recordsOf(suggestion, 'movements')).toMatchObject([
      { record: { movementKind: 'RECEIPT', quantity: '100', site: 'SZ', location: 'A1' } },
      { record: { movementKind: 'DELIVERY', quantity: '-30.5', occurredAt: '2024-02-01T16:00:00.000Z' } },
      { kind: 'reject', code: 'UNKNOWN_CODE', field: 'movementKind' },
    ]);
    expect(suggestion.text).toMatch(/# TODO "寄售" was seen: RECEIPT/u);
    expect(suggestion.text).toMatch(/# TODO sign: "\?" was seen: in, out or level\?/u);
    expect(suggestion.text).toMatch(
      /YXQZ.*# 0\.75 name is "YXQZ", initials of pinyin; 100 % are dates; 33 % zero dates/u,
    );
  });
});

const KEYED = `
CREATE TABLE product (id INTEGER PRIMARY KEY, product_code VARCHAR(20), name VARCHAR(40));
INSERT INTO product VALUES (1,'KIT-1','Kit'), (2,'KIT-2','Tube');
CREATE TABLE location (id INTEGER PRIMARY KEY, location_number VARCHAR(20), name VARCHAR(20), site_code VARCHAR(8));
INSERT INTO location VALUES (7,'A1','Bin A1','SZ'), (8,'A2','Bin A2','SZ');
CREATE TABLE inventory_item (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES product (id), lot_number VARCHAR(20), expiration_date VARCHAR(10), last_updated DATETIME);
INSERT INTO inventory_item VALUES (11,1,'L1','03/31/2027','2026-01-01 00:00:00'), (12,2,'L2','12/01/2026','2026-01-02 00:00:00');
CREATE TABLE stock_movement (id INTEGER PRIMARY KEY, inventory_item_id INTEGER REFERENCES inventory_item (id), location_id INTEGER REFERENCES location (id), site VARCHAR(8), quantity DECIMAL(10,2), transaction_type VARCHAR(20), transaction_date DATETIME, last_updated DATETIME);
INSERT INTO stock_movement VALUES (1,11,7,'SZ',5,'Receipt','2026-01-01 10:00:00','2026-01-01 10:00:00'),(2,11,7,'SZ',-2,'Consumption','2026-01-02 10:00:00','2026-01-02 10:00:00');`;

describe('tables that point to each other', () => {
  test('follows foreign keys to the codes that people know', async () => {
    const suggestion = await suggest(KEYED);
    expect(suggestion.compiles).toBe(true);
    const records = await recordsOf(suggestion, 'movements');
    expect(records).toMatchObject([
      { record: { item: 'KIT-1', lotNumber: 'L1', site: 'SZ', location: 'A1', quantity: '5' } },
      {
        record: {
          item: 'KIT-1',
          lotNumber: 'L1',
          location: 'A1',
          quantity: '-2',
          movementKind: 'CONSUMPTION',
        },
      },
    ]);
    expect(await recordsOf(suggestion, 'lots')).toMatchObject([
      { record: { item: 'KIT-1', lotNumber: 'L1', expiresOn: '2027-03-31' } },
      { record: { expiresOn: '2026-12-01' } },
    ]);
  });

  test('asks which way round a date is when its values do not tell', async () => {
    const { text, compiles } = await suggest(KEYED.replace('03/31/2027', '03/04/2027'));
    expect(compiles).toBe(true);
    expect(text).toMatch(/# TODO expiresOn: every value fits both .*: ask which is meant/u);
    expect(text).not.toMatch(/^ *expiresOn:/mu);
  });

  test('leaves a stream out, with the question, rather than guess its sign', async () => {
    const { text, compiles, streams } = await suggest(
      KEYED.replace("'SZ',-2", "'SZ',2").replace("'Receipt'", "'X1'").replace("'Consumption'", "'X2'"),
    );
    expect(compiles).toBe(true);
    expect(streams.find(({ name }) => name === 'movements')?.leftOut).toMatch(
      /movementKind; no certain sign/u,
    );
    expect(text).toMatch(/^ {2}# movements:$/mu);
  });
});

test('a source without anything known is all questions, and says so', async () => {
  const { compiles, streams, unrecognised } = await suggest(
    'CREATE TABLE zzz (a INTEGER PRIMARY KEY, b TEXT);',
  );
  expect({ compiles, streams, unrecognised }).toEqual({
    compiles: false,
    streams: [],
    unrecognised: ['zzz'],
  });
});

test('tables of which nobody knows a word stand in the draft as questions, with their columns', async () => {
  const unknown =
    "CREATE TABLE TEILE (MATNR TEXT PRIMARY KEY, BEZ TEXT); INSERT INTO TEILE VALUES ('1', 'a');";
  const line =
    '  # TODO TEILE: no word says what its rows are; map it or take this line out; it has MATNR, BEZ';
  const alone = await suggest(unknown);
  expect(alone).toMatchObject({ compiles: false, unrecognised: ['TEILE'] });
  expect(alone.text.split('\n')).toEqual(
    expect.arrayContaining(['streams: {} # TODO nothing could be drafted for certain', line]),
  );
  const beside = await suggest(`${CHINESE} ${unknown}`);
  expect(beside.compiles).toBe(true);
  expect(beside.text.split('\n')).toContain(line);
});
