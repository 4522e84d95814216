/** The tables of the audit trail, and the triggers that let its tables only grow. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import {
  bigint,
  createTable,
  int,
  longText,
  varchar,
  type TableSpec,
} from '../../platform/database/migration-table';

const TABLES: readonly TableSpec[] = [
  {
    name: 'audit_pending',
    columns: [varchar('entry_id', 36).primary(), bigint('at')],
  },
  {
    name: 'audit_log',
    columns: [
      bigint('seq').primary(),
      varchar('entry_id', 36),
      varchar('leaf_hash', 80),
      varchar('chain_hash', 80),
    ],
    indices: [{ name: 'ux_audit_log_entry', columns: ['entry_id'], unique: true }],
  },
  {
    name: 'audit_head',
    columns: [
      int('pk').primary(),
      varchar('log_id', 36),
      varchar('algorithm', 16),
      bigint('tree_size'),
      varchar('chain_hash', 80),
      longText('frontier'),
    ],
  },
  {
    name: 'audit_tile',
    columns: [int('tile_level').primary(), bigint('tile_index').primary(), varchar('hash', 64)],
  },
  {
    name: 'audit_checkpoint',
    columns: [
      bigint('tree_size').primary(),
      varchar('log_id', 36),
      varchar('root', 80),
      varchar('chain_hash', 80),
      bigint('at'),
      varchar('algorithm', 16),
      varchar('key_id', 64),
      varchar('signature', 400),
    ],
  },
  {
    name: 'audit_sink',
    columns: [varchar('sink_id', 80).primary(), bigint('delivered_size'), bigint('delivered_at')],
  },
  {
    name: 'audit_index',
    columns: [
      bigint('seq').primary(),
      varchar('entry_id', 36),
      bigint('at'),
      varchar('account', 64),
      varchar('person', 64).nullable(),
      varchar('act', 64),
      varchar('outcome', 10),
      varchar('object_type', 64).nullable(),
      varchar('object_id', 190).nullable(),
      int('change_count'),
      int('record_count'),
    ],
    indices: [
      { name: 'ix_audit_index_person', columns: ['person', 'seq'] },
      { name: 'ix_audit_index_account', columns: ['account', 'seq'] },
      { name: 'ix_audit_index_act', columns: ['act', 'seq'] },
      { name: 'ix_audit_index_object', columns: ['object_id', 'seq'] },
      { name: 'ix_audit_index_type', columns: ['object_type', 'seq'] },
      { name: 'ix_audit_index_outcome', columns: ['outcome', 'seq'] },
      { name: 'ix_audit_index_at', columns: ['at', 'seq'] },
    ],
  },
  {
    name: 'audit_change',
    columns: [
      bigint('seq').primary(),
      int('position').primary(),
      varchar('field', 120),
      varchar('value_before', 120).nullable(),
      varchar('value_after', 120).nullable(),
    ],
    indices: [
      { name: 'ix_audit_change_field', columns: ['field', 'seq'] },
      { name: 'ix_audit_change_before', columns: ['value_before', 'seq'] },
      { name: 'ix_audit_change_after', columns: ['value_after', 'seq'] },
    ],
  },
  {
    name: 'audit_word',
    columns: [varchar('word', 40).primary(), bigint('seq').primary()],
  },
  {
    name: 'subject_key',
    columns: [
      varchar('person', 64).primary(),
      varchar('key_id', 36),
      varchar('master_id', 32),
      varchar('wrapped', 200).nullable(),
      bigint('created_at'),
      bigint('destroyed_at').nullable(),
    ],
  },
  {
    name: 'integrity_key',
    columns: [
      varchar('key_id', 64).primary(),
      varchar('purpose', 16),
      varchar('algorithm', 16),
      longText('public_key'),
      bigint('first_used_at'),
    ],
  },
  {
    name: 'integrity_finding',
    columns: [
      varchar('finding_id', 80).primary(),
      varchar('code', 40),
      varchar('place', 300),
      longText('message'),
      bigint('first_seen_at'),
      bigint('last_seen_at'),
      bigint('resolved_at').nullable(),
      int('occurrences'),
      varchar('entry_id', 36),
    ],
  },
];

/** Tables of this migration and of `Records…` that only grow; later ones bring their own triggers. */
const GUARDED = [
  'audit_entry',
  'audit_log',
  'audit_checkpoint',
  'audit_tile',
  'audit_index',
  'audit_change',
  'audit_word',
  'integrity_key',
  'regulated_record',
] as const;

export class AuditTrail1761100000000 implements MigrationInterface {
  readonly name = 'AuditTrail1761100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
    await forbidChanges(runner, GUARDED);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, GUARDED);
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name, true);
  }
}
