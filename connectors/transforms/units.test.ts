/** Conversion factors that cannot be true: kept with a note, or rejected, as the mapping says. */
import type { RowNote } from '../contract';
import { compileValue } from '../mapping/compile-field';
import { problemsOf, systemPart } from '../test-support';

function convert(reasonable: object, factor: unknown): { result: unknown; notes: RowNote[] } {
  const { read } = compileValue(
    { from: 'qty', apply: [{ convertUnit: { factorFrom: 'factor', reasonable } }] },
    {
      timeZone: 'UTC',
      codeTable: () => null,
      column: (name) => (row) => row[name] ?? null,
      problem: (message) => {
        throw new Error(message);
      },
    },
  );
  const notes: RowNote[] = [];
  const row = { qty: '3', factor: factor as string };
  return { result: read(row, { row, field: 'quantity', notes }), notes };
}

test('a gram that is a tenth of a kilogram is converted as the source says, and told', () => {
  const { result, notes } = convert({ max: 0.01 }, '0.1');
  expect(result).toBe('0.3');
  expect(notes.map(({ rule, raw }) => `${rule} ${raw}`)).toEqual(['ABSURD_FACTOR 0.1', 'UNIT_CONVERTED 3']);
});

test('a factor within its limits is not told, a factor of one beyond them is', () => {
  expect(convert({ min: 0.0001, max: 0.01 }, 0.001).notes.map(({ rule }) => rule)).toEqual([
    'UNIT_CONVERTED',
  ]);
  expect(convert({ max: 0.01 }, '1').notes.map(({ rule }) => rule)).toEqual(['ABSURD_FACTOR']);
});

test('it is rejected where the mapping says so, and one that is no factor always is', () => {
  expect(convert({ min: 1, else: 'reject' }, '0.1').result).toMatchObject({ code: 'BAD_UNIT' });
  for (const factor of [0, '-1', 'x', null])
    expect(convert({ max: 1 }, factor).result).toMatchObject({ code: 'BAD_UNIT' });
});

test('limits that no factor keeps are refused, with their line', () => {
  const yaml = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: { table: t }
    key: id
    fields:
      item: a
      lotNumber: no
      producedQuantity: { from: q, apply: [{ convertUnit: { factorFrom: f, reasonable: { min: 2, max: 1 } } }] }
`;
  expect(problemsOf(yaml).join()).toMatch(
    /14:\d+ .*convertUnit\.reasonable\.min: the least factor is greater/u,
  );
});
