/** What falls below its standard, and feeds that are not as usual: raised, mended, kept over time, and in the trail. */
import type { QualityMeasurementRow } from '../../canonical/data-quality/data-quality.entity';
import { ALL_TABLES } from '../support/all-tables';
import { describeEachDatabase } from '../support/databases';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAlarms } from '../../controls/alarms/alarm-settings';
import { type AlarmEntry, entryFits } from '../../controls/alarms/rules/match';
import { Leases } from '../../controls/jobs/lease';
import { systemClock } from '../../platform/clock';
import { silentLogger } from '../../platform/log';
import { runQualityJob } from '../../worker/quality-job';
import { ROOT } from '../support/ask-subgraph';
import { QualityWorld, STANDARDS } from './quality-world';

jest.setTimeout(180_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describeEachDatabase('quality standards', (open) => {
  let world: QualityWorld;
  const lot = (key: string, expiresOn: string | null) => ({
    key,
    record: { item: 'KIT', lotNumber: key, expiresOn },
  });
  const state = (...lots: [string, string | null][]): void => {
    for (const [key, expiresOn] of lots) world.row(world.erp, 'lots', lot(key, expiresOn));
  };
  const step = async (ms: number): Promise<void> => {
    await world.advance(ms);
    await world.sync(world.erp);
    await world.measure();
  };
  const rules = async (): Promise<string[]> => (await world.findings()).map(({ rule }) => rule);

  beforeEach(async () => {
    world = new QualityWorld(await open(ALL_TABLES), STANDARDS);
  });

  it('raise a finding with both values, owner and the version of the file, and it goes when it is mended', async () => {
    state(['L1', '2027-01-31'], ['L2', null], ['L3', null]);
    await step(0);
    const [finding] = await world.findings();
    expect(finding).toMatchObject({
      ...{ rule: 'QUALITY_BELOW', ruleId: 'expiry-stated', severity: 'ERROR', owner: 'quality' },
      ...{ field: 'expiresOn', ruleVersion: world.standardsOf(STANDARDS).version, occurrences: 1 },
    });
    expect(JSON.parse(finding?.facts ?? '{}')).toEqual({
      ...{ system: 'erp', stream: 'lots', term: 'lot.expiresOn', dimension: 'COMPLETENESS' },
      ...{ leastPercent: '75', measuredPercent: 33 },
    });
    expect(JSON.parse(finding?.evidence ?? '[]')).toMatchObject([{ system: 'erp', value: '1 / 3' }]);
    // the same again counts nothing
    await step(MINUTE);
    expect((await world.findings())[0]?.occurrences).toBe(1);
    expect(await world.audited()).toEqual(['quality.below']);

    state(['L2', '2027-01-31'], ['L4', '2027-01-31']);
    await step(MINUTE);
    expect(await rules()).toEqual([]);
    expect(await world.audited()).toEqual(['quality.below', 'quality.resolved']);
    // exactly at the threshold is not below it: 3 of 4
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('3/4');

    state(['L4', null]);
    await step(MINUTE);
    expect((await world.findings())[0]).toMatchObject({ pk: finding?.pk, occurrences: 2 });
  });

  it('raise nothing over fewer rows than they ask for, and follow their file', async () => {
    state(['L1', null], ['L2', null]);
    await step(0);
    expect(await rules()).toEqual([]);
    expect((await world.scores('erp', 'lots')).find((one) => one.field === 'expiresOn')?.met).toBeNull();
    world.useStandards(STANDARDS.replace('leastRows: 3', 'leastRows: 2'));
    await world.measure();
    expect(await rules()).toEqual(['QUALITY_BELOW']);
    world.useStandards(STANDARDS.replace('terms: [lot.expiresOn]', 'terms: [lot.uom]'));
    await world.measure();
    expect(await rules()).toEqual([]);
  });

  it('name a stream that is not read in time, and no stream that no mapping has any more', async () => {
    state(['L1', '2027-01-31']);
    await step(0);
    await world.sync(world.wms);
    await world.advance(15 * MINUTE);
    await world.measure();
    expect(await rules()).toEqual([]);
    await world.advance(1);
    await world.measure();
    expect(await rules()).toEqual(['FEED_LATE', 'FEED_LATE', 'FEED_LATE']);
    await step(0);
    const [late] = await world.findings();
    expect(JSON.parse(late?.facts ?? '{}')).toMatchObject({ system: 'wms', readWithinSeconds: 900 });
    (world.wms as { streams: readonly unknown[] }).streams = [];
    await world.measure();
    expect(await rules()).toEqual([]);
    expect(await world.scores('wms', 'lots')).toEqual([]);
    expect(new Set(await world.audited())).toEqual(new Set(['quality.feedLate', 'quality.resolved']));
  });

  it('are not held against a stream that was never read to its end', async () => {
    state(['L1', null], ['L2', null], ['L3', null]);
    world.erp.failAfterRows = 4;
    for (let row = 0; row < 3; row += 1)
      world.row(world.erp, 'moves', { key: `M${row}`, record: {}, reject: 'no item' });
    await expect(world.sync(world.erp, 1)).rejects.toThrow('broke off');
    await world.measure();
    expect(await world.database.reader.query('SELECT row_key FROM rejected_row')).toHaveLength(1);
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('0/3');
    expect(await world.scores('erp', 'moves')).toEqual([]);
  });

  it('name a feed that is silent for much longer than it ever was, once enough is known of it', async () => {
    state(['L1', '2027-01-31']);
    await step(0);
    // a row every day for three weeks
    for (let day = 0; day < 21; day += 1) {
      state([`D${day}`, '2027-01-31']);
      await step(DAY);
    }
    expect(await rules()).toEqual([]);
    await step(3 * DAY);
    expect(await rules()).toEqual([]);
    await step(MINUTE);
    expect(await rules()).toEqual(['FEED_SILENT']);
    state(['L2', '2027-01-31']);
    await step(MINUTE);
    expect(await rules()).toEqual([]);
  });

  it('name a day that brings many more rows, or far fewer, than that day of the week does', async () => {
    state(['L0', '2027-01-31']);
    await step(0);
    const bring = (name: string, rows: number): void =>
      state(...Array.from({ length: rows }, (_, i): [string, string] => [`${name}-${i}`, '2027-01-31']));
    // ten rows on Tuesdays, one on other days
    for (let day = 1; day <= 21; day += 1) {
      bring(`d${day}`, day % 7 === 1 ? 10 : 1);
      await step(DAY);
    }
    expect(await rules()).toEqual([]);
    // the fourth Tuesday: thirty are as many as may come, one more is a jump
    bring('jump', 30);
    await step(DAY);
    expect(await rules()).toEqual([]);
    bring('more', 1);
    await step(MINUTE);
    const [jump] = await world.findings();
    expect(jump?.rule).toBe('VOLUME_UNUSUAL');
    expect(JSON.parse(jump?.facts ?? '{}')).toMatchObject({ kind: 'JUMP', usual: { least: 10, most: 10 } });
    // quiet days are not compared with Tuesdays
    for (let day = 1; day <= 6; day += 1) {
      bring(`e${day}`, 1);
      await step(DAY);
    }
    expect(await rules()).toEqual([]);
    // a Tuesday with four rows is far below half of what came before; that is certain on Wednesday
    bring('fall', 4);
    await step(DAY);
    expect(await rules()).toEqual([]);
    bring('next', 1);
    await step(DAY);
    const [fall] = await world.findings();
    expect(JSON.parse(fall?.facts ?? '{}')).toMatchObject({ kind: 'FALL', usual: { least: 10, most: 31 } });
  });

  it('keep the last measurement of each hour, every turn, then of each day, and then none', async () => {
    const history = async (): Promise<string[]> => {
      const rows = await world.database.reader.query<(QualityMeasurementRow & { score_pk: number })[]>(
        `SELECT m.numerator, m.denominator FROM quality_measurement m JOIN quality_score q ON q.pk = m.score_pk
           WHERE q.dimension = 'COMPLETENESS' AND q.field = 'expiresOn' ORDER BY m.pk`,
      );
      return rows.map(({ numerator, denominator }) => `${numerator}/${denominator}`);
    };
    state(['L1', '2027-01-31'], ['L2', '2027-01-31'], ['L3', '2027-01-31']);
    await step(0);
    state(['L4', '2027-01-31']);
    await step(MINUTE);
    expect(await history()).toEqual(['4/4']);
    state(['L5', null], ['L6', null]);
    await step(MINUTE);
    expect(await history()).toEqual(['4/4', '4/6']);
    await step(HOUR);
    expect(await history()).toEqual(['4/4', '4/6']);
    state(['L7', '2027-01-31']);
    await step(HOUR);
    expect(await history()).toEqual(['4/4', '4/6', '5/7']);
    await step(DAY);
    expect(await history()).toEqual(['4/4', '4/6', '5/7', '5/7']);
    // hours are kept for two days, days for ten
    await step(2 * DAY);
    expect(await history()).toEqual(['5/7', '5/7', '5/7']);
    await step(9 * DAY);
    expect(await history()).toEqual(['5/7', '5/7']);
  });

  it('tell quality of regulated data below them, and of feeds that are unusual, by alarm rules', async () => {
    const alarms = loadAlarms({
      folder: path.join(ROOT, 'schema/dictionary/alarms'),
      ...{ dictionary: world.services.dictionary, env: {}, relay: null },
    });
    state(['L1', null], ['L2', null], ['L3', '2027-01-31']);
    await step(0);
    await world.advance(16 * MINUTE);
    await world.measure();
    const rows = await world.database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY id',
    );
    const raised = rows.flatMap(({ body }, seq) => {
      const entry = JSON.parse(body) as Pick<AlarmEntry, 'action' | 'outcome' | 'object' | 'facts'>;
      if (!entry.action.startsWith('quality.')) return [];
      const told: AlarmEntry = { ...entry, seq, id: '', at: 0, code: null, account: 'system', person: null };
      const fits = alarms.rules.filter((rule) => entryFits(told, rule, alarms.calendar));
      return [`${entry.action} ${fits.map(({ id, to }) => `${id} to ${to.join(',')}`).join(' ')}`];
    });
    expect(raised).toEqual([
      'quality.below quality-below to quality',
      ...['quality.feedLate feed-unusual to quality', 'quality.feedLate feed-unusual to quality'],
    ]);
  });

  it('are measured by the worker until it is stopped, also while nothing is read', async () => {
    state(['L1', null], ['L2', null], ['L3', null]);
    await world.sync(world.erp);
    await world.sync(world.wms);
    const stop = new AbortController();
    const job = runQualityJob({
      services: { ...world.services, published: { systems: [world.erp, world.wms] } as never },
      ...{ logger: silentLogger, signal: stop.signal, holder: 'test', intervalMs: 20 },
    });
    const until = async (wanted: string): Promise<void> => {
      while (!(await rules()).includes(wanted)) await sleep(20);
    };
    await world.advance(16 * MINUTE);
    await until('FEED_LATE');
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('0/3');
    stop.abort();
    await job;
    const other = new Leases(world.database, systemClock, 'other');
    expect(await other.take('data-quality', 1000)).toBe(true);
  });

  it('are counted once by two who measure at the same time', async () => {
    state(['L1', '2027-01-31'], ['L2', null]);
    await world.sync(world.erp);
    const measured = await Promise.all([world.measure(), world.measure()]);
    expect(measured.reduce((sum, one) => sum + one.versions, 0)).toBe(2);
    expect(await world.score('erp', 'lots', 'COMPLETENESS', 'expiresOn')).toBe('1/2');
  });
});
