/** The tables of dual sign-off. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

const INSERT_ONLY = ['sign_off_signature', 'sign_off_policy'];

export class SignOff1761000400000 implements MigrationInterface {
  readonly name = 'SignOff1761000400000';

  async up(runner: QueryRunner): Promise<void> {
    await createProposals(runner);
    await createSignatures(runner);
    await createDelegations(runner);
    await createPolicies(runner);
    await forbidChanges(runner, INSERT_ONLY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, INSERT_ONLY);
    for (const table of ['sign_off_policy', 'sign_off_delegation', 'sign_off_signature', 'sign_off_proposal'])
      await runner.dropTable(table, true);
  }
}

async function createProposals(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'sign_off_proposal',
    columns: [
      ...[varchar('id', 36).primary(), varchar('act', 64), varchar('coordinate', 128)],
      ...[longText('payload'), varchar('payload_hash', 80), varchar('state', 16)],
      ...[varchar('proposer_person', 64).nullable(), varchar('proposer_account', 64)],
      ...[varchar('proposer_name', 200), longText('reason').nullable()],
      ...[bigint('proposed_at'), bigint('expires_at'), bigint('execute_by').nullable()],
      ...[varchar('policy_version', 80), varchar('open_key', 80).nullable()],
      ...[bigint('closed_at').nullable(), varchar('closed_by', 64).nullable()],
      ...[longText('close_reason').nullable(), int('break_glass')],
      ...[bigint('review_by').nullable(), int('review_overdue')],
    ],
    indices: [
      { name: 'ux_sign_off_proposal_open', columns: ['open_key'], unique: true },
      { name: 'ix_sign_off_proposal_state', columns: ['state', 'act'] },
      { name: 'ix_sign_off_proposal_review', columns: ['review_by'] },
    ],
  });
}

async function createSignatures(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'sign_off_signature',
    columns: [
      ...[varchar('proposal_id', 36).primary(), int('slot').primary()],
      ...[varchar('person', 64), varchar('account', 64), varchar('printed_name', 200)],
      ...[varchar('used_role', 64), varchar('on_behalf_of', 64).nullable()],
      ...[varchar('meaning', 64), varchar('meaning_en', 400), varchar('meaning_zh', 400)],
      ...[longText('remark').nullable(), bigint('signed_at'), varchar('methods', 200)],
      ...[varchar('policy_version', 80), varchar('signing_hash', 80), varchar('signed_hash', 80)],
      longText('signature'),
    ],
    indices: [
      // one person never fills two slots, whatever the code above says
      { name: 'ux_sign_off_signature_person', columns: ['proposal_id', 'person'], unique: true },
    ],
  });
}

async function createDelegations(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'sign_off_delegation',
    columns: [
      ...[varchar('id', 36).primary(), varchar('act', 64), varchar('lent_role', 64)],
      ...[varchar('from_person', 64), varchar('to_person', 64), longText('reason')],
      ...[bigint('created_at'), bigint('starts_at'), bigint('ends_at'), bigint('revoked_at').nullable()],
    ],
    indices: [
      { name: 'ix_sign_off_delegation_to', columns: ['to_person', 'act'] },
      { name: 'ix_sign_off_delegation_from', columns: ['from_person'] },
    ],
  });
}

async function createPolicies(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'sign_off_policy',
    columns: [
      ...[int('number').primary(), varchar('version', 80), longText('content'), longText('reason')],
      ...[bigint('published_at'), varchar('published_by', 64), int('record_version')],
    ],
  });
}
