/** Rules about items and inspections, from the sources to findings: raised on sync and on demand, resolved with the source. */
import { EntityManager } from 'typeorm';
import { FindingRow } from '../../canonical/entities/governance.entity';
import type { ConsistencyRules } from '../../canonical/rules/consistency-rule';
import { RuleRuns } from '../../canonical/rules/rule-runs';
import { SyncService } from '../../canonical/sync/sync-service';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { ALL_TABLES } from '../support/all-tables';
import { NOW, subgraphServices } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { ListSystem } from '../support/list-system';
import { ruleSource, shippedRules } from '../support/rules';
import { tableReads } from '../support/table-reads';

jest.setTimeout(120_000);

describeEachDatabase('rules about items and inspections', (open) => {
  let database: Database;
  let rules: ConsistencyRules;
  let services: ReturnType<typeof subgraphServices>;
  const clock = new FixedClock(NOW);
  const streams = {
    moves: 'movement',
    items: 'item',
    lots: 'lot',
    inspections: 'inspection',
    results: 'inspectionResult',
  } as const;
  const [erp, wms, lims] = [
    new ListSystem('erp', streams),
    new ListSystem('wms', { items: 'item', moves: 'movement' }),
    new ListSystem('lims', { items: 'item', inspections: 'inspection', results: 'inspectionResult' }),
  ];

  /** A row that is there already is read again, as it stands later. */
  const set = (system: ListSystem, stream: string, key: string, record: Record<string, unknown>): void => {
    (system.rows[stream] ??= []).push({ key, record: record as never });
  };
  const sync = async (...systems: readonly ListSystem[]): Promise<void> => {
    const { dictionary, controls } = services;
    const leases = new Leases(database, clock, 'items');
    const consistencyRules = ruleSource(rules);
    const service = new SyncService({
      ...{ database, dictionary, controls, consistencyRules, leases, clock, logger: silentLogger },
    });
    for (const system of systems) {
      const summary = await service.run(system, { signal: AbortSignal.timeout(20_000) });
      expect(summary.errorMessage).toBeNull();
    }
  };
  /** `rule field values` of every open finding of a declared rule. */
  const found = async (ids: readonly string[]): Promise<string[]> => {
    const rows = await database.reader.find(FindingRow, { order: { pk: 'ASC' } });
    return rows
      .filter(({ state, ruleId }) => state === 'OPEN' && ids.includes(ruleId ?? ''))
      .map((row) => {
        const values = (JSON.parse(row.evidence ?? '[]') as { system: string; value: string | null }[])
          .map(({ system, value }) => `${system}=${value ?? '-'}`)
          .sort();
        return [row.ruleId, row.subjectType, row.field ?? '', ...values].join(' ').replace('  ', ' ');
      })
      .sort();
  };
  const ofItems = ['item-unit-differs', 'item-shelf-life-differs', 'item-missing-in-master'];
  const ofInspections = ['inspections-differ', 'accepted-without-results'];
  const runOf = async (of: ConsistencyRules, rule: string | null): Promise<void> => {
    const runs = new RuleRuns({ ...services, rules: of, clock, audit: services.controls.audit });
    await runs.request(SYSTEM_ACTOR, rule);
    while (await runs.step());
  };
  const inspect = (system: ListSystem, number: string, verdict: string | null): void => {
    const inspection = { number, item: 'KIT', lotNumber: 'L1', inspectionType: 'FG', state: 'PUBLISHED' };
    set(system, 'inspections', number, inspection);
    if (verdict !== null)
      set(system, 'results', `${number}/1`, {
        ...{ inspection: number, keyword: 'PH', verdict, state: 'PUBLISHED' },
      });
  };

  beforeAll(async () => {
    database = await open(ALL_TABLES);
    services = subgraphServices(database, tableReads(database));
    rules = shippedRules(services.dictionary);
    set(erp, 'items', 'KIT', { code: 'KIT', name: 'Kit', uom: 'box', shelfLifeDays: 365 });
    set(wms, 'items', 'KIT', { code: 'KIT', name: 'Kit', uom: 'each', shelfLifeDays: 365 });
    set(lims, 'items', 'KIT', { code: 'KIT', name: 'Kit', shelfLifeDays: 730 });
    set(wms, 'items', 'LABEL', { code: 'LABEL', name: 'Label', uom: 'each' });
    set(erp, 'lots', 'L1', { item: 'KIT', lotNumber: 'L1', hold: 'NONE' });
    inspect(lims, 'A-1', 'PASS');
    inspect(erp, 'Q-1', 'FAIL');
    await sync(erp, wms, lims);
  });

  it('raises what systems state differently of an item, and items that the leading system does not know', async () => {
    expect(await found(ofItems)).toEqual([
      'item-missing-in-master item erp=- wms=LABEL',
      'item-shelf-life-differs item shelfLifeDays erp=365 lims=730 wms=365',
      'item-unit-differs item uom erp=box wms=each',
    ]);
  });

  it('raises a lot that one system passed and another failed', async () => {
    expect(await found(ofInspections)).toEqual(['inspections-differ lot erp=FAIL lims=PASS']);
  });

  it('resolves what the source corrected, and raises what came about', async () => {
    set(wms, 'items', 'KIT', { code: 'KIT', name: 'Kit', uom: 'box', shelfLifeDays: 365 });
    inspect(lims, 'A-2', null);
    set(erp, 'results', 'Q-1/1', { inspection: 'Q-1', keyword: 'PH', verdict: 'PASS', state: 'PUBLISHED' });
    await sync(erp, wms, lims);
    expect(await found([...ofItems, ...ofInspections])).toEqual([
      'accepted-without-results lot A-2 lims=-',
      'item-missing-in-master item erp=- wms=LABEL',
      'item-shelf-life-differs item shelfLifeDays erp=365 lims=730 wms=365',
    ]);
  });

  it('takes up a result that came later, though the inspection did not change', async () => {
    set(lims, 'results', 'A-2/1', { inspection: 'A-2', keyword: 'PH', verdict: 'PASS', state: 'PUBLISHED' });
    await sync(lims);
    expect(await found(ofInspections)).toEqual([]);
  });

  it('raises stock of an item that two ledgers add up to differently, in lots of one of them alone too', async () => {
    const stock = ['item-stock-differs'];
    const move = (system: ListSystem, key: string, lotNumber: string, quantity: string, site = 'SZ'): void =>
      set(system, 'moves', key, {
        ...{ item: 'KIT', lotNumber, site, location: `${site}-1`, movementKind: 'OTHER', quantity },
        occurredAt: '2026-01-05T00:00:00.000Z',
      });
    move(erp, 'm1', 'L1', '5');
    move(erp, 'm2', 'L1', '7', 'GZ');
    move(wms, 't1', 'L1', '5');
    move(wms, 't2', 'ONLY-HERE', '2.5');
    move(wms, 't3', 'L1', '7', 'GZ');
    await sync(erp, wms);
    await runOf(rules, 'item-stock-differs');
    expect(await found([...stock, 'stock-differs'])).toEqual(['item-stock-differs item SZ erp=5 wms=7.5']);
    move(erp, 'm3', 'L7', '2.5');
    await sync(erp);
    await runOf(rules, 'item-stock-differs');
    expect(await found(stock)).toEqual([]);
  });

  it('checks more items than one transaction does, each once', async () => {
    for (let item = 0; item < 230; item += 1)
      set(wms, 'items', `MANY-${item}`, { code: `MANY-${item}`, name: 'One of many', uom: 'each' });
    await sync(wms);
    const many = async (): Promise<number> =>
      (await found(['item-missing-in-master'])).filter((one) => one.includes('MANY')).length;
    expect(await many()).toBe(230);
    await database.write((manager) =>
      manager.query("DELETE FROM finding WHERE rule_id = 'item-missing-in-master'"),
    );
    await runOf(rules, 'item-missing-in-master');
    expect(await many()).toBe(230);
    for (const { key } of wms.rows['items'] ?? [])
      if (key.startsWith('MANY')) set(erp, 'items', key, { code: key, name: 'One of many', uom: 'each' });
    await sync(erp);
    expect(await many()).toBe(0);
  });

  it('checks items on demand, also of one rule, and resolves findings of a rule that is gone', async () => {
    await database.write((manager) =>
      manager.query(
        "DELETE FROM finding WHERE rule_id IN ('item-shelf-life-differs', 'item-missing-in-master')",
      ),
    );
    await runOf(rules, 'item-shelf-life-differs');
    expect(await found(ofItems)).toEqual([
      'item-shelf-life-differs item shelfLifeDays erp=365 lims=730 wms=365',
    ]);
    const without = { ...rules, rules: rules.rules.filter(({ id }) => id !== 'item-shelf-life-differs') };
    await runOf(without, null);
    expect(await found(ofItems)).toEqual(['item-missing-in-master item erp=- wms=LABEL']);
  });

  it('adds no movements up while one ledger alone was read: there is nothing to compare it with', async () => {
    database = await open(ALL_TABLES);
    services = subgraphServices(database, tableReads(database));
    const [one, other] = ['erp', 'wms'].map((id) => new ListSystem(id, { items: 'item', moves: 'movement' }));
    if (one === undefined || other === undefined) throw new Error('no systems');
    const move = {
      item: 'KIT',
      lotNumber: 'L1',
      site: 'SZ',
      location: 'A',
      movementKind: 'OTHER',
      quantity: '5',
    };
    for (const system of [one, other]) {
      set(system, 'items', 'KIT', { code: 'KIT', name: 'Kit' });
      set(system, 'moves', 'm1', { ...move, occurredAt: '2026-01-01T00:00:00.000Z' });
    }
    const query = jest.spyOn(EntityManager.prototype, 'query');
    const sums = (): number => query.mock.calls.filter(([sql]) => sql.includes('JOIN movement m')).length;
    await sync(one);
    expect(sums()).toBe(0);
    await sync(other);
    expect(sums()).toBeGreaterThan(0);
    query.mockRestore();
  });
});
