/** Two people release a lot from the terminal, against a real gateway with its sign-in, and a third sees who signed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProposeOptions } from '../../cli/sign-off/commands';
import {
  inboxCommand,
  proposeCommand,
  settleCommand,
  showCommand,
  signCommand,
} from '../../cli/sign-off/commands';
import { createSubgraphs } from '../../gateway/subgraphs';
import { startGateway } from '../../gateway/gateway';
import { EntryWriter } from '../../gateway/reading/entry-writer';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { Cleanup } from '../gateway/toy-gateway';
import { startSyncedWorld } from '../support/demo-world';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');
const cleanup = new Cleanup();
const said: string[] = [];
let url = '';
/** A kit that waits for its release: inspected, passed, in quarantine. */
const WAITING = 'KIT-1005/LT241998-01';

beforeAll(async () => {
  const world = await startSyncedWorld();
  cleanup.add(() => world.close());
  const { services } = world;
  const dataDir = path.join(world.dir, 'data');
  const env = { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: dataDir };
  Object.assign(process.env, env, { LOTGRAPH_SESSION_FILE: path.join(world.dir, 'session.json') });
  const { controls } = services;
  await controls.identity.seedDemo();
  const subgraphs = createSubgraphs(services);
  controls.signOff.present.serve(subgraphs);
  const gateway = await startGateway({
    config: loadConfig({ ...env, LOTGRAPH_PORT: '0' }, ROOT),
    ...{
      access: controls.access,
      callers: controls.identity.callers,
      identity: controls.identity,
      root: ROOT,
    },
    audit: new EntryWriter(controls.auditWriter, silentLogger),
    supergraphSdl: readFileSync(path.join(ROOT, 'schema/generated/supergraph.graphql'), 'utf8'),
    ...{ subgraphs, clock: world.clock, log: silentLogger },
  });
  cleanup.add(() => gateway.close());
  url = gateway.url;
  jest.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
});
afterAll(() => cleanup.run());
afterEach(() => said.splice(0));

const who = (user: string): { user: string; demo: true; url: string } => ({ user, demo: true, url });
const proposal = (more: Partial<ProposeOptions> = {}): ProposeOptions => ({
  ...{ ...who('qa-officer'), lot: WAITING, reason: 'records complete', set: [], ...more },
});
const idSaid = (): string => /^[0-9a-f-]{36}/m.exec(said.join('\n'))?.[0] ?? '';

test('two people release a lot in under a minute, and a third sees the signatures [21 CFR 11.50] [21 CFR 11.200(a)]', async () => {
  const began = process.hrtime.bigint();
  expect(await proposeCommand(ROOT, 'release', proposal({ sign: true }))).toBe(0);
  const id = idSaid();
  said.splice(0);
  await inboxCommand(ROOT, who('qa-lead'));
  expect(said.join('\n')).toMatch(/Disposition of the lot: .* → RELEASED/);
  expect(said.join('\n')).toContain('I approve the release of this lot');
  expect(await signCommand(ROOT, id, who('qa-lead'))).toBe(0);
  expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(60);
  said.splice(0);
  await showCommand(ROOT, id, who('auditor'));
  const shown = said.join('\n');
  expect(shown).toMatch(/EXECUTED/);
  expect(shown).toMatch(/signed: Demo QA Officer .*Z \(UTC\), I reviewed/);
  expect(shown).toMatch(/signed: Demo QA Lead .*Z \(UTC\), I approve/);
  expect(shown).not.toContain('NOT GENUINE');
});

test('meanings and refusals are in the language that is asked for', async () => {
  const block = proposal({ lot: 'KIT-1007/LT241997-01', set: ['status=BLOCKED'], sign: true, lang: 'zh' });
  expect(await proposeCommand(ROOT, 'status', block)).toBe(0);
  const id = idSaid();
  expect(said.join('\n')).toContain('本人已核实状态变更的原因。');
  const reason = { reason: '已撤回', lang: 'zh' } as const;
  expect(await settleCommand(ROOT, 'withdrawSignOff', id, { ...who('qa-officer'), ...reason })).toBe(0);
  expect(await settleCommand(ROOT, 'rejectSignOff', id, { ...who('qa-lead'), ...reason })).toBe(1);
  expect(said.at(-1)).toMatch(/^SIGN_OFF_CLOSED: .*\p{Script=Han}/u);
});

test('whoever may not sign is told so, and what was proposed can be taken back', async () => {
  expect(
    await proposeCommand(ROOT, 'status', proposal({ lot: 'KIT-1007/LT241997-01', set: ['status=BLOCKED'] })),
  ).toBe(0);
  const id = idSaid();
  await expect(signCommand(ROOT, id, who('auditor'))).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
  expect(
    await settleCommand(ROOT, 'withdrawSignOff', id, { ...who('qa-officer'), reason: 'a mistake' }),
  ).toBe(0);
  expect(await settleCommand(ROOT, 'rejectSignOff', id, { ...who('qa-lead'), reason: 'too late' })).toBe(1);
  expect(said.at(-1)).toMatch(/^SIGN_OFF_CLOSED/);
});
