/** What counts as weaker of alarm rules, channels and claims. What cannot be told is weaker. */
import path from 'node:path';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import { alarmDocument } from '../alarms/alarm-document';
import { claimsDocument } from '../identity/claims-document';
import type { DocumentKind } from './document-kind';

const ROOT = path.resolve(__dirname, '../..');
const alarms = alarmDocument(
  path.join(ROOT, 'schema/dictionary/alarms'),
  loadDictionary(path.join(ROOT, 'schema/dictionary/terms')),
);
const claims = claimsDocument(ROOT);
const riskOf = (role: string): 'low' | 'high' =>
  ['analyst', 'warehouse-operator'].includes(role) ? 'low' : 'high';

/** Places that differ after the edits, and which of them are weaker. */
function judged(
  kind: DocumentKind<unknown>,
  file: string,
  ...edits: readonly (readonly [string, string])[]
): Record<string, boolean> {
  const before = kind.read();
  const text = edits.reduce((now, [from, to]) => {
    expect(now).toContain(from);
    return now.replace(from, to);
  }, before[file] ?? '');
  const after = { ...before, [file]: text };
  kind.compile(after);
  return Object.fromEntries(
    kind.changes(before, after, riskOf).map(({ place, weakens }) => [place, weakens] as const),
  );
}

test.each([alarms, claims].map((kind) => [kind.id, kind] as const))(
  '%s that are the same differ nowhere, comments aside',
  (_id, kind) => {
    const before = kind.read();
    const after = Object.fromEntries(
      Object.entries(before).map(([name, text]) => [name, `# words\n${text}`]),
    );
    expect(kind.changes(before, after, riskOf)).toEqual([]);
  },
);

test('an alarm that is louder, sooner or told to more is not weaker', () => {
  expect(
    judged(
      alarms,
      'rules.yaml',
      [
        'id: bulk-read\n    name: { en: Bulk read, zh: 批量读取 }\n    severity: HIGH',
        'id: bulk-read\n    name: { en: Bulk reads, zh: 批量读取 }\n    severity: CRITICAL',
      ],
      ['atLeast: 10000', 'atLeast: 9000'],
      ['      outcomes: [DONE]\n      offHours: true\n', ''],
    ),
  ).toEqual({
    'rules.off-hours.match.offHours': false,
    'rules.off-hours.match.outcomes': false,
    'rules.bulk-read.name.en': false,
    'rules.bulk-read.severity': false,
    'rules.bulk-read.threshold.atLeast': false,
  });
});

test.each([
  [
    'a lower severity',
    ['zh: 批量读取 }\n    severity: HIGH', 'zh: 批量读取 }\n    severity: LOW'],
    'rules.bulk-read.severity',
  ],
  ['a greater amount', ['atLeast: 10000', 'atLeast: 10001'], 'rules.bulk-read.threshold.atLeast'],
  [
    'a shorter window',
    ['atLeast: 10000, window: 1h', 'atLeast: 10000, window: 59m'],
    'rules.bulk-read.threshold.window',
  ],
  [
    'fewer actions',
    ['actions: [data.read, data.export]', 'actions: [data.read]'],
    'rules.bulk-read.match.actions',
  ],
  [
    'a narrower match',
    ['actions: [data.read, data.export]', 'actions: [data.read, data.export], codes: [X]'],
    'rules.bulk-read.match.codes',
  ],
  [
    'a condition on a fact',
    [
      'facts: { state: { equals: [UNKNOWN] } }',
      'facts: { state: { equals: [UNKNOWN] }, more: { atLeast: 2 } }',
    ],
    'rules.command-unknown.match.facts.more',
  ],
  [
    'another value of a fact',
    ['equals: [UNKNOWN]', 'equals: [LOST]'],
    'rules.command-unknown.match.facts.state.equals',
  ],
  [
    'fewer recipients',
    [
      "to: [quality, security]\n    message:\n      title:\n        {\n          en: '[{severity}] Alarms were silenced",
      "to: [quality]\n    message:\n      title:\n        {\n          en: '[{severity}] Alarms were silenced",
    ],
    'rules.alarms-silenced.to',
  ],
  ['other words', ['One person read {amount} rows', 'Nothing to see'], 'rules.bulk-read.message.text.en'],
  ['longer working hours', ["end: '", "end: '2"], 'calendar.end'],
  [
    'a rule that may be silenced',
    ['to: [quality, security]\n    suppressible: false', 'to: [quality, security]\n    suppressible: true'],
    'rules.command-altered.suppressible',
  ],
] as const)('%s is weaker', (_what, edit, place) => {
  const [from, to] = edit;
  // the end of the working day differs by deployment: one hour more of what is there
  const hours = /end: '(\d\d)/.exec(alarms.read()['rules.yaml'] ?? '')?.[1] ?? '';
  const real: readonly [string, string] =
    place === 'calendar.end' ? [`end: '${hours}`, `end: '${Number(hours) + 1}`] : [from, to];
  expect(judged(alarms, 'rules.yaml', real)).toEqual({ [place]: true });
});

test('a rule that is gone is weaker, and a new one is not', () => {
  const before = alarms.read();
  const text = before['rules.yaml'] ?? '';
  const start = text.indexOf('  - id: bulk-read');
  const rule = text.slice(start, text.indexOf('  - id:', start + 5));
  const without = { ...before, 'rules.yaml': text.replace(rule, '') };
  expect(alarms.changes(before, without, riskOf)).toMatchObject([
    { place: 'rules.bulk-read', weakens: true },
  ]);
  expect(alarms.changes(without, before, riskOf)).toMatchObject([
    { place: 'rules.bulk-read', weakens: false },
  ]);
});

test('another way to a recipient is weaker, and so is a host that may be called', () => {
  expect(judged(alarms, 'channels.yaml', ['      - { channel: wecom }\n', ''])).toEqual({
    'recipients.security.channels': true,
  });
  expect(judged(alarms, 'channels.yaml', ['allowHosts: []', 'allowHosts: [example.org]'])).toEqual({
    allowHosts: true,
  });
});

test('a group that gives a role of high risk is weaker, one that gives a low one or none any more is not', () => {
  expect(
    judged(
      claims,
      'claims.yaml',
      [
        '    lotgraph-analysts: analyst\n',
        '    lotgraph-analysts: qa-lead\n    visitors: analyst\n    bosses: no-such-role\n',
      ],
      ['    lotgraph-warehouse: warehouse-operator\n', ''],
    ),
  ).toEqual({
    'oidc.roles.lotgraph-analysts': true,
    'oidc.roles.visitors': false,
    'oidc.roles.bosses': true,
    'oidc.roles.lotgraph-warehouse': false,
  });
});

test.each([
  ['a method that is no second factor', ['amr: [mfa,', 'amr: [pwd, mfa,'], 'oidc.amr', true],
  ['any method', [/amr: \[.*\]/, "amr: []\n  acr: ['x']"], 'oidc.amr', true],
  ['fewer methods', ['amr: [mfa, otp,', 'amr: [mfa,'], 'oidc.amr', false],
  ['accounts that open themselves', ['provision: false', 'provision: true'], 'oidc.provision', true],
  ['another claim for roles', ['rolesClaim: groups', 'rolesClaim: nickname'], 'oidc.rolesClaim', true],
  ['another place in the directory', ['base: ou=people', 'base: ou=all'], 'ldap.base', true],
] as const)('%s', (_what, [from, to], place, weakens) => {
  const before = claims.read();
  const text = (before['claims.yaml'] ?? '').replace(
    '  acr: []\n',
    from instanceof RegExp ? '' : '  acr: []\n',
  );
  const after = { 'claims.yaml': text.replace(from, to) };
  expect(after['claims.yaml']).not.toBe(text);
  claims.compile(after);
  expect(claims.changes(before, after, riskOf).find((one) => one.place === place)).toMatchObject({ weakens });
});

test('of two spellings of a group, the one that counts is compared', () => {
  const before = {
    'claims.yaml': (claims.read()['claims.yaml'] ?? '').replace(
      '    lotgraph-analysts: analyst\n',
      '    GRP: qa-lead\n    grp: analyst\n',
    ),
  };
  const after = { 'claims.yaml': before['claims.yaml'].replace('    grp: analyst\n', '') };
  expect(claims.changes(before, after, riskOf)).toMatchObject([
    { place: 'oidc.roles.grp', before: 'analyst', after: 'qa-lead', weakens: true },
  ]);
});
