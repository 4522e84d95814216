import { currentDecision, newestFirst } from './decisions';

const decided = (order: number, decision: string, decidedOn: string | null, at: number | null = null) => ({
  ...{ order, decision, decidedOn, at },
});

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
  expect(newestFirst(both).map(({ order }) => order)).toEqual([2, 1]);
});

test('our decision stands over an older one of a source, and a newer one of a source over ours', () => {
  const ours = decided(1, 'RELEASED', '2026-05-02', 1000);
  expect(currentDecision([ours, decided(2, 'REJECTED', '2026-05-01')])).toBe('RELEASED');
  expect(currentDecision([ours, decided(2, 'REJECTED', '2026-05-03')])).toBe('REJECTED');
});

test.each([
  ['RELEASED', 'PENDING', 'RELEASED'],
  ['RELEASED', 'REJECTED', 'REJECTED'],
  ['REJECTED', 'RELEASED', 'REJECTED'],
])('on one day our %s beside a source that says %s makes the lot %s', (ours, theirs, stands) => {
  const decisions = [decided(1, ours, '2026-05-02', 1000), decided(2, theirs, '2026-05-02')];
  expect(currentDecision(decisions)).toBe(stands);
  expect(currentDecision([...decisions].reverse())).toBe(stands);
});

test('of two decisions of our own on one day the later stands', () => {
  const rejected = decided(1, 'REJECTED', '2026-05-02', 1000);
  const released = decided(1, 'RELEASED', '2026-05-02', 2000);
  expect(currentDecision([rejected, released])).toBe('RELEASED');
  expect(currentDecision([released, rejected])).toBe('RELEASED');
});
