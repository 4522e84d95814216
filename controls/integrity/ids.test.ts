import { timedId } from './ids';

test('ids of one instant are unique, in the order in which they were asked for, and UUIDs of version 7', () => {
  const ids = Array.from({ length: 40_000 }, () => timedId(1_800_000_000_000));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids.slice(0, 50))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('ids of later instants come later', () => {
  expect(timedId(1_800_000_000_001) > timedId(1_800_000_000_000)).toBe(true);
});
