import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Dictionary, loadDictionary } from '../../../platform/dictionary/dictionary';
import { AUDIT_ACTIONS } from '../../audit/audit-actions';
import { loadAlarms } from '../alarm-settings';
import { YamlFile } from '../../../platform/yaml-file';
import { compileRules } from './compile-rules';
import { PLACEHOLDERS } from './placeholders';

const ROOT = path.join(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'schema/dictionary/alarms');
const dictionary = loadDictionary(path.join(ROOT, 'schema/dictionary/terms'));
const SHIPPED = readFileSync(path.join(FOLDER, 'rules.yaml'), 'utf8');

/** Problems of the shipped rules after a change of their text. */
function problemsOf(change: (text: string) => string, words = dictionary): string[] {
  const text = change(SHIPPED);
  expect(text).not.toBe(SHIPPED);
  const file = new YamlFile('rules.yaml', text);
  compileRules(file, {
    dictionary: words,
    recipients: new Set(['security', 'quality', 'management']),
    actions: AUDIT_ACTIONS,
  });
  return file.messages();
}

test('the shipped rules and channels compile, and every channel is off until it is configured', () => {
  const settings = loadAlarms({ folder: FOLDER, dictionary, env: {}, relay: null });
  expect(settings.rules.length).toBeGreaterThan(10);
  expect([...settings.channels.open.keys()]).toEqual([]);
  expect(settings.channels.off).toEqual(['wecom', 'dingtalk', 'feishu', 'webhook', 'mail']);
});

test.each([
  [
    'a placeholder that is not on the list',
    '{lastAt} 被锁定',
    '{person} 被锁定',
    /rules\.yaml:\d+:\d+ rules\.\d+\.message\.text\.zh: "\{person\}" may not stand/,
  ],
  [
    'an action that nothing writes',
    '[session.lockout]',
    '[session.lockedOut]',
    /rules\.yaml:\d+:\d+ .*no part of the product writes "session\.lockedOut"/,
  ],
  [
    'a rule on what alarms write themselves',
    'actions: [session.lockout]',
    'actions: [alarm.raise]',
    /would feed itself/,
  ],
  ['a recipient that is not there', 'to: [management] }]', 'to: [nobody] }]', /has no recipient "nobody"/],
  [
    'a time zone that is none',
    'zone: Asia/Shanghai',
    'zone: Asia/Atlantis',
    /rules\.yaml:5:\d+ calendar\.zone: there is no time zone/,
  ],
  ['a key that means nothing', 'severity: CRITICAL', 'severty: CRITICAL', /"severty" is not known here/],
  ['two rules of one id', 'id: lockout', 'id: integrity', /there is another rule "integrity"/],
  [
    'a threshold that is neither',
    'count: 5, window: 10m',
    'window: 10m',
    /needs either count, or sumOf with atLeast/,
  ],
])('refuses %s and says where', (_what, from, to, expected) => {
  expect(problemsOf((text) => text.replace(from, to)).join('\n')).toMatch(expected);
});

test('refuses to let break-glass be silenced', () => {
  const problems = problemsOf((text) => text.replace('    suppressible: false\n', ''));
  expect(problems.join('\n')).toMatch(/hears what is never silent, and MUST say "suppressible: false"/);
});

test('refuses rules that leave break-glass unheard, or hear only a part of it', () => {
  expect(problemsOf((text) => text.replace('[signOff.breakGlass]', '[session.lockout]')).join()).toMatch(
    /no rule hears every "signOff.breakGlass"/,
  );
  const narrowed = '[signOff.breakGlass], offHours: true';
  expect(problemsOf((text) => text.replace('[signOff.breakGlass]', narrowed)).join()).toMatch(
    /no rule hears every "signOff.breakGlass"/,
  );
});

test.each(['confidential', 'restricted'] as const)(
  'refuses a placeholder whose term becomes %s',
  (classification) => {
    const stricter = new Dictionary(
      dictionary.list().map((term) => (term.id === 'alarm.occurrences' ? { ...term, classification } : term)),
    );
    expect(problemsOf((text) => `${text}\n`, stricter).join('\n')).toMatch(
      new RegExp(`"\\{count\\}" shows alarm.occurrences, which is ${classification}`),
    );
  },
);

test('every placeholder is backed by a term that is public or internal', () => {
  const classes = [...PLACEHOLDERS.values()].map(({ term }) => dictionary.find(term)?.classification);
  expect(classes.filter((one) => one !== 'public' && one !== 'internal')).toEqual([]);
});
