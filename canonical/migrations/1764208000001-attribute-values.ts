/** Golden values of terms that have no field of their own; found by entity, and by term and value. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, int, varchar } from '../../platform/database/migration-table';

export class AttributeValues1764208000001 implements MigrationInterface {
  readonly name = 'AttributeValues1764208000001';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'attribute_value',
      columns: [
        bigint('entity_pk').primary(),
        varchar('term', 120).primary(),
        bigint('record_pk'),
        varchar('value_text', 140),
        bigint('value_micros').nullable(),
        int('conflict'),
      ],
      indices: [
        { name: 'ix_attribute_value_text', columns: ['term', 'value_text', 'entity_pk'] },
        { name: 'ix_attribute_value_micros', columns: ['term', 'value_micros', 'entity_pk'] },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('attribute_value');
  }
}
