/**
 * Whether a command stands where the trail says that it was left. A row is only a note of that: one that was sent, and
 * set back by SQL, would be sent again.
 */
import type { EntityManager } from 'typeorm';
import type { Json } from '../audit/audit-entry';
import { ownEntries } from '../audit/own-entries';
import type { OutboxCommandRow } from './outbox.entity';

type Command = Pick<OutboxCommandRow, 'id' | 'subject' | 'state'>;

/** One entry of the product about what was done with a command. */
export interface CommandStep {
  readonly action: string;
  readonly state: Json;
  /** Which of the command's entries it is, from 1: entries of one instant have no other order. */
  readonly turn: number;
}

/** True for a command that waits and was never sent, or whose last outcome is the state of the row. */
export async function isWhereTrailLeftIt(manager: EntityManager, row: Command): Promise<boolean> {
  const last = (await stepsOf(manager, row)).at(-1);
  if (last === undefined) return row.state === 'PENDING';
  return last.action === 'command.outcome' && last.state === row.state;
}

/** What the trail says of the command, in order. */
export async function stepsOf(
  manager: EntityManager,
  { id, subject }: Pick<Command, 'id' | 'subject'>,
): Promise<CommandStep[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT l.entry_id AS id FROM audit_index i JOIN audit_log l ON l.seq = i.seq
      WHERE i.object_id = ? AND i.act IN ('command.send', 'command.outcome')
     UNION ALL SELECT e.id AS id FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
      WHERE e.body LIKE '{"action":"command.%'`,
    [subject],
  );
  const entries = await ownEntries(
    manager,
    rows.map((one) => one.id),
  );
  return [...entries.values()]
    .filter(({ action, facts }) => STEPS.has(action) && facts['command'] === id)
    .map(({ action, facts }) => ({ action, state: facts['state'] ?? null, turn: Number(facts['turn']) }))
    .sort((a, b) => a.turn - b.turn);
}

const STEPS: ReadonlySet<string> = new Set(['command.send', 'command.outcome']);
