/** Counts, feeds and scores of the quality of the data. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type TableSpec, bigint, createTable, int, varchar } from '../../platform/database/migration-table';

const TABLES: readonly TableSpec[] = [
  {
    name: 'quality_position',
    columns: [
      varchar('name', 16).primary(),
      bigint('batch_pk'),
      bigint('unbatched_pk').nullable(),
      int('thinned_day'),
    ],
  },
  {
    name: 'quality_count',
    columns: [
      varchar('id', 190).primary(),
      bigint('stream_pk'),
      bigint('stretch'),
      varchar('field', 128),
      bigint('present'),
      bigint('stated'),
    ],
    indices: [{ name: 'ix_quality_count_stream', columns: ['stream_pk', 'field', 'stretch'] }],
  },
  {
    name: 'quality_stream',
    columns: [bigint('stream_pk').primary(), bigint('began_at'), bigint('measured_at')],
  },
  {
    name: 'quality_day',
    columns: [
      varchar('id', 48).primary(),
      bigint('stream_pk'),
      int('day'),
      bigint('arrived'),
      bigint('timed'),
      bigint('in_time'),
      bigint('last_row_at'),
      bigint('longest_pause_ms'),
      bigint('first_batch'),
      bigint('last_batch'),
    ],
    indices: [{ name: 'ix_quality_day_stream', columns: ['stream_pk', 'day'] }],
  },
  {
    name: 'quality_score',
    columns: [
      bigint('pk').primary(),
      bigint('stream_pk'),
      varchar('field', 128),
      varchar('dimension', 16),
      bigint('numerator'),
      bigint('denominator'),
      int('met').nullable(),
      varchar('standards_version', 64),
      bigint('changed_at'),
      bigint('kept_pk'),
      bigint('kept_at'),
    ],
    indices: [{ name: 'uq_quality_score', columns: ['stream_pk', 'field', 'dimension'], unique: true }],
  },
  {
    name: 'quality_measurement',
    columns: [
      bigint('pk').primary(),
      bigint('score_pk'),
      int('day'),
      bigint('measured_at'),
      bigint('numerator'),
      bigint('denominator'),
      int('met').nullable(),
      varchar('standards_version', 64),
    ],
    indices: [
      { name: 'ix_quality_measurement_score', columns: ['score_pk', 'day', 'pk'] },
      { name: 'ix_quality_measurement_day', columns: ['day', 'score_pk', 'pk'] },
    ],
  },
];

export class DataQuality1764222000001 implements MigrationInterface {
  readonly name = 'DataQuality1764222000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
    const [row] = (await runner.query(
      "SELECT name FROM quality_position WHERE name = 'versions'",
    )) as unknown[];
    if (row === undefined)
      await runner.query(
        "INSERT INTO quality_position (name, batch_pk, unbatched_pk, thinned_day) VALUES ('versions', 0, 0, 0)",
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of TABLES) await runner.dropTable(name, true);
  }
}
