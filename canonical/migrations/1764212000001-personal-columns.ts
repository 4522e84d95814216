/** Names of persons stand sealed in golden rows, which takes more room than a name. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = [
  ['inspection', 'inspector'],
  ['inspection_result', 'analyst'],
  ['disposition', 'decided_by'],
] as const;

export class PersonalColumns1764212000001 implements MigrationInterface {
  readonly name = 'PersonalColumns1764212000001';

  async up(runner: QueryRunner): Promise<void> {
    await resize(runner, 800);
  }

  async down(runner: QueryRunner): Promise<void> {
    await resize(runner, 140);
  }
}

/** SQLite holds no text to a length. */
async function resize(runner: QueryRunner, length: number): Promise<void> {
  if (runner.dataSource.options.type !== 'mysql') return;
  for (const [table, column] of COLUMNS)
    await runner.query(`ALTER TABLE ${table} MODIFY ${column} varchar(${length}) NULL`);
}
