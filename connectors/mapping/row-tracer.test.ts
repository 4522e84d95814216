/** A traced row and a mapped row are one: the same closures, the same verdict. */
import fc from 'fast-check';
import type { RawRow, RawValue } from '../contract';
import { loadMappings } from '../load-mappings';
import { systemPart } from '../test-support';
import { Failure } from '../transforms/transform';
import { requireMapping } from './compile-mapping';
import type { CompiledStream } from './compile-stream';

const MAPPING = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
codes: { kinds: { entries: { PR: RECEIPT }, unknown: { as: OTHER } } }
normalise: { lotNumber: [upper] }
streams:
  movements:
    recordType: movement
    source: { table: t }
    key: [id, line]
    sign: { rule: byCode, quantity: qty, code: { from: flag, apply: [trim] }, codes: { I: in, O: out, S: level } }
    fields:
      item: { from: item, apply: [trim, stripLeadingZeros] }
      lotNumber: { from: [lot, { from: spare, apply: [lower] }], apply: [coalesce] }
      site: { value: SZ }
      location: { cases: [{ when: { column: bin, empty: false }, from: bin }], else: { value: NONE } }
      movementKind: { from: kind, apply: [{ lookup: kinds }] }
      occurredAt: { from: at, apply: [{ instant: [ISO, yyyyMMddHHmmss] }] }
`;

const stream = (): CompiledStream => {
  const found = requireMapping('mapping.yaml', MAPPING).streams[0];
  if (found === undefined) throw new Error('no stream');
  return found;
};

const ROW = { id: 7, line: 1, item: ' 0017 ', lot: '', spare: 'Lt1', bin: 'A1', kind: 'PR', qty: '5.50' };

test('tells each step of each field, normaliser and sign included', () => {
  const { mapped, key, fields } = stream().trace({ ...ROW, flag: ' O', at: '2026-01-02 08:00:00' });
  expect(mapped).toMatchObject({ kind: 'record', key: '7|1', record: { item: '17', lotNumber: 'LT1' } });
  expect(key.at(-1)).toEqual({ step: '{"concat":"|"}', result: '7|1' });
  const named = Object.fromEntries(fields.map((field) => [field.name, field]));
  expect(named['item']).toEqual({
    ...{ name: 'item', raw: ' 0017 ', result: '17' },
    steps: [
      { step: 'from item', result: ' 0017 ' },
      { step: 'trim', result: '0017' },
      { step: 'stripLeadingZeros', result: '17' },
    ],
  });
  expect(named['lotNumber']?.steps.map(({ step, result }) => [step, result])).toEqual([
    ['from lot', ''],
    ['from spare', 'Lt1'],
    ['lower', 'lt1'],
    ['coalesce', 'lt1'],
    ['normalise.lotNumber: upper', 'LT1'],
  ]);
  expect(named['quantity']).toMatchObject({ raw: '5.50', result: '-5.5' });
});

test('goes on behind the field that rejects the row', () => {
  const { mapped, fields } = stream().trace({ ...ROW, item: null, flag: 'X', at: 'soon' });
  expect(mapped).toMatchObject({ kind: 'reject', field: 'item', code: 'MISSING_VALUE' });
  const failed = fields.filter(({ result }) => result instanceof Failure);
  expect(failed.map(({ name, result }) => [name, (result as Failure).code])).toEqual([
    ['item', 'MISSING_VALUE'],
    ['occurredAt', 'BAD_DATE'],
    ['quantity', 'SIGN_UNDECIDED'],
  ]);
});

describe('any row of any shipped mapping', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      'LT240117-01',
      '2026-01-31',
      '0000-00-00',
      '2026-01-02T03:04:05Z',
      '1',
      '-3.5',
      'open',
      ' ',
    ),
  );
  const value: fc.Arbitrary<RawValue> = fc.oneof(
    text,
    fc.constant(null),
    fc.integer({ min: -5, max: 500 }),
    fc.boolean(),
    fc.dictionary(fc.constantFrom('id', 'name', 'min', 'max', 'locationNumber', 'productCode'), text, {
      maxKeys: 3,
    }),
  );

  const streams = loadMappings('schema/mappings').flatMap(({ document, streams: found, references }) =>
    found.map((one) => ({ name: `${document.system.id}.${one.name}`, one, references })),
  );

  test.each(streams)('$name', ({ one, references }) => {
    const columns = [...(references.get(one.name)?.keys() ?? [])].map((name) => name.split('.')[0] ?? name);
    const row: fc.Arbitrary<RawRow> = fc.record(
      Object.fromEntries([...new Set(columns)].map((name) => [name, value])),
    );
    fc.assert(
      fc.property(row, (raw) => expectSameVerdict(one, raw)),
      { numRuns: 60 },
    );
  });
});

function expectSameVerdict(stream: CompiledStream, row: RawRow): void {
  const mapped = stream.map(row);
  const trace = stream.trace(row);
  expect(trace.mapped).toEqual(mapped);
  if (mapped.kind === 'record') {
    expect(Object.fromEntries(trace.fields.map(({ name, result }) => [name, result]))).toEqual(mapped.record);
  } else if (mapped.code !== 'NO_KEY') {
    const failed = trace.fields.find(({ result }) => result instanceof Failure);
    expect([failed?.name, (failed?.result as Failure).code]).toEqual([mapped.field, mapped.code]);
  }
}
