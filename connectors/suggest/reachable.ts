/** Columns that a row of a resource reaches: its own, and those of rows that its foreign keys point to. */
import type { ColumnProfile, ResourceProfile } from '../inspect/source-profile';

/** A join of a draft, as a mapping writes it. */
export interface JoinDraft {
  readonly table: string;
  readonly as: string;
  readonly on: Readonly<Record<string, string>>;
  /** Why it is made, where the database declares no foreign key. */
  readonly inferred?: string;
}

export interface ReachedColumn {
  /** As a mapping names it: `column`, or `alias.column` behind a join. */
  readonly reference: string;
  readonly column: ColumnProfile;
  readonly resource: ResourceProfile;
  /** Joins that lead there, the first one first; none for the resource's own columns. */
  readonly joins: readonly JoinDraft[];
}

/** Joins followed one after the other, at most. */
const MOST_STEPS = 2;

/** Own columns first, then those behind one join, then behind two. */
export function reachedColumns(
  resource: ResourceProfile,
  byName: ReadonlyMap<string, ResourceProfile>,
): ReachedColumn[] {
  return walk(resource, [], '', byName);
}

/** Columns of the row that a join leads to, and of those that it points to in turn. */
export function reachedThrough(
  join: JoinDraft,
  target: ResourceProfile,
  byName: ReadonlyMap<string, ResourceProfile>,
): ReachedColumn[] {
  return walk(target, [join], join.as, byName);
}

function walk(
  start: ResourceProfile,
  before: readonly JoinDraft[],
  startAlias: string,
  byName: ReadonlyMap<string, ResourceProfile>,
): ReachedColumn[] {
  const found: ReachedColumn[] = [];
  const aliases = new Set<string>(startAlias === '' ? [] : [startAlias]);
  const visit = (at: ResourceProfile, joins: readonly JoinDraft[], alias: string) => {
    for (const column of at.columns) {
      found.push({
        reference: alias === '' ? column.name : `${alias}.${column.name}`,
        column,
        resource: at,
        joins,
      });
    }
    if (joins.length === before.length + MOST_STEPS) return;
    for (const { name, references } of at.columns) {
      const target = references === null ? undefined : byName.get(references.resource);
      if (references === null || target === undefined || target === start) continue;
      const as = aliasFor(name, aliases);
      const from = alias === '' ? name : `${alias}.${name}`;
      const { inferred } = references;
      const join = { table: target.name, as, on: { [references.column]: from } };
      visit(target, [...joins, inferred === undefined ? join : { ...join, inferred }], as);
    }
  };
  visit(start, before, startAlias);
  return found;
}

/** `item_id` → item; made of letters and digits, and distinct. */
function aliasFor(column: string, taken: Set<string>): string {
  const bare = column.replace(/(?:_?id|_?no|_?code)$/iu, '').replace(/[^A-Za-z0-9]/gu, '');
  const base = /^[A-Za-z]/u.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : 'joined';
  let alias = base;
  for (let i = 2; taken.has(alias); i += 1) alias = `${base}${i}`;
  taken.add(alias);
  return alias;
}
