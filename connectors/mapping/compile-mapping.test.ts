/** Mappings that compile, and every mistake that is found before a row is read: by line, path and message. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { MappingError } from '../../platform/errors';
import { problemsOf, systemPart } from '../test-support';
import { compileMapping, requireMapping } from './compile-mapping';
import { GONE_MARK } from './row-mapper';

const head = `${systemPart('erp', 'ERP').trim()}
connector: { type: sql, connection: env:ERP_URL }
codes:
  kinds: { entries: { PR: RECEIPT }, unknown: { as: OTHER } }
  holds: { entries: { B: BLOCKED }, unknown: keep }
`;

const lots = `streams:
  lots:
    recordType: lot
    source: { table: batch }
    key: id
    fields: { item: item, lotNumber: no }
`;

/** A stream of lots with one more field. */
const lotField = (field: string) => `${head}${lots.replace(/ \}\n$/u, `, ${field} }\n`)}`;

const movements = (rest: string) => `${head}streams:
  moves:
    recordType: movement
    source: { table: row }
    key: id
${rest}    fields:
      item: item
      lotNumber: lot
      site: { value: A }
      location: bin
      movementKind: { from: kind, apply: [{ lookup: kinds }] }
      occurredAt: { from: at, apply: [instant] }
`;

const rest = (source: string) => `${systemPart('wms', 'WMS').trim()}
connector: { type: rest, connection: env:WMS_URL }
streams:
  lots:
    recordType: lot
    source: ${source}
    key: id
    fields: { item: a.b, lotNumber: no }
`;

const cases: readonly (readonly [name: string, yaml: string, problem: string])[] = [
  ['YAML that is none', 'language: [1', '1:13 '],
  ['a key given twice', `${head}codes: {}\n${lots}`, '7:1 : Map keys must be unique'],
  ['a part that is missing', head, '1:1 : "streams" is missing'],
  ['a part that nobody knows', `${head}${lots}strems: {}\n`, '13:1 strems: "strems" is not known here'],
  [
    'a literal address',
    `${head.replace('env:ERP_URL', 'mysql://root:secret@db')}${lots}`,
    '3:37 connector.connection: a literal address',
  ],
  [
    'a zone that is none',
    `${head.replace('Asia/Shanghai', 'Asia/Suzhou')}${lots}`,
    '2:69 system.timeZone: not a time zone',
  ],
  [
    'a record type that is none',
    `${head}${lots.replace(': lot', ': lott')}`,
    '9:17 streams.lots.recordType: expected one of',
  ],
  [
    'a field that the record has not',
    lotField('expiry: x'),
    '12:50 streams.lots.fields.expiry: lot has no field "expiry"',
  ],
  [
    'a required field that is not mapped',
    `${head}${lots.replace(', lotNumber: no', '')}`,
    '12:13 streams.lots.fields: lot needs "lotNumber"',
  ],
  [
    'a transform that is none',
    lotField('uom: { from: u, apply: [trimm] }'),
    '12:66 streams.lots.fields.uom.apply.0: expected one of',
  ],
  [
    'a transform without its options',
    lotField('uom: { from: u, apply: [lookup] }'),
    '12:66 streams.lots.fields.uom.apply.0: lookup needs options',
  ],
  [
    'an option that is none',
    lotField('uom: { from: u, apply: [{ padStart: { size: 3 } }] }'),
    '12:80 streams.lots.fields.uom.apply.0.padStart.size: "size" is not known here',
  ],
  [
    'a code table that is none',
    lotField('uom: { from: u, apply: [{ lookup: unitz }] }'),
    '12:76 streams.lots.fields.uom.apply.0.lookup: there is no code table "unitz"',
  ],
  [
    'a code that the field does not have',
    lotField('hold: { from: h, apply: [{ lookup: kinds }] }'),
    '12:48 streams.lots.fields.hold: hold cannot be RECEIPT, OTHER',
  ],
  [
    'a constant that the field does not have',
    lotField('hold: { value: STOLEN }'),
    '12:48 streams.lots.fields.hold: hold cannot be STOLEN',
  ],
  [
    'a date without a date transform',
    lotField('expiresOn: e'),
    '12:53 streams.lots.fields.expiresOn: a date field needs a date',
  ],
  [
    'a date format with minutes for months',
    lotField('expiresOn: { from: e, apply: [{ date: yyyy-mm-dd }] }'),
    '12:80 streams.lots.fields.expiresOn.apply.0.date: "yyyy-mm-dd" names no month',
  ],
  [
    'a date format of another language',
    lotField('expiresOn: { from: e, apply: [{ date: YYYY-MM-DD }] }'),
    '12:80 streams.lots.fields.expiresOn.apply.0.date: "YYYY-MM-DD" is not a format',
  ],
  [
    'a pattern that is none',
    lotField("uom: { from: u, apply: [{ extract: { pattern: '(' } }] }"),
    '12:77 streams.lots.fields.uom.apply.0.extract: not a regular expression',
  ],
  [
    'a pattern without the group asked for',
    lotField("uom: { from: u, apply: [{ extract: { pattern: 'a', group: 2 } }] }"),
    'the pattern has 0 groups, not 2',
  ],
  ['several columns that nobody joins', lotField('uom: { from: [a, b] }'), 'several values for one field'],
  [
    'a transform of one value behind several',
    lotField('uom: { from: [a, b], apply: [upper] }'),
    'upper takes one value, not several',
  ],
  ['a value that says nothing', lotField('uom: {}'), 'a value needs exactly one of from, value and cases'],
  ['a column of a join that is none', lotField('uom: x.y'), '"x.y" names no join'],
  ['a movement without a sign', movements(''), '9:5 streams.moves: a movement needs a sign rule'],
  [
    'a sign on another record',
    `${head}${lots.replace('    key', '    sign: { rule: signed, quantity: q }\n    key')}`,
    'only a movement has a sign rule',
  ],
  [
    'a sign rule that is none',
    movements('    sign: { rule: flip, quantity: q }\n'),
    '12:19 streams.moves.sign.rule: expected one of signed, byCode, count',
  ],
  [
    'a sign by code without codes',
    movements('    sign: { rule: byCode, quantity: q, code: c }\n'),
    'streams.moves.sign: "codes" is missing',
  ],
  [
    'a watermark of a join that is not there',
    `${head}${lots.replace('    key', '    watermark: { from: j.at }\n    key')}`,
    '"j.at" names no join',
  ],
  [
    'a watermark inside a column',
    `${head}${lots.replace('    key', '    watermark: { from: doc->at }\n    key')}`,
    'streams.lots.watermark.from: a watermark is a column of the table or of a join, as it is stored',
  ],
  [
    'a join by constants alone',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, joins: [{ table: x, as: x, on: { kind: { value: A } } }] }')}`,
    'streams.lots.source.joins.0.on: a join needs at least one column of the other side',
  ],
  [
    'a pivot behind a join',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, joins: [{ table: x, as: x, on: { id: id } }], pivot: [{ table: y, as: y, on: { id: x.id }, name: n, value: v, columns: [A] }] }')}`,
    'streams.lots.source.pivot.0.on.id: a pivot hangs on the table itself, not on a join',
  ],
  [
    'an alias that two take',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, joins: [{ table: x, as: x, on: { id: id } }], pivot: [{ table: y, as: x, on: { id: id }, name: n, value: v, columns: [A] }] }')}`,
    'streams.lots.source.pivot.0.as: two joins are called "x"',
  ],
  [
    'an encoding that is none',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, encoding: { a: gbkk } }')}`,
    'streams.lots.source.encoding.a: "gbkk" is no encoding that is known here',
  ],
  [
    'an encoded column that the database is asked about',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, encoding: { a: gbk }, where: [{ column: a, equals: x }] }')}`,
    'streams.lots.source.where.0.column: a database cannot compare a column that is in another encoding',
  ],
  [
    'a path that the database is asked about',
    `${head}${lots.replace('{ table: batch }', "{ table: batch, where: [{ column: 'a->b', equals: x }] }")}`,
    'streams.lots.source.where.0.column: a database is not asked for a path into a column',
  ],
  [
    'a pivot that the database is asked about',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, pivot: [{ table: y, as: y, on: { id: id }, name: n, value: v, columns: [A] }], where: [{ column: y.A, equals: x }] }')}`,
    'streams.lots.source.where.0.column: a pivot is read behind the rows',
  ],
  [
    'a split without its column',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, each: { split: a } }')}`,
    'streams.lots.source.each: "as" is missing',
  ],
  [
    'a constant of a join that is no value',
    `${head}${lots.replace('{ table: batch }', '{ table: batch, joins: [{ table: x, as: x, on: { id: id, kind: { values: A } } }] }')}`,
    '"values" is not known here',
  ],
  [
    'an overlap of another kind',
    `${head}${lots.replace('    key', '    watermark: { from: at, overlap: 5 }\n    key')}`,
    'an overlap has the kind of its watermark',
  ],
  [
    'a pattern asked of a database',
    `${head}${lots.replace('{ table: batch }', "{ table: batch, where: [{ column: a, matches: 'x' }] }")}`,
    'a database is not asked for patterns',
  ],
  [
    'a host in a path',
    rest("{ path: 'http://evil/x', items: data }"),
    'only the origin of the connection is ever asked',
  ],
  [
    'changes since, without a watermark',
    rest('{ path: x, items: data, since: { param: from } }'),
    'reading what changed since needs a watermark',
  ],
  [
    'paging without its parameter',
    rest('{ path: x, items: data, paging: { style: offset } }'),
    'paging by offset needs the parameter',
  ],
  ['a source of another connector', rest('{ table: batch }'), '"path" is missing'],
  [
    'a normaliser that is wrong',
    `${head}normalise: { item: [{ lookup: none }] }\n${lots}`,
    'normalise.item.0.lookup: there is no code table "none"',
  ],
];

test('a row that is gone from its source does not count, under any mapping', () => {
  const [stream] = requireMapping('mapping.yaml', `${head}${lots}`).streams;
  const row = { id: 1, item: 'KIT', no: 'LT1' };
  expect(stream?.map({ ...row, [GONE_MARK]: true })).toMatchObject({
    kind: 'record',
    voidReason: 'deleted in source',
  });
  expect(stream?.map(row)).toMatchObject({ kind: 'record', voidReason: null });
});

describe('compiling a mapping', () => {
  test.each(cases)('finds %s', (_, yaml, problem) => {
    expect(problemsOf(yaml).join('\n')).toContain(problem);
  });

  test('never repeats a literal secret', () => {
    const yaml = `${head.replace('env:ERP_URL', 'mysql://root:secret@db')}${lots}`;
    expect(problemsOf(yaml).join('\n')).not.toContain('secret@');
  });

  test('reports every problem of a file at once, in the order of their lines', () => {
    const yaml = `${head}${lots.replace('id\n', 'id\n    changedAt: at\n').replace('no }', 'no, a: b, c: d }')}`;
    const lines = problemsOf(yaml).map((problem) => Number(problem.split(':')[0]));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  test('suggests the name that was meant', () => {
    const { problems } = compileMapping('m.yaml', lotField('expiresOm: x'));
    expect(problems[0]?.hint).toBe('did you mean "expiresOn"?');
  });

  test('throws one error that names file and line', () => {
    expect(() => requireMapping('erp/mapping.yaml', lotField('expiry: x'))).toThrow(MappingError);
    expect(() => requireMapping('erp/mapping.yaml', lotField('expiry: x'))).toThrow(
      /erp\/mapping\.yaml:12:50/u,
    );
  });

  test('refuses a document that grows by aliases', () => {
    const bomb = Array.from(
      { length: 9 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, `.repeat(9)}]`,
    );
    expect(compileMapping('m.yaml', bomb.join('\n')).problems.length).toBeGreaterThan(0);
  });
});

describe('the version of a mapping', () => {
  test('changes with what is said, not with how it is written', () => {
    const one = requireMapping('a.yaml', `${head}${lots}`);
    const spaced = requireMapping('b.yaml', `# a remark\n${head}\n\n${lots}`);
    const other = requireMapping('c.yaml', lotField('uom: unit'));
    expect(spaced.version).toBe(one.version);
    expect(other.version).not.toBe(one.version);
    expect(one.version).toMatch(/^[0-9a-f]{64}$/u);
  });

  test('survives being written out and read again', () => {
    const name = fc.stringMatching(/^[a-z][a-z_ ]{0,12}[a-z]$/u);
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(fc.constantFrom('trim', 'upper', 'halfWidth', 'collapseBlanks')),
        (item, no, apply) => {
          const document = {
            language: 1,
            system: { id: 'x', name: { en: 'X', zh: '某' }, kind: 'ERP', timeZone: 'UTC' },
            connector: { type: 'sql', connection: 'env:X' },
            streams: {
              lots: {
                recordType: 'lot',
                source: { table: 't' },
                key: no,
                fields: { item, lotNumber: { from: no, apply } },
              },
            },
          };
          const first = requireMapping('x.yaml', stringify(document));
          const again = requireMapping('x.yaml', stringify(first.document));
          expect(again.version).toBe(first.version);
          const row = { [item]: ' ab  c ', [no]: ' lt１ ' };
          expect(again.streams[0]?.map(row)).toEqual(first.streams[0]?.map(row));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a text that is too long to be kept', () => {
  const map = (row: object) => requireMapping('m.yaml', `${head}${lots}`).streams[0]?.map({ ...row });

  it('is a reject that names its field, here and wherever rows are only looked at', () => {
    const row = { id: 1, item: 'KIT', no: 'L'.repeat(141) };
    expect(map(row)).toMatchObject({
      ...{ kind: 'reject', key: '1', code: 'BAD_TEXT', field: 'lotNumber' },
      message: 'text has 141 characters, at most 140 can be kept',
    });
    expect(map({ ...row, no: 'L'.repeat(140) })).toMatchObject({ kind: 'record' });
  });

  it('is a reject where it is the key too', () => {
    const row = { id: 'k'.repeat(181), item: 'KIT', no: 'L1' };
    expect(map(row)).toMatchObject({ kind: 'reject', code: 'BAD_TEXT', field: 'key' });
  });
});

test('a name of letters that cannot stand here says of which it may be', () => {
  const aliased = `${head}streams:
  lots:
    recordType: lot
    source: { table: batch, joins: [{ table: item, as: 物料, on: { id: item_id } }] }
    key: id
    fields: { item: item, lotNumber: no }
`;
  expect(compileMapping('mapping.yaml', aliased).problems).toEqual([
    expect.objectContaining({
      ...{ line: 10, message: '"物料" cannot stand here' },
      hint: 'write Latin letters, digits and _, beginning with a letter',
    }),
  ]);
  expect(problemsOf('').join('\n')).toMatch(/the file describes no system/u);
});
