/**
 * Entities of other sets, found by the key that a row names: services seldom lead from a result to its limits. All rows of
 * a page share questions; an alternative for each key, as many as a filter without brackets takes.
 */
import { chunks } from '../../platform/database/select-in';
import type { RawRow, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { Condition, ODataJoin } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import { textOf } from '../transforms/transform';
import { EntityPages, type EntityQuery } from './entity-pages';
import { MOST_ALTERNATIVES } from './filter';

/** A join with the entity type that it leads to. */
export interface CheckedJoin extends ODataJoin {
  readonly entity: EntityQuery['entity'];
}

/** The rows with the entity of each join under its alias, null where there is none. Throws LegacyUnavailableError. */
export async function withJoins(
  rows: RawRow[],
  joins: readonly CheckedJoin[],
  query: EntityQuery,
  deadline: Deadline,
): Promise<RawRow[]> {
  let joined = rows;
  for (const join of joins) {
    const found = await entitiesOf(joined, join, query, deadline);
    joined = joined.map((row) => ({ ...row, [join.as]: found.get(keyOf(row, join) ?? '') ?? null }));
  }
  return joined;
}

async function entitiesOf(
  rows: readonly RawRow[],
  join: CheckedJoin,
  query: EntityQuery,
  deadline: Deadline,
): Promise<ReadonlyMap<string, RawValue>> {
  const wanted = new Set(rows.map((row) => keyOf(row, join)).filter((key) => key !== null));
  const { service, params } = query.source;
  const found = new Map<string, RawValue>();
  for (const keys of chunks([...wanted], MOST_ALTERNATIVES)) {
    const source = {
      entitySet: join.entitySet,
      ...(service === undefined ? {} : { service }),
      ...(params === undefined ? {} : { params }),
      where: [{ any: keys.map((key) => conditionOf(key, join)) }],
    };
    const pages = new EntityPages({ ...query, source, entity: join.entity });
    for await (const entity of listed(pages, deadline)) found.set(keyOfEntity(entity, join), entity);
  }
  return found;
}

async function* listed(pages: EntityPages, deadline: Deadline): AsyncGenerator<RawValue> {
  for (let offset = 0, next: string | null = null; ;) {
    const page = await pages.page({ offset, next, since: null }, deadline);
    yield* page.items;
    if (page.isLast) return;
    offset += page.items.length;
    next = page.next;
  }
}

/** The key that a row names; null where a part of it is missing, and so nothing is named. */
function keyOf(row: RawRow, { on }: ODataJoin): string | null {
  const parts = Object.values(on).map((path) => textOf(valueAt(row as RawValue, path)));
  return parts.some((part) => part === null || part === '') ? null : JSON.stringify(parts);
}

const keyOfEntity = (entity: RawValue, { on }: ODataJoin): string =>
  JSON.stringify(Object.keys(on).map((property) => textOf(valueAt(entity, property))));

function conditionOf(key: string, { on }: ODataJoin): Condition {
  const parts = JSON.parse(key) as string[];
  return { all: Object.keys(on).map((column, i) => ({ column, equals: parts[i] ?? '' })) };
}
