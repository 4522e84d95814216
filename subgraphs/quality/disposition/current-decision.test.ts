import { currentDecision, newestFirst } from './current-decision';

const decided = (pk: number, decision: string, decidedOn: string | null) => ({ pk, decision, decidedOn });

test('a lot that nobody decided about is pending', () => {
  expect(currentDecision([])).toBe('PENDING');
});

test('the newest decision stands, in whatever order the rows come', () => {
  const released = decided(1, 'RELEASED', '2026-05-02');
  const rejected = decided(2, 'REJECTED', '2026-05-01');
  expect(currentDecision([released, rejected])).toBe('RELEASED');
  expect(currentDecision([rejected, released])).toBe('RELEASED');
});

test('between decisions of one day the more cautious stands', () => {
  const sameDay = [decided(1, 'REJECTED', '2026-05-01'), decided(2, 'RELEASED', '2026-05-01')];
  expect(currentDecision(sameDay)).toBe('REJECTED');
});

test('an undated decision stands only where there is no dated one', () => {
  expect(currentDecision([decided(1, 'RELEASED', null)])).toBe('RELEASED');
  const both = [decided(1, 'RELEASED', null), decided(2, 'REJECTED', '2020-01-01')];
  expect(newestFirst(both).map((one) => one.pk)).toEqual([2, 1]);
});
