/**
 * Changes edges of the identity map and brings golden state after them, all in one transaction: the records that name
 * what is concerned are derived anew, what nothing names any more goes, and the checks of the lots run again. What went
 * keeps its key, so that taking a change back leaves what was there before.
 */
import type { EntityManager } from 'typeorm';
import { bulkInsert } from '../../platform/database/bulk';
import { chunks, placeholders, selectIn } from '../../platform/database/select-in';
import { type Orphans, pruneOrphans } from '../mappings/orphans';
import { rederiveWithin } from '../sync/rederive';
import { type CheckContext, checkItems, checkLots, checkMasters } from '../sync/checks';
import { namedByNumber, newDoubts, openDoubts } from '../sync/doubts';
import type { EntityType } from '../sync/identity';
import { type IdentityEdge, IdentityEdges, lotOfKey } from '../sync/identity-edges';
import { KeyAllocator } from '../sync/keys';
import { type Entities, namedByNumberAlone, recordsOf, withThoseBelow } from './affected';
import { findCandidates, forgetCandidates } from './candidates';

/** The transaction, and what the checks of lots need. */
export type Redrawing = Omit<CheckContext, 'nextKey'>;

export interface NewEdge extends IdentityEdge {
  readonly origin: 'STEWARD' | 'SOURCE';
  readonly originRef: string;
}

export interface EdgeChange {
  readonly type: EntityType;
  readonly added: readonly NewEdge[];
  /** Edges to take away, by where they start and whose words they are about. */
  readonly removed: readonly Pick<IdentityEdge, 'from_pk' | 'system' | 'to_pk'>[];
  /** Entities whose records are to be derived anew. */
  readonly concerned: readonly number[];
}

export interface Redrawn {
  readonly records: number;
  readonly lots: number;
}

const EDGE_COLUMNS = [
  ...(['from_pk', 'system', 'to_pk', 'entity_type', 'natural_key'] as const),
  ...(['origin', 'origin_ref', 'since'] as const),
];

/** Entities and records that a change reaches; read under the lock of `keys`. */
export async function reached(
  manager: EntityManager,
  { type, concerned }: Pick<EdgeChange, 'type' | 'concerned'>,
  edges: IdentityEdges,
): Promise<{ readonly entities: Entities; readonly records: ReadonlySet<number> }> {
  const entities = await withNamesakes(manager, await withThoseBelow(manager, type, concerned), edges);
  return { entities, records: await recordsOf(manager, entities) };
}

/** Makes the change. MUST run within the transaction of the act that decided it; takes the lock of the copy. */
export async function redraw(context: Redrawing, change: EdgeChange): Promise<Redrawn> {
  const { manager, dictionary, now } = context;
  const before = await KeyAllocator.lock(manager);
  const edges = await IdentityEdges.load(manager);
  const { entities, records } = await reached(manager, change, edges);
  for (const { from_pk: from, system } of change.removed)
    await manager.query('DELETE FROM identity_edge WHERE from_pk = ? AND system = ?', [from, system]);
  await bulkInsert(
    manager,
    'identity_edge',
    EDGE_COLUMNS,
    change.added.map((edge) => [
      ...[edge.from_pk, edge.system, edge.to_pk, edge.entity_type, edge.natural_key],
      ...[edge.origin, edge.originRef, now],
    ]),
  );
  await before.turnEpoch();
  // what is remembered of the epoch before counts for nothing
  const keys = await KeyAllocator.lock(manager);
  const deriving = { manager, keys, dictionary, now };
  const numbers = await numbersOf(manager, entities.get('lot') ?? []);
  const touched = await rederiveWithin(deriving, records);
  const unnamed = await namedByNumberAlone(manager, records);
  // a number alone refers to a lot that others establish: it keeps none alive
  await loosen(manager, unnamed);
  for (const number of await numbersOf(manager, touched)) numbers.add(number);
  const parts = change.removed.flatMap((edge) => [edge.from_pk, edge.to_pk]);
  const after = await withThoseBelow(manager, change.type, [...change.concerned, ...parts]);
  const orphans = listed(merged([entities, after], touched));
  await pruneOrphans(manager, keys, orphans, now);
  // what names a lot by its number alone can be told only once the lots that are left are known
  const byNumber = new Set([
    ...unnamed,
    ...(await openDoubts(manager)).map(({ pk }) => pk),
    ...(await newDoubts(manager, [...touched])).map(({ pk }) => pk),
  ]);
  for (const lot of await rederiveWithin(deriving, byNumber)) touched.add(lot);
  const lots = [...new Set([...touched, ...(orphans.get('lot') ?? []), ...(await lotsOf(manager, numbers))])];
  const checks: CheckContext = { ...context, nextKey: () => keys.next() };
  await checkLots(checks, lots);
  await checkItems(checks, [...new Set([...(entities.get('item') ?? []), ...(after.get('item') ?? [])])]);
  await checkMasters(checks);
  await findCandidates(manager, now, lots);
  await forgetCandidates(manager, [...orphans.values()].flat());
  await keys.save();
  return { records: new Set([...records, ...byNumber]).size, lots: touched.size };
}

const listed = (entities: Entities): Orphans => new Map([...entities].map(([type, pks]) => [type, [...pks]]));

function merged(sets: readonly Entities[], lots: ReadonlySet<number>): Map<EntityType, Set<number>> {
  const all = new Map<EntityType, Set<number>>([['lot', new Set(lots)]]);
  for (const entities of sets)
    for (const [type, pks] of entities) {
      const known = all.get(type) ?? new Set<number>();
      for (const pk of pks) known.add(pk);
      all.set(type, known);
    }
  return all;
}

/** Lots of one item and number are told apart from each other: what happens to one concerns the others. */
async function withNamesakes(
  manager: EntityManager,
  found: Entities,
  edges: IdentityEdges,
): Promise<Entities> {
  const lots = new Set(found.get('lot') ?? []);
  if (lots.size === 0) return found;
  const rows = await selectIn<{ pk: number }>(
    manager,
    'SELECT DISTINCT b.pk FROM lot a JOIN lot b ON b.item_pk = a.item_pk AND b.lot_number = a.lot_number WHERE a.pk IN (?)',
    [...lots],
  );
  for (const { entity_type: type, from_pk: from, natural_key: key } of edges.touching(lots)) {
    const lot = type === 'lot' ? lotOfKey(from, key) : null;
    if (lot === null) continue;
    const { itemPk, lotNumber } = lot;
    rows.push(
      ...(await manager.query<{ pk: number }[]>('SELECT pk FROM lot WHERE item_pk = ? AND lot_number = ?', [
        itemPk,
        lotNumber,
      ])),
    );
  }
  return new Map([...found, ['lot', new Set([...lots, ...rows.map(({ pk }) => pk)])]]);
}

async function loosen(manager: EntityManager, records: readonly number[]): Promise<void> {
  for (const table of namedByNumber())
    for (const page of chunks(records, 500))
      await manager.query(`UPDATE ${table} SET lot_pk = NULL WHERE pk IN (${placeholders(page.length)})`, [
        ...page,
      ]);
}

async function numbersOf(manager: EntityManager, lots: Iterable<number>): Promise<Set<string>> {
  const rows = await selectIn<{ lot_number: string }>(
    manager,
    'SELECT DISTINCT lot_number FROM lot WHERE pk IN (?)',
    [...lots],
  );
  return new Set(rows.map((row) => row.lot_number));
}

/** Lots of these numbers: findings tell them apart from each other. */
async function lotsOf(manager: EntityManager, numbers: ReadonlySet<string>): Promise<number[]> {
  const rows = await selectIn<{ pk: number }>(manager, 'SELECT pk FROM lot WHERE lot_number IN (?)', [
    ...numbers,
  ]);
  return rows.map(({ pk }) => pk);
}
