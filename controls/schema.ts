/** Everything that the controls bring to the database. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { EntityClass, MigrationClass } from '../platform/database/database';
import { bigint, createTable, varchar } from '../platform/database/migration-table';
import { LeaseRow } from './jobs/lease';

class Controls1760000000000 implements MigrationInterface {
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

export const CONTROLS_ENTITIES: readonly EntityClass[] = [LeaseRow];
export const CONTROLS_MIGRATIONS: readonly MigrationClass[] = [Controls1760000000000];
