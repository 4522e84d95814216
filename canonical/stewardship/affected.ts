/** What a change of the identity map reaches: the entities below one, and the records that name either. */
import type { EntityManager } from 'typeorm';
import { selectIn } from '../../platform/database/select-in';
import type { CanonicalRecord } from '../../connectors/contract';
import { recordsOfLots } from '../sync/records-of-lots';
import { namedByNumber } from '../sync/doubts';
import { FACTS } from '../sync/facts';
import type { EntityType } from '../sync/identity';
import { textOf } from '../sync/values';

/** Entities by type; those below come with those above. */
export type Entities = ReadonlyMap<EntityType, ReadonlySet<number>>;

const BELOW: Readonly<Partial<Record<EntityType, readonly { type: EntityType; column: string }[]>>> = {
  item: [{ type: 'lot', column: 'item_pk' }],
  site: [{ type: 'location', column: 'site_pk' }],
  party: [{ type: 'lot', column: 'manufacturer_pk' }],
};

/** The entities whose natural keys name one of these: lots of items and manufacturers, locations of sites. */
export async function withThoseBelow(
  manager: EntityManager,
  type: EntityType,
  pks: readonly number[],
): Promise<Entities> {
  const all = new Map<EntityType, Set<number>>([[type, new Set(pks)]]);
  for (const below of BELOW[type] ?? []) {
    const rows = await selectIn<{ pk: number }>(
      manager,
      `SELECT pk FROM ${below.type} WHERE ${below.column} IN (?)`,
      pks,
    );
    const known = all.get(below.type) ?? new Set<number>();
    for (const { pk } of rows) known.add(pk);
    all.set(below.type, known);
  }
  return all;
}

/** Every record that describes one of the entities or refers to it. */
export async function recordsOf(manager: EntityManager, entities: Entities): Promise<Set<number>> {
  const found = new Set<number>();
  const note = (rows: readonly { pk: number }[]): void => rows.forEach(({ pk }) => found.add(pk));
  for (const [type, pks] of entities) {
    const keys = [...pks];
    if (type === 'lot') {
      for (const pk of await recordsOfLots(manager, keys)) found.add(pk);
      continue;
    }
    note(await selectIn(manager, 'SELECT pk FROM source_record WHERE entity_pk IN (?)', keys));
    const column = `${type}_pk`;
    for (const { table, columns } of Object.values(FACTS))
      if (columns.includes(column))
        note(await selectIn(manager, `SELECT pk FROM ${table} WHERE ${column} IN (?)`, keys));
    if (type === 'party')
      note(
        await selectIn(
          manager,
          'SELECT r.pk FROM lot l JOIN source_record r ON r.entity_pk = l.pk WHERE l.supplier_pk IN (?)',
          keys,
        ),
      );
  }
  return found;
}

/** Those of the records that name their lot by its number alone: they refer to a lot that others establish. */
export async function namedByNumberAlone(
  manager: EntityManager,
  records: ReadonlySet<number>,
): Promise<number[]> {
  const found: number[] = [];
  for (const table of namedByNumber()) {
    const rows = await selectIn<{ pk: number; canonical: string }>(
      manager,
      `SELECT t.pk, v.canonical FROM ${table} t JOIN source_record r ON r.pk = t.pk
         JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE t.pk IN (?)`,
      [...records],
    );
    for (const { pk, canonical } of rows)
      if (textOf(JSON.parse(canonical) as CanonicalRecord, 'item') === null) found.push(pk);
  }
  return found;
}
