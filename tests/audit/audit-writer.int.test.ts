/** Group commit: how callers share transactions, and that none goes on before its own is committed. */
import { AuditWriter } from '../../controls/audit/audit-writer';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { CONTROLS_TABLES, type AuditWorld, auditWorld, countOf, personActor } from './audit-world';

const act = { action: 'data.read', outcome: 'DONE' as const };

/** The database, and how many of its transactions there were and were at once. */
function watched(database: Database): { database: Database; seen: { begun: number; atOnce: number } } {
  const seen = { begun: 0, atOnce: 0 };
  let underWay = 0;
  const write = async <T>(work: Parameters<Database['write']>[0]): Promise<T> => {
    seen.begun += 1;
    underWay += 1;
    seen.atOnce = Math.max(seen.atOnce, underWay);
    try {
      return (await database.write(work)) as T;
    } finally {
      underWay -= 1;
    }
  };
  return { database: { dialect: database.dialect, write } as unknown as Database, seen };
}

describeEachDatabase('callers of group commit', (open, dialect) => {
  let world: AuditWorld;
  beforeAll(async () => {
    world = auditWorld(await open(CONTROLS_TABLES));
  });
  const stored = async (id: string | undefined): Promise<boolean> => {
    const [row] = await world.database.reader.query<{ n: number | string }[]>(
      'SELECT COUNT(*) AS n FROM audit_entry WHERE id = ?',
      [id],
    );
    return Number(row?.n) === 1;
  };

  test('share few transactions, of which a server has three at once and a file one', async () => {
    const { database, seen } = watched(world.database);
    const writer = new AuditWriter(database, world.recorder);
    const before = await countOf(world.database, 'audit_entry');
    const callers = Array.from({ length: 90 }, (_, n) =>
      writer.write([{ actor: personActor(`shared-${n % 30}`), act }]),
    );
    await Promise.all(callers);
    expect(seen).toEqual(dialect === 'mysql' ? { begun: 3, atOnce: 3 } : { begun: 1, atOnce: 1 });
    expect((await countOf(world.database, 'audit_entry')) - before).toBe(90);
    expect(await countOf(world.database, 'audit_pending')).toBe(await countOf(world.database, 'audit_entry'));
  });

  test('who are few share one', async () => {
    const { database, seen } = watched(world.database);
    const writer = new AuditWriter(database, world.recorder);
    await Promise.all(Array.from({ length: 16 }, () => writer.write([{ actor: personActor('few'), act }])));
    expect(seen).toEqual({ begun: 1, atOnce: 1 });
  });

  test('go on only once their entry can be read by others', async () => {
    const ids = Array.from({ length: 60 }, async (_, n) => {
      const [id] = await world.writer.write([{ actor: personActor(`reader-${n}`), act }]);
      return await stored(id);
    });
    expect(new Set(await Promise.all(ids))).toEqual(new Set([true]));
  });

  test('of whom one names an entry that is there already fail alone', async () => {
    const [taken] = await world.writer.write([{ actor: personActor('p1'), act }]);
    const clash = new AuditWriter(world.database, {
      prepare: (manager, actor, one) =>
        world.recorder.prepare(manager, actor, one, actor.person === 'clash' ? taken : undefined),
    });
    const people = Array.from({ length: 40 }, (_, n) => (n === 20 ? 'clash' : `calm-${n}`));
    const outcomes = await Promise.allSettled(
      people.map((person) => clash.write([{ actor: personActor(person), act }])),
    );
    const failed = outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([20]);
    for (const one of outcomes) if (one.status === 'fulfilled') expect(await stored(one.value[0])).toBe(true);
  });
});
