/**
 * Cross-references that sources state, made edges of the identity map: they are declared, so they hold without anybody's
 * signature, as long as they contradict neither each other nor what people decided. One that changes is drawn anew.
 */
import type { EntityManager } from 'typeorm';
import type { Database } from '../../platform/database/database';
import { groupBy } from '../../platform/collections';
import { type ObservedFinding, reconcileFindings } from '../findings';
import type { CheckContext } from '../sync/checks';
import { IdentityResolver } from '../sync/identity';
import { IdentityCache } from '../sync/identity-cache';
import { EVERY_SYSTEM } from '../sync/identity-edges';
import { KeyAllocator } from '../sync/keys';
import { isRefused, planReference } from './decisions';
import { redraw } from './redraw';

type Checks = Omit<CheckContext, 'manager' | 'now' | 'nextKey'>;
type Referred = 'item' | 'site' | 'party';

interface Stated {
  readonly pk: number;
  readonly entity_type: string;
  readonly code: string;
  readonly spoken_by: string;
  readonly same_as: string;
}

interface Drawn {
  readonly from_pk: number;
  readonly system: string;
  readonly to_pk: number;
  readonly entity_type: Referred;
  readonly natural_key: string;
  readonly origin_ref: string;
}

const nameOf = (type: string, system: string, code: string): string =>
  JSON.stringify([type.toLowerCase(), system, code]);

/** Brings the edges of sources in line with what they state now; nothing is done where they are. */
export async function applyCrossReferences(database: Database, checks: Checks, now: number): Promise<void> {
  const { reader } = database;
  const stated = await reader.query<Stated[]>(
    'SELECT pk, entity_type, code, spoken_by, same_as FROM cross_reference ORDER BY pk',
  );
  const drawn = await drawnBySources(reader);
  const open = await reader.query<{ subject_pk: number }[]>(
    "SELECT subject_pk FROM finding WHERE rule = 'CROSS_REFERENCE_CONFLICT' AND state = 'OPEN'",
  );
  if (stated.length === 0 && drawn.length === 0 && open.length === 0) return;
  const byName = groupBy(stated, (one) => nameOf(one.entity_type, one.spoken_by, one.code));
  const wanted = new Map<string, Stated>();
  const conflicts = new Map<number, string>();
  for (const [name, own] of byName) {
    const [first] = own;
    if (first !== undefined && own.every((one) => one.same_as === first.same_as)) wanted.set(name, first);
    else for (const one of own) conflicts.set(one.pk, 'CONTRADICTED');
  }
  const standing = new Set<string>();
  for (const edge of drawn) {
    const name = nameOf(edge.entity_type, edge.system, edge.natural_key);
    const still = wanted.get(name);
    if (still !== undefined && (await isTarget(reader, edge, still.same_as))) standing.add(name);
    else await takeAway(database, checks, now, edge);
  }
  for (const [name, one] of wanted) {
    if (standing.has(name)) continue;
    const refusal = await draw(database, checks, now, one);
    if (refusal !== null) conflicts.set(one.pk, refusal);
  }
  await tell(database, now, stated, conflicts, open);
}

async function drawnBySources(manager: EntityManager): Promise<Drawn[]> {
  return await manager.query<Drawn[]>(
    `SELECT from_pk, system, to_pk, entity_type, natural_key, origin_ref FROM identity_edge
      WHERE origin = 'SOURCE' ORDER BY from_pk, system`,
  );
}

async function isTarget(manager: EntityManager, edge: Drawn, code: string): Promise<boolean> {
  const rows = await manager.query<{ natural_key: string }[]>(
    `SELECT natural_key FROM identity WHERE entity_type = ? AND pk = ?
      UNION ALL SELECT natural_key FROM pruned_identity WHERE entity_type = ? AND pk = ?`,
    [edge.entity_type, edge.to_pk, edge.entity_type, edge.to_pk],
  );
  return rows.some((row) => row.natural_key === code);
}

async function takeAway(database: Database, checks: Checks, now: number, edge: Drawn): Promise<void> {
  await database.write(async (manager) => {
    await KeyAllocator.lock(manager);
    // another process may have been quicker
    const there = await drawnBySources(manager);
    if (!there.some((one) => one.from_pk === edge.from_pk && one.system === edge.system)) return;
    const { entity_type: type, from_pk: from, to_pk: to } = edge;
    await redraw({ ...checks, manager, now }, { type, added: [], removed: [edge], concerned: [to, from] });
  });
}

/** Draws the edge; the code of the refusal where it cannot be, null where it is. */
async function draw(database: Database, checks: Checks, now: number, one: Stated): Promise<string | null> {
  const type = one.entity_type.toLowerCase() as Referred;
  return await database.write(async (manager) => {
    const keys = await KeyAllocator.lock(manager);
    const there = await drawnBySources(manager);
    const name = nameOf(type, one.spoken_by, one.code);
    if (there.some((edge) => nameOf(edge.entity_type, edge.system, edge.natural_key) === name)) return null;
    const from = await ownKey(manager, keys, type, one.code);
    const to = await ownKey(manager, keys, type, one.same_as);
    await keys.save();
    const plan = await planReference(manager, { type, pk: from }, to, one.spoken_by, String(one.pk));
    if (isRefused(plan)) return plan.code;
    await redraw({ ...checks, manager, now }, plan.change);
    return null;
  });
}

/** Key of the entity that a code itself names, whatever edges lead on from it; it is made where nothing named it yet. */
async function ownKey(
  manager: EntityManager,
  keys: KeyAllocator,
  type: Referred,
  code: string,
): Promise<number> {
  for (const table of ['identity', 'pruned_identity'] as const) {
    const [known] = await manager.query<{ pk: number }[]>(
      `SELECT pk FROM ${table} WHERE entity_type = ? AND natural_key = ?`,
      [type, code],
    );
    if (known !== undefined && table === 'identity') return known.pk;
    // what edges start from needs no row; what they lead to comes again under its own key
    if (known !== undefined && (await startsEdges(manager, known.pk))) return known.pk;
  }
  const identity = await IdentityResolver.open(manager, keys, new IdentityCache());
  await identity.resolve(type, new Set([code]), EVERY_SYSTEM);
  return identity.pkOf(type, code, EVERY_SYSTEM);
}

async function startsEdges(manager: EntityManager, pk: number): Promise<boolean> {
  return (
    (await manager.query<unknown[]>('SELECT from_pk FROM identity_edge WHERE from_pk = ?', [pk])).length > 0
  );
}

async function tell(
  database: Database,
  now: number,
  stated: readonly Stated[],
  conflicts: ReadonlyMap<number, string>,
  open: readonly { subject_pk: number }[],
): Promise<void> {
  if (conflicts.size === 0 && open.length === 0) return;
  const observed = stated.flatMap((one): ObservedFinding[] => {
    const reason = conflicts.get(one.pk);
    if (reason === undefined) return [];
    const facts = { entityType: one.entity_type, code: one.code, sameAs: one.same_as, reason };
    return [
      { rule: 'CROSS_REFERENCE_CONFLICT', subjectType: 'record', subjectPk: one.pk, field: 'sameAs', facts },
    ];
  });
  await database.write(async (manager) => {
    const keys = await KeyAllocator.lock(manager);
    const subjectPks = [...stated.map(({ pk }) => pk), ...open.map((one) => one.subject_pk)];
    const scope = {
      rules: ['CROSS_REFERENCE_CONFLICT'] as const,
      subjectType: 'record' as const,
      subjectPks,
    };
    await reconcileFindings(manager, () => keys.next(), now, scope, observed);
    await keys.save();
  });
}
