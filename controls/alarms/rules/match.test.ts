import { windowThatReaches } from '../alarm-raiser';
import type { AlarmRule, WorkingHours } from './alarm-rule';
import { actionFits, amountOf, dedupeKeyOf, entryFits, type AlarmEntry } from './match';
import { isOffHours } from './working-hours';

const CALENDAR: WorkingHours = {
  zone: 'Asia/Shanghai',
  days: [1, 2, 3, 4, 5],
  start: 8 * 60,
  end: 18 * 60,
  holidays: new Set(['2026-10-01']),
  workdays: new Set(['2026-10-10']),
};

const entry = (change: Partial<AlarmEntry> = {}): AlarmEntry => ({
  ...{ seq: 1, id: 'e1', at: Date.parse('2026-06-01T02:00:00Z'), action: 'data.read', outcome: 'DONE' },
  ...{ code: null, account: 'a1', person: 'p1', object: null, facts: { rows: 500 } },
  ...change,
});

const rule = (match: Partial<AlarmRule['match']>, per: AlarmRule['per'] = 'person'): AlarmRule => ({
  ...{ id: 'r', name: { en: 'r', zh: 'r' }, severity: 'LOW', per, foldMs: 0, suppressible: true },
  match: {
    actions: ['data.*'],
    outcomes: [],
    codes: [],
    objectTypes: [],
    facts: [],
    offHours: false,
    ...match,
  },
  threshold: { count: 1, sumOf: null, windowMs: 0 },
  ...{ to: [], escalation: [], title: { en: '', zh: '' }, text: { en: '', zh: '' } },
});

const fits = (change: Partial<AlarmEntry>, match: Partial<AlarmRule['match']>): boolean =>
  entryFits(entry(change), rule(match), CALENDAR);

test('a prefix fits the actions below it, and no other that begins alike', () => {
  expect(
    ['data.read', 'data.export', 'dataset.read', 'data'].map((action) => actionFits(action, 'data.*')),
  ).toEqual([true, true, false, false]);
});

test('a condition on a fact fits no entry that lacks the fact or has it in another form', () => {
  const facts = [{ fact: 'rows', equals: null, atLeast: 100 }];
  expect(fits({}, { facts })).toBe(true);
  for (const rows of [99, '500', null, undefined]) expect(fits({ facts: { rows } }, { facts })).toBe(false);
});

test('codes and outcomes narrow a rule', () => {
  expect(fits({ code: 'SAME_PERSON' }, { codes: ['SAME_PERSON'] })).toBe(true);
  expect(fits({ code: null }, { codes: ['SAME_PERSON'] })).toBe(false);
  expect(fits({ outcome: 'REFUSED' }, { outcomes: ['DONE'] })).toBe(false);
});

test.each([
  ['Friday 18:00 in Shanghai, while UTC still has the morning', '2026-06-05T10:00:00Z', true],
  ['Friday 17:59 in Shanghai', '2026-06-05T09:59:59Z', false],
  ['Monday 08:00 in Shanghai, while UTC has Monday midnight', '2026-06-01T00:00:00Z', false],
  ['Monday 07:59 in Shanghai, while UTC has Sunday', '2026-05-31T23:59:00Z', true],
  ['a Saturday', '2026-06-06T03:00:00Z', true],
  ['a holiday on a weekday', '2026-10-01T03:00:00Z', true],
  ['a Saturday that is worked', '2026-10-10T03:00:00Z', false],
])('tells off hours by the zone of the calendar: %s', (_when, at, expected) => {
  expect(isOffHours(Date.parse(at), CALENDAR)).toBe(expected);
});

test('goes by the wall clock over a change of daylight saving time', () => {
  const berlin = { ...CALENDAR, zone: 'Europe/Berlin' };
  expect(isOffHours(Date.parse('2026-03-27T07:00:00Z'), berlin)).toBe(false); // 08:00 CET
  expect(isOffHours(Date.parse('2026-03-30T06:00:00Z'), berlin)).toBe(false); // 08:00 CEST
  expect(isOffHours(Date.parse('2026-03-30T05:59:00Z'), berlin)).toBe(true);
});

test('two accounts of one person are counted together, and two people apart', () => {
  const key = (account: string, person: string | null) => dedupeKeyOf(rule({}), entry({ account, person }));
  expect(key('a1', 'p1')).toBe(key('a2', 'p1'));
  expect(key('a1', 'p1')).not.toBe(key('a1', 'p2'));
  expect(key('svc', null)).not.toBe(key('svc2', null));
});

test('what is no amount adds nothing to a sum', () => {
  const amounts = [12.9, -5, Number.NaN, Infinity, '7', null].map((rows) =>
    amountOf(entry({ facts: { rows } }), 'rows'),
  );
  expect(amounts).toEqual([12, 0, 0, 0, 0, 0]);
});

test('a window reaches its count only with acts that are less than its length apart', () => {
  const at = (...instants: number[]) => instants.map((one) => ({ at: one, amount: 1 }));
  expect(windowThatReaches(at(0, 5, 9), 3, 10)).toHaveLength(3);
  expect(windowThatReaches(at(0, 5, 10), 3, 10)).toBeNull();
  expect(windowThatReaches(at(0, 5, 10, 14), 3, 10)?.map((one) => one.at)).toEqual([5, 10, 14]);
});
