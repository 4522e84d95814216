import { currentResults, verdictOf } from '../../../canonical/inspection-verdict';
import { type AppliesTo, type JudgedInspection, inspectionsComplete } from './verdict';

const result = (ref: string, verdict: string, state = 'VERIFIED', retestOfRef: string | null = null) => ({
  ref,
  verdict,
  state,
  retestOfRef,
});

const judged = (
  state: string,
  verdict: 'PASS' | 'FAIL' | 'PENDING' = 'PASS',
  appliesTo: AppliesTo = 'LOT',
  inspectionType: string | null = 'FG',
): JudgedInspection => ({ row: { state, inspectionType }, appliesTo, verdict });

test.each([
  ['PASS', 'VERIFIED', [result('a', 'PASS'), result('b', 'PASS')]],
  ['PASS', 'PUBLISHED', [result('a', 'PASS')]],
  ['PENDING', 'TO_BE_VERIFIED', [result('a', 'PASS')]],
  ['PENDING', 'PUBLISHED', []],
  ['PENDING', 'PUBLISHED', [result('a', 'PASS'), result('b', 'PENDING')]],
  ['FAIL', 'RECEIVED', [result('a', 'PENDING', 'ASSIGNED'), result('b', 'FAIL')]],
  ['PASS', 'PUBLISHED', [result('a', 'FAIL', 'RETRACTED'), result('b', 'PASS', 'VERIFIED', 'a')]],
  ['PASS', 'PUBLISHED', [result('a', 'FAIL', 'CANCELLED'), result('b', 'PASS')]],
  ['PENDING', 'PUBLISHED', [result('a', 'FAIL', 'REJECTED')]],
])('is %s for a sample in state %s by its current results', (verdict, state, results) => {
  expect(verdictOf(state, results)).toBe(verdict);
});

test('a retest replaces a failed result that was never retracted', () => {
  const results = [result('a', 'FAIL'), result('b', 'PASS', 'VERIFIED', 'a')];
  expect(currentResults(results).map(({ ref }) => ref)).toEqual(['b']);
  expect(verdictOf('VERIFIED', results)).toBe('PASS');
});

test('a failed result stands while its only retest was cancelled', () => {
  const results = [result('a', 'FAIL'), result('b', 'PASS', 'CANCELLED', 'a')];
  expect(currentResults(results).map(({ ref }) => ref)).toEqual(['a']);
  expect(verdictOf('VERIFIED', results)).toBe('FAIL');
});

test('the last of a chain of retests counts, and the ones before do not', () => {
  const results = [
    result('a', 'FAIL'),
    result('b', 'FAIL', 'RETRACTED', 'a'),
    result('c', 'PASS', 'VERIFIED', 'b'),
  ];
  expect(currentResults(results).map(({ ref }) => ref)).toEqual(['c']);
});

test('results that name each other as retests do not hang, and the failure is not lost', () => {
  const results = [result('a', 'FAIL', 'RETRACTED', 'b'), result('b', 'FAIL', 'VERIFIED', 'a')];
  expect(verdictOf('VERIFIED', results)).toBe('FAIL');
});

test.each([
  ['one final inspection', true, [judged('PUBLISHED')], false],
  ['a final failure', true, [judged('VERIFIED', 'FAIL')], false],
  ['no inspection', false, [], false],
  ['only a cancelled one', false, [judged('CANCELLED', 'PENDING')], false],
  ['one that is not final', false, [judged('PUBLISHED'), judged('RECEIVED', 'PENDING')], false],
  [
    'an invalidated one with nothing after it',
    false,
    [judged('INVALID'), judged('PUBLISHED', 'PASS', 'LOT', 'X')],
    false,
  ],
  ['an invalidated one made good', true, [judged('INVALID', 'FAIL'), judged('PUBLISHED')], false],
  ['a load that nobody inspected', false, [judged('PUBLISHED')], true],
  [
    'lot and load inspected',
    true,
    [judged('PUBLISHED'), judged('VERIFIED', 'PASS', 'STERILIZATION_LOAD')],
    true,
  ],
] as const)('with %s, completeness is %s', (_what, complete, inspections, hasLoad) => {
  expect(inspectionsComplete(inspections, hasLoad)).toBe(complete);
});
