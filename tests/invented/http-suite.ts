/** What is asked of every invented system that is read over HTTP. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { openPresetCopy, type PresetCopy } from '../presets/support/preset-copy';
import { genealogyOf, lotsFromElsewhere, recordsWith } from './told';

type Fields = Readonly<Record<string, unknown>>;

export interface InventedSystem {
  /** Name of its folder, and id of its system. */
  readonly name: string;
  /** Starts it; the answer is what its mapping needs to reach it. */
  start(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
  /** `METHOD path` of each request so far. */
  requests(): readonly string[];
  /** A request that changes nothing. */
  readonly reads: RegExp;
  /** How often it asked to be left alone. */
  refused(): number;
  /** Its own stock, as the copy tells its own. */
  readonly ownStock: Readonly<Record<string, string>>;
  readonly stock: Readonly<Record<string, string>>;
  readonly genealogy: readonly string[];
  readonly rejects: readonly string[];
  readonly findings: readonly string[];
  readonly voids: readonly string[];
  readonly records: readonly (readonly [string, Fields, Fields])[];
  readonly lotFromElsewhere: readonly string[];
}

export function showsInvented(system: InventedSystem): void {
  let copy: PresetCopy;
  let first: SyncSummary;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const env = await system.start();
    closing.unshift(() => system.stop());
    copy = await openPresetCopy({ preset: system.name, folder: __dirname, env });
    closing.unshift(() => copy.close());
    first = await copy.sync();
  });

  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('accounts for every row that it reads, though the source asks to be left alone', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', unchanged: 0, rejected: system.rejects.length });
    expect(first.read).toBe(first.changed + first.unchanged + first.rejected);
    expect(system.refused()).toBeGreaterThan(0);
  });

  it('rejects what it cannot read, and nothing else', async () => {
    const rejects = await copy.rejects();
    expect(rejects.map((line) => line.replace(/ \S+:/u, '')).sort()).toEqual(system.rejects);
  });

  it.each(system.records)(
    'makes the record of %s %j that a person would write',
    async (stream, find, fields) => {
      const found = await recordsWith(copy, stream, find);
      expect(found.length).toBeGreaterThan(0);
      for (const { record } of found) expect(record).toMatchObject(fields);
    },
  );

  it('replays to the stock that the system itself states, but for what has no lot', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual(system.stock);
    expect(system.ownStock).toEqual(stock);
  });

  it('knows what went into what', async () => {
    expect(await genealogyOf(copy)).toEqual(system.genealogy);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    expect(await copy.voids()).toEqual(system.voids);
    expect(await copy.findings()).toEqual(system.findings);
    expect((await lotsFromElsewhere(copy)).map(({ lot }) => lot).sort()).toEqual(system.lotFromElsewhere);
  });

  it('changes nothing when it reads again, and asks for nothing that changes the source', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(second.read).toBeGreaterThan(0);
    expect(second.read).toBe(second.unchanged + second.rejected);
    expect(await copy.golden()).toEqual(golden);
    expect(system.requests().filter((request) => !system.reads.test(request))).toEqual([]);
  });
}
