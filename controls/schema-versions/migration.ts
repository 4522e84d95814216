/** The table of published graphs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

const TABLE = 'graph_schema_version';

export class SchemaVersions1764208200000 implements MigrationInterface {
  readonly name = 'SchemaVersions1764208200000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: TABLE,
      columns: [
        int('seq').primary(),
        varchar('version', 80),
        longText('content'),
        longText('reason'),
        int('breaking'),
        int('dangerous'),
        int('safe'),
        varchar('published_by', 128),
        bigint('published_at'),
      ],
    });
    await forbidChanges(runner, [TABLE]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, [TABLE]);
    await runner.dropTable(TABLE, true);
  }
}
