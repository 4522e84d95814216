/**
 * What a match or a split of entities would be: the edges that it adds or takes away, and why it may not be. Reads only,
 * within the transaction of the act, so that what is refused and what is done are of one moment.
 */
import { In, type EntityManager } from 'typeorm';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { bulkDelete } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { ErrorCode } from '../../platform/errors';
import { fromId, toId } from '../ids';
import type { EntityType } from '../sync/identity';
import { IdentityResolver, lotKey } from '../sync/identity';
import { IdentityCache } from '../sync/identity-cache';
import { EVERY_SYSTEM, type IdentityEdge, IdentityEdges, partKey } from '../sync/identity-edges';
import { KeyAllocator } from '../sync/keys';
import { namedByNumberAlone, recordsOf, withThoseBelow } from './affected';
import type { EdgeChange, NewEdge } from './redraw';

export const ENTITY_TYPES = ['item', 'site', 'location', 'party', 'lot'] as const satisfies EntityType[];

export interface EntityRef {
  readonly type: EntityType;
  readonly pk: number;
}

export interface Planned {
  readonly kind: 'MATCHED' | 'SPLIT' | 'TAKEN_BACK';
  readonly change: EdgeChange;
  /** What remains, and what is joined to it or set apart from it. */
  readonly into: number;
  readonly other: number;
}

/** Facts that tell why; the code is the refusal. */
export interface Refused {
  readonly code: ErrorCode;
  readonly names: readonly string[];
}

export type Plan = Planned | Refused;
export const isRefused = (plan: Plan): plan is Refused => 'code' in plan;
const refused = (code: ErrorCode, names: readonly string[] = []): Refused => ({ code, names });

/** What an id names; null when it is none of an entity that the identity map keeps. */
export function entityOf(id: string): EntityRef | null {
  for (const type of ENTITY_TYPES) {
    const pk = fromId(type, id);
    if (pk !== null) return { type, pk };
  }
  return null;
}

/** What makes `from` one with `into`. A part that was set apart from `into` goes back. */
export async function planMatch(
  manager: EntityManager,
  into: EntityRef,
  from: EntityRef,
  originRef: string,
): Promise<Plan> {
  const { type } = into;
  await standStill(manager);
  if (type !== from.type || into.pk === from.pk) return refused('INVALID_INPUT', ['from']);
  for (const one of [into, from]) if (!(await hasRow(manager, one))) return refused('NOT_FOUND');
  const edges = await IdentityEdges.load(manager);
  const apart = edges.all.filter((edge) => edge.to_pk === from.pk && edge.system !== EVERY_SYSTEM);
  const [split] = apart;
  if (split !== undefined && apart.every((edge) => edges.end(edge.from_pk, EVERY_SYSTEM) === into.pk))
    return await takeBack(manager, edges, { type, removed: apart, into: into.pk, other: from.pk });
  const added: NewEdge = {
    ...{ from_pk: from.pk, system: EVERY_SYSTEM, to_pk: into.pk, entity_type: type },
    ...{ natural_key: await naturalKeyOf(manager, from), origin: 'STEWARD', originRef },
  };
  if (!new IdentityEdges([...edges.all, added]).isSound())
    return refused('IDENTITY_CONFLICT', [toId(type, from.pk)]);
  const going = await belowOf(manager, from);
  const conflict = await decidedBelow(manager, edges, [into, from]);
  if (conflict.length > 0) return refused('IDENTITY_CONFLICT', conflict);
  const acted = await actedOn(manager, type === 'lot' ? [from.pk] : going);
  if (acted.length > 0) return refused('IDENTITY_HAS_ACTS', acted);
  const change = { type, added: [added], removed: [], concerned: [into.pk, from.pk] };
  return { kind: 'MATCHED', change, into: into.pk, other: from.pk };
}

/** What makes the words of a system, or of all, about `from` mean `to`, because a source states it. */
export async function planReference(
  manager: EntityManager,
  { type, pk }: EntityRef,
  to: number,
  system: string,
  originRef: string,
): Promise<Plan> {
  await standStill(manager);
  const edges = await IdentityEdges.load(manager);
  const taken = edges.all.some((edge) => edge.from_pk === pk && edge.system === system);
  if (taken || pk === to) return refused('IDENTITY_CONFLICT', [toId(type, pk)]);
  const added: NewEdge = {
    ...{ from_pk: pk, system, to_pk: to, entity_type: type, origin: 'SOURCE', originRef },
    natural_key: await naturalKeyOf(manager, { type, pk }),
  };
  if (!new IdentityEdges([...edges.all, added]).isSound())
    return refused('IDENTITY_CONFLICT', [toId(type, pk)]);
  const conflict = await decidedBelow(manager, edges, [{ type, pk }]);
  if (conflict.length > 0) return refused('IDENTITY_CONFLICT', conflict);
  const acted = await actedOn(manager, await belowOf(manager, { type, pk }));
  if (acted.length > 0) return refused('IDENTITY_HAS_ACTS', acted);
  const change = { type, added: [added], removed: [], concerned: [pk, to] };
  return { kind: 'MATCHED', change, into: to, other: pk };
}

/** What takes a match back: `from` is the id that was joined to another. */
export async function planTakeBack(manager: EntityManager, { type, pk }: EntityRef): Promise<Plan> {
  await standStill(manager);
  const edges = await IdentityEdges.load(manager);
  const own = edges.all.find((edge) => edge.from_pk === pk && edge.system === EVERY_SYSTEM);
  if (own === undefined) return refused('NOTHING_TO_CHANGE');
  const into = edges.follow(pk, EVERY_SYSTEM);
  return await takeBack(manager, edges, { type, removed: [own], into, other: pk });
}

/** What sets the words of one system about an entity apart from those of the others. */
export async function planSplit(
  manager: EntityManager,
  entity: EntityRef,
  system: string,
  originRef: string,
): Promise<Plan> {
  const { type, pk } = entity;
  await standStill(manager);
  if (!(await hasRow(manager, entity))) return refused('NOT_FOUND');
  const edges = await IdentityEdges.load(manager);
  const speaking = await systemsOf(manager, entity);
  if (!speaking.has(system) || speaking.size < 2) return refused('NOTHING_TO_CHANGE', [...speaking]);
  const conflict = await decidedBelow(manager, edges, [entity]);
  if (conflict.length > 0) return refused('IDENTITY_CONFLICT', conflict);
  const acted = await actedOn(manager, type === 'lot' ? [] : await belowOf(manager, entity));
  if (acted.length > 0) return refused('IDENTITY_HAS_ACTS', acted);
  const key = await naturalKeyOf(manager, entity);
  const part = await partOf(manager, entity, key, system);
  if (part === null) return refused('IDENTITY_CONFLICT', [`${key}@${system}`]);
  const added: NewEdge = {
    ...{ from_pk: pk, system, to_pk: part, entity_type: type, natural_key: key },
    ...{ origin: 'STEWARD', originRef },
  };
  if (!new IdentityEdges([...edges.all, added]).isSound())
    return refused('IDENTITY_CONFLICT', [toId(type, pk)]);
  return {
    ...{ kind: 'SPLIT', into: pk, other: part },
    change: { type, added: [added], removed: [], concerned: [pk] },
  };
}

/** Nobody else decides, and nothing is synced, from here to the end of the transaction: what is read now stays so. */
export async function standStill(manager: EntityManager): Promise<void> {
  await KeyAllocator.lock(manager);
}

async function takeBack(
  manager: EntityManager,
  edges: IdentityEdges,
  {
    type,
    removed,
    into,
    other,
  }: {
    readonly type: EntityType;
    readonly removed: readonly IdentityEdge[];
    readonly into: number;
    readonly other: number;
  },
): Promise<Plan> {
  const [first] = removed;
  const origins = await manager.query<{ origin: string }[]>(
    'SELECT origin FROM identity_edge WHERE from_pk = ? AND system = ?',
    [first?.from_pk ?? 0, first?.system ?? EVERY_SYSTEM],
  );
  // what a source states is put right there
  if (origins.some(({ origin }) => origin !== 'STEWARD'))
    return refused('IDENTITY_CONFLICT', [toId(type, other)]);
  // a part is nothing of its own: what was decided about it is taken back first
  const isPart = removed.every((edge) => edge.to_pk === other);
  const about = edges.touching(new Set([other])).filter((edge) => !removed.includes(edge));
  if (isPart && about.length > 0)
    return refused(
      'IDENTITY_CONFLICT',
      about.map((edge) => toId(type, edge.from_pk)),
    );
  const left = new IdentityEdges(edges.all.filter((edge) => !removed.includes(edge)));
  if (!left.isSound()) return refused('IDENTITY_CONFLICT', [toId(type, other)]);
  const both = [into, other].map((pk) => ({ type, pk }));
  const conflict = await decidedBelow(manager, edges, both);
  if (conflict.length > 0) return refused('IDENTITY_CONFLICT', conflict);
  if (isPart) {
    const acted = await actedOn(
      manager,
      type === 'lot' ? [other] : await belowOf(manager, { type, pk: other }),
    );
    if (acted.length > 0) return refused('IDENTITY_HAS_ACTS', acted);
  }
  return {
    ...{ kind: 'TAKEN_BACK', into, other },
    change: { type, added: [], removed, concerned: [into, other] },
  };
}

async function hasRow(manager: EntityManager, { type, pk }: EntityRef): Promise<boolean> {
  return (await manager.query<unknown[]>(`SELECT pk FROM ${type} WHERE pk = ?`, [pk])).length > 0;
}

/** The key under which records name the entity. */
async function naturalKeyOf(manager: EntityManager, { type, pk }: EntityRef): Promise<string> {
  const keys = await manager.query<{ natural_key: string }[]>(
    'SELECT natural_key FROM identity WHERE entity_type = ? AND pk = ? ORDER BY natural_key',
    [type, pk],
  );
  const part = keys.find((row) => row.natural_key.startsWith('@'));
  if (type !== 'lot' || part !== undefined) return (part ?? keys[0])?.natural_key ?? '';
  const [lot] = await manager.query<
    { item_pk: number; manufacturer_pk: number | null; lot_number: string }[]
  >('SELECT item_pk, manufacturer_pk, lot_number FROM lot WHERE pk = ?', [pk]);
  if (lot === undefined) return '';
  return lotKey({ itemPk: lot.item_pk, manufacturerPk: lot.manufacturer_pk, lotNumber: lot.lot_number });
}

/** Systems with a record that describes the entity or refers to it. */
async function systemsOf(manager: EntityManager, entity: EntityRef): Promise<Set<string>> {
  const records = await recordsOf(manager, await withThoseBelow(manager, entity.type, [entity.pk]));
  // who names a lot by its number alone says nothing of its own about it
  for (const pk of await namedByNumberAlone(manager, records)) records.delete(pk);
  const rows = await selectIn<{ system: string }>(
    manager,
    `SELECT DISTINCT s.system FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
      WHERE r.void_reason IS NULL AND r.pk IN (?)`,
    [...records],
  );
  return new Set(rows.map((row) => row.system));
}

async function belowOf(manager: EntityManager, { type, pk }: EntityRef): Promise<number[]> {
  const all = await withThoseBelow(manager, type, [pk]);
  return [...all].flatMap(([kind, pks]) => (kind === type ? [] : [...pks]));
}

/** Ids of what stands below and takes part in a decision of its own: that one is taken back first. */
async function decidedBelow(
  manager: EntityManager,
  edges: IdentityEdges,
  entities: readonly EntityRef[],
): Promise<string[]> {
  if (edges.size === 0) return [];
  const found = new Set<string>();
  for (const entity of entities) {
    const below = new Set(await belowOf(manager, entity));
    for (const edge of edges.touching(below))
      for (const pk of [edge.from_pk, edge.to_pk])
        if (below.has(pk)) found.add(toId(edge.entity_type as EntityType, pk));
    // what was joined has no row any more, but still a key that names what stands above it
    for (const edge of edges.all)
      if (isUnder(edge, entity)) found.add(toId(edge.entity_type as EntityType, edge.from_pk));
  }
  return [...found].sort();
}

function isUnder({ entity_type: type, natural_key: key }: IdentityEdge, above: EntityRef): boolean {
  const [first, second] = key.split('|');
  if (above.type === 'item') return type === 'lot' && first === String(above.pk);
  if (above.type === 'party') return type === 'lot' && second === String(above.pk);
  return above.type === 'site' && type === 'location' && first === String(above.pk);
}

/** Ids of the lots that people have acted on here: what they decided stays about the lot that it names. */
async function actedOn(manager: EntityManager, lots: readonly number[]): Promise<string[]> {
  const ids = lots.map((pk) => toId('lot', pk));
  const found = new Set<string>();
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await manager.find(RegulatedRecordRow, {
      select: { subject: true },
      where: { subject: In(ids.slice(start, start + 500)) },
    });
    for (const { subject } of rows) found.add(subject);
  }
  return [...found].sort();
}

/** The entity that a system's words are set apart to, the same one each time; null when its code is another's. */
async function partOf(
  manager: EntityManager,
  { type, pk }: EntityRef,
  naturalKey: string,
  system: string,
): Promise<number | null> {
  const keys = await KeyAllocator.lock(manager);
  const key = type === 'lot' ? partKey(system, naturalKey) : `${naturalKey}@${system}`;
  const taken = await manager.query<unknown[]>(
    'SELECT pk FROM identity WHERE entity_type = ? AND natural_key = ?',
    [type, key],
  );
  if (taken.length > 0) return null;
  if (type !== 'lot') {
    const identity = await IdentityResolver.open(manager, keys, new IdentityCache());
    await identity.resolve(type, new Set([key]), EVERY_SYSTEM);
    await keys.save();
    return identity.pkOf(type, key, EVERY_SYSTEM);
  }
  const [before] = await manager.query<{ pk: number }[]>(
    "SELECT pk FROM pruned_identity WHERE entity_type = 'lot' AND natural_key = ?",
    [key],
  );
  const part = before?.pk ?? keys.next();
  await bulkDelete(manager, 'pruned_identity', 'pk', [part]);
  await manager.query("INSERT INTO identity (entity_type, natural_key, pk) VALUES ('lot', ?, ?)", [
    key,
    part,
  ]);
  await manager.query(
    'INSERT INTO lot (pk, item_pk, manufacturer_pk, lot_number, mastered) SELECT ?, item_pk, manufacturer_pk, lot_number, 0 FROM lot WHERE pk = ?',
    [part, pk],
  );
  await keys.save();
  return part;
}
