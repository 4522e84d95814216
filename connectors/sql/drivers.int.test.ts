/** Drivers that a deployment brings: a module that speaks to a database of its own, and modules that are none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collect, openTest, streamNamed, systemPart } from '../test-support';
import { loadDrivers } from './drivers';
import { sqliteDialect } from './sqlite-session';

/** A driver as an integrator writes it, in plain JavaScript: rows out of memory, in the dialect of SQLite. */
const DRIVER = `
const dialect = globalThis.testDialect;
const columns = [['NO', 'VARCHAR', 1], ['WL', 'VARCHAR', 0], ['XGSJ', 'TIMESTAMP', 0]];
module.exports = {
  scheme: 'dm',
  open: (url, limits, system) => ({
    dialect,
    query: async (sql, values) => {
      globalThis.testAsked.push({ url, limits, system, sql, values });
      return sql.startsWith('SELECT 1') ? [{ one: 1 }] : [{ c0: 'L1', c1: 'KIT', c2: '2026-05-01 10:00:00', o0: '2026-05-01 10:00:00', o1: 'L1' }];
    },
    tables: async () => [{ name: 'PC', kind: 'table', comment: null, rows: 1 }],
    columns: async (table) => table === 'PC' ? columns.map(([name, type, keyPart]) => ({ name, type, nullable: false, keyPart, comment: null })) : [],
    uniqueKeys: async () => [['NO']],
    foreignKeys: async () => [],
    close: async () => {},
  }),
};`;

const asked: { url: string; system: string; values: unknown[] }[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'lg-driver-'));
const file = (name: string, text: string) => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

beforeAll(() => Object.assign(globalThis, { testDialect: sqliteDialect, testAsked: asked }));
afterAll(() => rmSync(folder, { recursive: true }));

test('a mapping reads through the driver that takes its address', async () => {
  const driver = file('dm-driver.js', DRIVER);
  const system = openTest(
    `${systemPart('dameng', 'ERP')}
connector: { type: sql, connection: env:URL, deadlines: { connect: 2s, request: 3s } }
streams:
  lots:
    recordType: lot
    source: { table: PC }
    key: 'NO'
    watermark: { from: XGSJ }
    fields: { item: WL, lotNumber: 'NO' }
`,
    { URL: 'dm://user:secret@host:5236/ERP', LOTGRAPH_SQL_DRIVERS: driver },
  );
  const { mapped, watermark } = await collect(streamNamed(system, 'lots'));
  expect(mapped).toMatchObject([{ kind: 'record', record: { item: 'KIT', lotNumber: 'L1' } }]);
  expect(watermark).toEqual({ mark: '2026-05-01 10:00:00' });
  expect(asked[0]).toMatchObject({
    url: 'dm://user:secret@host:5236/ERP',
    system: 'dameng',
    limits: { connectMs: 2000, statementMs: 3000 },
  });
  await system.close();
});

test('an address that no driver takes is refused, without the address', () => {
  const yaml = `${systemPart('dameng', 'ERP')}
connector: { type: sql, connection: env:URL }
streams: { lots: { recordType: lot, source: { table: PC }, key: a, fields: { item: a, lotNumber: a } } }
`;
  expect(() => openTest(yaml, { URL: 'kingbase://user:secret@host/x' })).toThrow(
    /no driver reads addresses of "kingbase:"/u,
  );
  expect(() => openTest(yaml, { URL: 'kingbase://user:secret@host/x' })).not.toThrow(/secret/u);
});

test('a value that is no address is refused, and nothing of it told', () => {
  const yaml = `${systemPart('dameng', 'ERP')}
connector: { type: sql, connection: env:URL }
streams: { lots: { recordType: lot, source: { table: PC }, key: a, fields: { item: a, lotNumber: a } } }
`;
  const open = () => openTest(yaml, { URL: 'hunter2:abc' });
  expect(open).toThrow(/the value of its connection is no address of a database/u);
  expect(open).not.toThrow(/hunter2|abc/u);
});

test('modules that are no drivers are named, each with what is wrong', () => {
  const bad = [
    file('none.js', 'module.exports = {}'),
    file('broken.js', 'throw new Error("no licence")'),
    file('mysql.js', `module.exports = { scheme: 'mysql', open() {} }`),
    path.join(folder, 'absent.js'),
  ];
  const problems = () => loadDrivers(bad.join(', '));
  expect(problems).toThrow('none.js exports no { scheme, open }');
  expect(problems).toThrow('broken.js cannot be loaded: no licence');
  expect(problems).toThrow('takes "mysql:", which has a driver already');
  expect(problems).toThrow('absent.js cannot be loaded');
  expect(loadDrivers(undefined).size).toBe(0);
});
