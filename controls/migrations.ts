/** The tables that several controls share; each control brings its own in its folder. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, int, longText, varchar } from '../platform/database/migration-table';

export class Leases1760000000000 implements MigrationInterface {
  readonly name = 'Controls1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'lease',
      columns: [varchar('name', 64).primary(), varchar('holder', 64), bigint('expires_at')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('lease', true);
  }
}

/** Entries and regulated records: what every act writes. */
export class Records1761000000000 implements MigrationInterface {
  readonly name = 'Records1761000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'audit_entry',
      columns: [varchar('id', 36).primary(), bigint('at'), longText('body'), varchar('hash', 80)],
    });
    await createTable(runner, {
      name: 'regulated_record',
      columns: [
        varchar('record_type', 32).primary(),
        varchar('record_id', 64).primary(),
        int('version').primary(),
        varchar('subject', 64),
        longText('content'),
        varchar('hash', 80),
        varchar('entry_id', 36),
        bigint('at'),
      ],
      indices: [
        { name: 'ix_regulated_record_subject', columns: ['subject', 'record_type'] },
        { name: 'ix_regulated_record_entry', columns: ['entry_id'] },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('regulated_record', true);
    await runner.dropTable('audit_entry', true);
  }
}
