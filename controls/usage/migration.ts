/** The tables of recorded operations. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

export class GraphUsage1764208100000 implements MigrationInterface {
  readonly name = 'GraphUsage1764208100000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'graph_operation',
      columns: [
        varchar('id', 80).primary(),
        varchar('name', 140).nullable(),
        varchar('app', 64).nullable(),
        int('registered'),
        longText('text'),
        bigint('first_seen_at'),
        bigint('last_seen_at'),
      ],
      indices: [{ name: 'ix_graph_operation_seen', columns: ['last_seen_at'] }],
    });
    await createTable(runner, {
      name: 'graph_operation_coordinate',
      columns: [varchar('operation', 80).primary(), varchar('coordinate', 190).primary()],
      indices: [{ name: 'ix_graph_operation_coordinate', columns: ['coordinate'] }],
    });
    await createTable(runner, {
      name: 'graph_operation_use',
      columns: [
        varchar('operation', 80).primary(),
        varchar('client', 128).primary(),
        varchar('day', 10).primary(),
        int('times'),
      ],
      indices: [{ name: 'ix_graph_operation_use_day', columns: ['day'] }],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['graph_operation_use', 'graph_operation_coordinate', 'graph_operation'])
      await runner.dropTable(table, true);
  }
}
