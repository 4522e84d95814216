/** Keys whose first use the trail tells of, in entries that the product wrote; what an administrator queued tells of none. */
import type { EntityManager } from 'typeorm';
import { ownEntries } from '../audit/own-entries';
import { KEY_USED } from './key-check';

/** Ids of the purpose's keys. */
export async function toldKeys(manager: EntityManager, purpose: string): Promise<ReadonlySet<string>> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT l.entry_id AS id FROM audit_index i JOIN audit_log l ON l.seq = i.seq WHERE i.act = '${KEY_USED}'
     UNION ALL SELECT e.id AS id FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
      WHERE e.body LIKE '{"action":"${KEY_USED}"%'`,
  );
  const bodies = await ownEntries(
    manager,
    rows.map(({ id }) => id),
  );
  const told = [...bodies.values()].filter(
    ({ action, facts }) => action === KEY_USED && facts['purpose'] === purpose,
  );
  return new Set(told.flatMap(({ object }) => object?.id ?? []));
}
