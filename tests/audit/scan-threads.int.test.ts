/** A trail that is walked by pages in several threads is judged as one that is walked in one. */
import fc from 'fast-check';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { Findings } from '../../controls/audit/verify/finding';
import { LogScan, type LogState } from '../../controls/audit/verify/log-scan';
import { walkPage, type WalkedPage } from '../../controls/audit/verify/scan-page';
import { type PageWalker, type ThreadUse } from '../../controls/audit/verify/scan-threads';
import { type VerifyOptions, type VerifyReport, verifyTrail } from '../../controls/audit/verify/verify-trail';
import { openReadOnly } from '../../platform/database/read-only';
import { TEST_DIALECTS } from '../support/databases';
import { personActor, recordActs } from './audit-world';
import { HARMS, Harming } from './harms';
import { type TrailOnDisk, placeHold, trailOnDisk } from './trail-on-disk';

jest.setTimeout(240_000);

const PAGE_LEVEL = 3;
const PAGE = 2 ** PAGE_LEVEL;

/** Walks pages in this thread, as threads would; what they tell is copied as between threads. */
function here(walked: (WalkedPage | null)[] = []): NonNullable<ThreadUse['open']> {
  return ({ url, algorithm, checkpoints, macKey, pageSize }, first): PageWalker => {
    const opened = openReadOnly(url);
    let page = first;
    // as others walk ahead, it is not known in time whether an entry before had a mark
    let known = false;
    return {
      next: async (marked) => {
        const { mac } = current;
        const options = { algorithm, checkpoints, mac: macKey === null ? undefined : mac };
        const one = await walkPage(await opened, options, pageSize, { page, marked: known });
        known = marked;
        page += 1;
        walked.push(one);
        return structuredClone(one);
      },
      close: async () => await (await opened).close(),
    };
  };
}
const current: { mac: VerifyOptions['mac'] } = { mac: undefined };

/** Fifteen acts from before there were marks, then acts and holds by turns; checkpoints at, before and after cuts. */
async function longTrail(trail: TrailOnDisk): Promise<void> {
  const { clock, cipher } = trail;
  const before = new AuditRecorder({ clock, algorithm: 'sha256', personal: cipher });
  await recordActs({ ...trail, recorder: before }, 15);
  await trail.sign();
  await recordActs(trail, 1);
  await trail.sign();
  for (let n = 0; n < 9; n += 1) await placeHold(trail, `h${n}`, `lot_${n}`);
  await trail.sequencer.drain();
  await trail.sign();
  await recordActs(trail, 7);
  await trail.sign();
  for (let n = 10; n < 16; n += 1) await placeHold(trail, `h${n}`, `lot_${n}`);
  await trail.sequencer.drain();
  await trail.sign();
  await trail.database.write((manager) =>
    trail.recorder.record(manager, personActor('p2'), {
      ...{ action: 'lot.adjust', outcome: 'DONE' as const, object: { type: 'lot', id: 'lot_1' } },
      changes: [{ field: 'lot.expiresOn', before: '2026-01-01', after: '2027-01-01' }],
    }),
  );
  await trail.sequencer.drain();
}

async function judged(
  trail: TrailOnDisk,
  options: Pick<VerifyOptions, 'threads' | 'pageLevel' | 'mac'> = {},
): Promise<VerifyReport> {
  const database = await openReadOnly(trail.url);
  try {
    return await verifyTrail({
      ...{ database, keys: trail.publicKeys, witnesses: trail.witnesses, mac: trail.mac },
      ...{ pageLevel: PAGE_LEVEL, ...options },
    });
  } finally {
    await database.close();
  }
}

const threads = (trail: TrailOnDisk, more: Partial<ThreadUse> = {}): ThreadUse => ({
  ...{ url: trail.url, count: 2, leastPages: 1 },
  ...more,
});

describe.each(TEST_DIALECTS)('a trail walked by pages, on %s', (dialect) => {
  let trail: TrailOnDisk;
  let harming: Harming;
  beforeAll(async () => {
    trail = await trailOnDisk(dialect);
    current.mac = trail.mac;
    await longTrail(trail);
    harming = await Harming.of(trail);
  });
  afterAll(() => trail.close());

  test('is clean, with the state of one that is walked in one go', async () => {
    const walked: (WalkedPage | null)[] = [];
    const apart = await judged(trail, { threads: threads(trail, { open: here(walked) }) });
    expect(apart.findings).toEqual([]);
    expect(apart).toEqual(await judged(trail, { pageLevel: 12 }));
    expect(walked.filter((page) => page !== null)).toHaveLength(Math.floor(harming.size / PAGE));
    expect(walked.flatMap((page) => page?.sealing ?? []).length).toBeGreaterThan(8);
  });

  test('is clean in threads, which walk every whole page', async () => {
    const apart = await judged(trail, { threads: threads(trail) });
    expect(apart).toEqual(await judged(trail));
    expect((await scanned(trail, { mac: undefined })).pages).toBe(Math.floor(harming.size / PAGE));
    // those that were asked for before the first mark was seen are walked again
    expect((await scanned(trail)).pages).toBe(2);
  });

  test.each(Object.keys(HARMS))('tells of harm on both sides of a cut and at it: %s', async (harm) => {
    for (const seq of [PAGE * 2 - 1, PAGE * 2, PAGE * 2 + 1, PAGE * 4, PAGE * 4 + 1]) {
      await harming.harm(harm, seq);
      try {
        const one = await judged(trail);
        const untouched = harm.startsWith('record') || harm.startsWith('mark') || harm.includes('checkpoint');
        if (!untouched) expect(one.findings).not.toEqual([]);
        expect(await judged(trail, { threads: threads(trail, { open: here() }) })).toEqual(one);
        const codes = (report: VerifyReport): string[] =>
          report.findings.map(({ code, place }) => `${code} ${place}`).sort();
        expect(codes(await judged(trail, { pageLevel: 12 }))).toEqual(codes(one));
      } finally {
        await harming.undo();
      }
    }
    expect((await judged(trail)).findings).toEqual([]);
  });

  test('tells of much harm at once in the order of places, also from threads', async () => {
    for (const [harm, seq] of [
      ['body edited', 8] as const,
      ['chain altered', 16] as const,
      ['index hides the act', 17] as const,
      ['record altered', 19] as const,
      ['instant moved', 24] as const,
      ['mark forged', 25] as const,
      ['two places exchanged', 32] as const,
      ['record deleted', 34] as const,
    ])
      await harming.harm(harm, seq);
    try {
      for (const mac of [trail.mac, undefined]) {
        const one = await judged(trail, { mac });
        expect(new Set(one.findings.map(({ code }) => code)).size).toBeGreaterThan(5);
        expect(await judged(trail, { mac, threads: threads(trail) })).toEqual(one);
      }
      await harming.harm('entry deleted with its place', 20);
      expect(await judged(trail, { threads: threads(trail) })).toEqual(await judged(trail));
    } finally {
      await harming.undo();
    }
  });

  test('tells of a place that is missing from a last page which seems whole', async () => {
    await harming.harm('tail cut off', PAGE * 4);
    await harming.harm('entry deleted with its place', PAGE * 4 - 2);
    try {
      const one = await judged(trail, { mac: undefined });
      const apart = await judged(trail, { mac: undefined, threads: threads(trail, { open: here() }) });
      expect(apart).toEqual(one);
      expect(one.findings.map(({ code }) => code)).toContain('SEQUENCE_GAP');
    } finally {
      await harming.undo();
    }
  });

  test('[property] is judged alike, whatever the cuts and the harm', async () => {
    const harms = fc.array(
      fc.tuple(fc.constantFrom(...Object.keys(HARMS)), fc.integer({ min: 1, max: harming.size - 1 })),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.boolean(), harms, async (pageLevel, marks, planted) => {
        // harm to what earlier harm took away changes nothing, or is refused
        for (const [harm, seq] of planted) await harming.harm(harm, seq).catch(() => undefined);
        try {
          const one = { pageLevel, mac: marks ? trail.mac : undefined };
          const apart = { ...one, threads: threads(trail, { open: here() }) };
          expect(await judged(trail, apart)).toEqual(await judged(trail, one));
        } finally {
          await harming.undo();
        }
      }),
      { numRuns: dialect === 'sqlite' ? 150 : 15 },
    );
  });

  test('is walked from a state in the middle of a page, in threads, to the same end', async () => {
    const whole = await scanned(trail, { threads: undefined });
    const from = whole.stops.find(({ size }) => size === 15);
    if (from === undefined) throw new Error('no checkpoint at 15');
    const rest = await scanned(trail, { from: from });
    expect(rest.end).toEqual(whole.end);
    expect(rest.stops).toEqual(whole.stops.filter(({ size }) => size > 15));
    expect(rest.pages).toBe(2);
    expect(rest.findings).toEqual([]);
  });

  test('is walked in one thread where the others cannot read', async () => {
    const nowhere = threads(trail, {
      url: dialect === 'sqlite' ? 'sqlite:/nowhere.db' : trail.url.replace(/\w+$/, 'no_db'),
    });
    const { pages, findings } = await scanned(trail, { threads: nowhere });
    expect([pages, findings]).toEqual([0, []]);
  });

  test('that grows while it is verified gives no false finding', async () => {
    const stop = new AbortController();
    const growing = (async () => {
      while (!stop.signal.aborted) {
        await recordActs(trail, 3);
        await placeHold(trail, `late-${trail.clock.now()}`, 'lot_1');
        await trail.sequencer.drain();
        await trail.sequencer.checkpoint();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    try {
      const sizes: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        const report = await judged(trail, { threads: threads(trail) });
        expect(report.findings).toEqual([]);
        sizes.push(report.size);
      }
      expect(new Set(sizes).size).toBeGreaterThan(1);
    } finally {
      stop.abort();
      await growing;
    }
  });
});

async function scanned(trail: TrailOnDisk, more: Partial<ConstructorParameters<typeof LogScan>[0]> = {}) {
  const database = await openReadOnly(trail.url);
  const findings = new Findings();
  const stops: LogState[] = [];
  const seen: number[] = [];
  try {
    const scan = new LogScan({
      ...{ database, findings, algorithm: 'sha256', mac: trail.mac, pageLevel: PAGE_LEVEL },
      checkpoints: trail.witnesses.map(({ checkpoint }) => checkpoint),
      onStop: (state) => stops.push(state),
      onSealing: () => Promise.resolve(),
      onProgress: (seq) => seen.push(seq),
      threads: threads(trail),
      ...more,
    });
    const end = await scan.run();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    return { end, stops, findings: findings.list, pages: scan.pagesInThreads };
  } finally {
    await database.close();
  }
}
