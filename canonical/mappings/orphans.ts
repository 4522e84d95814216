/**
 * Entities that only another mapping spoke of: no record describes them and no fact refers to them any more. They go,
 * so that a mapping that is rolled back leaves the state that was there before; their keys are kept for their return.
 */
import type { EntityManager } from 'typeorm';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import { In } from 'typeorm';
import { toId } from '../ids';
import { FACTS } from '../sync/facts';
import type { KeyAllocator } from '../sync/keys';
import { KEY_CHANGED, NOT_MAPPED, REJECTED } from './passes';

type OrphanType = 'lot' | 'location' | 'site' | 'party' | 'item';
export type Orphans = ReadonlyMap<OrphanType, readonly number[]>;

interface Reference {
  readonly table: string;
  readonly column: string;
}

/** Taken in this order: what refers to others goes first. */
const ORDER: readonly OrphanType[] = ['lot', 'location', 'site', 'party', 'item'];

const OF_ENTITIES: Readonly<Record<OrphanType, readonly Reference[]>> = {
  lot: [],
  location: [],
  site: [{ table: 'location', column: 'site_pk' }],
  party: [
    { table: 'lot', column: 'manufacturer_pk' },
    { table: 'lot', column: 'supplier_pk' },
  ],
  item: [{ table: 'lot', column: 'item_pk' }],
};

function referencesTo(type: OrphanType): Reference[] {
  const column = `${type}_pk`;
  const facts = Object.values(FACTS).filter((spec) => spec.columns.includes(column));
  return [...facts.map(({ table }) => ({ table, column })), ...OF_ENTITIES[type]];
}

const TAKEN_OUT = [NOT_MAPPED, REJECTED, KEY_CHANGED].map((reason) => `'${reason}'`).join(', ');
const DESCRIBES = `(void_reason IS NULL OR void_reason NOT IN (${TAKEN_OUT}))`;

/** Entities that nothing refers to now. Reads outside of any transaction; `pruneOrphans` looks again. */
export async function findOrphans(manager: EntityManager): Promise<Orphans> {
  const found = new Map<OrphanType, number[]>();
  for (const type of ORDER) {
    const rows = await manager.query<{ pk: number }[]>(
      `SELECT pk FROM ${type} WHERE mastered = 0
          AND pk NOT IN (SELECT entity_pk FROM source_record WHERE entity_pk IS NOT NULL AND ${DESCRIBES})
          AND pk NOT IN (SELECT to_pk FROM identity_edge)
          ${referencesTo(type)
            .map(
              ({ table, column }) =>
                `AND pk NOT IN (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL${gone(found, table)})`,
            )
            .join('\n')} ORDER BY pk`,
    );
    found.set(
      type,
      rows.map((row) => row.pk),
    );
  }
  return found;
}

/** What is an orphan itself keeps nothing. */
function gone(found: Orphans, table: string): string {
  const pks = found.get(table as OrphanType) ?? [];
  return pks.length === 0 ? '' : ` AND pk NOT IN (${pks.join(',')})`;
}

/** Takes away those that are orphans still. MUST run under the lock of `keys`. */
export async function pruneOrphans(
  manager: EntityManager,
  keys: KeyAllocator,
  orphans: Orphans,
  now: number,
): Promise<void> {
  let pruned = 0;
  for (const type of ORDER) {
    const pks = await unreferenced(manager, type, orphans.get(type) ?? []);
    if (pks.length === 0) continue;
    pruned += pks.length;
    await keepKeys(manager, type, pks);
    await bulkDelete(manager, type, 'pk', pks);
    await resolveFindings(manager, type, pks, now);
  }
  if (pruned > 0) await keys.turnEpoch();
}

async function unreferenced(
  manager: EntityManager,
  type: OrphanType,
  candidates: readonly number[],
): Promise<number[]> {
  const kept = new Set<number>();
  const note = (rows: readonly { pk: number }[]): void => rows.forEach(({ pk }) => kept.add(pk));
  note(
    await selectIn(
      manager,
      `SELECT entity_pk AS pk FROM source_record WHERE ${DESCRIBES} AND entity_pk IN (?)`,
      candidates,
    ),
  );
  // what others were joined to, or set apart to, stays while that stands
  note(await selectIn(manager, 'SELECT to_pk AS pk FROM identity_edge WHERE to_pk IN (?)', candidates));
  for (const { table, column } of referencesTo(type))
    note(
      await selectIn(
        manager,
        `SELECT DISTINCT ${column} AS pk FROM ${table} WHERE ${column} IN (?)`,
        candidates,
      ),
    );
  const free = candidates.filter((pk) => !kept.has(pk));
  const acted = type === 'lot' ? await actedOn(manager, free) : new Set<number>();
  return free.filter((pk) => !acted.has(pk));
}

/** What people decided about a lot stays about it. */
async function actedOn(manager: EntityManager, lots: readonly number[]): Promise<Set<number>> {
  const bySubject = new Map(lots.map((pk) => [toId('lot', pk), pk]));
  const acted = new Set<number>();
  const subjects = [...bySubject.keys()];
  for (let start = 0; start < subjects.length; start += 500) {
    const rows = await manager.find(RegulatedRecordRow, {
      select: { subject: true },
      where: { subject: In(subjects.slice(start, start + 500)) },
    });
    for (const { subject } of rows) acted.add(bySubject.get(subject) ?? 0);
  }
  return acted;
}

async function keepKeys(manager: EntityManager, type: OrphanType, pks: readonly number[]): Promise<void> {
  const rows = await selectIn<{ natural_key: string; pk: number }>(
    manager,
    'SELECT natural_key, pk FROM identity WHERE entity_type = ? AND pk IN (?)',
    pks,
    [type],
  );
  await bulkInsert(
    manager,
    'pruned_identity',
    ['entity_type', 'natural_key', 'pk'],
    rows.map(({ natural_key: key, pk }) => [type, key, pk]),
  );
  // keys are unique over all types
  await bulkDelete(manager, 'identity', 'pk', pks);
}

async function resolveFindings(
  manager: EntityManager,
  type: OrphanType,
  pks: readonly number[],
  now: number,
): Promise<void> {
  for (let start = 0; start < pks.length; start += 500) {
    const page = pks.slice(start, start + 500);
    await manager.query(
      `UPDATE finding SET state = 'RESOLVED', resolved_at = ?
        WHERE state = 'OPEN' AND subject_type = ? AND subject_pk IN (${page.map(() => '?').join(',')})`,
      [now, type, ...page],
    );
  }
}
