/** The preset for SENAITE over a simulated JSON API: what a copy of it holds, and what was asked for it. */
import type { SyncSummary } from '../../canonical/sync/sync-service';
import { TEST_DIALECTS } from '../support/databases';
import { SenaiteServer } from './senaite/server';
import { changed, senaiteStory } from './senaite/story';
import { openPresetCopy, type PresetCopy } from './support/preset-copy';

const AUTHORIZATION = `Basic ${Buffer.from('lotgraph:secret').toString('base64')}`;

describe.each(TEST_DIALECTS)('SENAITE, copied to %s', (dialect) => {
  let server: SenaiteServer;
  let copy: PresetCopy;
  let first: SyncSummary;

  beforeAll(async () => {
    server = new SenaiteServer(senaiteStory(), AUTHORIZATION);
    const env = {
      LOTGRAPH_SOURCE_SENAITE_URL: await server.start(),
      LOTGRAPH_SOURCE_SENAITE_USERNAME: 'lotgraph',
      LOTGRAPH_SOURCE_SENAITE_PASSWORD: 'secret',
    };
    server.throttled = 1;
    copy = await openPresetCopy({ preset: 'senaite', env, dialect });
    first = await copy.sync();
  });

  afterAll(async () => {
    await server.api.stop();
    await copy.close();
  });

  it('accounts for every row of every page', () => {
    expect(first).toMatchObject({ state: 'SUCCEEDED', read: 126, changed: 125, unchanged: 0, rejected: 1 });
  });

  it('finds the lot wherever the site put it', async () => {
    const lots = await copy.ask<{ number: string; lot: string | null; item: string | null }>(
      `SELECT n.number, l.lot_number AS lot, i.code AS item FROM inspection n LEFT JOIN lot l ON l.pk = n.lot_pk
         LEFT JOIN item i ON i.pk = l.item_pk WHERE n.number NOT LIKE 'RT-%' ORDER BY n.number`,
    );
    expect(lots.map(({ number, item, lot }) => `${number} ${item ?? '-'} ${lot ?? '-'}`)).toEqual([
      ...['FP-0001 KIT-9000 K26001', 'FP-0002 KIT-9000 K26002', 'FP-0003 KIT-9000 K26003'],
      ...['FP-0004 KIT-9000 K26004', 'FP-0005 - -', 'FP-0007 KIT-9000 K26007', 'FP-0007-R01 KIT-9000 K26007'],
      ...['FP-0008 KIT-9000 K26008', 'FP-0009 KIT-9000 K26009', 'FP-0011 - -'],
      ...['RM-0001 RES-1001 R26001', 'RM-0002 RES-1001 R26002'],
    ]);
  });

  it('makes the records that a person would write', async () => {
    expect(await copy.record('samples', 'RM-0001')).toEqual({
      ...{ number: 'RM-0001', item: 'RES-1001', lotNumber: 'R26001', inspectionType: 'Raw material' },
      ...{
        state: 'PUBLISHED',
        sampledAt: '2026-05-12T01:00:00.000Z',
        receivedAt: '2026-05-12T03:30:00.000Z',
      },
      ...{ verifiedAt: '2026-05-19T02:00:00.000Z', publishedAt: '2026-05-19T21:30:00.000Z' },
    });
    expect(await copy.record('analyses', 'a01')).toEqual({
      ...{
        inspection: 'RM-0001',
        keyword: 'Viscosity',
        title: 'Viscosity',
        value: '7.25',
        numericValue: '7.25',
      },
      ...{
        unit: 'Pa*s',
        lowerLimit: '7',
        upperLimit: '8',
        verdict: 'PASS',
        state: 'PUBLISHED',
        retestOf: null,
      },
      ...{ capturedAt: '2026-05-18T07:00:00.000Z', analyst: expect.any(String) as string },
    });
  });

  it.each([
    ['a02', 'a comma, which may mean either', { value: '7,4', numericValue: null, verdict: 'PENDING' }],
    ['a03', 'a code of an option', { value: 'No growth', numericValue: null, verdict: 'PASS' }],
    ['a12', 'a code of another option', { value: 'Growth', numericValue: null, verdict: 'FAIL' }],
    ['a04', 'below the limit of detection', { value: '<0.05', numericValue: null, verdict: 'PASS' }],
    ['a05', 'retracted', { numericValue: '9.1', verdict: 'FAIL', state: 'RETRACTED', retestOf: null }],
    ['a06', 'a retest', { numericValue: '7.6', verdict: 'PASS', state: 'VERIFIED', retestOf: 'a05' }],
    ['a07', 'none yet', { value: null, numericValue: null, verdict: 'PENDING', capturedAt: null }],
    ['a08', 'equal to a limit that excludes it', { numericValue: '0.5', verdict: 'FAIL' }],
    ['a10', 'a word that is known', { value: '合格', verdict: 'PASS' }],
    ['a11', 'words that are not', { value: 'see attachment', verdict: 'PENDING' }],
  ])('reads the result %s: %s', async (uid, _what, expected) => {
    expect(await copy.record('analyses', uid)).toMatchObject(expected);
  });

  it('tells the retest of an invalid sample from it', async () => {
    expect(await copy.record('samples', 'FP-0007')).toMatchObject({ state: 'INVALID', lotNumber: 'K26007' });
    expect(await copy.record('samples', 'FP-0007-R01')).toMatchObject({
      state: 'RECEIVED',
      lotNumber: 'K26007',
    });
  });

  it('keeps what does not count, and says what it could not take', async () => {
    expect(await copy.voids()).toEqual(['analyses a09: cancelled', 'samples FP-0006: cancelled']);
    expect(await copy.rejects()).toEqual(['samples FP-0010: UNKNOWN_CODE state']);
    const findings = (await copy.findings()).filter((finding) => !finding.startsWith('MASTER_MISSING'));
    // those that are there to fill pages have no results
    const fillers = findings.filter((finding) => /^ACCEPTED_WITHOUT_RESULTS \S+ RT-\d{4}$/u.test(finding));
    expect(fillers).toHaveLength(100);
    expect(findings.filter((finding) => !fillers.includes(finding))).toEqual([
      'ACCEPTED_WITHOUT_RESULTS R26002 RM-0002',
      ...['NO_LOT FP-0005 lotNumber', 'NO_LOT FP-0011 lotNumber', 'UNKNOWN_CODE a11 verdict'],
    ]);
  });

  it('asks for what changed only, and changes nothing when nothing did', async () => {
    const before = await copy.golden();
    server.api.requests.length = 0;
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 0, rejected: 1 });
    expect(await copy.golden()).toEqual(before);
    // one page of each list: newest first, the rest was read before
    expect(server.api.requests.filter(({ path }) => path.endsWith('/search'))).toHaveLength(2);
  });

  it('sees a sample move to the front of the list, with another lot and state', async () => {
    const at = server.objects.findIndex(({ uid }) => uid === 'ar-RT-0007');
    const moved = server.objects[at];
    if (moved === undefined) throw new Error('no such sample');
    server.objects[at] = changed(
      moved,
      { modified: '2026-05-21T10:00:00+08:00', review_state: 'invalid' },
      { ClientSampleID: 'RES-1001 R26001' },
    );
    expect(await copy.sync()).toMatchObject({ state: 'SUCCEEDED', changed: 1 });
    expect(await copy.record('samples', 'RT-0007')).toMatchObject({ state: 'INVALID', lotNumber: 'R26001' });
  });

  it('asks, and does nothing else', () => {
    const asked = server.api.requests.map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`);
    expect([...new Set(asked)].sort()).toEqual(['GET b-2', 'GET b-3', 'GET b-gone', 'GET search']);
  });
});
