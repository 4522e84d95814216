/** Nobody adds a rule of findings without deciding what it says of the quality of records; the guide says what was decided. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FINDING_RULES } from '../findings';
import { FAULTS, type Fault, rulesOf } from './faults';

const ALL = Object.keys(FINDING_RULES);
const guide = readFileSync(path.resolve(__dirname, '../../docs/guides/data-quality.md'), 'utf8');

/** Rules that the guide's table lists under a heading. */
const listedUnder = (heading: string): string[] => {
  const row = guide.split('\n').find((line) => line.startsWith(`| ${heading} |`)) ?? '';
  return [...row.matchAll(/`([A-Z_]+)`/g)].map(([, rule]) => rule ?? '').sort();
};

test('every rule of findings was decided about, and none that there is not', () => {
  expect(Object.keys(FAULTS).sort()).toEqual([...ALL].sort());
});

test.each<[Fault, string]>([
  ['INVALID', 'validity'],
  ['DISAGREES', 'consistency of entities'],
  ['UNRESOLVED', 'consistency of facts'],
])('the guide lists the rules of %s', (fault, heading) => {
  expect(rulesOf(fault).length).toBeGreaterThan(2);
  expect(listedUnder(heading)).toEqual([...rulesOf(fault)].sort());
});

test('the guide lists the rules that say nothing of quality', () => {
  const silent = ALL.filter((rule) => FAULTS[rule as keyof typeof FAULTS].length === 0);
  expect(listedUnder('nothing')).toEqual(silent.sort());
});
