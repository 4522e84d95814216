/**
 * Absolute counts among deltas. A count states a level; what it changed is the difference to the balance before it,
 * so it is worked out by replaying the ledger of that lot and location, and again whenever an older row arrives.
 */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import { type Replayed, changedCounts } from './level-replay';

/** Those of the lots that a system has ever counted. */
export async function countedLots(
  manager: EntityManager,
  system: string,
  lotPks: ReadonlySet<number>,
): Promise<number[]> {
  const rows = await selectIn<{ lot_pk: number }>(
    manager,
    'SELECT DISTINCT lot_pk FROM level_movement WHERE system = ? AND lot_pk IN (?)',
    [...lotPks],
    [system],
  );
  return rows.map((row) => row.lot_pk);
}

/** Recomputes what each count changed, for every location of the given lots in one system's ledger. */
export async function replayLevels(
  manager: EntityManager,
  system: string,
  lotPks: readonly number[],
): Promise<void> {
  const rows = await selectIn<Replayed>(
    manager,
    `SELECT pk, lot_pk, location_pk, quantity_micros, level_micros FROM movement
      WHERE system = ? AND lot_pk IN (?) ORDER BY lot_pk, location_pk, occurred_at, pk`,
    lotPks,
    [system],
  );
  for (const { pk, quantity } of changedCounts(rows)) {
    await manager.query('UPDATE movement SET quantity_micros = ? WHERE pk = ?', [quantity, pk]);
  }
}
