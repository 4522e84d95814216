/** A mapping that is published is what the copy means from then on; one that is taken back leaves no trace of itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { DemoWorld } from '../support/demo-world';
import { startSyncedWorld } from '../support/demo-world';
import { TEST_DIALECTS } from '../support/databases';
import { RUN_TYPESCRIPT } from '../support/run-typescript';
import { ERP_TEXT, OTHER_ERP, OTHER_REMARKS } from './erp-draft';
import { goldenDump } from './golden-dump';
import { publishErp } from './publish-erp';

const one = async (world: DemoWorld, sql: string): Promise<Record<string, unknown>> => {
  const [row] = await world.services.database.reader.query<Record<string, unknown>[]>(sql);
  return row ?? {};
};

describe.each(TEST_DIALECTS)('a published mapping on %s', (dialect) => {
  let world: DemoWorld;
  beforeAll(async () => {
    world = await startSyncedWorld(dialect);
  }, 120_000);
  afterAll(() => world.close());

  test('changes what the copy says without reading the source anew, and taken back leaves it as it was', async () => {
    const before = await goldenDump(world.services.database);
    await publishErp(world, OTHER_ERP);
    const [other] = await world.syncAll('erp');
    expect(other).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    const meanwhile = await goldenDump(world.services.database);
    for (const table of ['lot', 'lot_hold', 'document', 'identity', 'rejected_row', 'finding'])
      expect({ table, same: meanwhile[table]?.join() === before[table]?.join() }).toEqual({
        table,
        same: false,
      });
    expect(meanwhile['lot']?.some((row) => row.includes('OTHER-'))).toBe(true);

    await publishErp(world, ERP_TEXT);
    const [back] = await world.syncAll('erp');
    expect(back).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    const after = await goldenDump(world.services.database);
    for (const table of Object.keys(before)) expect(after[table]).toEqual(before[table]);
  }, 120_000);

  test('accounts for every row, and records know the mapping that made them', async () => {
    const number = await publishErp(world, OTHER_REMARKS);
    await world.syncAll('erp');
    const { documentHash } = await world.services.versions.require('erp', number);
    const derivation = await one(
      world,
      `SELECT * FROM mapping_derivation WHERE mapping_version = '${documentHash}'`,
    );
    expect(derivation).toMatchObject({ state: 'DONE', rows_waiting: 0 });
    const lots = await one(
      world,
      `SELECT COUNT(*) AS n, SUM(CASE WHEN v.mapping_version = '${documentHash}' THEN 1 ELSE 0 END) AS made
         FROM source_record r JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
         JOIN source_stream s ON s.pk = r.stream_pk WHERE s.system = 'erp' AND s.name = 'lots'`,
    );
    expect(Number(lots['made'])).toBe(Number(lots['n']));
    // only the stream that means something else was mapped again
    expect(Number(derivation['rows_done'])).toBe(Number(lots['n']));
    expect(Number(derivation['rows_changed'])).toBe(Number(lots['n']));
    await publishErp(world, ERP_TEXT);
    await world.syncAll('erp');
  }, 120_000);

  test('that is killed again and again while the copy follows leaves the same as one that is not', async () => {
    const before = await goldenDump(world.services.database);
    const killed = async (): Promise<number> => {
      let kills = 0;
      for (const dieAt of [5, 9]) {
        const child = spawn(
          process.execPath,
          [...RUN_TYPESCRIPT, path.join(__dirname, 'dying-derivation.ts')],
          {
            stdio: ['ignore', 'ignore', 'inherit'],
            env: {
              ...process.env,
              ...world.env,
              ...{
                LOTGRAPH_MODE: 'demo',
                LOTGRAPH_DATA: path.join(world.dir, 'data'),
                ...{ DIE_AT: String(dieAt), NOW: String(world.clock.now()) },
              },
              LOTGRAPH_DATABASE_URL: world.databaseUrl,
            },
          },
        );
        const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
        if (signal === 'SIGKILL') kills += 1;
        // the lease of who was killed runs out
        world.clock.set(world.clock.now() + 1000);
      }
      return kills;
    };
    await publishErp(world, OTHER_ERP);
    expect(await killed()).toBe(2);
    const midway = await one(world, "SELECT state, place FROM mapping_derivation WHERE state = 'RUNNING'");
    expect(midway['place']).toEqual(expect.any(String));
    await publishErp(world, ERP_TEXT);
    expect(await killed()).toBe(2);
    await world.syncAll('erp');
    expect(await one(world, "SELECT pk FROM mapping_derivation WHERE state = 'RUNNING'")).toEqual({});
    const after = await goldenDump(world.services.database);
    for (const table of Object.keys(before)) expect(after[table]).toEqual(before[table]);
  }, 180_000);
});
