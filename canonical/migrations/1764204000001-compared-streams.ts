/** When all rows of a stream were last read and compared with what the copy keeps. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ComparedStreams1764204000001 implements MigrationInterface {
  readonly name = 'ComparedStreams1764204000001';

  async up(runner: QueryRunner): Promise<void> {
    // plain SQL: on SQLite the table API would copy the whole table for one column
    if (!(await runner.hasColumn('source_stream', 'compared_at')))
      await runner.query('ALTER TABLE source_stream ADD COLUMN compared_at bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('source_stream', 'compared_at');
  }
}
