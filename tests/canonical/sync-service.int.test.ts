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

const term = (id: string, more: Partial<Term>): Term =>
  ({ id, precedence: [], regulated: false, ...more }) as Term;
const DICTIONARY = new Dictionary([
  term('lot', { precedence: ['erp', 'wms'] }),
  term('lot.expiresOn', { regulated: true, precedence: ['erp', 'wms'] }),
  term('movement', { precedence: ['wms', 'erp'] }),
]);

const lot = (
  key: string,
  item: string,
  lotNumber: string,
  more: Record<string, string | null> = {},
): ListedRow => ({
  key,
  record: { item, lotNumber, ...more },
});
const move = (
  key: string,
  lotNumber: string,
  quantity: string,
  more: Record<string, string> = {},
): ListedRow => ({
  key,
  record: {
    item: 'KIT',
    lotNumber,
    site: 'SZ',
    location: 'BIN-1',
    movementKind: 'OTHER',
    occurredAt: '2026-01-01T00:00:00.000Z',
    quantity,
    ...more,
  },
});
const count = (key: string, lotNumber: string, level: string, occurredAt: string): ListedRow => {
  const { record } = move(key, lotNumber, '0', { occurredAt });
  return { key, record: { ...record, quantity: null, level } };
};

const erpStreams = { lots: 'lot', movements: 'movement', manufacture: 'transformation' } as const;

describeEachDatabase('sync', (open) => {
  let database: Database;
  const clock = new FixedClock('2026-06-01T00:00:00Z');

  beforeEach(async () => {
    database = await open(TABLES);
  });

  // nobody acts in a sync, so there are no words about a person to seal
  const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
  const audit = new AuditRecorder({ clock, algorithm: 'sha256', personal });
  const service = (): SyncService =>
    new SyncService({
      database,
      dictionary: DICTIONARY,
      consistencyRules: ruleSource(shippedRules(DICTIONARY)),
      clock,
      logger: silentLogger,
      leases: new Leases(database, clock, 'test'),
      controls: { audit },
    });
  const sync = (system: ListSystem, batchSize = 2): Promise<SyncSummary> =>
    service().run(system, { signal: AbortSignal.timeout(20_000), batchSize });
  const rows = <T>(sql: string): Promise<T[]> => database.reader.query<T[]>(sql);
  const findings = async (): Promise<string[]> => {
    const found = await rows<{ rule: string; subject_type: string; facts: string }>(
      "SELECT rule, subject_type, facts FROM finding WHERE state = 'OPEN' ORDER BY rule, facts",
    );
    return found.map((one) => `${one.rule} ${one.subject_type}`);
  };

  it('accounts for every row that was read', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [
      lot('a', 'KIT', 'L1'),
      lot('b', 'KIT', 'L2'),
      { key: 'c', record: {}, reject: 'no item' },
    ];
    const summary = await sync(erp);
    expect(summary).toMatchObject({ state: 'SUCCEEDED', read: 3, changed: 2, unchanged: 0, rejected: 1 });
    expect(await rows('SELECT row_key, code, message FROM rejected_row')).toEqual([
      { row_key: 'c', code: 'MISSING_VALUE', message: 'no item' },
    ]);
  });

  it('makes a further version of a key that a later batch of the first reading brings again', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const [early, late] = [{ expiresOn: '2026-01-31' }, { expiresOn: '2027-01-31' }];
    erp.rows['lots'] = [
      lot('a', 'KIT', 'L1', early),
      lot('b', 'KIT', 'L2', early),
      lot('c', 'KIT', 'L3', early),
      lot('a', 'KIT', 'L1', late),
      lot('b', 'KIT', 'L2', early),
      lot('d', 'KIT', 'L4', early),
    ];
    const summary = await sync(erp);
    expect(summary).toMatchObject({ state: 'SUCCEEDED', read: 6, changed: 5, unchanged: 1, rejected: 0 });
    expect(
      await rows(
        `SELECT r.native_key, r.version, COUNT(*) AS versions FROM source_record r
           JOIN source_version v ON v.record_pk = r.pk GROUP BY r.native_key, r.version ORDER BY r.native_key`,
      ),
    ).toEqual([
      { native_key: 'a', version: 2, versions: 2 },
      { native_key: 'b', version: 1, versions: 1 },
      { native_key: 'c', version: 1, versions: 1 },
      { native_key: 'd', version: 1, versions: 1 },
    ]);
    expect(await rows("SELECT expires_on FROM lot WHERE lot_number = 'L1'")).toEqual([
      { expires_on: '2027-01-31' },
    ]);
  });

  it('says of a key that it does not tell the rows of one reading apart, until a reading shows it once', async () => {
    const erp = new ListSystem('erp', { lots: 'lot' }, { showsKeysOnce: true });
    const startedAt = clock.now();
    erp.rows['lots'] = [
      lot('a', 'KIT', 'L1'),
      lot('b', 'KIT', 'L2'),
      lot('c', 'KIT', 'L3'),
      // in another batch, and in the same one
      lot('a', 'KIT', 'L4'),
      lot('d', 'KIT', 'L5'),
      lot('d', 'KIT', 'L6'),
      // the same row again, and one that changed while it was read
      lot('b', 'KIT', 'L2'),
      { ...lot('c', 'KIT', 'L3', { expiresOn: '2027-01-31' }), changedAt: startedAt },
    ];
    expect(await sync(erp)).toMatchObject({ state: 'SUCCEEDED', read: 8, changed: 7, unchanged: 1 });
    const repeats = () =>
      rows(
        `SELECT r.native_key, f.severity, f.state FROM finding f JOIN source_record r ON r.pk = f.subject_pk
          WHERE f.rule = 'KEY_REPEATED' AND f.subject_type = 'record' ORDER BY r.native_key`,
      );
    expect(await repeats()).toEqual([
      { native_key: 'a', severity: 'ERROR', state: 'OPEN' },
      { native_key: 'd', severity: 'ERROR', state: 'OPEN' },
    ]);
    // a later reading brings one of them alone
    erp.rows['lots'].push(lot('a', 'KIT', 'L7'));
    await sync(erp);
    expect(await repeats()).toMatchObject([
      { native_key: 'a', state: 'RESOLVED' },
      { native_key: 'd', state: 'OPEN' },
    ]);
  });

  it('says nothing of keys that files bring again and again', async () => {
    const erp = new ListSystem('erp', { lots: 'lot' });
    erp.rows['lots'] = [lot('a', 'KIT', 'L1'), lot('a', 'KIT', 'L2'), lot('a', 'KIT', 'L3')];
    await sync(erp);
    expect(await rows("SELECT pk FROM finding WHERE rule = 'KEY_REPEATED'")).toEqual([]);
  });

  it('changes nothing on a second reading of the same rows', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1')];
    erp.rows['movements'] = [move('m1', 'L1', '5'), move('m2', 'L1', '-2')];
    await sync(erp);
    const before = await rows('SELECT * FROM source_version ORDER BY record_pk, version');
    erp.mappingVersion = 'v2'; // a new version reads everything anew
    const again = await sync(erp);
    expect(again).toMatchObject({ read: 3, changed: 0, unchanged: 3, rejected: 0 });
    expect(await rows('SELECT * FROM source_version ORDER BY record_pk, version')).toEqual(before);
  });

  it('keeps each version of a changed row and derives the golden value from the last', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1', { expiresOn: '2027-01-31' })];
    await sync(erp);
    erp.rows['lots'].push(lot('a', 'KIT', 'L1', { expiresOn: '2027-02' }));
    await sync(erp);
    expect(await rows('SELECT expires_on, expiry_precision FROM lot')).toEqual([
      { expires_on: '2027-02-28', expiry_precision: 'MONTH' },
    ]);
    expect(await rows('SELECT version FROM source_version ORDER BY version')).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
  });

  it('stores both versions when one batch brings a row twice', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1', { uom: 'pcs' }), lot('a', 'KIT', 'L1', { uom: 'box' })];
    expect(await sync(erp, 10)).toMatchObject({ read: 2, changed: 2 });
    expect(await rows('SELECT uom FROM lot')).toEqual([{ uom: 'box' }]);
  });

  it('resumes where a broken run stood', async () => {
    const erp = new ListSystem('erp', { lots: 'lot' });
    erp.rows['lots'] = Array.from({ length: 10 }, (_, index) => lot(`k${index}`, 'KIT', `L${index}`));
    erp.failAfterRows = 5;
    expect(await sync(erp)).toMatchObject({ state: 'FAILED', errorCode: 'SOURCE_UNAVAILABLE', changed: 4 });
    erp.failAfterRows = null;
    expect(await sync(erp)).toMatchObject({ state: 'SUCCEEDED', read: 6, changed: 6 });
    expect(await rows('SELECT COUNT(*) AS n FROM lot')).toEqual([{ n: 10 }]);
  });

  it('takes an orderly stop for no failure of the source, and a deadline for one', async () => {
    const erp = new ListSystem('erp', { lots: 'lot' });
    erp.rows['lots'] = Array.from({ length: 10 }, (_, index) => lot(`k${index}`, 'KIT', `L${index}`));
    const errors = () => rows<{ last_error: string | null }>('SELECT last_error FROM source_stream');
    const stop = new AbortController();
    const run = (signal: AbortSignal, onProgress = (): void => undefined): Promise<SyncSummary> =>
      service().run(erp, { signal, batchSize: 2, onProgress });
    expect(await run(stop.signal, () => stop.abort())).toMatchObject({ state: 'FAILED' });
    expect(await errors()).toEqual([{ last_error: null }]);
    const late = new AbortController();
    const ended = await run(late.signal, () => late.abort(new DOMException('too late', 'TimeoutError')));
    expect(ended).toMatchObject({ state: 'FAILED' });
    expect(await errors()).toEqual([{ last_error: 'INTERNAL' }]);
    expect(await sync(erp)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await errors()).toEqual([{ last_error: null }]);
  });

  it('keeps one lot for the same item and number in two systems and says where they differ', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const wms = new ListSystem('wms', { stockLots: 'lot' });
    erp.rows['lots'] = [
      lot('a', 'KIT', 'L1', { manufacturer: 'ACME', expiresOn: '2027-01-31', hold: 'NONE' }),
    ];
    wms.rows['stockLots'] = [lot('9', 'KIT', 'L1', { expiresOn: '2027-02-28', hold: 'QUARANTINE' })];
    await sync(wms);
    await sync(erp);
    expect(await rows('SELECT lot_number, expires_on FROM lot')).toEqual([
      { lot_number: 'L1', expires_on: '2027-01-31' },
    ]);
    expect(await findings()).toEqual(['MASTER_MISSING item', 'STATUS_DIFFERS lot', 'VALUE_DIFFERS lot']);
    wms.rows['stockLots'].push(lot('9', 'KIT', 'L1', { expiresOn: '2027-01', hold: null }));
    await sync(wms);
    expect(await findings()).toEqual(['MASTER_MISSING item']);
  });

  it('keeps every hold that one system states: lifting one never lifts another', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const held = {
      key: 'a',
      record: { item: 'KIT', lotNumber: 'L1', hold: 'QUALITY', holdReason: 'On Hold', blocked: true },
    };
    erp.rows['lots'] = [held];
    await sync(erp);
    const holds = 'SELECT kind, reason FROM lot_hold ORDER BY kind';
    expect(await rows(holds)).toEqual([
      { kind: 'BLOCKED', reason: null },
      { kind: 'QUALITY', reason: 'On Hold' },
    ]);
    erp.rows['lots'].push({ key: 'a', record: { ...held.record, hold: 'NONE', holdReason: null } });
    await sync(erp);
    expect(await rows(holds)).toEqual([{ kind: 'BLOCKED', reason: null }]);
  });

  it('keeps a movement whose lot has no master, and says so until the master comes', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['movements'] = [move('m1', 'L1', '5')];
    await sync(erp);
    expect(await rows('SELECT quantity_micros FROM movement')).toEqual([{ quantity_micros: 5_000_000 }]);
    expect(await findings()).toEqual(['MASTER_MISSING item', 'MASTER_MISSING lot']);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1')];
    await sync(erp);
    expect(await findings()).toEqual(['MASTER_MISSING item']);
  });

  it('works out what a count changed, and again when an older movement comes late', async () => {
    const wms = new ListSystem('wms', { movements: 'movement' });
    wms.rows['movements'] = [move('m1', 'L1', '5'), count('m2', 'L1', '7', '2026-01-03T00:00:00.000Z')];
    await sync(wms);
    const balance =
      'SELECT native_key, quantity_micros FROM movement m JOIN source_record r ON r.pk = m.pk ORDER BY native_key';
    expect(await rows(balance)).toEqual([
      { native_key: 'm1', quantity_micros: 5_000_000 },
      { native_key: 'm2', quantity_micros: 2_000_000 },
    ]);
    wms.rows['movements'].push(move('m0', 'L1', '10', { occurredAt: '2026-01-02T00:00:00.000Z' }));
    await sync(wms);
    expect(await rows(balance)).toEqual([
      { native_key: 'm0', quantity_micros: 10_000_000 },
      { native_key: 'm1', quantity_micros: 5_000_000 },
      { native_key: 'm2', quantity_micros: -8_000_000 },
    ]);
  });

  it('takes a cancelled movement out of the ledger and keeps its record', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['movements'] = [move('m1', 'L1', '5')];
    await sync(erp);
    erp.rows['movements'].push({ ...move('m1', 'L1', '5'), voidReason: 'CANCELLED' });
    await sync(erp);
    expect(await rows('SELECT pk FROM movement')).toEqual([]);
    expect(
      await rows('SELECT void_reason, version FROM source_record WHERE void_reason IS NOT NULL'),
    ).toEqual([{ void_reason: 'CANCELLED', version: 2 }]);
  });

  it('joins every input of a transformation to every output, and drops the edges of a line that is gone', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const line = (key: string, role: string, lotNumber: string, voidReason?: string): ListedRow => ({
      key,
      record: { transformation: 'SE-1', role, item: 'KIT', lotNumber, quantity: '1' },
      ...(voidReason === undefined ? {} : { voidReason }),
    });
    erp.rows['manufacture'] = [line('1', 'INPUT', 'A'), line('2', 'INPUT', 'B'), line('3', 'OUTPUT', 'C')];
    await sync(erp, 1);
    const edges = `SELECT a.lot_number AS ancestor, d.lot_number AS descendant FROM genealogy_edge e
      JOIN lot a ON a.pk = e.ancestor_lot_pk JOIN lot d ON d.pk = e.descendant_lot_pk ORDER BY 1, 2`;
    expect(await rows(edges)).toEqual([
      { ancestor: 'A', descendant: 'C' },
      { ancestor: 'B', descendant: 'C' },
    ]);
    erp.rows['manufacture'].push(line('2', 'INPUT', 'B', 'CANCELLED'));
    await sync(erp);
    expect(await rows(edges)).toEqual([{ ancestor: 'A', descendant: 'C' }]);
  });

  it('doubts a sample that names its lot by number alone when a second item comes to have a lot of that number', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const lims = new ListSystem('lims', { samples: 'inspection' });
    erp.rows['lots'] = [lot('a', 'KIT', 'L1')];
    await sync(erp);
    lims.rows['samples'] = [{ key: 's', record: { number: 'S-1', lotNumber: 'L1', state: 'PUBLISHED' } }];
    await sync(lims);
    const owner =
      'SELECT i.code FROM inspection n LEFT JOIN lot l ON l.pk = n.lot_pk LEFT JOIN item i ON i.pk = l.item_pk';
    expect(await rows(owner)).toEqual([{ code: 'KIT' }]);
    expect(await findings()).not.toContain('AMBIGUOUS_LOT record');

    erp.rows['lots'].push(lot('b', 'PUMP', 'L1'));
    await sync(erp);
    expect(await rows(owner)).toEqual([{ code: null }]);
    expect(await findings()).toContain('AMBIGUOUS_LOT record');
  });

  it('never gives one lot number of two makers to either: what names no maker stands apart', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1', { manufacturer: 'ACME' })];
    erp.rows['movements'] = [move('m1', 'L1', '5')];
    await sync(erp);
    const owner = `SELECT p.code FROM movement m JOIN lot l ON l.pk = m.lot_pk LEFT JOIN party p ON p.pk = l.manufacturer_pk`;
    expect(await rows(owner)).toEqual([{ code: 'ACME' }]);
    erp.rows['lots'].push(lot('b', 'KIT', 'L1', { manufacturer: 'OTHER' }));
    await sync(erp);
    expect(await rows(owner)).toEqual([{ code: null }]);
    expect(await findings()).toContain('AMBIGUOUS_LOT lot');
  });

  it('keeps one number on two items apart when they are met in different batches', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [
      lot('a', 'KIT', 'L1', { manufacturer: 'ACME' }),
      lot('b', 'BOX', 'L1', { manufacturer: 'ACME' }),
    ];
    erp.rows['movements'] = [move('m1', 'L1', '5'), move('m2', 'L1', '1')];
    await sync(erp, 1);
    expect(await rows('SELECT COUNT(*) AS n FROM lot')).toEqual([{ n: 2 }]);
    expect((await findings()).filter((one) => one.startsWith('AMBIGUOUS'))).toEqual([]);
  });

  it('attributes a sample that names no item only when the number is unique, and again when that changes', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const lims = new ListSystem('lims', { samples: 'inspection' });
    lims.rows['samples'] = [{ key: 's1', record: { number: 'S-1', state: 'PUBLISHED', lotNumber: 'L1' } }];
    await sync(lims);
    expect(await findings()).toEqual(['UNKNOWN_LOT record']);
    erp.rows['lots'] = [lot('a', 'KIT', 'L1')];
    await sync(erp);
    expect(await rows('SELECT lot_pk IS NULL AS unlinked FROM inspection')).toEqual([{ unlinked: 0 }]);
    expect(await findings()).toEqual(['MASTER_MISSING item']);
  });

  it('resolves a rejected row once the source mends it', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [{ key: 'a', record: {}, reject: 'no item' }];
    await sync(erp);
    erp.rows['lots'].push(lot('a', 'KIT', 'L1'));
    await sync(erp);
    expect(await rows('SELECT row_key FROM rejected_row WHERE resolved_at IS NULL')).toEqual([]);
  });

  it('tells lots apart by case and by a trailing blank', async () => {
    const erp = new ListSystem('erp', erpStreams);
    erp.rows['lots'] = [lot('a', 'KIT', 'l1'), lot('b', 'KIT', 'L1'), lot('c', 'KIT', 'L1 ')];
    await sync(erp);
    expect(await rows('SELECT COUNT(*) AS n FROM lot')).toEqual([{ n: 3 }]);
  });

  it('compares the ledgers of two systems by lot and site once both were read', async () => {
    const erp = new ListSystem('erp', { movements: 'movement' });
    const wms = new ListSystem('wms', { movements: 'movement' });
    erp.rows['movements'] = [move('m1', 'L1', '5'), move('m2', 'L2', '5')];
    wms.rows['movements'] = [move('t1', 'L1', '5', { location: 'BIN-9' }), move('t2', 'L2', '3')];
    const differences =
      "SELECT facts FROM finding WHERE state = 'OPEN' AND rule = 'STOCK_DIFFERS' AND subject_type = 'lot'";
    await sync(erp);
    expect(await rows(differences)).toEqual([]);
    await sync(wms);
    const stock = [
      { system: 'erp', quantity: '5' },
      { system: 'wms', quantity: '3' },
    ];
    expect(await rows(differences)).toEqual([{ facts: JSON.stringify({ site: 'SZ', stock }) }]);
    wms.rows['movements'].push(move('t3', 'L2', '2'));
    await sync(wms);
    expect(await rows(differences)).toEqual([]);
  });

  it.each([
    ['NO_EXPIRY', { expiresOn: null, manufacturedOn: '2026-01-01' }],
    ['EXPIRY_BEFORE_MANUFACTURE', { expiresOn: '2025-12-31', manufacturedOn: '2026-01-01' }],
  ])('finds %s', async (rule, dates) => {
    const erp = new ListSystem('erp', { items: 'item', lots: 'lot' });
    erp.rows['items'] = [{ key: 'KIT', record: { code: 'KIT', shelfLifeDays: 365 } }];
    erp.rows['lots'] = [lot('a', 'KIT', 'L1', dates)];
    await sync(erp);
    expect(await findings()).toEqual([`${rule} lot`]);
    erp.rows['lots'].push(lot('a', 'KIT', 'L1', { expiresOn: '2027-01-01', manufacturedOn: '2026-01-01' }));
    await sync(erp);
    expect(await findings()).toEqual([]);
  });

  it('finds a lot that the most believed system does not know, and one number on two items', async () => {
    const erp = new ListSystem('erp', { lots: 'lot' });
    const wms = new ListSystem('wms', { lots: 'lot' });
    erp.rows['lots'] = [lot('a', 'KIT', 'L1'), lot('b', 'BOX', 'L1')];
    wms.rows['lots'] = [lot('9', 'KIT', 'L9')];
    await sync(erp);
    await sync(wms);
    const found = await findings();
    expect(found.filter((one) => one.startsWith('MISSING_IN_SYSTEM'))).toHaveLength(1);
    expect(found.filter((one) => one.startsWith('SAME_NUMBER'))).toHaveLength(2);
  });

  it('finds stock below nothing', async () => {
    const erp = new ListSystem('erp', { movements: 'movement' });
    erp.rows['movements'] = [move('m1', 'L1', '-5')];
    await sync(erp);
    expect(await findings()).toContain('NEGATIVE_STOCK lot');
  });

  it('leaves a system that another process is syncing alone', async () => {
    const erp = new ListSystem('erp', erpStreams);
    const other = new Leases(database, clock, 'other');
    await other.take('sync:erp', 60_000);
    expect(await sync(erp)).toMatchObject({ state: 'BUSY', read: 0 });
    await other.release('sync:erp');
    expect(await sync(erp)).toMatchObject({ state: 'SUCCEEDED' });
  });
});
