/** Findings of declared rules, the work of people on findings, and runs of rules over all lots. */
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

const COLUMNS = [
  ['rule_id', 'varchar(64)'],
  ['rule_version', 'varchar(64)'],
  ['owner', 'varchar(64)'],
  ['evidence', 'text'],
] as const;
const TABLES: readonly TableSpec[] = [
  {
    name: 'finding_work',
    columns: [
      bigint('finding_pk').primary(),
      varchar('state', 12),
      varchar('assignee', 128).nullable(),
      longText('reason').nullable(),
      bigint('until_at').nullable(),
      bigint('updated_at'),
      varchar('updated_by', 128),
    ],
    indices: [
      { name: 'ix_finding_work_assignee', columns: ['assignee'] },
      { name: 'ix_finding_work_until', columns: ['state', 'until_at'] },
    ],
  },
  {
    name: 'finding_event',
    columns: [
      bigint('pk').primary(),
      bigint('finding_pk'),
      bigint('at'),
      varchar('account', 128),
      varchar('kind', 12),
      varchar('from_value', 128).nullable(),
      varchar('to_value', 128).nullable(),
      longText('text').nullable(),
    ],
    indices: [{ name: 'ix_finding_event', columns: ['finding_pk', 'pk'] }],
  },
  {
    name: 'rule_run',
    columns: [
      bigint('pk').primary(),
      varchar('rule_id', 64).nullable(),
      varchar('rules_version', 64),
      varchar('state', 12),
      varchar('requested_by', 128),
      bigint('requested_at'),
      bigint('place'),
      int('lots_total'),
      int('lots_done'),
      bigint('finished_at').nullable(),
      longText('error').nullable(),
    ],
    indices: [{ name: 'ix_rule_run_state', columns: ['state', 'pk'] }],
  },
];
/** Findings that a declared rule raises from now on keep their row: their key names that rule too. */
const DECLARED = [
  ['expiry-differs', "rule = 'VALUE_DIFFERS' AND field = 'expiresOn'"],
  ['regulated-value-differs', "rule = 'VALUE_DIFFERS' AND field <> 'expiresOn'"],
  ['status-differs', "rule = 'STATUS_DIFFERS'"],
  ['stock-differs', "rule = 'STOCK_DIFFERS'"],
  ['missing-in-master', "rule = 'MISSING_IN_SYSTEM'"],
  ['expiry-before-manufacture', "rule = 'EXPIRY_BEFORE_MANUFACTURE'"],
] as const;

export class FindingWork1764209000001 implements MigrationInterface {
  readonly name = 'FindingWork1764209000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
    await forbidChanges(runner, ['finding_event']);
    const mysql = runner.dataSource.options.type === 'mysql';
    // plain SQL: on SQLite the table API would copy the whole table for one column
    for (const [column, type] of COLUMNS)
      if (!(await runner.hasColumn('finding', column)))
        await runner.query(
          `ALTER TABLE finding ADD COLUMN ${column} ${mysql && type === 'text' ? 'longtext' : type} NULL`,
        );
    for (const [id, where] of DECLARED) {
      const key = mysql ? "CONCAT(dedupe_key, '@', ?)" : "dedupe_key || '@' || ?";
      await runner.query(
        `UPDATE finding SET rule_id = ?, dedupe_key = ${key} WHERE rule_id IS NULL AND subject_type = 'lot' AND ${where}`,
        [id, id],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await allowChanges(runner, ['finding_event']);
    const mysql = runner.dataSource.options.type === 'mysql';
    const length = mysql ? 'CHAR_LENGTH' : 'LENGTH';
    await runner.query(
      `UPDATE finding SET dedupe_key = SUBSTR(dedupe_key, 1, ${length}(dedupe_key) - ${length}(rule_id) - 1) WHERE rule_id IS NOT NULL`,
    );
    for (const [column] of COLUMNS) await runner.dropColumn('finding', column);
    for (const { name } of TABLES) await runner.dropTable(name, true);
  }
}
