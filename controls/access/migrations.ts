/** The tables of the access policy. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

const TABLES = ['access_policy_draft', 'access_policy_version'];

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
    await forbidChanges(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, TABLES);
    for (const table of TABLES) await runner.dropTable(table, true);
  }
}
