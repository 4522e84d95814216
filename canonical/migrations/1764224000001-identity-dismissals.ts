/** Pairs that a steward looked at and set aside, with the evidence that was seen. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  type TableSpec,
  bigint,
  createTable,
  int,
  longText,
  varchar,
} from '../../platform/database/migration-table';

const TABLE: TableSpec = {
  name: 'identity_dismissal',
  columns: [
    bigint('first_pk').primary(),
    bigint('second_pk').primary(),
    varchar('entity_type', 12),
    int('confidence'),
    longText('evidence'),
    longText('reason'),
    varchar('dismissed_by', 128),
    bigint('dismissed_at'),
  ],
  indices: [{ name: 'ix_identity_dismissal_second', columns: ['second_pk'] }],
};

export class IdentityDismissals1764224000001 implements MigrationInterface {
  readonly name = 'IdentityDismissals1764224000001';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, TABLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(TABLE.name, true);
  }
}
