/** The story of the demo, with its planted mess: each score leads to just as many rows as are missing from it. */
import { QualityScoreRow, QualityStreamRow } from '../../canonical/data-quality/data-quality.entity';
import { FIRST_PLACE, QualityFailures } from '../../canonical/data-quality/failures';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import { openDataQuality } from '../../worker/quality-job';
import { TEST_DIALECTS } from '../support/databases';
import { type DemoWorld, startSyncedWorld } from '../support/demo-world';

jest.setTimeout(300_000);

describe.each(TEST_DIALECTS)('the quality of the story of the demo on %s', (dialect) => {
  let world: DemoWorld;
  beforeAll(async () => {
    world = await startSyncedWorld(dialect);
    await openDataQuality(world.services).measure();
  });
  afterAll(() => world.close());

  const failing = async (score: QualityScoreRow, stream: SourceStreamRow): Promise<string[]> => {
    const { database, clock } = world.services;
    const watched = await database.reader.findOneBy(QualityStreamRow, { streamPk: stream.pk });
    const feed = { beganAt: watched?.beganAt ?? null, arriveWithinMs: 60_000, weeks: 4 };
    const list = new QualityFailures(database);
    const keys: string[] = [];
    for (let after = FIRST_PLACE; ;) {
      const { failures, next } = await list.page({
        ...{ score, recordType: stream.recordType, scope: null, first: 100, after, feed, now: clock.now() },
      });
      keys.push(...failures.map(({ recordPk, rejectedPk }) => `${recordPk}/${rejectedPk}`));
      if (next === null) return keys;
      after = next;
    }
  };

  it('leads from every score to exactly the rows that it lacks, each once', async () => {
    const { reader } = world.services.database;
    const streams = new Map((await reader.find(SourceStreamRow)).map((row) => [row.pk, row]));
    const scores = await reader.find(QualityScoreRow);
    const told: string[] = [];
    for (const score of scores) {
      const stream = streams.get(score.streamPk) as SourceStreamRow;
      const keys = await failing(score, stream);
      const name = `${stream.system}.${stream.name} ${score.field} ${score.dimension}`;
      if (new Set(keys).size !== keys.length || keys.length !== score.denominator - score.numerator)
        told.push(`${name}: ${score.numerator}/${score.denominator}, ${keys.length} rows`);
    }
    expect(told).toEqual([]);
    // there is something to find in each dimension that a first reading can show
    const lacking = scores.filter(({ numerator, denominator }) => numerator < denominator);
    expect(new Set(lacking.map(({ dimension }) => dimension))).toEqual(
      new Set(['COMPLETENESS', 'VALIDITY', 'CONSISTENCY']),
    );
  });

  it('counts every current record that is not void, and the same by a recount', async () => {
    const { reader } = world.services.database;
    const records = await reader.query<{ stream_pk: number; n: number | string }[]>(
      'SELECT stream_pk, COUNT(*) AS n FROM source_record WHERE void_reason IS NULL GROUP BY stream_pk ORDER BY stream_pk',
    );
    const counts = async () =>
      await reader.query<{ stream_pk: number; field: string; n: number | string }[]>(
        'SELECT stream_pk, field, SUM(present) AS n, SUM(stated) AS s FROM quality_count GROUP BY stream_pk, field ORDER BY stream_pk, field',
      );
    const followed = await counts();
    expect(
      followed.filter(({ field }) => field === '').map(({ stream_pk, n }) => [stream_pk, Number(n)]),
    ).toEqual(records.map(({ stream_pk, n }) => [stream_pk, Number(n)]));
    await openDataQuality(world.services).measure({ recount: true });
    expect(await counts()).toEqual(followed);
  });
});
