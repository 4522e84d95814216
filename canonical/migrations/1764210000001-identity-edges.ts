/** What is known to be one, or to be two, beside what natural keys say; and what may be one, for a steward to look at. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
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
    name: 'cross_reference',
    columns: [
      bigint('pk').primary(),
      varchar('system', 32),
      varchar('entity_type', 12),
      varchar('code', 140),
      varchar('spoken_by', 32),
      varchar('same_as', 140),
    ],
    indices: [{ name: 'ix_cross_reference_code', columns: ['entity_type', 'code'] }],
  },
  {
    name: 'identity_edge',
    columns: [
      bigint('from_pk').primary(),
      varchar('system', 32).primary(),
      bigint('to_pk'),
      varchar('entity_type', 12),
      varchar('natural_key', 300),
      varchar('origin', 12),
      varchar('origin_ref', 64),
      bigint('since'),
    ],
    indices: [{ name: 'ix_identity_edge_to', columns: ['to_pk'] }],
  },
  {
    name: 'identity_key',
    columns: [bigint('entity_pk').primary(), varchar('kind', 12).primary(), varchar('value', 190)],
    indices: [{ name: 'ix_identity_key_value', columns: ['kind', 'value', 'entity_pk'] }],
  },
  {
    name: 'identity_candidate',
    columns: [
      bigint('first_pk').primary(),
      bigint('second_pk').primary(),
      varchar('entity_type', 12),
      int('confidence'),
      longText('evidence'),
      bigint('found_at'),
    ],
    indices: [
      { name: 'ix_identity_candidate_second', columns: ['second_pk'] },
      { name: 'ix_identity_candidate_rank', columns: ['confidence', 'first_pk', 'second_pk'] },
    ],
  },
];

export class IdentityEdges1764210000001 implements MigrationInterface {
  readonly name = 'IdentityEdges1764210000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of TABLES) await runner.dropTable(name, true);
  }
}
