/** Rows that joins multiply beyond what their key tells apart. */
import { isFannedOut, withoutFanOut } from './fan-out';

const keyOf = (row: Readonly<Record<string, unknown>>) => (typeof row['id'] === 'string' ? row['id'] : null);
const row = (id: string | null, place: string | null) => ({ pk: id, id, 'place.code': place });

test('rejects every row of a base row that differ under one key, and names the join', () => {
  const rows = [row('1', 'A'), row('2', 'A'), row('2', 'B'), row('3', 'A')];
  const found = withoutFanOut(rows, ['pk'], keyOf);
  expect(found.map(isFannedOut)).toEqual([false, true, true, false]);
  expect(found[1]).toEqual({
    ...row('2', 'A'),
    '#unreadable': 'the row joins to 2 rows of place, which its key does not tell apart',
  });
});

test('leaves rows alone that are alike, that their key tells apart, or that are rows of their own', () => {
  const alike = [row('1', 'A'), row('1', 'A')];
  expect(withoutFanOut(alike, ['pk'], keyOf)).toBe(alike);
  const told = [row('1', 'A'), row('1', 'B')];
  expect(withoutFanOut(told, ['pk'], (one) => `${one['id'] as string}|${one['place.code'] as string}`)).toBe(
    told,
  );
  const own = [
    { pk: '1', id: 'x', 'place.code': 'A' },
    { pk: '2', id: 'x', 'place.code': 'B' },
  ];
  expect(withoutFanOut(own, ['pk'], keyOf)).toBe(own);
  const none = [row(null, 'A'), row(null, 'B')];
  expect(withoutFanOut(none, ['pk'], keyOf)).toBe(none);
});
