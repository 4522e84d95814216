/** The tables of the alarms. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigint, createTable, int, longText, varchar } from '../../platform/database/migration-table';

export class Alarms1761000700000 implements MigrationInterface {
  readonly name = 'Alarms1761000700000';

  async up(runner: QueryRunner): Promise<void> {
    await createAlarm(runner);
    await createDelivery(runner);
    await createTable(runner, {
      name: 'alarm_entry',
      columns: [
        varchar('alarm_id', 36).primary(),
        bigint('seq').primary(),
        varchar('entry_id', 36),
        varchar('account', 128),
        varchar('person', 128).nullable(),
      ],
    });
    await createTable(runner, {
      name: 'alarm_match',
      columns: [
        varchar('rule_id', 64).primary(),
        bigint('seq').primary(),
        varchar('dedupe_key', 64),
        bigint('at'),
        bigint('amount'),
        varchar('entry_id', 36),
        varchar('account', 128),
        varchar('person', 128).nullable(),
      ],
      indices: [{ name: 'ix_alarm_match_key', columns: ['dedupe_key', 'at'] }],
    });
    await createTable(runner, {
      name: 'alarm_cursor',
      columns: [varchar('name', 32).primary(), bigint('seq'), varchar('rules_version', 80)],
    });
    await createTable(runner, {
      name: 'alarm_suppression',
      columns: [
        varchar('id', 36).primary(),
        varchar('rule_id', 64),
        bigint('starts_at'),
        bigint('until_at'),
        varchar('account', 128),
        varchar('person', 128).nullable(),
        longText('reason'),
      ],
      indices: [{ name: 'ix_alarm_suppression_rule', columns: ['rule_id', 'until_at'] }],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['suppression', 'cursor', 'match', 'entry', 'delivery'])
      await runner.dropTable(`alarm_${table}`, true);
    await runner.dropTable('alarm', true);
  }
}

async function createAlarm(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'alarm',
    columns: [
      varchar('id', 36).primary(),
      varchar('rule_id', 64),
      varchar('severity', 16),
      varchar('state', 16),
      varchar('dedupe_key', 64),
      bigint('fold_until'),
      varchar('rules_version', 80),
      int('occurrences'),
      bigint('amount'),
      bigint('first_seq'),
      bigint('last_seq'),
      bigint('first_at'),
      bigint('last_at'),
      varchar('last_action', 64),
      bigint('opened_at'),
      int('escalation_level'),
      bigint('due_at').nullable(),
      bigint('acknowledged_at').nullable(),
      varchar('acknowledged_by', 128).nullable(),
      bigint('closed_at').nullable(),
      varchar('closed_by', 128).nullable(),
    ],
    indices: [
      { name: 'ix_alarm_key', columns: ['dedupe_key', 'opened_at'] },
      { name: 'ix_alarm_due', columns: ['state', 'due_at'] },
      { name: 'ix_alarm_opened', columns: ['opened_at', 'id'] },
    ],
  });
}

async function createDelivery(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'alarm_delivery',
    columns: [
      varchar('id', 36).primary(),
      varchar('alarm_id', 36),
      int('escalation_level'),
      varchar('recipient', 32),
      int('route'),
      varchar('channel', 32),
      varchar('lang', 2),
      varchar('title', 600),
      longText('message'),
      varchar('state', 16),
      int('urgency'),
      int('attempts'),
      int('failures'),
      bigint('next_at'),
      varchar('last_code', 64).nullable(),
      bigint('created_at'),
      bigint('sent_at').nullable(),
    ],
    indices: [
      // one message a step, recipient and channel, whatever races or restarts
      {
        name: 'ux_alarm_delivery',
        columns: ['alarm_id', 'escalation_level', 'recipient', 'route'],
        unique: true,
      },
      { name: 'ix_alarm_delivery_due', columns: ['state', 'channel', 'urgency', 'next_at'] },
    ],
  });
}
