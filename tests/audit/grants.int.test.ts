import { grantsFor } from '../../controls/audit/grants';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { INSERT_ONLY_TABLES } from '../../controls/audit/insert-only-tables';
import { Database } from '../../platform/database/database';
import { TEST_DIALECTS, createTestDatabase } from '../support/databases';
import { CONTROLS_TABLES, auditWorld, recordActs } from './audit-world';

const TABLES = {
  entities: [...CONTROLS_TABLES.entities, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_TABLES.migrations, ...CANONICAL_MIGRATIONS],
};
const onServer = TEST_DIALECTS.includes('mysql') ? describe : describe.skip;

onServer('the runtime account on MariaDB', () => {
  let root: Database;
  let runtime: Database;
  let drop: () => Promise<void>;
  const user = `lg_rt_${process.pid}`;

  beforeAll(async () => {
    const made = await createTestDatabase('mysql', 'grants');
    root = await Database.open({ url: made.url, ...TABLES, migrate: true });
    await root.write(async (manager) => {
      await manager.query(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'runtime-test'`);
      for (const statement of await grantsFor(manager, user, '127.0.0.1')) await manager.query(statement);
    });
    const url = new URL(made.url);
    url.username = user;
    url.password = 'runtime-test';
    runtime = await Database.open({ url: url.toString(), ...TABLES, migrate: false });
    drop = async () => {
      await runtime.close();
      await root.write((manager) => manager.query(`DROP USER '${user}'@'127.0.0.1'`));
      await root.close();
      await made.drop();
    };
  });
  afterAll(() => drop());

  test('runs acts, sequences them and signs checkpoints', async () => {
    const world = auditWorld(runtime);
    await recordActs(world, 3);
    expect(await world.sequencer.checkpoint()).toMatchObject({ treeSize: 3 });
  });

  test.each(INSERT_ONLY_TABLES)('[21 CFR 11.10(e)] may not change, delete or empty %s', async (table) => {
    for (const statement of [
      `UPDATE ${table} SET ${await firstColumn(table)} = NULL WHERE 1 = 0`,
      `DELETE FROM ${table} WHERE 1 = 0`,
      `TRUNCATE TABLE ${table}`,
      `DROP TRIGGER tr_${table}_no_update`,
    ])
      await expect(runtime.write((manager) => manager.query(statement))).rejects.toThrow(/command denied/);
  });

  test('may not make itself more rights', async () => {
    const statement = `GRANT DELETE ON audit_log TO '${user}'@'127.0.0.1'`;
    await expect(runtime.write((manager) => manager.query(statement))).rejects.toThrow(/denied/);
  });

  test('is named by letters and digits only, so that no statement can be smuggled in', async () => {
    await expect(grantsFor(root.reader, "x'; DROP", '%')).rejects.toThrow(/letters, digits/);
  });

  async function firstColumn(table: string): Promise<string> {
    const columns = await root.reader.query<{ Field: string }[]>(`SHOW COLUMNS FROM ${table}`);
    return columns[0]?.Field ?? '';
  }
});
