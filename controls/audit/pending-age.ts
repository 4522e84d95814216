/** How long entries wait for their place: the gap in which a database administrator could still hide one. */
import type { EntityManager } from 'typeorm';

/** Ms that the oldest entry has waited; null when none waits. */
export async function pendingAge(manager: EntityManager, now: number): Promise<number | null> {
  const [oldest] = await manager.query<{ at: number }[]>(
    'SELECT at FROM audit_pending ORDER BY entry_id LIMIT 1',
  );
  return oldest === undefined ? null : Math.max(0, now - oldest.at);
}
