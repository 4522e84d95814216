/**
 * What an id stands for after its entity was joined to another: by an edge, or because what stands above it was joined,
 * so that lots of an item and locations of a site followed. Asked only for ids that nothing golden has.
 */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import { type EntityType, lotKey } from '../sync/identity';
import { EVERY_SYSTEM, IdentityEdges, lotOfKey } from '../sync/identity-edges';

/** Keys of the entities that remain, by the keys of those that are gone; what leads nowhere is left out. */
export async function leadsTo(
  manager: EntityManager,
  type: EntityType,
  pks: readonly number[],
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const edges = await IdentityEdges.load(manager);
  if (edges.size === 0) return found;
  const followed = new Map<string, number[]>();
  for (const pk of pks) {
    const end = edges.follow(pk, EVERY_SYSTEM);
    if (end !== pk) found.set(pk, end);
  }
  const kept = await selectIn<{ natural_key: string; pk: number }>(
    manager,
    'SELECT natural_key, pk FROM pruned_identity WHERE entity_type = ? AND pk IN (?)',
    pks.filter((pk) => !found.has(pk)),
    [type],
  );
  for (const { natural_key: key, pk } of kept) {
    const now = keyNow(edges, type, pk, key);
    if (now !== null && now !== key) followed.set(now, [...(followed.get(now) ?? []), pk]);
  }
  const rows = await selectIn<{ natural_key: string; pk: number }>(
    manager,
    'SELECT natural_key, pk FROM identity WHERE entity_type = ? AND natural_key IN (?)',
    [...followed.keys()],
    [type],
  );
  for (const { natural_key: key, pk } of rows)
    for (const gone of followed.get(key) ?? []) found.set(gone, edges.follow(pk, EVERY_SYSTEM));
  return found;
}

/** The natural key with what it names above it as that is now; null for keys that name nothing above. */
function keyNow(edges: IdentityEdges, type: EntityType, pk: number, key: string): string | null {
  if (type === 'location') {
    const cut = key.indexOf('|');
    return `${edges.follow(Number(key.slice(0, cut)), EVERY_SYSTEM)}${key.slice(cut)}`;
  }
  const lot = type === 'lot' ? lotOfKey(pk, key) : null;
  if (lot === null) return null;
  return lotKey({
    itemPk: edges.follow(lot.itemPk, EVERY_SYSTEM),
    manufacturerPk: lot.manufacturerPk === null ? null : edges.follow(lot.manufacturerPk, EVERY_SYSTEM),
    lotNumber: lot.lotNumber,
  });
}
