/** What each sign rule makes of a row: one behaviour a test, and never a guess. */
import fc from 'fast-check';
import type { MappedRow, RawRow } from '../contract';
import { problemsOf, systemPart } from '../test-support';
import { requireMapping } from './compile-mapping';

const mappingOf = (sign: string, more = '') => `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  moves:
    recordType: movement
    source: { table: t }
    key: id
    sign: ${sign}
${more}    fields:
      item: item
      lotNumber: no
      site: { value: S }
      location: { value: L }
      movementKind: { value: OTHER }
      occurredAt: { from: at, apply: [instant] }
`;

function mapper(sign: string, more = ''): (row: RawRow) => MappedRow {
  const [stream] = requireMapping('mapping.yaml', mappingOf(sign, more)).streams;
  if (stream === undefined) throw new Error('no stream');
  return (row) => stream.map({ id: 1, item: 'KIT', no: 'LT1', at: '2026-05-01 10:00', ...row });
}

const outcome = (mapped: MappedRow): string => {
  if (mapped.kind === 'reject') return `${mapped.code} ${mapped.message}`;
  const { quantity, level } = mapped.record;
  const counts = mapped.voidReason === null ? '' : ` void ${mapped.voidReason}`;
  return `${level === undefined ? `quantity ${String(quantity)}` : `level ${String(level)}`}${counts}`;
};

describe('by the usage of the places at both ends', () => {
  const usage = `{ rule: locationUsage, quantity: q, from: src, to: dst, inside: [internal, transit], outside: [supplier, customer, production], side: side }`;
  const map = mapper(usage);

  test.each([
    ['supplier', 'internal', null, 'quantity 5'],
    ['internal', 'customer', null, 'quantity -5'],
    ['internal', 'internal', 'from', 'quantity -5'],
    ['internal', 'internal', 'to', 'quantity 5'],
    ['internal', 'transit', null, 'SIGN_UNDECIDED both ends are in stock, and no side says which'],
    ['supplier', 'customer', null, 'SIGN_UNDECIDED neither end is in stock'],
    ['supplier', 'internal', 'from', 'SIGN_UNDECIDED it came from outside the stock'],
    ['internal', 'view', null, 'SIGN_UNDECIDED the usage view of to is on neither list'],
    ['internal', null, null, 'SIGN_UNDECIDED the usage null of to is on neither list'],
    ['internal', 'internal', 'left', 'SIGN_UNDECIDED a side is "from" or "to", not left'],
  ])('%s to %s, side %s: %s', (src, dst, side, expected) => {
    expect(outcome(map({ q: '5.0', src, dst, side }))).toBe(expected);
  });

  test('a negative quantity is undecided, unless only its magnitude counts', () => {
    expect(outcome(map({ q: -5, src: 'supplier', dst: 'internal' }))).toContain(
      'SIGN_UNDECIDED a negative quantity',
    );
    const absolute = mapper(usage.replace('side: side', 'negative: absolute'));
    expect(outcome(absolute({ q: -5, src: 'supplier', dst: 'internal' }))).toBe('quantity 5');
  });

  test('two systems that read one move from its two ends agree: what leaves one place comes to the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (amount) => {
        const out = map({ q: amount, src: 'internal', dst: 'internal', side: 'from' });
        const into = map({ q: amount, src: 'internal', dst: 'internal', side: 'to' });
        if (out.kind === 'reject' || into.kind === 'reject') throw new Error('rejected');
        expect(Number(out.record['quantity']) + Number(into.record['quantity'])).toBe(0);
      }),
    );
  });

  test('a usage on both lists is refused', () => {
    const problems = problemsOf(
      mappingOf(usage.replace('outside: [supplier', 'outside: [internal, supplier')),
    );
    expect(problems.join()).toContain('internal cannot be both inside and outside');
  });
});

test('by the end that is named', () => {
  const map = mapper('{ rule: route, quantity: q, from: s, to: t }');
  expect(outcome(map({ q: 2, s: '', t: 'STORES' }))).toBe('quantity 2');
  expect(outcome(map({ q: 2, s: 'STORES', t: null }))).toBe('quantity -2');
  expect(outcome(map({ q: 2, s: 'A', t: 'B' }))).toContain('both ends are in stock');
  expect(outcome(map({ q: 2, s: ' ', t: null }))).toContain('neither end is in stock');
});

describe('a reversal', () => {
  test('that is negated counts the other way round', () => {
    const rule = '    reversal: { when: { column: rev, empty: false }, by: negate }\n';
    const map = mapper('{ rule: byCode, quantity: q, code: c, codes: { I: in, O: out, S: level } }', rule);
    expect(outcome(map({ q: 3, c: 'I', rev: null }))).toBe('quantity 3');
    expect(outcome(map({ q: 3, c: 'I', rev: '17' }))).toBe('quantity -3');
    expect(outcome(map({ q: 3, c: 'O', rev: '17' }))).toBe('quantity 3');
    expect(outcome(map({ q: 0, c: 'O', rev: '17' }))).toBe('quantity 0');
    expect(outcome(map({ q: 3, c: 'S', rev: '17' }))).toContain('SIGN_UNDECIDED a count that is reversed');
  });

  test('that voids takes both rows of the pair out', () => {
    const rule =
      '    reversal: { when: { column: rev, empty: false }, by: void, reversed: { column: gone, equals: X } }\n';
    const map = mapper('{ rule: signed, quantity: q }', rule);
    expect(outcome(map({ q: 3, rev: null, gone: '' }))).toBe('quantity 3');
    expect(outcome(map({ q: 3, rev: '17', gone: '' }))).toBe('quantity 3 void reversal');
    expect(outcome(map({ q: 3, rev: null, gone: 'X' }))).toBe('quantity 3 void reversed');
  });

  test('that voids one row of a pair alone is refused, with its line', () => {
    const rule = '    reversal: { when: { column: rev, empty: false }, by: void }\n';
    expect(problemsOf(mappingOf('{ rule: signed, quantity: q }', rule)).join()).toMatch(
      /12:\d+ streams\.moves\.reversal: a pair is void only when/u,
    );
  });
});
