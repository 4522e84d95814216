/** Each version of a source record names the batch that it came with, whose seal stands in the audit trail. */
import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const INDEX = 'ix_source_version_batch';

export class VersionBatches1761100000001 implements MigrationInterface {
  readonly name = 'VersionBatches1761100000001';

  async up(runner: QueryRunner): Promise<void> {
    // plain SQL: on SQLite the table API would copy the whole table for one column
    if (!(await runner.hasColumn('source_version', 'batch_pk')))
      await runner.query('ALTER TABLE source_version ADD COLUMN batch_pk bigint NULL');
    const table = await runner.getTable('source_version');
    if (table?.indices.some((index) => index.name === INDEX) !== true)
      await runner.createIndex('source_version', new TableIndex({ name: INDEX, columnNames: ['batch_pk'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('source_version', INDEX);
    await runner.dropColumn('source_version', 'batch_pk');
  }
}
