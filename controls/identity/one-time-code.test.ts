import { codeAt, codeOfCounter, enrolmentUri, matchingCounter, matchingStep } from './one-time-code';

// the secret of RFC 4226 and RFC 6238, whose codes of eight digits end in those of six
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number): number => seconds * 1000;

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('the code at %i s is that of RFC 6238', (seconds, code) => {
  expect(codeAt(SECRET, at(seconds))).toBe(code);
});

test.each([
  [0, '755224'],
  [1, '287082'],
  [9, '520489'],
])('the code of counter %i is that of RFC 4226', (counter, code) => {
  expect(codeOfCounter(SECRET, counter)).toBe(code);
});

test('a code matches its own step and those beside it, and no step up to the last used one', () => {
  const now = at(1_111_111_109);
  const step = Math.floor(1_111_111_109 / 30);
  expect(matchingStep(SECRET, '081804', now, 0)).toBe(step);
  expect(matchingStep(SECRET, '081804', now + 30_000, 0)).toBe(step);
  expect(matchingStep(SECRET, '081804', now + 60_000, 0)).toBeNull();
  expect(matchingStep(SECRET, '081804', now, step)).toBeNull();
  expect(matchingStep(SECRET, '81804', now, 0)).toBeNull();
});

test('a counter is found a few presses ahead, and never at or behind the last used one', () => {
  expect(matchingCounter(SECRET, '520489', -1)).toBe(9);
  expect(matchingCounter(SECRET, '520489', 9)).toBeNull();
  expect(matchingCounter(SECRET, codeOfCounter(SECRET, 60), 9)).toBeNull();
});

test('an app reads issuer, name and secret', () => {
  expect(enrolmentUri(SECRET, 'ann')).toMatch(/^otpauth:\/\/totp\/LotGraph:ann\?.*secret=GEZD/);
});
