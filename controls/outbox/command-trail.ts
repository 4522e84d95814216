/**
 * Whether a command stands where the trail says that it was left. A row is only a note of that: one that was sent, and
 * set back by SQL, would be sent again.
 */
import type { EntityManager } from 'typeorm';
import { ownEntries } from '../audit/own-entries';
import type { OutboxCommandRow } from './outbox.entity';

/** True for a command that waits and was never sent, or whose last outcome is the state of the row. */
export async function isWhereTrailLeftIt(
  manager: EntityManager,
  row: Pick<OutboxCommandRow, 'id' | 'subject' | 'state'>,
): Promise<boolean> {
  const last = await lastStep(manager, row);
  if (last === null) return row.state === 'PENDING';
  return last.action === 'command.outcome' && last.state === row.state;
}

/** The newest entry of the product about what became of the command; null where there is none. */
async function lastStep(
  manager: EntityManager,
  { id, subject }: Pick<OutboxCommandRow, 'id' | 'subject'>,
): Promise<{ readonly action: string; readonly state: unknown } | null> {
  const placed = await manager.query<{ id: string }[]>(
    `SELECT l.entry_id AS id FROM audit_index i JOIN audit_log l ON l.seq = i.seq
      WHERE i.object_id = ? AND i.act IN ('command.send', 'command.outcome') ORDER BY l.seq`,
    [subject],
  );
  const waiting = await manager.query<{ id: string }[]>(
    `SELECT e.id AS id FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
      WHERE e.body LIKE '{"action":"command.%' ORDER BY e.id`,
  );
  const ids = [...placed, ...waiting].map((one) => one.id);
  const entries = await ownEntries(manager, ids);
  const steps = ids
    .flatMap((one) => entries.get(one) ?? [])
    .filter(({ action, facts }) => {
      return facts['command'] === id && (action === 'command.send' || action === 'command.outcome');
    });
  const last = steps.at(-1);
  return last === undefined ? null : { action: last.action, state: last.facts['state'] };
}
