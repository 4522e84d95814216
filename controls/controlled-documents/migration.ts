/** The table of drafts of controlled documents; what was published are regulated records. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import { bigint, createTable, longText, varchar } from '../../platform/database/migration-table';

const TABLE = 'controlled_document_draft';

export class ControlledDocuments1764215000000 implements MigrationInterface {
  readonly name = 'ControlledDocuments1764215000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: TABLE,
      columns: [
        varchar('version', 80).primary(),
        varchar('document', 32),
        longText('content'),
        varchar('staged_by', 128),
        bigint('staged_at'),
      ],
    });
    await forbidChanges(runner, [TABLE]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, [TABLE]);
    await runner.dropTable(TABLE, true);
  }
}
