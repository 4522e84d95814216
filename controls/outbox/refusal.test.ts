/** Why a command was refused: the words of the mapping or our own, and nothing that a system wrote. */
import { refusalOf } from './refusal';

const refused = (facts: object) => refusalOf({ state: 'REFUSED', outcome: JSON.stringify(facts) });

test('tells the words of the mapping, in both languages', () => {
  const reason = { en: 'the lot is shipped', zh: '该批次已发货' };
  expect(refused({ said: 'NO', code: '7', reason })).toEqual(reason);
});

test('tells no more than the status where the mapping declares no words', () => {
  expect(refused({ said: 'NO', code: '409' })).toEqual({
    en: 'A legacy system refused what it was asked to do. It answered HTTP 409.',
    zh: '业务系统拒绝执行指令。其应答为 HTTP 409。',
  });
});

test.each([
  ['a code that is no status', { code: 'ER_DUP: INSERT INTO lots ON db7.plant.local' }],
  ['a text in place of the declared words', { code: '409x', reason: 'SELECT * FROM lots' }],
  ['words in one language', { code: 'E', reason: { en: 'db7.plant.local' } }],
])('passes on nothing that a system wrote: %s', (_what, facts) => {
  expect(refused(facts)).toEqual({
    en: 'A legacy system refused what it was asked to do.',
    zh: '业务系统拒绝执行指令。',
  });
});

test('tells a command that was altered from one that was refused', () => {
  expect(refused({ said: null, code: 'COMMAND_ALTERED' })?.en).toMatch(/not what was signed/u);
});

test.each(['PENDING', 'SENDING', 'CONFIRMED', 'UNKNOWN'])('%s is no refusal', (state) => {
  expect(refusalOf({ state, outcome: JSON.stringify({ reason: { en: 'a', zh: 'b' } }) })).toBeNull();
});
