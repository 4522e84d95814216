/** Every entry of the planted mess ends up as the right value, a finding, or a rejected row. */
import { readPlanted, type Planted } from '../../demo/index';
import { TEST_DIALECTS } from '../support/databases';
import { startDemoWorld, type DemoWorld } from '../support/demo-world';
import { CHECKS } from './checks';
import { CopyQuestions } from './graph-of-copy';

jest.setTimeout(180_000);

describe.each(TEST_DIALECTS)('the planted mess on %s', (dialect) => {
  let world: DemoWorld;
  let planted: Planted[];

  beforeAll(async () => {
    world = await startDemoWorld(dialect);
    planted = readPlanted(world.dir);
    const summaries = await world.syncAll();
    expect(summaries.map((one) => one.state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  afterAll(async () => {
    await world.close();
  });

  it('has an expectation for every kind', () => {
    expect([...new Set(planted.map((one) => one.kind))].filter((kind) => CHECKS[kind] === undefined)).toEqual(
      [],
    );
  });

  it.each(Object.keys(CHECKS))('%s', async (kind) => {
    const copy = new CopyQuestions(world);
    const entries = planted.filter((one) => one.kind === kind);
    expect(entries).not.toHaveLength(0);
    for (const entry of entries) {
      try {
        await CHECKS[kind]?.(copy, entry);
      } catch (error) {
        throw new Error(`${entry.id}: ${(error as Error).message}`, { cause: error });
      }
    }
  });

  it('accounts for every row: read = changed + unchanged + rejected, and a second sync changes nothing', async () => {
    for (const summary of await world.syncAll()) {
      expect(summary).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
      expect(summary.read).toBe(summary.unchanged + summary.rejected);
    }
  });
});
