import { Registry } from 'prom-client';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { readCheckpoints } from '../../controls/audit/checkpoint';
import { keepFindings } from '../../controls/audit/keep-findings';
import { IntegrityFindingRow } from '../../controls/audit/integrity-finding.entity';
import { Database } from '../../platform/database/database';
import { Dictionary } from '../../platform/dictionary/dictionary';
import { silentLogger } from '../../platform/log';
import { LeaseRow, Leases } from '../../controls/jobs/lease';
import { lastDone, noteDone } from '../../controls/jobs/watch-marks';
import { systemClock } from '../../platform/clock';
import { AuditJob, MOST_PENDING_MS } from '../../worker/audit-job';
import { IntegrityJob } from '../../worker/integrity-job';
import { hashOfRecord } from '../../controls/records/record-hash';
import { digestOf } from '../../controls/integrity/digest';
import { TEST_DIALECTS } from '../support/databases';
import { createMigratedDatabase } from '../support/migrated-database';
import { type AuditWorld, CONTROLS_TABLES, auditWorld, countOf, personActor } from './audit-world';

const TABLES = {
  entities: [...CONTROLS_TABLES.entities, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_TABLES.migrations, ...CANONICAL_MIGRATIONS],
};

describe.each(TEST_DIALECTS)('the jobs of the worker on %s', (dialect) => {
  let world: AuditWorld;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const made = await createMigratedDatabase(dialect, TABLES, 'jobs');
    const database = await Database.open({ url: made.url, ...TABLES, migrate: false });
    world = auditWorld(database, { LOTGRAPH_DATABASE_URL: made.url });
    close = async () => {
      await database.close();
      await made.drop();
    };
  });
  afterEach(() => close());

  const options = (signal = new AbortController().signal) => ({
    ...{ database: world.database, config: world.config, clock: world.clock, logger: silentLogger, signal },
    controls: { audit: world.recorder, mac: world.mac, signing: world.keys },
    ...{ dictionary: new Dictionary([]), registry: new Registry(), holder: `test-${Math.random()}` },
  });
  const act = (): Promise<string> =>
    world.database.write((manager) =>
      world.recorder.record(manager, personActor('p1'), { action: 'hold.place', outcome: 'DONE' }),
    );
  const actions = async (): Promise<string[]> => {
    const rows = await world.database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY id',
    );
    return rows.map(({ body }) => (JSON.parse(body) as { action: string }).action);
  };

  test('one turn gives entries their place, signs, and hands the checkpoint to the sink', async () => {
    await act();
    await new AuditJob(options()).tick();
    expect(await countOf(world.database, 'audit_pending')).toBe(0);
    const kept = readFileSync(path.join(world.config.dataDir, 'audit-checkpoints.jsonl'), 'utf8');
    expect(readCheckpoints(kept).checkpoints.map((one) => one.treeSize)).toEqual([1]);
  });

  test('a second worker does nothing while the first holds the lease', async () => {
    await new AuditJob(options()).tick();
    await act();
    await new AuditJob(options()).tick();
    expect(await countOf(world.database, 'audit_pending')).toBe(1);
  });

  test('a lease that was written to last for ever stops no worker', async () => {
    await act();
    await world.database.write((manager) =>
      manager.insert(LeaseRow, { name: 'audit-sequencer', holder: 'nobody', expiresAt: 4_000_000_000_000 }),
    );
    await new AuditJob(options()).tick();
    expect(await countOf(world.database, 'audit_pending')).toBe(0);
  });

  test('a lease that SQL wrote, and writes again and again, stops no worker', async () => {
    const leases = new Leases(world.database, systemClock, 'a-worker');
    expect(await leases.take('a-job', 10_000)).toBe(true);
    expect(await new Leases(world.database, systemClock, 'another').take('a-job', 10_000)).toBe(false);
    for (let turn = 0; turn < 3; turn += 1) {
      const back = { holder: `nobody-${turn}`, expiresAt: systemClock.now() + 9_000 };
      await world.database.write((manager) => manager.update(LeaseRow, { name: 'a-job' }, back));
      expect(await leases.take('a-job', 10_000)).toBe(true);
    }
  });

  test('a worker that never gets the lease sees that the last check is old, and tells of it once', async () => {
    const other = new Leases(world.database, systemClock, 'another');
    expect(await other.take('integrity-check', 100_000)).toBe(true);
    const { registry, ...shared } = options();
    const job = new IntegrityJob({ ...shared, registry });
    const age = async (): Promise<number> => {
      const metric = await registry.getSingleMetric('lotgraph_integrity_check_age_seconds')?.get();
      return metric?.values[0]?.value ?? Number.NaN;
    };
    await noteDone(world.database, 'integrity-check', systemClock.now() - 3_600_000);
    await job.watch();
    await job.watch();
    expect(await age()).toBeGreaterThanOrEqual(3_600);
    expect((await actions()).filter((one) => one === 'audit.checkOverdue')).toHaveLength(1);
    await noteDone(world.database, 'integrity-check', systemClock.now());
    await job.watch();
    expect(await age()).toBeLessThan(60);
    // what SQL says of the last check is not believed
    expect(await lastDone(world.database, 'integrity-check')).not.toBeNull();
    await world.database.write((manager) => manager.query('UPDATE watch_mark SET at = at + 1'));
    expect(await lastDone(world.database, 'integrity-check')).toBeNull();
  });

  test('a check notes when it was completed', async () => {
    const job = new IntegrityJob(options());
    expect(await lastDone(world.database, 'integrity-check')).toBeNull();
    await job.check();
    expect(await lastDone(world.database, 'integrity-check')).not.toBeNull();
  });

  test('a sink that is said to have more than there is gets what there is', async () => {
    await act();
    await new AuditJob({ ...options(), holder: 'one' }).tick();
    await world.database.write((manager) => manager.query('UPDATE audit_sink SET delivered_size = 1000000'));
    await act();
    await new AuditJob({ ...options(), holder: 'one' }).tick();
    const kept = readFileSync(path.join(world.config.dataDir, 'audit-checkpoints.jsonl'), 'utf8');
    expect(readCheckpoints(kept).checkpoints.map((one) => one.treeSize)).toContain(2);
  });

  test('a gap that grows too old is told of in the trail, once', async () => {
    await act();
    world.clock.set(world.clock.now() + MOST_PENDING_MS + 1);
    const job = new AuditJob(options());
    await job.tick();
    await job.tick();
    expect((await actions()).filter((one) => one === 'audit.gap')).toHaveLength(1);
  });

  test('a job that is told to stop appends what is left, signs it and lets the lease go', async () => {
    const stop = new AbortController();
    stop.abort();
    await act();
    await new AuditJob(options(stop.signal)).run();
    expect(await countOf(world.database, 'audit_checkpoint')).toBe(1);
    expect(await countOf(world.database, 'lease')).toBe(0);
    // the keys that signed are told of too
    expect(await actions()).toEqual(expect.arrayContaining(['audit.keyUsed', 'hold.place']));
  });

  test('[21 CFR 11.10(e)] the check names a record slipped in by SQL, tells of it once, and of its end', async () => {
    await act();
    await world.sequencer.drain();
    const job = new IntegrityJob(options());
    expect(await job.check()).toEqual([]);
    await world.database.write((manager) =>
      manager.query(
        'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ['disposition', 'd1', 1, 'lot_1', '{"decision":"RELEASED"}', 'sha256:0', 'none', 1],
      ),
    );
    await job.check();
    await job.check();
    const [row] = await world.database.reader.find(IntegrityFindingRow);
    expect(row).toMatchObject({
      ...{ code: 'RECORD_INSERTED', place: 'regulated_record disposition d1 v1', occurrences: 2 },
      resolvedAt: null,
    });
    await world.database.write(async (manager) => {
      await manager.query('DROP TRIGGER tr_regulated_record_no_delete');
      await manager.query('DELETE FROM regulated_record');
    });
    await job.check();
    expect((await actions()).filter((one) => one.startsWith('audit.integrity'))).toEqual([
      'audit.integrityFinding',
      'audit.integrityResolved',
    ]);
  });

  test('the trail does not hold the values that a finding is about', async () => {
    const message = 'it says 2039-01-01, its sources say 2027-10-02';
    const finding = { code: 'GOLDEN_ALTERED', place: 'lot 1 expires_on', message } as const;
    await keepFindings(world.database, world.recorder, [finding], world.clock.now());
    const [entry] = await world.database.reader.query<{ body: string }[]>('SELECT body FROM audit_entry');
    expect(entry?.body).toContain('GOLDEN_ALTERED');
    expect(entry?.body).not.toContain('2039-01-01');
  });

  test('a finding that was written into its table beforehand is told of all the same', async () => {
    await act();
    await world.sequencer.drain();
    const place = 'regulated_record disposition d1 v1';
    await world.database.write(async (manager) => {
      await manager.insert(IntegrityFindingRow, {
        ...{ id: digestOf(`RECORD_INSERTED\n${place}`), code: 'RECORD_INSERTED', place, message: '' },
        ...{ firstSeenAt: 1, lastSeenAt: 1, resolvedAt: null, occurrences: 1, entryId: 'none' },
      });
      await manager.query(
        'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ['disposition', 'd1', 1, 'lot_1', '{}', 'sha256:0', 'none', 1],
      );
    });
    const job = new IntegrityJob(options());
    await job.check();
    await job.check();
    expect((await actions()).filter((one) => one === 'audit.integrityFinding')).toHaveLength(1);
  });

  test('[21 CFR 11.10(e)] the check names an entry that an administrator wrote and queued, whatever it seals', async () => {
    await act();
    await world.sequencer.drain();
    const [row] = await world.database.reader.query<{ body: string }[]>('SELECT body FROM audit_entry');
    const entry = { ...(JSON.parse(row?.body ?? '') as Record<string, unknown>), id: 'by-sql' };
    const record = { recordType: 'hold', recordId: 'h1', version: 1, subject: 'lot_1', content: '{}', at: 1 };
    const sealed = hashOfRecord(record, 'sha256');
    const records = [{ type: 'hold', id: 'h1', version: 1, hash: sealed }];
    const body = JSON.stringify({ ...entry, records });
    const at = Date.parse(String((entry as { at?: unknown }).at));
    await world.database.write(async (manager) => {
      await manager.query(
        'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ['hold', 'h1', 1, 'lot_1', '{}', sealed, 'by-sql', 1],
      );
      await manager.query('INSERT INTO audit_entry (id, at, body, hash) VALUES (?, ?, ?, ?)', [
        ...['by-sql', at, body, digestOf(body)],
      ]);
      await manager.query('INSERT INTO audit_pending (entry_id, at) VALUES (?, ?)', ['by-sql', at]);
    });
    await world.sequencer.drain();
    await world.sequencer.checkpoint();
    expect(await new IntegrityJob(options()).check()).toMatchObject([
      { code: 'ENTRY_FORGED', place: 'audit_log seq 2, entry by-sql' },
    ]);
  });

  test('[21 CFR 11.10(d)] the check names a role that was given, widened or brought back by SQL', async () => {
    const grant = (id: string, sites: string): Promise<unknown> =>
      world.database.write((manager) =>
        manager.query(
          `INSERT INTO role_grant (id, person, role_name, sites, suppliers, source, valid_from, granted_by)
            VALUES (?, 'p1', 'qa-lead', ?, '[]', 'ACT', 1, 'system')`,
          [id, sites],
        ),
      );
    const told = (id: string, action: string): Promise<string> =>
      world.database.write((manager) =>
        world.recorder.record(manager, personActor('p2'), {
          ...{ action, outcome: 'DONE', object: { type: 'person', id: 'p1' } },
          changes: [{ field: 'role', before: null, after: 'qa-lead' }],
          facts: { grant: id, sites: ['SZ'], suppliers: [], expiresAt: null },
        }),
      );
    for (const id of ['good', 'wider', 'back']) await told(id, 'grant.assign');
    await told('back', 'grant.revoke');
    for (const id of ['good', 'back']) await grant(id, '["SZ"]');
    await grant('wider', '[]');
    await world.sequencer.drain();
    await grant('by-sql', '[]');
    const found = await new IntegrityJob(options()).check();
    const grants = found.filter(({ code }) => code.startsWith('GRANT_'));
    expect(grants.map(({ code, place }) => `${code} ${place}`).sort()).toEqual([
      'GRANT_ALTERED role_grant back',
      'GRANT_ALTERED role_grant wider',
      'GRANT_INSERTED role_grant by-sql',
    ]);
  });
});
