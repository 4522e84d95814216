/** Marks of what watches: leases, the cursor of the alarms and the last check say who wrote them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, varchar } from '../../platform/database/migration-table';

const MARKED = ['lease', 'alarm_cursor'] as const;

export class Watch1764201000000 implements MigrationInterface {
  readonly name = 'Watch1764201000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of MARKED) await runner.query(`ALTER TABLE ${table} ADD COLUMN mac varchar(64) NULL`);
    await createTable(runner, {
      name: 'watch_mark',
      columns: [varchar('name', 64).primary(), bigint('at'), varchar('mac', 64)],
    });
    await runner.query('CREATE INDEX ix_alarm_entry_entry ON alarm_entry (entry_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      runner.dataSource.options.type === 'mysql'
        ? 'DROP INDEX ix_alarm_entry_entry ON alarm_entry'
        : 'DROP INDEX ix_alarm_entry_entry',
    );
    await runner.dropTable('watch_mark', true);
    for (const table of MARKED) await runner.query(`ALTER TABLE ${table} DROP COLUMN mac`);
  }
}
