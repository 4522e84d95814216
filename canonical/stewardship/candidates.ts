/**
 * Pairs that may be one, for a steward to look at: entities under one normal form of their names, numbers or GTINs.
 * Finding a pair decides nothing. Kept beside the golden rows and worked out again for what a sync touched.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import { selectIn } from '../../platform/database/select-in';
import type { EntityType } from '../sync/identity';
import { IdentityEdges } from '../sync/identity-edges';
import { describe } from './described';
import { type Described, confidenceOf, evidenceOf, normalName } from './evidence';

/** Less than this is not worth a person's time. */
const LEAST = 40;
/** Under one normal form: a number such as 1 stands on too many things to say anything. */
const MOST_NAMESAKES = 25;
const KEY_LENGTH = 190;

interface KeyRow {
  readonly entity_pk: number;
  readonly kind: string;
  readonly value: string;
}

/** Looks for candidates among the lots and those of the same normal number. */
export async function findCandidates(
  manager: EntityManager,
  now: number,
  lots: readonly number[],
): Promise<void> {
  await findAmong(manager, now, 'lot', lots);
}

/** Looks for candidates among all items, sites and parties: there are few beside the lots. */
export async function findMasterCandidates(manager: EntityManager, now: number): Promise<void> {
  for (const type of ['item', 'site', 'party'] as const) {
    const rows = await manager.query<{ pk: number }[]>(`SELECT pk FROM ${type} ORDER BY pk`);
    await findAmong(
      manager,
      now,
      type,
      rows.map(({ pk }) => pk),
    );
  }
}

/** Looks at these of one kind anew, and at those that share a key with them. */
export async function lookAgain(
  manager: EntityManager,
  now: number,
  type: EntityType,
  pks: readonly number[],
): Promise<void> {
  await findAmong(manager, now, type, pks);
}

async function findAmong(
  manager: EntityManager,
  now: number,
  type: EntityType,
  pks: readonly number[],
): Promise<void> {
  if (pks.length === 0) return;
  const own = await describe(manager, type, pks);
  const keys = [...own].flatMap(([pk, one]) => keysOf(pk, one));
  await bulkDelete(manager, 'identity_key', 'entity_pk', pks);
  await bulkInsert(
    manager,
    'identity_key',
    ['entity_pk', 'kind', 'value'],
    keys.map(({ entity_pk: pk, kind, value }) => [pk, kind, value]),
  );
  const pairs = await pairsOf(manager, keys);
  const all = await describe(manager, type, [...pairs.values()].flat());
  const edges = await IdentityEdges.load(manager);
  const dismissed = await dismissedOf(manager, [...pairs.values()]);
  const rows = [...pairs.values()].flatMap(([first, second]): BulkRow[] => {
    const [a, b] = [all.get(first), all.get(second)];
    if (a === undefined || b === undefined || isDecided(edges, first, second)) return [];
    const evidence = evidenceOf(a, b);
    const confidence = confidenceOf(evidence);
    const text = JSON.stringify(evidence);
    if (confidence < LEAST || dismissed.get(`${first}|${second}`) === text) return [];
    return [[first, second, type, confidence, text, now]];
  });
  await keep(manager, pks, rows);
}

function keysOf(pk: number, { type, name, title, titleZh, gtin }: Described): KeyRow[] {
  const keys: KeyRow[] = [];
  const add = (kind: string, value: string | null | undefined): void => {
    const normal = value == null ? '' : normalName(value).slice(0, KEY_LENGTH);
    if (normal !== '') keys.push({ entity_pk: pk, kind, value: normal });
  };
  add(`${type}.name`, name);
  add(`${type}.gtin`, gtin);
  add(`${type}.title`, title);
  add(`${type}.zh`, titleZh);
  return keys;
}

/** Pairs that share a key with one of `keys`, the smaller key first. */
async function pairsOf(
  manager: EntityManager,
  keys: readonly KeyRow[],
): Promise<Map<string, readonly [number, number]>> {
  const pairs = new Map<string, readonly [number, number]>();
  for (const kind of new Set(keys.map((one) => one.kind))) {
    const own = keys.filter((one) => one.kind === kind);
    const rows = await selectIn<KeyRow>(
      manager,
      'SELECT entity_pk, kind, value FROM identity_key WHERE kind = ? AND value IN (?)',
      [...new Set(own.map((one) => one.value))],
      [kind],
    );
    const byValue = new Map<string, number[]>();
    for (const row of rows) byValue.set(row.value, [...(byValue.get(row.value) ?? []), row.entity_pk]);
    for (const { entity_pk: pk, value } of own) {
      const sharing = byValue.get(value) ?? [];
      if (sharing.length > MOST_NAMESAKES) continue;
      for (const other of sharing) {
        if (other === pk) continue;
        const pair = [Math.min(pk, other), Math.max(pk, other)] as const;
        pairs.set(pair.join('|'), pair);
      }
    }
  }
  return pairs;
}

/** The evidence on which pairs were set aside; they are a question again under any other. */
async function dismissedOf(
  manager: EntityManager,
  pairs: readonly (readonly [number, number])[],
): Promise<Map<string, string>> {
  const rows = await selectIn<{ first_pk: number; second_pk: number; evidence: string }>(
    manager,
    'SELECT first_pk, second_pk, evidence FROM identity_dismissal WHERE first_pk IN (?)',
    [...new Set(pairs.map(([first]) => first))],
  );
  return new Map(rows.map((row) => [`${row.first_pk}|${row.second_pk}`, row.evidence]));
}

/** What people have set apart is no question any more. */
function isDecided(edges: IdentityEdges, first: number, second: number): boolean {
  return edges.all.some(
    ({ from_pk: from, to_pk: to }) => (from === first && to === second) || (from === second && to === first),
  );
}

/** Candidates of the entities are these now; one that was known keeps the time at which it was found. */
async function keep(manager: EntityManager, pks: readonly number[], rows: readonly BulkRow[]): Promise<void> {
  const known = new Map<string, number>();
  for (const column of ['first_pk', 'second_pk'] as const)
    for (const row of await selectIn<{ first_pk: number; second_pk: number; found_at: number }>(
      manager,
      `SELECT first_pk, second_pk, found_at FROM identity_candidate WHERE ${column} IN (?)`,
      pks,
    ))
      known.set(`${row.first_pk}|${row.second_pk}`, row.found_at);
  await forgetCandidates(manager, pks);
  await bulkInsert(
    manager,
    'identity_candidate',
    ['first_pk', 'second_pk', 'entity_type', 'confidence', 'evidence', 'found_at'],
    rows.map((row) => [...row.slice(0, 5), known.get(`${String(row[0])}|${String(row[1])}`) ?? row[5] ?? 0]),
  );
}

/** Forgets candidates of these entities. */
export async function forgetCandidates(manager: EntityManager, pks: readonly number[]): Promise<void> {
  await bulkDelete(manager, 'identity_candidate', 'first_pk', pks);
  await bulkDelete(manager, 'identity_candidate', 'second_pk', pks);
}
