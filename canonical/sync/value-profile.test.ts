/** What counts as a jump, and what does not. */
import type { MappedBatch, MappedRecord } from './batch-mapper';
import { countBatch, countCarried, emptyProfile, goneColumns, jumps, merged } from './value-profile';

const record = (value: string | null, unknown = false): MappedRecord => ({
  ...{ key: 'k', raw: '{}', canonical: '{}', hash: '', changedAt: null, voidReason: null },
  record: { status: value },
  notes: unknown ? [{ rule: 'UNKNOWN_CODE', field: 'status', raw: 'x' }] : [],
});

function profileOf(rows: number, nulls: number, unknown = 0, rejects = 0) {
  const batch: MappedBatch = {
    waves: [
      Array.from({ length: rows - rejects }, (_, i) =>
        record(i < nulls ? null : 'A', i >= nulls && i < nulls + unknown),
      ),
    ],
    rejects: Array.from({ length: rejects }, () => ({
      ...{ key: null, code: 'BAD_DATE', field: 'status', message: '', raw: '{}' },
    })),
  };
  const profile = emptyProfile();
  countBatch(profile, batch);
  return profile;
}

test.each([
  ['many more absent values', profileOf(100, 40), ['nulls']],
  ['a few more absent values', profileOf(100, 25), []],
  ['unknown codes', profileOf(100, 0, 10), ['unknown']],
  ['rejected rows', profileOf(100, 0, 0, 10), ['rejects']],
  ['too few rows to tell', profileOf(20, 20), []],
])('%s: %#', (_what, run, expected) => {
  expect(jumps(profileOf(400, 20), run).map(({ what }) => what)).toEqual(expected);
});

test('nothing jumps before there is a habit', () => {
  expect(jumps(profileOf(100, 0), profileOf(100, 100))).toEqual([]);
});

test('counts of two runs add up', () => {
  expect(merged(profileOf(10, 1, 2, 3), profileOf(5, 1))).toMatchObject({
    rows: 15,
    fields: { status: { nulls: 2, unknown: 2, rejects: 3 } },
  });
});

test('a column that all rows carried and none does is gone; one that is null is not', () => {
  const known = profileOf(60, 0);
  countCarried(
    known,
    ['a.b', 'c'],
    Array.from({ length: 60 }, () => ({ a: { b: 1 }, c: null })),
  );
  expect(goneColumns(known, ['a.b', 'c'], [{ c: 1 }, { c: 2 }])).toEqual(['a.b']);
  expect(
    goneColumns(
      known,
      ['a.b', 'c'],
      [
        { a: null, c: null },
        { a: null, c: null },
      ],
    ),
  ).toEqual([]);
  expect(goneColumns(known, ['a.b'], [{ c: 1 }])).toEqual([]);
});
