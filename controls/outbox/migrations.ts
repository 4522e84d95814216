/** The tables of the outbox. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowChanges, forbidChanges } from '../../platform/database/insert-only';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

export class Outbox1761000500000 implements MigrationInterface {
  readonly name = 'Outbox1761000500000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'outbox_command',
      columns: [
        varchar('id', 36).primary(),
        varchar('idempotency_key', 80),
        varchar('proposal_id', 64),
        int('ordinal'),
        varchar('system', 32),
        varchar('kind', 20),
        varchar('subject', 64),
        varchar('slot', 190),
        longText('payload'),
        varchar('hash', 80),
        varchar('entry_id', 36),
        varchar('state', 10),
        int('attempts'),
        int('checks'),
        bigint('created_at'),
        bigint('next_at').nullable(),
        bigint('leased_until'),
        bigint('sent_at').nullable(),
        bigint('settled_at').nullable(),
        longText('outcome').nullable(),
      ],
      indices: [
        { name: 'ux_outbox_command_key', columns: ['idempotency_key'], unique: true },
        { name: 'ix_outbox_command_due', columns: ['system', 'state', 'next_at'] },
        { name: 'ix_outbox_command_slot', columns: ['slot'] },
        { name: 'ix_outbox_command_subject', columns: ['subject'] },
        { name: 'ix_outbox_command_proposal', columns: ['proposal_id'] },
      ],
    });
    await createTable(runner, {
      name: 'outbox_attempt',
      columns: [
        varchar('id', 36).primary(),
        varchar('command_id', 36),
        int('attempt'),
        varchar('step', 12),
        bigint('at'),
        longText('facts'),
      ],
      indices: [{ name: 'ix_outbox_attempt_command', columns: ['command_id', 'at'] }],
    });
    await forbidChanges(runner, ['outbox_attempt']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, ['outbox_attempt']);
    await runner.dropTable('outbox_attempt', true);
    await runner.dropTable('outbox_command', true);
  }
}
