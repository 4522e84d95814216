/** Two people release a lot from the terminal, against a real gateway with its sign-in, and a third sees who signed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProposeOptions } from '../../cli/sign-off/commands';
import {
  inboxCommand,
  proposeCommand,
  reviewCommand,
  settleCommand,
  showCommand,
  signCommand,
} from '../../cli/sign-off/commands';
import { delegationsCommand, lendCommand, revokeCommand } from '../../cli/sign-off/delegation';
import {
  listCommand,
  rulesCommand,
  settleCommand as settleAlarm,
  suppressCommand,
} from '../../cli/alarms/alarms';
import { AlarmRow } from '../../controls/alarms/alarm.entity';
import { createSubgraphs } from '../../gateway/subgraphs';
import { startGateway } from '../../gateway/gateway';
import { EntryWriter } from '../../gateway/reading/entry-writer';
import { loadConfig } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { fromId, toId } from '../../canonical/ids';
import { CommandWorld } from '../commands/command-world';
import { Cleanup } from '../gateway/toy-gateway';
import { type DemoWorld, startSyncedWorld } from '../support/demo-world';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');
const cleanup = new Cleanup();
const said: string[] = [];
let url = '';
let database: Database;
let now: () => number = Date.now;
let world: DemoWorld;
let commands: CommandWorld;
/** A kit that waits for its release: inspected, passed, in quarantine. */
const WAITING = 'KIT-1005/LT241998-01';

beforeAll(async () => {
  world = await startSyncedWorld();
  commands = new CommandWorld(world);
  // closes the world too
  cleanup.add(() => commands.close());
  const { services } = world;
  database = services.database;
  now = () => world.clock.now();
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
/** By the clock of the world. */
const inDays = (days: number): string => new Date(now() + days * 86_400_000).toISOString();

/** An alarm that nobody has seen. */
function alarmRow(): AlarmRow {
  const at = now();
  return Object.assign(new AlarmRow(), {
    ...{ id: 'raised-alarm', ruleId: 'lockout', severity: 'HIGH', state: 'OPEN', dedupeKey: 'key' },
    ...{ foldUntil: 0, rulesVersion: 'sha256:test', occurrences: 2, amount: 2, firstSeq: 1, lastSeq: 2 },
    ...{ firstAt: at, lastAt: at, lastAction: 'session.lockout', openedAt: at, escalationLevel: 0 },
    ...{ dueAt: null, acknowledgedAt: null, acknowledgedBy: null, closedAt: null, closedBy: null },
  });
}
const idSaid = (): string => /^[0-9a-f-]{36}/m.exec(said.join('\n'))?.[0] ?? '';

test('two people release a lot in under a minute, and a third sees the signatures [21 CFR 11.50] [21 CFR 11.200(a)]', async () => {
  const began = process.hrtime.bigint();
  expect(await proposeCommand(ROOT, 'release', proposal({ sign: true }))).toBe(0);
  const id = idSaid();
  said.splice(0);
  await inboxCommand(ROOT, who('qa-lead'));
  // the ERP calls the lot released already: what changes is that its quarantine ends
  expect(said.join('\n')).toMatch(/QUARANTINE/);
  expect(said.join('\n')).not.toMatch(/RELEASED → RELEASED/);
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

test('a right is lent from the terminal, used on behalf of its lender, and taken back', async () => {
  const lend = {
    ...{ ...who('qa-lead'), role: 'qa-lead', to: 'demo-person:warehouse-operator', reason: 'on leave' },
    ...{ from: inDays(0), until: inDays(3) },
  };
  await expect(lendCommand(ROOT, 'lot.release', { ...lend, until: 'tomorrow' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect(await lendCommand(ROOT, 'lot.release', lend)).toBe(0);
  const lent = idSaid();
  said.splice(0);
  await delegationsCommand(ROOT, who('qa-lead'));
  expect(said.join('\n')).toContain(`${lent}  lot.release  qa-lead`);
  said.splice(0);
  const release = proposal({ ...who('qa-lead-2'), lot: 'KIT-1007/LT241997-01', sign: true });
  expect(await proposeCommand(ROOT, 'release', release)).toBe(0);
  const id = idSaid();
  expect(await signCommand(ROOT, id, who('warehouse-operator'))).toBe(0);
  said.splice(0);
  await showCommand(ROOT, id, who('auditor'));
  expect(said.join('\n')).toMatch(/signed: Demo Warehouse Operator .*I approve the release/);

  expect(await revokeCommand(ROOT, lent, who('qa-lead'))).toBe(0);
  expect(await revokeCommand(ROOT, lent, who('qa-lead'))).toBe(1);
  expect(said.at(-1)).toMatch(/^NOT_FOUND/);
});

test('the glass is broken from the terminal, and somebody else reviews it there', async () => {
  const block = proposal({ lot: 'KIT-1007/LT241997-01', set: ['status=QUARANTINE'] });
  expect(await proposeCommand(ROOT, 'status', block)).toBe(0);
  const id = idSaid();
  await expect(
    signCommand(ROOT, id, { ...who('qa-officer'), breakGlass: 'nobody else is there' }),
  ).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
  expect(await signCommand(ROOT, id, { ...who('qa-lead'), breakGlass: 'contaminated' })).toBe(0);
  expect(said.join('\n')).toContain(`${id}  EXECUTED`);
  const finding = { finding: 'rightly done' };
  await expect(reviewCommand(ROOT, id, { ...who('qa-lead'), ...finding })).rejects.toMatchObject({
    code: 'NOT_ELIGIBLE',
  });
  expect(await reviewCommand(ROOT, id, { ...who('qa-lead-2'), ...finding })).toBe(0);
});

/** What a system's ledger holds of lots that nothing is held against, at one place. */
async function heldIn(system: 'erp' | 'wms'): Promise<{ lot: string; place: string; level: number }> {
  const [row] = await database.reader.query<Record<string, string | number>[]>(
    `SELECT i.code AS item, l.lot_number AS number, m.location_pk AS place, SUM(m.quantity_micros) AS micros
       FROM movement m JOIN lot l ON l.pk = m.lot_pk JOIN item i ON i.pk = l.item_pk
      WHERE m.system = ? AND m.lot_pk NOT IN (SELECT lot_pk FROM lot_hold)
        AND m.lot_pk NOT IN (SELECT lot_pk FROM recall_scope WHERE lot_pk IS NOT NULL)
        AND m.location_pk NOT IN (SELECT location_pk FROM movement WHERE system <> ? AND location_pk IS NOT NULL)
        AND 1 = (SELECT COUNT(*) FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
                  WHERE r.entity_pk = m.lot_pk AND s.system = m.system AND s.record_type = 'lot')
      GROUP BY i.code, l.lot_number, m.location_pk HAVING SUM(m.quantity_micros) >= 20000000
      ORDER BY l.lot_number DESC, m.location_pk LIMIT 1`,
    [system, system],
  );
  if (row === undefined) throw new Error(`${system} holds no such lot`);
  return {
    ...{ lot: `${row['item'] ?? ''}/${row['number'] ?? ''}`, place: toId('location', Number(row['place'])) },
    level: Number(row['micros']) / 1_000_000,
  };
}

test.each(['erp', 'wms'] as const)(
  'a lot is split and merged from the terminal, in the ledger of the %s and back in the graph',
  async (system) => {
    const { lot, place, level } = await heldIn(system);
    const number = lot.slice(lot.indexOf('/') + 1);
    const [one, two] = [`${number}-T1`, `${number}-T2`];
    const keeper = { ...who('qa-officer'), lot, reason: 'two customers', sign: true };
    const set = [`location=${place}`, `parts=${one}:4`, `parts=${two}:3`, `parts=${number}:${level - 7}`];
    await expect(
      proposeCommand(ROOT, 'split', { ...keeper, set: [...set, `location=${place}`] }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(proposeCommand(ROOT, 'split', { ...keeper, set: ['parts=four'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    said.splice(0);
    expect(await proposeCommand(ROOT, 'split', { ...keeper, set })).toBe(0);
    const id = idSaid();
    said.splice(0);
    await inboxCommand(ROOT, { ...who('qa-lead'), lang: 'zh' });
    const inbox = said.join('\n');
    expect(inbox).toContain(`拆分结果: ${one}: 4; ${two}: 3; ${number}: ${level - 7}`);
    expect(inbox).toContain(`待拆分批次: ${lot} (lot_`);
    expect(inbox).toContain(`then ${system}: 拆分批次`);
    said.splice(0);
    await inboxCommand(ROOT, who('qa-lead'));
    expect(said.join('\n')).toContain(`Parts of the split: ${one}: 4; ${two}: 3`);
    expect(said.join('\n')).toContain(`then ${system}: Split the lot`);
    expect(await signCommand(ROOT, id, who('qa-lead'))).toBe(0);
    await commands.drain(system);
    await world.syncAll(system);
    expect(await levelOf(system, one, place)).toBe(4);

    const item = lot.slice(0, lot.indexOf('/'));
    const merge = { ...keeper, lot: `${item}/${one}`, reason: 'order cancelled' };
    said.splice(0);
    expect(
      await proposeCommand(ROOT, 'merge', { ...merge, set: [`location=${place}`, `lots=${item}/${two}`] }),
    ).toBe(0);
    const merging = idSaid();
    said.splice(0);
    await inboxCommand(ROOT, { ...who('qa-lead'), lang: 'zh' });
    expect(said.join('\n')).toMatch(new RegExp(`待合并批次: ${item}/${two} \\(lot_`, 'u'));
    expect(said.join('\n')).toContain(`then ${system}: 并入另一批次`);
    expect(await signCommand(ROOT, merging, who('qa-lead'))).toBe(0);
    await commands.drain(system);
    await world.syncAll(system);
    expect(await levelOf(system, one, place)).toBe(7);
    expect(await levelOf(system, two, place)).toBe(0);
  },
);

async function levelOf(system: string, lotNumber: string, place: string): Promise<number> {
  const [row] = await database.reader.query<{ micros: number | string | null }[]>(
    `SELECT SUM(m.quantity_micros) AS micros FROM movement m JOIN lot l ON l.pk = m.lot_pk
      WHERE l.lot_number = ? AND m.system = ? AND m.location_pk = ?`,
    [lotNumber, system, fromId('location', place)],
  );
  return Number(row?.micros ?? 0) / 1_000_000;
}

test('alarms are listed, acknowledged, closed and silenced from the terminal', async () => {
  const raised = alarmRow();
  await database.write((manager) => manager.insert(AlarmRow, raised));
  await listCommand(ROOT, who('qa-lead'));
  expect(said.join('\n')).toMatch(new RegExp(`${raised.id}  HIGH  OPEN .*\\(lockout\\)`));
  const reason = { reason: 'looking into it' };
  expect(await settleAlarm(ROOT, 'acknowledge', raised.id, { ...who('qa-lead'), ...reason })).toBe(0);
  expect(said.at(-1)).toBe(`${raised.id}  ACKNOWLEDGED`);
  expect(await settleAlarm(ROOT, 'close', raised.id, { ...who('qa-lead'), ...reason })).toBe(0);
  expect(await settleAlarm(ROOT, 'close', raised.id, { ...who('qa-lead'), ...reason })).toBe(1);
  said.splice(0);
  await listCommand(ROOT, who('qa-lead'));
  expect(said).toEqual(['No alarm is open.']);

  const until = inDays(0.5);
  expect(await suppressCommand(ROOT, 'break-glass', { ...who('qa-lead'), ...reason, until })).toBe(1);
  expect(await suppressCommand(ROOT, 'bulk-read', { ...who('qa-lead'), ...reason, until })).toBe(0);
  said.splice(0);
  await rulesCommand(ROOT, { ...who('qa-lead'), lang: 'zh' });
  expect(said.find((line) => line.startsWith('bulk-read'))).toContain(`silent until ${until}`);
  expect(said.find((line) => line.startsWith('break-glass'))).toMatch(/\p{Script=Han}.*never silent/u);
});
