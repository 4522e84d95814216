/** Findings of declared rules from the sources to the history: raised, taken, accepted, resolved, opened again. */
import { FindingRow } from '../../canonical/entities/governance.entity';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import { endAcceptances } from '../../canonical/finding-work/acceptances';
import { FindingEventRow } from '../../canonical/finding-work/finding-work.entity';
import { toId } from '../../canonical/ids';
import type { ConsistencyRules } from '../../canonical/rules/consistency-rule';
import { RuleRunRow } from '../../canonical/rules/rule-run.entity';
import { RuleRuns } from '../../canonical/rules/rule-runs';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { SyncService } from '../../canonical/sync/sync-service';
import { Leases } from '../../controls/jobs/lease';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AccountRow, RoleGrantRow } from '../../controls/identity/identity.entity';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import type { RequestContext } from '../../platform/request';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createGovernanceSubgraph } from '../../subgraphs/governance/subgraph';
import { ALL_TABLES } from '../support/all-tables';
import { NOW, ask, codesOf, dataOf, requestContext, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { ListSystem } from '../support/list-system';
import { ruleSource, shippedRules } from '../support/rules';
import { tableReads } from '../support/table-reads';

jest.setTimeout(120_000);

const DAY = 24 * 60 * 60_000;

describeEachDatabase('findings as work', (open) => {
  let database: Database;
  let governance: Subgraph;
  let services: SubgraphServices;
  let rules: ConsistencyRules;
  const clock = new FixedClock(NOW);
  const erp = new ListSystem('erp', { lots: 'lot' });
  const wms = new ListSystem('wms', { lots: 'lot' });

  const as = (subject: string, roles: readonly string[]): RequestContext => {
    const request = requestContext();
    return { ...request, caller: { ...request.caller, subject, roles } };
  };
  const lead = as('lead', ['qa-lead']);
  const keeper = as('keeper', ['warehouse-operator']);
  const state = (system: ListSystem, expiresOn: string): void => {
    const record = { item: 'KIT', lotNumber: 'L1', expiresOn, hold: 'NONE' };
    (system.rows['lots'] ??= []).push({ key: `${system.id}-1`, record });
  };
  const sync = async (system: ListSystem): Promise<void> => {
    const leases = new Leases(database, clock, 'work');
    const { dictionary, controls } = services;
    const base = {
      database,
      dictionary,
      controls,
      consistencyRules: ruleSource(rules),
      leases,
      clock,
      logger: silentLogger,
    };
    const summary = await new SyncService(base).run(system, { signal: AbortSignal.timeout(20_000) });
    expect(summary.errorMessage).toBeNull();
  };
  const finding = async (): Promise<FindingRow> =>
    await database.reader.findOneByOrFail(FindingRow, { ruleId: 'expiry-differs' });
  const id = async (): Promise<string> => toId('finding', (await finding()).pk);
  const mutate = async (request: RequestContext, call: string): Promise<string[]> => {
    const { payload } = await dataOf<{ payload: { refusals: { code: string }[] } }>(
      governance,
      `mutation { payload: ${call} { refusals { code } } }`,
      {},
      request,
    );
    return payload.refusals.map(({ code }) => code);
  };
  const shown = async (filter = ''): Promise<Record<string, unknown>[]> => {
    const fields =
      'consistencyRule owner state assignee acceptedUntil values { system key value readAt } history { account kind from to text }';
    const { findings } = await dataOf<{ findings: { nodes: Record<string, unknown>[] } }>(
      governance,
      `{ findings(first: 10, filter: { rules: [VALUE_DIFFERS] ${filter} }) { nodes { ${fields} } } }`,
      {},
      lead,
    );
    return findings.nodes;
  };
  /** How often each act stands in the trail. */
  const audited = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { body } of await database.reader.query<{ body: string }[]>('SELECT body FROM audit_entry')) {
      const { action, outcome } = JSON.parse(body) as { action: string; outcome: string };
      if (action.startsWith('finding.') || action === 'rules.run')
        counts[`${action} ${outcome}`] = (counts[`${action} ${outcome}`] ?? 0) + 1;
    }
    return counts;
  };

  beforeAll(async () => {
    database = await open(ALL_TABLES);
    services = { ...subgraphServices(database, tableReads(database)), clock };
    rules = shippedRules(services.dictionary);
    governance = createGovernanceSubgraph(services);
    await database.write(async (manager) => {
      await manager.insert(AccountRow, {
        ...{ id: 'officer', person: 'p1', kind: 'PERSON', userName: 'officer', status: 'ACTIVE' },
        ...{ mayActFor: false, createdAt: NOW },
      } as never);
      await manager.insert(RoleGrantRow, {
        ...{ id: 'g1', person: 'p1', role: 'qa-officer', sites: '[]', suppliers: '[]', source: 'ACT' },
        ...{ validFrom: NOW - DAY, grantedBy: 'system' },
      } as never);
    });
    state(erp, '2027-01-31');
    state(wms, '2027-02-28');
    await sync(erp);
    await sync(wms);
  });

  it('raises a discrepancy with its rule, owner, and both values with source and time', async () => {
    expect(await shown()).toEqual([
      {
        ...{ consistencyRule: 'expiry-differs', owner: 'quality', state: 'OPEN', assignee: null },
        ...{ acceptedUntil: null, history: [] },
        values: [
          { system: 'erp', key: 'erp-1', value: '2027-01-31', readAt: '2026-06-01T00:00:00.000Z' },
          { system: 'wms', key: 'wms-1', value: '2027-02-28', readAt: '2026-06-01T00:00:00.000Z' },
        ],
      },
    ]);
    expect((await finding()).ruleVersion).toBe(rules.version);
  });

  it('lets those alone work on it who answer for it, and audits a refusal', async () => {
    const one = await id();
    expect(await mutate(keeper, `takeFinding(id: "${one}")`)).toEqual(['FINDING_NOT_YOURS']);
    expect(await mutate(lead, `assignFinding(id: "${one}", assignee: "nobody")`)).toEqual([
      'FINDING_ASSIGNEE_UNFIT',
    ]);
    expect(await mutate(lead, `changeFindingState(id: "${one}", state: RESOLVED)`)).toEqual([
      'FINDING_STATE_REFUSED',
    ]);
    expect((await shown())[0]).toMatchObject({ state: 'OPEN', assignee: null, history: [] });
    expect(await audited()).toEqual({ 'finding.assign REFUSED': 2, 'finding.changeState REFUSED': 1 });
    const gone = await ask(
      governance,
      'mutation { takeFinding(id: "fnd_zzz") { refusals { code } } }',
      {},
      lead,
    );
    expect(codesOf(gone)).toEqual(['NOT_FOUND']);
  });

  it('keeps who took it, how far it is and what was said, each step in the trail', async () => {
    const one = await id();
    expect(await mutate(lead, `assignFinding(id: "${one}", assignee: "officer")`)).toEqual([]);
    expect(await mutate(lead, `changeFindingState(id: "${one}", state: IN_WORK)`)).toEqual([]);
    expect(await mutate(lead, `commentFinding(id: "${one}", text: "asked the supplier")`)).toEqual([]);
    expect((await shown())[0]).toMatchObject({
      ...{ state: 'IN_WORK', assignee: 'officer' },
      history: [
        { account: 'lead', kind: 'ASSIGNED', from: null, to: 'officer', text: null },
        { account: 'lead', kind: 'STATE', from: 'OPEN', to: 'IN_WORK', text: null },
        { account: 'lead', kind: 'COMMENT', text: 'asked the supplier' },
      ],
    });
    expect(await audited()).toMatchObject({
      ...{ 'finding.assign DONE': 1, 'finding.changeState DONE': 1, 'finding.comment DONE': 1 },
    });
  });

  it('finds the work of one person, one owner, one rule, one system and one state', async () => {
    const found = async (filter: string): Promise<number> => (await shown(filter)).length;
    expect(await found('assignedToMe: true')).toBe(0);
    await mutate(lead, `takeFinding(id: "${await id()}")`);
    expect(await found('assignedToMe: true')).toBe(1);
    expect(await found('owner: "quality", state: IN_WORK')).toBe(1);
    expect(await found('owner: "warehouse"')).toBe(0);
    expect(await found('state: OPEN')).toBe(0);
    expect(await found('consistencyRules: ["expiry-differs"], system: "wms"')).toBe(1);
    expect(await found('system: "lims"')).toBe(0);
    expect(await found('consistencyRules: []')).toBe(0);
  });

  it('accepts only with a reason and an end, for the accepted values, and until that end', async () => {
    const one = await id();
    const call = (more: string): string => `changeFindingState(id: "${one}", state: ACCEPTED ${more})`;
    for (const more of [
      '',
      'until: "2026-07-01T00:00:00Z"',
      'reason: "x"',
      'reason: "x", until: "2026-05-01T00:00:00Z"',
    ]) {
      const result = await ask(governance, `mutation { ${call(more)} { refusals { code } } }`, {}, lead);
      expect(codesOf(result)).toEqual(['INVALID_INPUT']);
    }
    const accept = call('reason: "agreed", until: "2026-06-08T00:00:00Z"');
    expect(await mutate(lead, accept)).toEqual([]);
    expect((await shown('state: ACCEPTED'))[0]).toMatchObject({ acceptedUntil: '2026-06-08T00:00:00.000Z' });
    state(wms, '2027-03-31');
    await sync(wms);
    expect((await shown())[0]).toMatchObject({ state: 'OPEN', acceptedUntil: null });
    expect(await mutate(lead, accept)).toEqual([]);
    await endAcceptances(database, services.controls.audit, NOW + DAY);
    expect((await shown())[0]).toMatchObject({ state: 'ACCEPTED' });
    await endAcceptances(database, services.controls.audit, NOW + 7 * DAY);
    expect((await shown())[0]).toMatchObject({ state: 'OPEN' });
    expect(await audited()).toMatchObject({ 'finding.acceptanceEnded DONE': 1 });
  });

  it('is resolved by itself when the sources agree, and keeps its history when it comes again', async () => {
    const before = await database.reader.countBy(FindingEventRow, {});
    state(wms, '2027-01-31');
    await sync(wms);
    expect((await shown())[0]).toMatchObject({ state: 'RESOLVED', assignee: 'lead' });
    expect(await mutate(lead, `changeFindingState(id: "${await id()}", state: IN_WORK)`)).toEqual([
      'FINDING_STATE_REFUSED',
    ]);
    state(wms, '2027-02-28');
    await sync(wms);
    const [again] = await shown();
    expect(again).toMatchObject({ state: 'OPEN', assignee: 'lead' });
    expect((again?.['history'] as unknown[]).slice(before)).toEqual([
      { account: 'system', kind: 'STATE', from: 'OPEN', to: 'RESOLVED', text: null },
      { account: 'system', kind: 'STATE', from: 'RESOLVED', to: 'OPEN', text: null },
    ]);
    await expect(
      database.write((manager) => manager.query("UPDATE finding_event SET account = 'x'")),
    ).rejects.toThrow();
  });

  it('runs over all lots when asked, a chunk at a time, and goes on where it was left', async () => {
    const runs = new RuleRuns({ ...services, rules, audit: services.controls.audit });
    await database.write((manager) => manager.query("UPDATE finding SET state = 'RESOLVED'"));
    const { runConsistencyRules: run } = await dataOf<{ runConsistencyRules: { id: string; state: string } }>(
      governance,
      'mutation { runConsistencyRules(rule: "expiry-differs") { id state lotsTotal } }',
      {},
      lead,
    );
    expect(run).toMatchObject({ state: 'WAITING', lotsTotal: 1 });
    expect(await audited()).toMatchObject({ 'rules.run DONE': 1 });
    expect(await runs.step()).toBe(true);
    expect(await runs.step()).toBe(false);
    expect((await finding()).state).toBe('OPEN');
    const done = await dataOf(governance, `{ consistencyRun(id: "${run.id}") { state lotsDone } }`, {}, lead);
    expect(done).toEqual({ consistencyRun: { state: 'DONE', lotsDone: 1 } });
    // a run that was killed after its only lot checks none again
    const { pk } = await runs.request(SYSTEM_ACTOR, null);
    const [lot] = await database.reader.query<{ pk: number }[]>('SELECT pk FROM lot');
    await database.write(async (manager) => {
      await manager.update(RuleRunRow, { pk }, { place: lot?.pk ?? 0, lotsDone: 1 });
      await manager.query("UPDATE finding SET state = 'RESOLVED'");
    });
    await runs.step();
    expect(await database.reader.findOneBy(RuleRunRow, { pk })).toMatchObject({ state: 'DONE', lotsDone: 1 });
    expect((await finding()).state).toBe('RESOLVED');
  });

  it('is due once a day and when the rules are others, and resolves what a rule that is gone had found', async () => {
    const other = {
      ...rules,
      version: 'f'.repeat(64),
      rules: rules.rules.filter(({ id: one }) => one !== 'expiry-differs'),
    };
    const runsOf = (of: ConsistencyRules): RuleRuns =>
      new RuleRuns({ ...services, rules: of, audit: services.controls.audit });
    const waiting = (): Promise<number> => database.reader.countBy(RuleRunRow, { state: 'WAITING' });
    await runsOf(rules).requestDue();
    expect(await waiting()).toBe(0);
    clock.set(NOW + DAY);
    await runsOf(rules).requestDue();
    expect(await waiting()).toBe(1);
    await runsOf(rules).step();
    expect((await finding()).state).toBe('OPEN');
    await runsOf(other).requestDue();
    await runsOf(other).step();
    expect((await finding()).state).toBe('RESOLVED');
    expect(await database.reader.countBy(SourceStreamRow, {})).toBe(2);
    clock.set(NOW);
  });
});
