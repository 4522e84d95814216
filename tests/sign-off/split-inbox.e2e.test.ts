/** The inbox of the split topology: governance as a process of its own tells what changed under another subgraph's act. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { subgraphKeyOf } from '../../controls/identity/keys';
import { RequestSigner } from '../../controls/identity/signed-request';
import { RemoteSubgraphClient } from '../../gateway/remote-client';
import { openRequest } from '../../gateway/request';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { silentLogger } from '../../platform/log';
import { ActsWorld } from '../commands/acts-world';
import { Cleanup } from '../gateway/toy-gateway';
import { startSyncedWorld, STORY_INSTANT } from '../support/demo-world';
import { RUN_TYPESCRIPT } from '../support/run-typescript';

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, '../..');
const BUDGET_MS = 20_000;
/** A kit that waits for its release: inspected, passed, in quarantine. */
const WAITING = 'LT241998-01';

const cleanup = new Cleanup();
let acts: ActsWorld;
let governance: RemoteSubgraphClient;

/** Starts the service as the split topology does; resolves to its address. */
async function startGovernance(env: Readonly<Record<string, string>>): Promise<string> {
  const main = path.join(ROOT, 'subgraphs', 'governance', 'main.ts');
  const service: ChildProcess = spawn(process.execPath, [...RUN_TYPESCRIPT, main], {
    ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  });
  const ended = once(service, 'exit');
  cleanup.add(async () => {
    service.kill();
    await ended;
  });
  if (service.stdout === null) throw new Error('no standard output');
  for await (const line of createInterface({ input: service.stdout })) {
    const [, url] = /^ready governance (\S+)$/u.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the service ended before it was ready');
}

beforeAll(async () => {
  const world = await startSyncedWorld();
  acts = new ActsWorld(world);
  cleanup.add(() => acts.commands.close());
  await acts.addPerson('officer', ['qa-officer']);
  await acts.addPerson('lead', ['qa-lead']);
  await acts.addPerson('keeper', ['warehouse-operator']);
  const settings = { LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: path.join(world.dir, 'data') };
  const url = await startGovernance({
    ...{ ...world.env, ...settings, LOTGRAPH_ROOT: ROOT, LOTGRAPH_DATABASE_URL: world.databaseUrl },
    ...{ LOTGRAPH_CLOCK: STORY_INSTANT, LOTGRAPH_LOG_LEVEL: 'silent', LOTGRAPH_SUBGRAPH_PORT: '0' },
  });
  const key = subgraphKeyOf(loadConfig(settings, ROOT));
  governance = new RemoteSubgraphClient('governance', url, new RequestSigner(key, systemClock), silentLogger);
  cleanup.add(() => governance.close());
});
afterAll(() => cleanup.run());

interface Difference {
  readonly object: string;
  readonly name: string;
}

async function differencesShownTo(person: string, role: string, id: string): Promise<Difference[] | null> {
  const facts = acts.request(person);
  const access = acts.world.services.controls.access;
  const policyVersion = await access.currentVersion();
  const caller = { ...facts.caller, roles: [role] };
  const profile = await access.profile(caller.roles, policyVersion);
  const request = openRequest({ ...facts, caller, policyVersion }, profile, BUDGET_MS);
  const query = `{ signOff(id: "${id}") { differences { object name } } }`;
  try {
    const { data, errors } = await governance.call({ query }, request, BUDGET_MS);
    expect(errors).toBeUndefined();
    return (data as { signOff: { differences: Difference[] | null } }).signOff.differences;
  } finally {
    request.finish();
  }
}

test('shows what has changed since a release was proposed to quality', async () => {
  const lot = await acts.lotId(WAITING);
  const proposed = await acts.run(acts.quality, `releaseLot(lot: "${lot}", reason: "complete")`, 'officer');
  const id = proposed.signOff?.id ?? '';
  expect(await differencesShownTo('lead', 'qa-lead', id)).toEqual([]);
  await acts.run(acts.lots, `placeHold(lot: "${lot}", kind: QUALITY, reason: "a complaint")`, 'keeper');
  const shown = (await differencesShownTo('lead', 'qa-lead', id)) ?? [];
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.every(({ object }) => object.includes(lot))).toBe(true);
});

test('and under an act of lots', async () => {
  const lot = await acts.lotId('LT240117-01');
  const call = `changeLotExpiry(lot: "${lot}", expiresOn: "2027-01-31", evidence: "study", reason: "extended")`;
  const proposed = await acts.run(acts.lots, call, 'officer');
  expect(await differencesShownTo('officer', 'qa-officer', proposed.signOff?.id ?? '')).toEqual([]);
});
