/** Entries that stand alone: committed in groups, and none silently lost. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { describeEachDatabase } from '../support/databases';
import { EntryWriter } from '../../gateway/reading/entry-writer';

const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };

describeEachDatabase('audit entries that stand alone', (open) => {
  let database: Database;
  let recorder: AuditRecorder;
  beforeAll(async () => {
    database = await open({ entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS });
    recorder = new AuditRecorder({
      ...{ clock: new FixedClock('2026-06-30T04:00:00.000Z'), personal, algorithm: 'sha256' },
    });
  });

  const act = (code: string) => ({ action: 'data.read', outcome: 'DONE' as const, code });
  const written = async (code: string): Promise<number> => {
    const rows = await database.reader.query<{ body: string }[]>('SELECT body FROM audit_entry');
    return rows.filter(({ body }) => (JSON.parse(body) as { code: string }).code === code).length;
  };

  test('are all committed, many in one transaction', async () => {
    const transactions = { count: 0 };
    const counting = {
      write: (work: never) => {
        transactions.count += 1;
        return database.write(work);
      },
    } as unknown as Database;
    const writer = new EntryWriter(counting, recorder, silentLogger);
    await Promise.all(Array.from({ length: 50 }, () => writer.write(SYSTEM_ACTOR, act('many'))));
    expect(await written('many')).toBe(50);
    expect(transactions.count).toBe(2); // the first alone, and those that came while it was written
  });

  test('fail alone: one that cannot be written takes no other with it', async () => {
    const failing = {
      record: (...args: Parameters<AuditRecorder['record']>) =>
        args[2].code === 'bad' ? Promise.reject(new Error('no key')) : recorder.record(...args),
    } as unknown as AuditRecorder;
    const writer = new EntryWriter(database, failing, silentLogger);
    const outcomes = await Promise.allSettled(
      ['first', 'good', 'bad', 'good'].map((code) => writer.write(SYSTEM_ACTOR, act(code))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'AUDIT_UNAVAILABLE' } });
    expect(await written('good')).toBe(2);
    expect(await written('bad')).toBe(0);
  });

  test('reject when the database is gone', async () => {
    const gone = { write: () => Promise.reject(new Error('ECONNREFUSED')) } as unknown as Database;
    const writer = new EntryWriter(gone, recorder, silentLogger);
    await expect(writer.write(SYSTEM_ACTOR, act('gone'))).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    await expect(writer.write(SYSTEM_ACTOR, act('gone'))).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
  });
});
