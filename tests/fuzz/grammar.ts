/** Mappings that nobody would write: from a grammar, and real ones with something changed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { COLUMNS, hostileText, MARK } from './hostile';

const ROOT = path.resolve(__dirname, '../..');

const column = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<string>(...COLUMNS) },
  { weight: 1, arbitrary: fc.constantFrom('doc->a.b', 'doc->__proto__', 'nope', '"; DROP TABLE canary; --') },
);
const pattern = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('[0-9]+', '^(.*)$', '(a|b)', '^\\s*$', '.', '\\d{1,400}') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('(a+)+$', '(a|a)*$', '(.*)*x', '([a-z]+)*!', '(', '[', '(?<=a)', '\\1'),
  },
  { weight: 1, arbitrary: hostileText },
);
const expression = fc.oneof(
  fc.constantFrom('$uppercase($)', '$', '$number($)', 'a.b.c', '$eval("1")', '$now()', '$string($)'),
  fc.constantFrom(
    '($f := function($x){ $f($x) }; $f(1))',
    '[1..9999999]',
    '$pad("x", 1e9)',
    '$map([1..1e7], function($v){$v})',
  ),
  hostileText,
);
const step: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    'trim',
    'collapseBlanks',
    'removeBlanks',
    'upper',
    'lower',
    'halfWidth',
    'decodeEntities',
    'boolean',
  ),
  fc.constantFrom(
    'decimal',
    'negate',
    'absolute',
    'signOf',
    'date',
    'instant',
    'stripLeadingZeros',
    'coalesce',
  ),
  hostileText.map((text) => ({ prefix: text })),
  hostileText.map((text) => ({ default: text })),
  hostileText.map((text) => ({ concat: text })),
  fc
    .tuple(pattern, fc.constantFrom('null', 'keep', 'reject'))
    .map(([text, other]) => ({ extract: { pattern: text, else: other } })),
  fc.tuple(pattern, hostileText).map(([text, by]) => ({ replace: { pattern: text, by, all: true } })),
  fc
    .tuple(fc.integer({ min: -5, max: 1e6 }), hostileText)
    .map(([length, fill]) => ({ padStart: { length, with: fill } })),
  fc.constantFrom<unknown>(
    { round: 2 },
    { round: 99 },
    { decimal: 'de' },
    { decimal: 'xx' },
    { lookup: 'codes' },
    { lookup: '__proto__' },
  ),
  fc
    .array(fc.constantFrom('ISO', 'yyyyMMdd', 'dd.MM.yyyy', 'yyooo', 'QQQ', ''), {
      minLength: 1,
      maxLength: 3,
    })
    .map((date) => ({ date })),
  fc
    .tuple(hostileText, fc.integer({ min: -1, max: 3 }))
    .map(([separator, take]) => ({ split: { separator, take } })),
  fc.constantFrom<unknown>(
    { convertUnit: { factorFrom: 'qty' } },
    { convertUnit: { unitFrom: 'code', factors: { A: '1e-300', in: 3 } } },
  ),
  expression.map((text) => ({ jsonata: { expression: text, timeout: 20 } })),
  fc.record({ [MARK]: fc.integer() }),
);
const condition: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ column, equals: fc.oneof(hostileText, fc.integer(), fc.boolean()) }),
  fc.record({ column, startsWith: hostileText }),
  fc.record({ column, in: fc.array(hostileText, { minLength: 1, maxLength: 4 }) }),
  fc.record({ column, empty: fc.boolean() }),
  fc.record({ column, matches: pattern }),
);
const tree = fc.oneof(
  { weight: 4, arbitrary: condition },
  fc.record({ not: condition }),
  fc.record({ any: fc.array(condition, { minLength: 1, maxLength: 3 }) }),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: column },
  {
    weight: 3,
    arbitrary: fc.record({ from: column, apply: fc.array(step, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: hostileText.map((text) => ({ value: text })) },
  {
    weight: 1,
    arbitrary: fc.record({
      cases: fc.array(fc.record({ when: tree, from: column }), { minLength: 1, maxLength: 2 }),
      else: hostileText.map((text) => ({ value: text })),
    }),
  },
);

/** Mostly nothing: each condition leaves rows out, and what is not read shows nothing. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** A mapping of the table `source_rows` of a SQLite database; about one in four compiles. */
export const grown: fc.Arbitrary<string> = fc
  .record({
    key: fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>('id') }, { weight: 1, arbitrary: value }),
    item: fc.oneof({ weight: 2, arbitrary: fc.constant<unknown>('item') }, value),
    lotNumber: value,
    remarks: value,
    expiresOn: fc.oneof(fc.constant<unknown>({ from: 'day', apply: ['date'] }), value),
    where: seldom(fc.array(tree, { minLength: 1, maxLength: 2 })),
    voided: seldom(fc.array(fc.record({ when: tree, reason: hostileText }), { minLength: 1, maxLength: 2 })),
    normaliser: fc.array(step, { maxLength: 1 }),
  })
  .map(({ key, item, lotNumber, remarks, expiresOn, where, voided, normaliser }) =>
    JSON.stringify({
      language: 1,
      system: { id: 'fuzz', name: { en: 'Fuzz', zh: '模糊' }, kind: 'ERP', timeZone: 'Asia/Shanghai' },
      connector: {
        type: 'sql',
        connection: 'env:LOTGRAPH_SOURCE_FUZZ_URL',
        deadlines: { request: '2s', run: '5s' },
      },
      codes: { codes: { entries: { A: 'ACTIVE' }, unknown: 'keep' } },
      ...(normaliser.length === 0 ? {} : { normalise: { lotNumber: normaliser } }),
      streams: {
        lots: {
          recordType: 'lot',
          source: { table: 'source_rows', ...(where === undefined ? {} : { where }) },
          key,
          ...(voided === undefined ? {} : { void: voided }),
          fields: { item, lotNumber, remarks, expiresOn },
        },
      },
    }),
  );

const REAL = ['erp', 'wms', 'lims', 'qa', 'openboxes-inventory', 'presets/erpnext'].map((name) =>
  readFileSync(path.join(ROOT, 'schema/mappings', name, 'mapping.yaml'), 'utf8'),
);

type Change = (lines: string[], at: number, text: string) => string[];
const CHANGES: readonly Change[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  (lines, at, text) => lines.toSpliced(at, 0, text),
  (lines, at, text) => lines.with(at, `${lines[at] ?? ''}${text}`),
  (lines, at, text) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/: .*/u, () => `: ${text}`),
    ),
  (lines, at, text) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/: .*/u, () => `: ${JSON.stringify(text)}`),
    ),
  (lines, at) => lines.with(at, `  ${lines[at] ?? ''}`),
  (lines, at) => lines.slice(0, at),
  (lines, at) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/\w+/u, () => '__proto__'),
    ),
];

/** A real mapping, with one to four lines changed. */
export const mutated: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...REAL),
    fc.array(fc.tuple(fc.constantFrom(...CHANGES), fc.nat(), hostileText), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, changes]) => {
    let lines = text.split('\n');
    for (const [change, place, hostile] of changes) {
      if (lines.length === 0) lines = [''];
      lines = change(lines, place % lines.length, hostile);
    }
    return lines.join('\n');
  });
