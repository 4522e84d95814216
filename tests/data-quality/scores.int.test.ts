/** What is counted of planted rows in each dimension, and that following the versions counts what a recount counts. */
import fc from 'fast-check';
import { QualityFailures, FIRST_PLACE, type Failure } from '../../canonical/data-quality/failures';
import { QualityScoreRow, QualityStreamRow } from '../../canonical/data-quality/data-quality.entity';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import { ALL_TABLES } from '../support/all-tables';
import { describeEachDatabase } from '../support/databases';
import { QualityWorld, STANDARDS } from './quality-world';

jest.setTimeout(180_000);

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** Keys and reasons of all failures of a score, a page of two at a time. */
async function failing(
  world: QualityWorld,
  system: string,
  stream: string,
  dimension: string,
  field = '',
): Promise<string[]> {
  const { reader } = world.database;
  const { pk, recordType } = await reader.findOneByOrFail(SourceStreamRow, { system, name: stream });
  const score = await reader.findOneByOrFail(QualityScoreRow, {
    ...{ streamPk: pk, dimension: dimension as QualityScoreRow['dimension'], field },
  });
  const { beganAt } = await reader.findOneByOrFail(QualityStreamRow, { streamPk: pk });
  const feed = { beganAt, arriveWithinMs: 60_000, weeks: 3 };
  const failures: Failure[] = [];
  const list = new QualityFailures(world.database);
  for (let after = FIRST_PLACE, page = 0; ; page += 1) {
    if (page > 100) throw new Error('the pages do not end');
    const found = await list.page({
      score,
      recordType,
      scope: null,
      first: 2,
      after,
      feed,
      now: world.clock.now(),
    });
    failures.push(...found.failures);
    if (found.next === null) break;
    after = found.next;
  }
  return failures.map(({ key, reason }) => `${key} ${reason}`);
}

describeEachDatabase('the quality of the data', (open) => {
  let world: QualityWorld;
  const lot = (number: string, fields: Record<string, string | null>) => ({
    key: number,
    record: { item: 'KIT', lotNumber: number, ...fields },
  });

  beforeEach(async () => {
    world = new QualityWorld(await open(ALL_TABLES), STANDARDS);
    const { erp, wms } = world;
    world.row(erp, 'lots', lot('L1', { expiresOn: '2027-01-31', manufacturedOn: null }));
    world.row(erp, 'lots', lot('L2', { expiresOn: '2027-01-31', manufacturedOn: null }));
    world.row(erp, 'lots', {
      ...lot('L3', { expiresOn: null, manufacturedOn: '2026-01-01' }),
      notes: [
        { rule: 'ZERO_DATE', field: 'expiresOn', raw: '0000-00-00' },
        { rule: 'TEXT_REPAIRED', field: 'expiresOn', raw: '&amp;' },
        { rule: 'UNIT_CONVERTED', field: 'manufacturedOn', raw: 'x' },
      ],
    });
    world.row(erp, 'lots', { ...lot('L4', { expiresOn: null, manufacturedOn: null }), voidReason: 'DRAFT' });
    world.row(erp, 'lots', { key: 'L5', record: {}, reject: 'no item' });
    world.row(wms, 'lots', lot('L1', { expiresOn: '2027-02-28' }));
    world.row(wms, 'lots', lot('L2', { expiresOn: '2027-01-31' }));
    await world.sync(erp);
    await world.sync(wms);
    await world.measure();
  });

  it('counts what current, valid records state, and lists those that do not', async () => {
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('2/3');
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'manufacturedOn')).toBe('1/3');
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'lotNumber')).toBe('3/3');
    // the mapping does not speak of it
    expect(await world.score('wms', 'lots', 'COMPLETENESS', 'manufacturedOn')).toBeNull();
    expect(await failing(world, 'erp', 'lots', 'COMPLETENESS', 'expiresOn')).toEqual(['L3 MISSING']);
    expect(await failing(world, 'erp', 'lots', 'COMPLETENESS', 'manufacturedOn')).toEqual([
      'L1 MISSING',
      'L2 MISSING',
    ]);
  });

  it('counts a row once as invalid, whatever is wrong with it, and a rejected one too', async () => {
    expect(await world.score('erp', 'lots', 'VALIDITY', 'expiresOn')).toBe('2/3');
    expect(await world.score('erp', 'lots', 'VALIDITY', 'item')).toBe('3/4');
    expect(await world.score('erp', 'lots', 'VALIDITY', 'manufacturedOn')).toBe('3/3');
    expect(await world.score('erp', 'lots', 'VALIDITY')).toBe('2/4');
    expect(await failing(world, 'erp', 'lots', 'VALIDITY')).toEqual(['L5 MISSING_VALUE', 'L3 ZERO_DATE']);
    expect(await failing(world, 'erp', 'lots', 'VALIDITY', 'item')).toEqual(['L5 MISSING_VALUE']);
  });

  it('counts a time that clocks skip against its term, and a key that came twice against the row', async () => {
    world.row(world.wms, 'lots', {
      ...lot('L1', { expiresOn: '2027-01-31' }),
      notes: [{ rule: 'CLOCK_CHANGE', field: 'expiresOn', raw: '2026-10-25 02:30' }],
    });
    world.row(world.wms, 'lots', {
      ...lot('L2', { expiresOn: '2027-01-31' }),
      notes: [{ rule: 'KEY_REPEATED', field: '', raw: 'L2' }],
    });
    await world.sync(world.wms);
    await world.measure();
    expect(await world.score('wms', 'lots', 'VALIDITY', 'expiresOn')).toBe('1/2');
    expect(await failing(world, 'wms', 'lots', 'VALIDITY', 'expiresOn')).toEqual(['L1 CLOCK_CHANGE']);
    expect(await world.score('wms', 'lots', 'VALIDITY')).toBe('0/2');
    expect(await failing(world, 'wms', 'lots', 'VALIDITY')).toEqual(['L1 CLOCK_CHANGE', 'L2 KEY_REPEATED']);
  });

  it('counts records of what systems do not agree on', async () => {
    expect(await world.score('erp', 'lots', 'CONSISTENCY', 'expiresOn')).toBe('2/3');
    expect(await world.score('wms', 'lots', 'CONSISTENCY', 'expiresOn')).toBe('1/2');
    expect(await failing(world, 'wms', 'lots', 'CONSISTENCY', 'expiresOn')).toEqual(['L1 VALUE_DIFFERS']);
  });

  it('counts facts whose lot nobody knows', async () => {
    const move = (key: string, lotNumber: string) => ({
      key,
      record: {
        ...{ item: null, lotNumber, site: 'S', location: 'A', movementKind: 'RECEIPT', quantity: '1' },
        occurredAt: '2026-05-01T00:00:00.000Z',
      },
    });
    world.row(world.erp, 'moves', move('M1', 'L1'));
    world.row(world.erp, 'moves', move('M2', 'NOBODY'));
    await world.sync(world.erp);
    await world.measure();
    expect(await world.score('erp', 'moves', 'CONSISTENCY', 'lotNumber')).toBe('1/2');
    expect(await failing(world, 'erp', 'moves', 'CONSISTENCY', 'lotNumber')).toEqual(['M2 UNKNOWN_LOT']);
  });

  it('counts rows that came in time once a stream is watched, and lists those that came late', async () => {
    expect(await world.score('erp', 'lots', 'TIMELINESS')).toBeNull();
    await world.advance(HOUR);
    const at = world.clock.now();
    for (const [number, ago] of [
      ['T1', 30_000],
      ['T2', 60_000],
      ['T3', 61_000],
      ['T4', HOUR * 2],
      ['T5', HOUR * 2],
    ] as const)
      world.row(world.erp, 'lots', { ...lot(number, { expiresOn: '2027-01-31' }), changedAt: at - ago });
    // the source does not say when
    world.row(world.erp, 'lots', lot('T6', { expiresOn: '2027-01-31' }));
    await world.sync(world.erp);
    await world.measure();
    expect(await world.score('erp', 'lots', 'TIMELINESS')).toBe('2/5');
    expect(await failing(world, 'erp', 'lots', 'TIMELINESS')).toEqual(['T3 LATE', 'T4 LATE', 'T5 LATE']);
    // mapped anew with the same change time: not a new change
    await world.advance(HOUR);
    world.row(world.erp, 'lots', { ...lot('T3', { expiresOn: '2027-03-31' }), changedAt: at - 61_000 });
    await world.sync(world.erp);
    await world.measure();
    expect(await world.score('erp', 'lots', 'TIMELINESS')).toBe('2/5');
    // out of the window
    await world.advance(30 * DAY);
    await world.measure();
    expect(await world.score('erp', 'lots', 'TIMELINESS')).toBeNull();
  });

  it('follows changes, voids and mended rows', async () => {
    world.row(world.erp, 'lots', lot('L3', { expiresOn: '2027-01-31', manufacturedOn: '2026-01-01' }));
    world.row(world.erp, 'lots', {
      ...lot('L2', { expiresOn: null, manufacturedOn: null }),
      voidReason: 'CANCELLED',
    });
    world.row(world.erp, 'lots', lot('L5', { expiresOn: null, manufacturedOn: '2026-01-01' }));
    await world.advance(HOUR);
    await world.sync(world.erp);
    await world.measure();
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('2/3');
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'manufacturedOn')).toBe('2/3');
    expect(await world.score('erp', 'lots', 'VALIDITY')).toBe('3/3');
    expect(await failing(world, 'erp', 'lots', 'COMPLETENESS', 'expiresOn')).toEqual(['L5 MISSING']);
    expect(await failing(world, 'erp', 'lots', 'VALIDITY')).toEqual([]);
  });

  it('is the same by following the versions as by a recount, whatever was read, voided and read again', async () => {
    const rows = fc.array(
      fc.record({
        key: fc.integer({ min: 1, max: 6 }),
        expiresOn: fc.constantFrom(null, '2027-01-31', '2027-02-28'),
        uom: fc.option(fc.constantFrom(null, 'EA'), { nil: undefined }),
        voided: fc.boolean(),
        rejected: fc.boolean(),
        rest: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        for (const { key, expiresOn, uom, voided, rejected, rest } of given) {
          const record = {
            item: 'KIT',
            lotNumber: `P${key}`,
            expiresOn,
            ...(uom === undefined ? {} : { uom }),
          };
          world.row(world.erp, 'lots', {
            ...{ key: `P${key}`, record, changedAt: world.clock.now() },
            ...(voided ? { voidReason: 'DRAFT' } : {}),
            ...(rejected ? { reject: 'no' } : {}),
          });
          if (!rest) continue;
          await world.advance(HOUR);
          await world.sync(world.erp);
          await world.measure();
        }
        await world.sync(world.erp);
        const { versions } = await world.measure();
        expect(versions).toBeLessThanOrEqual(given.length);
        const followed = await everything(world);
        await world.measure({ recount: true });
        expect(await everything(world)).toEqual(followed);
        expect(await statedFromScratch(world)).toEqual(await statedAsCounted(world));
      }),
      { numRuns: 8 },
    );
  });
});

/** All counts but those that came to nothing. */
async function everything(world: QualityWorld): Promise<unknown> {
  const { reader } = world.database;
  return [
    await reader.query(
      'SELECT id, present, stated FROM quality_count WHERE present <> 0 OR stated <> 0 ORDER BY id',
    ),
    await reader.query('SELECT * FROM quality_day ORDER BY id'),
    await world.scores('erp', 'lots'),
  ];
}

/** Present and stated by field, from the current versions as they stand. */
async function statedFromScratch(world: QualityWorld): Promise<Record<string, [number, number]>> {
  const rows = await world.database.reader.query<{ canonical: string }[]>(
    `SELECT v.canonical FROM source_record r JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version
       JOIN source_stream s ON s.pk = r.stream_pk WHERE r.void_reason IS NULL AND s.system = 'erp' AND s.name = 'lots'`,
  );
  const counts: Record<string, [number, number]> = {};
  for (const { canonical } of rows)
    for (const [field, value] of [['', 1], ...Object.entries(JSON.parse(canonical) as object)] as [
      string,
      unknown,
    ][]) {
      const count = (counts[field] ??= [0, 0]);
      count[0] += 1;
      if (value !== null) count[1] += 1;
    }
  return counts;
}

async function statedAsCounted(world: QualityWorld): Promise<Record<string, [number, number]>> {
  const rows = await world.database.reader.query<{ field: string; present: string; stated: string }[]>(
    `SELECT c.field, SUM(c.present) AS present, SUM(c.stated) AS stated FROM quality_count c JOIN source_stream s
       ON s.pk = c.stream_pk WHERE s.system = 'erp' AND s.name = 'lots' GROUP BY c.field HAVING SUM(c.present) > 0`,
  );
  return Object.fromEntries(rows.map((row) => [row.field, [Number(row.present), Number(row.stated)]]));
}
