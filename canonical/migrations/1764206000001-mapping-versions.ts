/** Published mappings, drafts, what they would change, how far the copy follows, and what sources are expected to be. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import {
  type TableSpec,
  bigint,
  createTable,
  int,
  longText,
  varchar,
} from '../../platform/database/migration-table';

const TABLES: readonly TableSpec[] = [
  {
    name: 'mapping_version',
    columns: [
      varchar('system', 32).primary(),
      int('number').primary(),
      longText('text'),
      varchar('text_hash', 80),
      varchar('document_hash', 64),
      int('language'),
      longText('reason'),
      longText('facts'),
      varchar('published_by', 128),
      bigint('published_at'),
    ],
  },
  {
    name: 'mapping_draft',
    columns: [
      varchar('id', 80).primary(),
      varchar('system', 32),
      longText('content'),
      varchar('staged_by', 128),
      bigint('staged_at'),
    ],
  },
  {
    name: 'mapping_impact',
    columns: [
      bigint('pk').primary(),
      varchar('draft', 80),
      varchar('system', 32),
      int('base_number'),
      varchar('state', 12),
      int('rows_total'),
      int('rows_done'),
      bigint('requested_at'),
      bigint('finished_at').nullable(),
      longText('sample').nullable(),
      longText('error').nullable(),
    ],
    indices: [
      { name: 'ix_mapping_impact_draft', columns: ['draft'] },
      { name: 'ix_mapping_impact_state', columns: ['state'] },
    ],
  },
  {
    name: 'mapping_derivation',
    columns: [
      bigint('pk').primary(),
      varchar('system', 32),
      varchar('mapping_version', 64),
      varchar('state', 12),
      longText('place').nullable(),
      int('rows_total'),
      int('rows_done'),
      int('rows_changed'),
      int('rows_unchanged'),
      int('rows_rejected'),
      int('rows_waiting'),
      bigint('started_at'),
      bigint('updated_at'),
      bigint('finished_at').nullable(),
    ],
    indices: [{ name: 'ix_mapping_derivation_system', columns: ['system', 'state'] }],
  },
  {
    name: 'source_expectation',
    columns: [
      bigint('stream_pk').primary(),
      varchar('mapping_version', 64),
      longText('columns').nullable(),
      longText('profile').nullable(),
      bigint('taken_at'),
      bigint('updated_at'),
    ],
  },
];
const IDENTITIES: TableSpec = {
  // entities that nothing refers to any more, and the keys that they get again when something does
  name: 'pruned_identity',
  columns: [varchar('entity_type', 12).primary(), varchar('natural_key', 300).primary(), bigint('pk')],
  indices: [{ name: 'ix_pruned_identity_pk', columns: ['pk'] }],
};
const INSERT_ONLY = ['mapping_version', 'mapping_draft'];
const READING = ['reading_rows', 'reading_meaning'];

export class MappingVersions1764206000001 implements MigrationInterface {
  readonly name = 'MappingVersions1764206000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES, IDENTITIES]) await createTable(runner, table);
    await runner.query("DELETE FROM key_sequence WHERE name = 'pruned'");
    await runner.query("INSERT INTO key_sequence (name, next) VALUES ('pruned', 0)");
    await forbidChanges(runner, INSERT_ONLY);
    // plain SQL: on SQLite the table API would copy the whole table for one column
    for (const column of READING)
      if (!(await runner.hasColumn('source_stream', column)))
        await runner.query(`ALTER TABLE source_stream ADD COLUMN ${column} varchar(64) NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, INSERT_ONLY);
    for (const column of READING) await runner.dropColumn('source_stream', column);
    await runner.query("DELETE FROM key_sequence WHERE name = 'pruned'");
    for (const { name } of [IDENTITIES, ...TABLES]) await runner.dropTable(name, true);
  }
}
