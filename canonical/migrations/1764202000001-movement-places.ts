/** Movements are found by their place too: the lots of a site that few lots passed through, without reading all lots. */
import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const INDEX = 'ix_movement_place';

export class MovementPlaces1764202000001 implements MigrationInterface {
  readonly name = 'MovementPlaces1764202000001';

  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('movement');
    if (table?.indices.some((index) => index.name === INDEX) === true) return;
    await runner.createIndex(
      'movement',
      new TableIndex({ name: INDEX, columnNames: ['location_pk', 'lot_pk'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('movement', INDEX);
  }
}
