/** The tables of the access policy. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

export class AccessPolicy1761000300000 implements MigrationInterface {
  readonly name = 'AccessPolicy1761000300000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'access_policy_version',
      columns: [
        int('seq').primary(),
        varchar('version', 80),
        longText('content'),
        longText('reason'),
        varchar('published_by', 128),
        bigint('published_at'),
      ],
      indices: [{ name: 'ix_access_policy_version', columns: ['version'] }],
    });
    await createTable(runner, {
      name: 'access_policy_draft',
      columns: [
        varchar('version', 80).primary(),
        longText('content'),
        varchar('staged_by', 128),
        bigint('staged_at'),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('access_policy_draft', true);
    await runner.dropTable('access_policy_version', true);
  }
}
