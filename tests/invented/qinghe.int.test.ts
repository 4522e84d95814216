/** 青禾仓储: a warehouse system with Chinese names and bytes of GBK, mapped in YAML alone. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { openPresetCopy, type PresetCopy } from '../presets/support/preset-copy';
import { hasServer, openSimulated, type SimulatedSource } from '../presets/support/source-server';
import {
  FINDINGS,
  GENEALOGY,
  LOT_FROM_ELSEWHERE,
  NOT_COUNTED,
  RECORDS,
  REJECTS,
  STOCK,
} from './qinghe/expected';
import { fillQinghe } from './qinghe/story';
import { genealogyOf, lotsFromElsewhere } from './told';

(hasServer('MariaDB') ? describe : describe.skip)('青禾仓储', () => {
  let source: SimulatedSource;
  let copy: PresetCopy;
  let before: string;
  let first: SyncSummary;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    source = await openSimulated('MariaDB');
    closing.unshift(() => source.close());
    await fillQinghe(source);
    before = await source.content();
    const env = { LOTGRAPH_SOURCE_QINGHE_URL: source.url };
    copy = await openPresetCopy({ preset: 'qinghe', folder: __dirname, env });
    closing.unshift(() => copy.close());
    first = await copy.sync();
  });

  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('accounts for every row that it reads', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', unchanged: 0, rejected: REJECTS.length });
    expect(first.read).toBe(first.changed + first.unchanged + first.rejected);
  });

  it('rejects what it cannot read, and nothing else', async () => {
    expect(await copy.rejects()).toEqual(REJECTS);
  });

  it.each(RECORDS)('makes the record of %s %s that a person would write', async (stream, key, fields) => {
    expect(await copy.record(stream, key)).toMatchObject(fields);
  });

  it('replays to the stock that 青禾 itself states, but for what has no lot', async () => {
    const stock = await copy.stock();
    expect(stock).toEqual(STOCK);
    const own = await source.ask('SELECT * FROM "现存量" WHERE "现存数量" <> 0 AND "批号" <> \'\'');
    expect(
      Object.fromEntries(
        own.map((row) => [
          `${String(row['物料编码']).replace(/^0+/u, '')} ${String(row['批号'])} @${String(row['公司'])}/${String(row['仓库号'])}`,
          String(Number(row['现存数量'])),
        ]),
      ),
    ).toEqual(stock);
  });

  it('knows what went into what, though the links are named the other way round', async () => {
    expect(await genealogyOf(copy)).toEqual(GENEALOGY);
  });

  it('keeps what does not count with its reason, and says what a person should look at', async () => {
    const voids = (await copy.voids()).map((line) => line.split(':')[0] ?? '');
    expect(voids.filter((line) => /^(dispositions|lots|movements) /u.test(line))).toEqual(NOT_COUNTED);
    expect(await copy.findings()).toEqual(FINDINGS);
    expect((await lotsFromElsewhere(copy)).map(({ key }) => key).sort()).toEqual(LOT_FROM_ELSEWHERE);
  });

  it('changes nothing when it reads again, and nothing in the source, where it may not', async () => {
    const golden = await copy.golden();
    const second = await copy.sync();
    expect(second).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(second.read).toBeGreaterThan(0);
    expect(second.read).toBe(second.unchanged + second.rejected);
    expect(await copy.golden()).toEqual(golden);
    await expect(source.asReader(`UPDATE "批次档案" SET "状态" = 0`)).rejects.toThrow('denied');
    expect(await source.content()).toBe(before);
  });
});
