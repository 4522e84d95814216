/** Rows that are gone from a source: found by a reading of all rows, kept as void versions, counted again when back. */
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { Dictionary, type Term } from '../../platform/dictionary/dictionary';
import { silentLogger } from '../../platform/log';
import { describeEachDatabase } from '../support/databases';
import { ruleSource, shippedRules } from '../support/rules';
import { ListSystem, type ListedRow } from '../support/list-system';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { SyncService, type SyncSummary } from '../../canonical/sync/sync-service';

const TABLES = {
  entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
};
const DICTIONARY = new Dictionary([
  { id: 'lot', precedence: ['erp'], regulated: false } as unknown as Term,
  { id: 'movement', precedence: ['erp'], regulated: false } as unknown as Term,
]);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const lot = (key: string): ListedRow => ({ key, record: { item: 'KIT', lotNumber: `LT-${key}` } });
const move = (key: string, of: string, quantity: string): ListedRow => ({
  key,
  record: {
    ...{ item: 'KIT', lotNumber: `LT-${of}`, site: 'SZ', location: 'BIN-1', movementKind: 'OTHER' },
    ...{ occurredAt: '2026-01-01T00:00:00.000Z', quantity },
  },
});

describeEachDatabase('full compare', (open) => {
  let database: Database;
  let now: number;
  let system: ListSystem;
  const clock = new FixedClock('2026-06-01T00:00:00Z');
  const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };

  let count = 0;

  beforeAll(async () => {
    database = await open(TABLES);
  });

  beforeEach(() => {
    now = Date.parse('2026-06-01T00:00:00Z');
    jest.spyOn(clock, 'now').mockImplementation(() => now);
    system = new ListSystem(`erp${(count += 1)}`, { lots: 'lot', movements: 'movement' });
    for (const stream of system.streams) Object.assign(stream, { compare: { everyMs: DAY } });
    system.rows['lots'] = ['A', 'B', 'C'].map(lot);
    system.rows['movements'] = [move('1', 'A', '5'), move('2', 'A', '-2'), move('3', 'B', '7')];
  });

  const sync = async (): Promise<SyncSummary> => {
    const summary = await new SyncService({
      ...{
        database,
        dictionary: DICTIONARY,
        consistencyRules: ruleSource(shippedRules(DICTIONARY)),
        clock,
        logger: silentLogger,
      },
      leases: new Leases(database, clock, 'test'),
      controls: { audit: new AuditRecorder({ clock, algorithm: 'sha256', personal }) },
    }).run(system, { signal: AbortSignal.timeout(20_000), batchSize: 2 });
    expect(summary.read).toBe(summary.changed + summary.unchanged + summary.rejected);
    return summary;
  };
  const query = <T>(sql: string): Promise<T[]> => database.reader.query<T[]>(sql);
  const records = async (): Promise<string[]> =>
    (
      await query<{ native_key: string; version: number; void_reason: string | null }>(
        `SELECT r.native_key, r.version, r.void_reason FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk WHERE s.name = 'movements' AND s.system = '${system.id}' ORDER BY r.native_key`,
      )
    ).map((row) => `${row.native_key} v${row.version} ${row.void_reason ?? 'counts'}`);
  const findings = async (): Promise<string[]> =>
    (
      await query<{ state: string; facts: string }>(
        `SELECT f.state, f.facts FROM finding f JOIN source_record r ON r.pk = f.subject_pk JOIN source_stream s ON s.pk = r.stream_pk
          WHERE f.rule = 'GONE_IN_SOURCE' AND s.system = '${system.id}' ORDER BY f.pk`,
      )
    ).map(({ state, facts }) => `${state} ${facts}`);
  const golden = async (): Promise<number> =>
    Number(
      (await query<{ n: number }>(`SELECT COUNT(*) AS n FROM movement WHERE system = '${system.id}'`))[0]?.n,
    );

  it('finds a row that vanished once the time has come, and not before', async () => {
    await sync();
    system.rows['movements']?.splice(1, 1);
    now += HOUR;
    // the list asks for what is behind the third row, and sees nothing of what is before it
    expect(await sync()).toMatchObject({ state: 'SUCCEEDED', changed: 0 });
    expect(await records()).toEqual(['1 v1 counts', '2 v1 counts', '3 v1 counts']);
    now += DAY;
    expect(await sync()).toMatchObject({ state: 'SUCCEEDED', changed: 1, unchanged: 5 });
    expect(await records()).toEqual(['1 v1 counts', '2 v2 deleted in source', '3 v1 counts']);
    expect(await golden()).toBe(2);
    expect(await findings()).toHaveLength(1);
    expect((await findings())[0]).toContain('OPEN');
  });

  it('takes nothing out twice, and counts a row again that came back', async () => {
    await sync();
    const [gone] = system.rows['movements']?.splice(1, 1) ?? [];
    now += DAY;
    await sync();
    now += DAY;
    expect(await sync()).toMatchObject({ changed: 0 });
    if (gone !== undefined) system.rows['movements']?.push(gone);
    now += DAY;
    expect(await sync()).toMatchObject({ changed: 1 });
    expect(await records()).toEqual(['1 v1 counts', '2 v3 counts', '3 v1 counts']);
    expect(await golden()).toBe(3);
    expect((await findings())[0]).toContain('RESOLVED');
  });

  it('reads what a source states anew below the watermark, after it went back in time', async () => {
    await sync();
    system.rows['movements'] = [move('1', 'A', '4'), move('3', 'B', '7')];
    now += DAY;
    expect(await sync()).toMatchObject({ changed: 2 });
    expect(await golden()).toBe(2);
    expect(await records()).toEqual(['1 v2 counts', '2 v2 deleted in source', '3 v1 counts']);
    const state = await query<{ watermark: string }>(
      `SELECT watermark FROM source_stream WHERE name = 'movements' AND system = '${system.id}'`,
    );
    expect(JSON.parse(state[0]?.watermark ?? '')).toEqual({ row: 2 });
  });

  it('believes no source that shows nothing at all', async () => {
    await sync();
    system.rows['movements'] = [];
    now += DAY;
    expect(await sync()).toMatchObject({ state: 'FAILED', errorCode: 'SOURCE_NONSENSE' });
    expect(await golden()).toBe(3);
  });

  it('takes nothing for gone while a row without a key is among the rows', async () => {
    await sync();
    const nameless = { key: null, record: {}, reject: 'unreadable' } as unknown as ListedRow;
    system.rows['movements'] = [move('1', 'A', '5'), nameless];
    now += DAY;
    expect(await sync()).toMatchObject({ state: 'SUCCEEDED', changed: 0, rejected: 1 });
    expect(await records()).toEqual(['1 v1 counts', '2 v1 counts', '3 v1 counts']);
    system.rows['movements'].pop();
    now += DAY;
    expect(await sync()).toMatchObject({ changed: 2 });
  });

  it('takes nothing out when the reading broke off, and finds it at the next one', async () => {
    await sync();
    system.rows['movements']?.splice(0, 1);
    now += DAY;
    system.failAfterRows = system.rowsRead + 4;
    expect((await sync()).state).toBe('FAILED');
    expect(await records()).toEqual(['1 v1 counts', '2 v1 counts', '3 v1 counts']);
    system.failAfterRows = null;
    expect(await sync()).toMatchObject({ state: 'SUCCEEDED', changed: 1 });
    expect(await records()).toEqual(['1 v2 deleted in source', '2 v1 counts', '3 v1 counts']);
  });

  it('knows a row that is rejected now from one that is gone, and resolves rejects of rows that are', async () => {
    await sync();
    system.rows['movements'] = [
      { ...move('1', 'A', '5'), reject: 'no item' },
      move('3', 'B', '7'),
      { ...move('9', 'A', '1'), reject: 'x' },
    ];
    now += DAY;
    await sync();
    expect(await records()).toEqual(['1 v1 counts', '2 v2 deleted in source', '3 v1 counts']);
    system.rows['movements'].pop();
    now += DAY;
    await sync();
    const open = await query<{ row_key: string }>(
      `SELECT j.row_key FROM rejected_row j JOIN source_stream s ON s.pk = j.stream_pk WHERE j.resolved_at IS NULL AND s.system = '${system.id}'`,
    );
    expect(open.map(({ row_key }) => row_key)).toEqual(['1']);
  });
});
