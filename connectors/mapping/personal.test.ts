/** What a mapping may do with columns about persons. */
import { compileMapping } from './compile-mapping';

const mapping = (fields: string, personal: string, more = ''): string => `language: 1
system: { id: lab, name: { en: Lab, zh: 实验室 }, kind: FILES, timeZone: UTC }
connector: { type: file, connection: env:DIR }
streams:
  samples:
    recordType: inspection
    source: { files: samples.csv }
    key: number
${more}    fields:
      number: number
      state: { value: VERIFIED }
${fields}
    personal: ${personal}
`;
const compiled = (fields: string, personal = '[{ column: who }]', more = '') =>
  compileMapping('lab.yaml', mapping(fields, personal, more));
const problems = (...given: Parameters<typeof compiled>): [string, string][] =>
  compiled(...given).problems.map(({ path, message }) => [path, message]);

const HANDED_ON = 'a column of personal: is handed on as it stands';
const DECIDES = 'a column of personal: decides nothing about a row';

test.each([
  ['the column', '      inspector: who'],
  ['the first of several', '      inspector: { from: [other, who], apply: [coalesce] }'],
  [
    'a case whose condition is another column',
    '      inspector: { cases: [{ when: { column: a, empty: false }, from: who }], else: other }',
  ],
  ['no field at all', '      inspectionType: a'],
])('%s may stand in a field for persons', (_what, field) => {
  expect(problems(field)).toEqual([]);
});

test.each([
  ['cut', '      inspector: { from: who, apply: [trim] }', HANDED_ON],
  ['joined', "      inspector: { from: [who, other], apply: [{ concat: ' ' }] }", HANDED_ON],
  [
    'compared',
    '      inspectionType: { cases: [{ when: { column: who, equals: x }, value: y }] }',
    HANDED_ON,
  ],
  ['reached into', '      inspectionType: who.name', "inspectionType is no field for a person's name"],
  ['shown as something else', '      inspectionType: who', "inspectionType is no field for a person's name"],
])('it is not %s', (_what, field, message) => {
  const [name] = field.trim().split(':');
  expect(problems(field)).toEqual([[`streams.samples.fields.${name}`, message]]);
});

test.each([
  ['void', '    void: [{ when: { column: who, empty: true }, reason: nobody }]\n'],
  ['watermark', '    watermark: { from: who }\n'],
  ['changedAt', '    changedAt: { from: who, apply: [instant] }\n'],
])('it decides nothing in %s', (place, more) => {
  expect(problems('      inspector: who', '[{ column: who }]', more)).toContainEqual([
    `streams.samples.${place}`,
    DECIDES,
  ]);
});

test('the key is never one', () => {
  expect(problems('      inspector: who', '[{ column: number }]')).toContainEqual([
    'streams.samples.key',
    DECIDES,
  ]);
});

test('a column is declared once, and whole', () => {
  expect(problems('      inspector: who', '[{ column: who }, { column: who }]')).toEqual([
    ['streams.samples.personal.1.column', '"who" is declared twice'],
  ]);
  expect(problems('      inspector: other', "[{ column: 'who->name' }]")).toEqual([
    ['streams.samples.personal.0.column', 'a part of a column cannot be kept apart from it'],
  ]);
});

describe('a declared column', () => {
  const columnOf = (personal: string) => {
    const [column] = compiled('      inspector: other', personal).mapping?.streams[0]?.personal ?? [];
    if (column === undefined) throw new Error('it did not compile');
    return column;
  };

  test('says whose words it holds, by itself or by another column', () => {
    expect(columnOf('[{ column: who }]').read({ who: 'Li' })).toEqual({ words: 'Li', subject: 'Li' });
    const byId = columnOf('[{ column: who, subject: id }]');
    expect(byId.read({ who: 'Li', id: 7 })).toEqual({ words: 'Li', subject: '7' });
    expect(byId.read({ who: 'Li', id: ' ' })).toEqual({ words: 'Li', subject: 'Li' });
    expect([byId.read({ who: ' ', id: 7 }), byId.read({ who: null })]).toEqual([null, null]);
  });

  test('is replaced in a copy, at any depth', () => {
    const row = { a: { list: [{ who: { name: 'Li' } }, { who: null }] }, b: 1 };
    const column = columnOf('[{ column: a.list.0.who }]');
    expect(column.read(row)?.words).toBe('{"name":"Li"}');
    expect(column.write(row, '~')).toEqual({ a: { list: [{ who: '~' }, { who: null }] }, b: 1 });
    expect(row.a.list[0]).toEqual({ who: { name: 'Li' } });
    expect(columnOf('[{ column: a.b }]').write({ 'a.b': 'Li' }, '~')).toEqual({ 'a.b': '~' });
  });
});
