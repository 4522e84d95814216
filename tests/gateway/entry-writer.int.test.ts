/** Entries of the gateway: committed before anybody goes on, or said not to be. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { AuditWriter } from '../../controls/audit/audit-writer';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { EntryWriter } from '../../gateway/reading/entry-writer';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { describeEachDatabase } from '../support/databases';

const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
const read = { action: 'data.read', outcome: 'DONE' as const };

describeEachDatabase('an entry of the gateway', (open) => {
  let database: Database;
  let writer: AuditWriter;
  beforeAll(async () => {
    database = await open({ entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS });
    const clock = new FixedClock('2026-06-30T04:00:00.000Z');
    writer = new AuditWriter(database, new AuditRecorder({ clock, personal, algorithm: 'sha256' }));
  });

  const count = async (): Promise<number> => {
    const [row] = await database.reader.query<{ n: number | string }[]>(
      'SELECT COUNT(*) AS n FROM audit_entry',
    );
    return Number(row?.n);
  };

  test('is committed when the writer goes on', async () => {
    const line = new EntryWriter(writer, silentLogger);
    await Promise.all(Array.from({ length: 20 }, () => line.write(SYSTEM_ACTOR, read)));
    expect(await count()).toBe(20);
  });

  test('is said to be unavailable when the database is gone, without a word of why', async () => {
    const gone = {
      write: () => Promise.reject(new Error('ECONNREFUSED 10.1.2.3')),
    } as unknown as AuditWriter;
    const refused = new EntryWriter(gone, silentLogger).write(SYSTEM_ACTOR, read);
    await expect(refused).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      message: expect.not.stringContaining('10.1.2.3') as string,
    });
  });
});
