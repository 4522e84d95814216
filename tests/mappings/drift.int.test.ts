/** A source that is not what its mapping expects is not read: it says where, serves its last copy, and recovers. */
import SqliteFile from 'libsql';
import path from 'node:path';
import { loadCopies, stateOfCopy } from '../../canonical/copies';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { type DemoWorld, startSyncedWorld } from '../support/demo-world';
import { publishErp } from './publish-erp';
import { changedErp } from './erp-draft';

describe('a source that drifts', () => {
  let world: DemoWorld;
  beforeAll(async () => {
    world = await startSyncedWorld();
    await world.syncAll('erp');
  }, 120_000);
  afterAll(() => world.close());

  const alter = (sql: string): void => {
    const file = new SqliteFile(path.join(world.dir, 'erp.sqlite'));
    file.exec(sql);
    file.close();
  };
  const openDrift = async (): Promise<string[]> => {
    const rows = await world.services.database.reader.findBy(FindingRow, {
      ...{ rule: 'SOURCE_DRIFT', state: 'OPEN' },
    });
    return rows.flatMap(({ facts }) => (JSON.parse(facts) as { problems: string[] }).problems);
  };
  const audited = async (): Promise<string[]> => {
    const rows = await world.services.database.reader.find(AuditEntryRow, { order: { id: 'ASC' } });
    return rows
      .map(({ body }) => (JSON.parse(body) as { action: string }).action)
      .filter((action) => action.startsWith('sync.drift'));
  };
  const state = async () => {
    const copies = (await loadCopies(world.services.database)).filter(({ system }) => system === 'erp');
    return stateOfCopy('erp', copies, world.clock.now(), 3_600_000);
  };

  test('by a renamed column stops, names file and line and the column, and goes on when it is restored', async () => {
    const before: unknown = await world.services.database.reader.query('SELECT * FROM lot ORDER BY pk');
    alter('ALTER TABLE tabBatch RENAME COLUMN expiry_date TO expiry_dt');
    const [stopped] = await world.syncAll('erp');
    expect(stopped).toMatchObject({ state: 'FAILED', errorCode: 'SOURCE_DRIFT', read: 0 });
    const [problem] = await openDrift();
    expect(problem).toMatch(
      /^erp\/mapping\.yaml@1:\d+:\d+ streams\.lots\..*there is no column "expiry_date"/,
    );
    expect(await state()).toMatchObject({ status: 'STALE', stale: true, error: 'SOURCE_DRIFT' });
    expect(await world.services.database.reader.query('SELECT * FROM lot ORDER BY pk')).toEqual(before);
    await world.syncAll('erp');
    expect(await audited()).toEqual(['sync.drift']);

    alter('ALTER TABLE tabBatch RENAME COLUMN expiry_dt TO expiry_date');
    expect((await world.syncAll('erp'))[0]).toMatchObject({ state: 'SUCCEEDED' });
    expect(await openDrift()).toEqual([]);
    expect(await state()).toMatchObject({ status: 'OK', error: null });
    expect(await audited()).toEqual(['sync.drift', 'sync.driftResolved']);
  }, 60_000);

  test('by the type of a column says what it was and is, and goes on under a mapping that is published since', async () => {
    alter('ALTER TABLE tabBatch RENAME COLUMN description TO old_description');
    alter('ALTER TABLE tabBatch ADD COLUMN description INTEGER');
    expect((await world.syncAll('erp'))[0]).toMatchObject({ errorCode: 'SOURCE_DRIFT' });
    expect((await openDrift())[0]).toMatch(/lots.*"description" was \w+.*, and is INTEGER now/);
    await publishErp(
      world,
      changedErp([[['streams', 'lots', 'fields', 'remarks'], { from: 'old_description', apply: ['trim'] }]]),
    );
    expect((await world.syncAll('erp'))[0]).toMatchObject({ state: 'SUCCEEDED' });
    expect(await openDrift()).toEqual([]);
  }, 60_000);

  test('by values that are suddenly absent is told, and read all the same', async () => {
    const { reader } = world.services.database;
    const [known] = await reader.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk WHERE s.system = 'erp' AND s.name = 'lots'",
    );
    expect(known?.n).toBeGreaterThan(200);
    alter(
      "UPDATE tabBatch SET custom_sterilization_load = 'LOAD-1', modified = '2026-06-30 11:58:00.000000'",
    );
    await world.syncAll('erp');
    alter("UPDATE tabBatch SET custom_sterilization_load = NULL, modified = '2026-06-30 11:59:00.000000'");
    expect((await world.syncAll('erp'))[0]).toMatchObject({ state: 'SUCCEEDED' });
    const [finding] = await reader.findBy(FindingRow, { rule: 'VALUES_DRIFT', state: 'OPEN' });
    expect(finding).toMatchObject({ subjectType: 'stream', field: 'sterilizationLoad', severity: 'WARNING' });
    expect(JSON.parse(finding?.facts ?? '{}')).toMatchObject({ what: 'nulls', now: 1, stream: 'lots' });
  }, 60_000);
});
