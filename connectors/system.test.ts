/** What a stream says of itself, from its mapping alone. */
import { streamNamed, openTest, systemPart } from './test-support';

const DAY = 86_400_000;

const streamOf = (connector: string, source: string, more = '') =>
  streamNamed(
    openTest(
      `${systemPart('erp', 'ERP')}
connector: { type: ${connector}, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: id
${more}    fields: { item: item, lotNumber: { from: [no, { from: other, via: the other row }], apply: [coalesce] } }
`,
      { URL: connector === 'sql' ? 'sqlite:/nowhere' : '/nowhere' },
    ),
    'lots',
  );

test('looks for rows that are gone as often as the mapping says', () => {
  expect(streamOf('sql', '{ table: t }', '    fullCompare: 24h\n').compare).toEqual({ everyMs: DAY });
  expect(streamOf('sql', '{ table: t }').compare).toBeUndefined();
});

test('looks for rows that are gone whenever a complete file was read', () => {
  expect(streamOf('file', "{ files: '*.csv', mode: complete }").compare).toEqual({ everyMs: null });
  expect(streamOf('file', "{ files: '*.csv' }").compare).toBeUndefined();
});

test('tells which fields of a row were reached through another one', () => {
  const stream = streamOf('sql', '{ table: t }');
  expect(stream.via?.({ no: 'LT1', other: 'LT2' })).toEqual([]);
  expect(stream.via?.({ no: ' ', other: 'LT2' })).toEqual(['lotNumber: the other row']);
  expect(stream.via?.({ no: null, other: '' })).toEqual([]);
});
