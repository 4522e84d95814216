/**
 * Tables whose rows are only ever inserted: triggers refuse UPDATE and DELETE to every account, and the runtime
 * account is not granted them either. Triggers stop mistakes and injected SQL; whoever may drop them is found by the
 * verifier instead.
 */
import type { QueryRunner } from 'typeorm';
import { GatewayError } from '../errors';

const ACTS = ['UPDATE', 'DELETE'] as const;
/** ER_BINLOG_CREATE_ROUTINE_NEED_SUPER, and the refusal of the TRIGGER privilege. */
const MAY_NOT_CREATE = new Set([1419, 1142, 1227]);

const insertOnlyMessage = (table: string): string => `${table} is insert-only`;

/** Refuses UPDATE and DELETE on the tables from now on. May be run again. */
export async function forbidChanges(runner: QueryRunner, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    for (const act of ACTS) {
      await runner.query(`DROP TRIGGER IF EXISTS ${triggerName(table, act)}`);
      await create(runner, table, act);
    }
  }
}

/** Takes the triggers away again, for a migration that goes back. */
export async function allowChanges(runner: QueryRunner, tables: readonly string[]): Promise<void> {
  for (const table of tables)
    for (const act of ACTS) await runner.query(`DROP TRIGGER IF EXISTS ${triggerName(table, act)}`);
}

const triggerName = (table: string, act: (typeof ACTS)[number]): string =>
  `tr_${table}_no_${act.toLowerCase()}`;

async function create(runner: QueryRunner, table: string, act: (typeof ACTS)[number]): Promise<void> {
  const mysql = runner.dataSource.options.type === 'mysql';
  const refusal = mysql
    ? `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${insertOnlyMessage(table)}'`
    : `BEGIN SELECT RAISE(ABORT, '${insertOnlyMessage(table)}'); END`;
  try {
    await runner.query(
      `CREATE TRIGGER ${triggerName(table, act)} BEFORE ${act} ON ${table} FOR EACH ROW ${refusal}`,
    );
  } catch (error) {
    const { errno } = error as { errno?: number };
    if (!MAY_NOT_CREATE.has(errno ?? 0)) throw error;
    throw new GatewayError(
      'CONFIG_INVALID',
      'The account of the migration may not create triggers. Grant it TRIGGER on the database; where the server ' +
        'keeps a binary log, also set log_bin_trust_function_creators=1 or migrate once under an account with SUPER.',
      {},
      error,
    );
  }
}
