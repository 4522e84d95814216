/** The tables of people, accounts and grants. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTable,
  int,
  longText,
  type TableSpec,
  varchar,
} from '../../platform/database/migration-table';

const TABLES: readonly TableSpec[] = [
  {
    name: 'person',
    columns: [
      varchar('id', 64).primary(),
      varchar('name_en', 200),
      varchar('name_zh', 200),
      varchar('status', 16),
      bigint('created_at'),
    ],
  },
  {
    name: 'account',
    columns: [
      varchar('id', 64).primary(),
      varchar('person', 64).nullable(),
      varchar('kind', 16),
      varchar('user_name', 128),
      varchar('secret_hash', 255).nullable(),
      varchar('external_key', 80).nullable(),
      varchar('status', 16),
      longText('service_roles').nullable(),
      int('may_act_for'),
      bigint('expires_at').nullable(),
      bigint('created_at'),
    ],
    indices: [
      { name: 'ux_account_user_name', columns: ['user_name'], unique: true },
      { name: 'ux_account_external', columns: ['external_key'], unique: true },
      { name: 'ix_account_person', columns: ['person'] },
    ],
  },
  {
    name: 'factor',
    columns: [
      varchar('id', 36).primary(),
      varchar('person', 64),
      varchar('kind', 16),
      varchar('status', 16),
      longText('sealed_secret').nullable(),
      varchar('credential_id', 512).nullable(),
      longText('details').nullable(),
      bigint('last_used'),
      bigint('created_at'),
    ],
    indices: [{ name: 'ix_factor_person', columns: ['person'] }],
  },
  {
    name: 'auth_session',
    columns: [
      varchar('id', 64).primary(),
      varchar('account', 64),
      varchar('person', 64).nullable(),
      varchar('stage', 16),
      longText('amr'),
      bigint('auth_time'),
      varchar('client', 64).nullable(),
      varchar('language', 2).nullable(),
      varchar('on_behalf_of', 64).nullable(),
      varchar('refresh_hash', 80).nullable(),
      bigint('created_at'),
      bigint('expires_at'),
      bigint('revoked_at').nullable(),
    ],
    indices: [
      { name: 'ix_auth_session_person', columns: ['person'] },
      { name: 'ix_auth_session_account', columns: ['account'] },
      { name: 'ix_auth_session_expires', columns: ['expires_at'] },
    ],
  },
  {
    name: 'step_up_ticket',
    columns: [
      varchar('ticket_hash', 80).primary(),
      varchar('person', 64),
      varchar('account', 64),
      varchar('session_id', 64),
      varchar('purpose_hash', 80),
      longText('methods'),
      bigint('at'),
      bigint('expires_at'),
      bigint('used_at').nullable(),
    ],
  },
  {
    name: 'role_grant',
    columns: [
      varchar('id', 36).primary(),
      varchar('person', 64),
      varchar('role_name', 64),
      longText('sites'),
      longText('suppliers'),
      varchar('source', 16),
      bigint('valid_from'),
      bigint('expires_at').nullable(),
      varchar('granted_by', 64),
      varchar('proposal', 64).nullable(),
      bigint('revoked_at').nullable(),
      bigint('last_used_at').nullable(),
    ],
    indices: [{ name: 'ix_role_grant_person', columns: ['person'] }],
  },
  {
    name: 'recovery',
    columns: [
      varchar('id', 36).primary(),
      varchar('kind', 16),
      varchar('account', 64),
      varchar('person', 64).nullable(),
      longText('reason'),
      varchar('status', 16),
      varchar('opened_by', 64),
      varchar('approved_by', 64).nullable(),
      varchar('first_half', 80),
      varchar('second_half', 80).nullable(),
      bigint('created_at'),
      bigint('expires_at'),
    ],
    indices: [{ name: 'ix_recovery_account', columns: ['account'] }],
  },
  {
    name: 'used_code',
    columns: [varchar('code_hash', 80).primary(), varchar('session_id', 64).nullable(), bigint('expires_at')],
    indices: [{ name: 'ix_used_code_expires', columns: ['expires_at'] }],
  },
  {
    name: 'sign_in_throttle',
    columns: [
      varchar('throttle_key', 80).primary(),
      int('failures'),
      bigint('locked_until'),
      bigint('updated_at'),
    ],
  },
  { name: 'identity_epoch', columns: [int('id').primary(), bigint('epoch')] },
];

export class Identity1762000000000 implements MigrationInterface {
  readonly name = 'Identity1762000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
    const rows = (await runner.query('SELECT id FROM identity_epoch WHERE id = 1')) as unknown[];
    if (rows.length === 0) await runner.query('INSERT INTO identity_epoch (id, epoch) VALUES (1, 1)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name, true);
  }
}
