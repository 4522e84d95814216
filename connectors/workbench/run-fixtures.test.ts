/** A fixture that a mapping does not keep is told by file, line, field and both values. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireMapping } from '../mapping/compile-mapping';
import { systemPart } from '../test-support';
import { caseOf, prunedRow, fixtureText } from './record-fixture';
import { runFixtures } from './run-fixtures';

const YAML = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: { table: t }
    key: id
    void: [{ when: { column: gone, equals: 1 }, reason: deleted }]
    fields: { item: item, lotNumber: lot, expiresOn: { from: expiry, apply: [date] } }
  items: { recordType: item, source: { table: i }, key: id, fields: { code: id } }
`;

let folder: string;
const put = (text: string) => writeFileSync(path.join(folder, 'fixtures/lots.yaml'), text);
const mapping = () => requireMapping(path.join(folder, 'mapping.yaml'), YAML);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lg-fixtures-'));
  mkdirSync(path.join(folder, 'fixtures'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('passes what the mapping keeps, and names the streams without a fixture', () => {
  put(`stream: lots
cases:
  - row: { id: 1, item: A, lot: L1, expiry: 0000-00-00, gone: 1 }
    key: '1'
    record: { item: A, lotNumber: L1, expiresOn: null }
    void: deleted
    notes: [{ rule: ZERO_DATE, field: expiresOn, raw: 0000-00-00 }]
  - { row: { id: 2, item: A, lot: L2, expiry: soon }, reject: { code: BAD_DATE, field: expiresOn } }
`);
  expect(runFixtures(mapping())).toEqual({ system: 'erp', cases: 2, mismatches: [], untested: ['items'] });
});

test('tells each difference with file, line and both values', () => {
  put(`stream: lots
cases:
  - row: { id: 1, item: A, lot: L1, expiry: 2027-01-31 }
    record:
      item: A
      lotNumber: L2
      expiresOn: 2027-01-31
      remarks: none
  - row: { id: 2, item: A }
    record: { item: A, lotNumber: L2, expiresOn: null }
`);
  const { mismatches } = runFixtures(mapping());
  const told = mismatches.map(({ line, what, expected, found }) => [line, what, expected, found]);
  expect(told).toEqual([
    [6, 'lotNumber', 'L2', 'L1'],
    [8, 'remarks', 'none', undefined],
    [
      ...[10, 'record', { item: 'A', lotNumber: 'L2', expiresOn: null }],
      { code: 'MISSING_VALUE', field: 'lotNumber', message: 'lotNumber is missing' },
    ],
  ]);
});

test.each([
  ['stream: lots\ncases:\n  - row: {}\n', /lots\.yaml:3.*either a record or a reject/u],
  ['stream: lots\ncases:\n  - row: {}\n    recrod: {}\n', /lots\.yaml:4.*"recrod" is not known/u],
  ['stream: [lots\n', /lots\.yaml/u],
])('refuses a fixture file that is not valid: %j', (text, message) => {
  put(text);
  expect(() => runFixtures(mapping())).toThrow(message);
});

test('a recorded case keeps what the mapping names, and passes', () => {
  const compiled = mapping();
  const stream = compiled.streams[0];
  if (stream === undefined) throw new Error('no stream');
  const row = prunedRow(compiled, stream, { id: 1, item: 'A', lot: 'L1', expiry: null, gone: 0, salary: 9 });
  expect(row).toEqual({ id: 1, item: 'A', lot: 'L1', expiry: null, gone: 0 });
  put(fixtureText({ stream: 'lots', cases: [caseOf(stream, row)] }));
  expect(runFixtures(compiled)).toMatchObject({ cases: 1, mismatches: [] });
});
