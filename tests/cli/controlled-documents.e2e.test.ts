/** Rules, quality standards, alarm rules and claims as people publish them: the `lotgraph` command against a gateway that runs. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { TerminalWorld, idIn } from './terminal-world';

jest.setTimeout(60_000);

let world: TerminalWorld;
beforeAll(async () => {
  world = await TerminalWorld.start();
}, 120_000);
afterAll(() => world.close());

const lotgraph = (...args: string[]) => world.lotgraph(...args);
const sign = (id: string, user: string) => world.sign(id, user);
const asOfficer = ['--user', 'security-officer'];

/** A version in force that the file is looser than. */
async function publishStricter(): Promise<void> {
  const { alarmRules } = world.opened.services.controls;
  const { texts, number } = await alarmRules.current();
  const rules = (texts['rules.yaml'] ?? '').replace('atLeast: 10000', 'atLeast: 9000');
  await alarmRules.publish(
    SYSTEM_ACTOR,
    { texts: { ...texts, 'rules.yaml': rules }, reason: 'stricter' },
    number,
  );
}

test('doctor finds nothing while files stand as they were published, and says what differs and what to do', async () => {
  const before = await lotgraph('doctor');
  for (const what of [
    'consistency rules',
    'quality standards',
    'alarm rules',
    'claims mapping',
    'mapping of erp',
  ])
    expect(before.out).toMatch(new RegExp(`^SAME {9}${what}$`, 'mu'));
  await publishStricter();
  const after = await lotgraph('doctor');
  expect(after.code).toBe(1);
  expect(after.out).toMatch(
    /^DIFFERS {6}alarm rules\n {2}The file counts for nothing .*lotgraph alarms publish/mu,
  );
});

test('diff names what gets weaker, and publishes nothing', async () => {
  const { code, out } = await lotgraph('alarms', 'diff', ...asOfficer);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining('weaker    rules.bulk-read.threshold.atLeast: 9000 → 10000'),
  ]);
  expect((await world.opened.services.controls.alarmRules.published())?.number).toBe(2);
});

test('what gets weaker is proposed, signed by two, and in the history', async () => {
  const proposed = await lotgraph('alarms', 'publish', '--reason', 'too many', ...asOfficer);
  expect([proposed.code, proposed.out]).toEqual([0, expect.stringContaining('two people must sign')]);
  const id = idIn(proposed.out.split('sign-off')[1] ?? '');
  expect((await sign(id, 'security-officer')).code).toBe(0);
  expect((await sign(id, 'security-officer')).code).toBe(1);
  expect((await sign(id, 'qa-lead')).code).toBe(0);
  const history = await lotgraph('alarms', 'history', ...asOfficer);
  expect(history.out).toMatch(/^3 .*too many\n2 .*stricter\n1 .*shipped with the product/mu);
});

test('what is stricter is rolled back to by one person', async () => {
  const { code, out } = await lotgraph('alarms', 'rollback', '2', '--reason', 'again', ...asOfficer);
  expect([code, out]).toEqual([0, expect.stringContaining('Published version 4.')]);
  expect((await lotgraph('alarms', 'rollback', '99', '--reason', 'x', ...asOfficer)).err).toContain(
    'NOT_FOUND',
  );
});

test.each([
  ['claims', 'diff', 'data-steward'],
  ['alarms', 'diff', 'data-steward'],
  ['rules', 'diff', 'analyst'],
  ['quality', 'standards', 'analyst', 'diff'],
])('%s %s is refused to a %s', async (group, command, user, ...more) => {
  const { code, err } = await lotgraph(group, command, ...more, '--user', user);
  expect([code, err]).toEqual([1, expect.stringMatching(/mutation|Mutation|permit|denied|may not/u)]);
});

test('each document has its commands', async () => {
  expect((await lotgraph('rules', 'diff', '--user', 'data-steward')).out).toContain(
    'Nothing differs but words.',
  );
  const asSteward = ['--user', 'data-steward'];
  for (const [command, out] of [
    [[], /^lot-number-stated {2}WARNING {2}warehouse/mu],
    [['diff'], /Nothing differs but words\./u],
    [['history'], /^1 .*shipped with the product/mu],
  ] as const)
    expect((await lotgraph('quality', 'standards', ...command, ...asSteward)).out).toMatch(out);
  expect((await lotgraph('claims', 'history', ...asOfficer)).out).toMatch(/^1 .*shipped with the product/mu);
  const proposed = await lotgraph('sign-off-policy', 'publish', '--reason', 'as it stands', ...asOfficer);
  expect([proposed.code, proposed.out]).toEqual([0, expect.stringContaining('Two people must sign')]);
});
