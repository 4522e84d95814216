/** What a draft would change is told value by value before it is published, and is what publishing it changes. */
import { type ImpactChange, type ImpactSummary, assessImpact } from '../../canonical/mappings/impact';
import { changedSince, impactOf } from '../../canonical/mappings/impact-records';
import { assessNext } from '../../canonical/mappings/impact-job';
import { askForImpact, keepDraft, newestImpact } from '../../canonical/mappings/mapping-drafts';
import { type DemoWorld, startSyncedWorld } from '../support/demo-world';
import { TEST_DIALECTS } from '../support/databases';
import { ERP_TEXT, OTHER_ERP, OTHER_REMARKS, changedErp } from './erp-draft';

describe.each(TEST_DIALECTS)('the impact of a draft on %s', (dialect) => {
  let world: DemoWorld;
  beforeAll(async () => {
    world = await startSyncedWorld(dialect);
  }, 120_000);
  afterAll(() => world.close());

  async function assess(text: string): Promise<ImpactSummary & { list: ImpactChange[] }> {
    const { database, dictionary, versions } = world.services;
    const list: ImpactChange[] = [];
    const summary = await assessImpact({
      ...{ reader: database.reader, dictionary, draft: versions.compile('draft.yaml', text) },
      ...{ signal: AbortSignal.timeout(60_000), pageSize: 400, onChange: (change) => void list.push(change) },
    });
    return { ...summary, list };
  }

  test('of the text in force is nothing', async () => {
    const { rows, changes, regulated, list } = await assess(ERP_TEXT);
    expect({ changes, regulated, list }).toEqual({ changes: 0, regulated: false, list: [] });
    expect(rows.same).toBe(rows.total);
    expect(rows.total).toBeGreaterThan(100);
  });

  test('tells each value before and after, and accounts for every row', async () => {
    const { rows, list, regulated, removed, fields, changes } = await assess(OTHER_ERP);
    expect(rows.total).toBe(rows.same + rows.changed + rows.rejected + rows.waiting);
    expect(regulated).toBe(true);
    expect(removed).toEqual(['workOrders']);
    expect(list.length).toBe(changes);
    const kinds = new Set(list.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['MOVES', 'REJECTED', 'VALUE', 'VANISHES']);
    const moved = list.find(({ kind }) => kind === 'MOVES');
    expect(moved).toMatchObject({ recordType: 'lot', field: 'lotNumber', after: `OTHER-${moved?.before}` });
    expect(fields.find(({ field }) => field === 'lot.lotNumber')).toMatchObject({ regulated: true });
  });

  test('of a value that no regulation cares about needs one person, of an expiry two', async () => {
    const harmless = await assess(OTHER_REMARKS);
    expect(harmless).toMatchObject({ regulated: false, regulatedChanges: 0 });
    expect(harmless.fields.map(({ field }) => field)).toEqual(['lot.remarks']);
    const expiry = await assess(
      changedErp([
        [['streams', 'lots', 'fields', 'expiresOn'], { from: 'manufacturing_date', apply: ['date'] }],
      ]),
    );
    expect(expiry.regulated).toBe(true);
    const [change] = expiry.list.filter(({ field }) => field === 'expiresOn');
    const [golden] = await world.services.database.reader.query<{ expires_on: string | null }[]>(
      'SELECT expires_on FROM lot WHERE pk = ?',
      [change?.entityPk],
    );
    expect(change?.before).toBe(golden?.expires_on);
    // another system is believed before this one where it has a value, so that not each record is a change
    expect(expiry.list.length).toBeLessThanOrEqual(expiry.rows.changed);
  });

  test('cannot be told of a stream that is read otherwise, and counts as regulated', async () => {
    const { rows, readAnew, regulated } = await assess(
      changedErp([[['streams', 'lots', 'source', 'where'], [{ column: 'disabled', equals: 0 }]]]),
    );
    expect({ readAnew, regulated }).toEqual({ readAnew: ['lots'], regulated: true });
    expect(rows.waiting).toBeGreaterThan(0);
    expect(rows.total).toBe(rows.same + rows.changed + rows.rejected + rows.waiting);
  });

  test('is sealed when it was assessed, and holds no longer when rows come that it changes', async () => {
    const { database, clock, versions, dictionary, controls } = world.services;
    const draft = await database.write(async (manager) => {
      const id = await keepDraft(manager, { system: 'erp', text: OTHER_REMARKS }, 'tester', clock.now());
      await askForImpact(manager, { id, system: 'erp', baseNumber: 1 }, clock.now());
      await askForImpact(manager, { id, system: 'erp', baseNumber: 1 }, clock.now());
      return id;
    });
    const job = { database, clock, versions, dictionary, controls, signal: AbortSignal.timeout(60_000) };
    expect(await assessNext(job)).toBe(true);
    expect(await assessNext(job)).toBe(false);
    expect(await newestImpact(database.reader, draft)).toMatchObject({ state: 'DONE' });
    const impact = await impactOf(database.reader, draft);
    if (impact === null) throw new Error('the impact was not recorded');
    expect(impact).toMatchObject({ regulated: false, baseNumber: 1, system: 'erp' });
    const compiled = versions.compile('draft.yaml', OTHER_REMARKS);
    expect(await changedSince(database.reader, impact, compiled)).toBe(false);
    expect(await changedSince(database.reader, { ...impact, basis: 0 }, compiled)).toBe(true);
  });
});
