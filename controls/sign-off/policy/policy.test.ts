/** What a sign-off policy may say, and what counts as weaker. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidInputError } from '../../../platform/errors';
import { type PolicyDocument, actionOf, compilePolicy } from './policy-document';
import { weakeningsOf } from './weakening';

const SHIPPED = readFileSync(
  path.resolve(__dirname, '../../../schema/dictionary/sign-off/policy.yaml'),
  'utf8',
);
const shipped = compilePolicy(SHIPPED);

/** The shipped policy with one text replaced by another, the first time it stands there. */
const edited = (from: string, to: string): PolicyDocument => compilePolicy(SHIPPED.replace(from, to));

test('the shipped policy names every action that the product signs for', () => {
  expect(shipped.actions.map(({ id }) => id)).toEqual([
    ...[
      'lot.release',
      'lot.reject',
      'lot.adjustQuantity',
      'lot.split',
      'lot.merge',
      'lot.changeExpiry',
      'lot.changeStatus',
      'lot.liftHold',
    ],
    ...[
      'grant.assignHighRisk',
      'access.publish',
      'signOff.policyPublish',
      'schema.publish',
      'mapping.publish',
      'consistencyRules.publish',
      'qualityStandards.publish',
      'completenessRules.publish',
      'alarmRules.publish',
      'claims.publish',
      'identity.match',
      'identity.split',
    ],
  ]);
});

test('no shipped action lets one role alone in both slots be one person’s', () => {
  for (const { id, first, second } of shipped.actions) {
    expect([id, first.meaning.code === second.meaning.code]).toEqual([id, false]);
  }
});

test.each([
  ['text that is no YAML', 'readers: [', /not valid/],
  ['an action twice', SHIPPED.replace('id: lot.reject', 'id: lot.release'), /defined twice/],
  ['a slot without roles', SHIPPED.replace('roles: [qa-officer, qa-lead]', 'roles: []'), /first\/roles/],
  ['a meaning in one language', SHIPPED.replace(/ {8}zh: .*\n/, ''), /zh/],
  ['a limit of a year', SHIPPED.replace('proposalHours: 72', 'proposalHours: 8760'), /proposalHours/],
  [
    'a word that means nothing',
    SHIPPED.replace('proposerSigns: true', 'proposerSigns: true\n    quorum: 3'),
    /quorum|additional/,
  ],
  ['a review after more than a day', SHIPPED.replace('reviewHours: 24', 'reviewHours: 48'), /reviewHours/],
])('refuses %s', (_what, yaml, message) => {
  expect(() => compilePolicy(yaml)).toThrow(InvalidInputError);
  expect(() => compilePolicy(yaml)).toThrow(message);
});

test('the same policy is not weaker', () => {
  expect(weakeningsOf(shipped, shipped)).toEqual([]);
});

test.each([
  [
    'another role for a slot',
    ['roles: [qa-lead]', 'roles: [qa-lead, analyst]'],
    'lot.release: second: analyst may sign',
  ],
  ['a longer wait', ['proposalHours: 72', 'proposalHours: 96'], 'lot.release: proposalHours: 72 → 96'],
  ['a later execution', ['executionHours: 24', 'executionHours: 48'], 'lot.release: executionHours: 24 → 48'],
  ['more readers', ['readers: [auditor,', 'readers: [auditor, analyst,'], 'readers: analyst is new'],
  [
    'another role that breaks the glass',
    ['breakGlass: { roles: [qa-lead]', 'breakGlass: { roles: [qa-lead, qa-officer]'],
    'lot.release: breakGlass: qa-officer may',
  ],
])('%s is weaker', (_what, [from, to], weaker) => {
  expect(weakeningsOf(shipped, edited(from ?? '', to ?? ''))).toEqual([weaker]);
});

test('an action that was removed is weaker', () => {
  const without = { ...shipped, actions: shipped.actions.filter(({ id }) => id !== 'lot.reject') };
  expect(weakeningsOf(shipped, without)).toEqual(['lot.reject: removed']);
  expect(actionOf(without, 'lot.reject')).toBeUndefined();
});

test('a proposer who may sign first is weaker, one who may no more is not', () => {
  const strict = edited('proposerSigns: true', 'proposerSigns: false');
  expect(weakeningsOf(strict, shipped)).toEqual(['lot.release: the proposer may sign first']);
  expect(weakeningsOf(shipped, strict)).toEqual([]);
});

test('glass that may be broken now is weaker', () => {
  const closed = edited(
    '    breakGlass: { roles: [qa-lead], reviewRoles: [qa-lead], reviewHours: 24 }\n',
    '',
  );
  expect(weakeningsOf(closed, shipped)).toEqual(['lot.release: breakGlass: allowed']);
});
