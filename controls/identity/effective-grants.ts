/** What the grants of one person come to: their roles together, and the sites and suppliers that all of these share. */
import type { RoleGrantRow } from './identity.entity';

/** What all grants of a person come to at one moment. */
export interface EffectiveGrants {
  readonly roles: readonly string[];
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
  /** Ms since the epoch at which a grant begins or ends next; Infinity when none does. */
  readonly until: number;
}

/** A code that no site or supplier has: what a scope comes to when nothing is in it, since an empty list means all. */
export const NOTHING_IN_SCOPE = '(none)';

export function isInForce(row: RoleGrantRow, now: number): boolean {
  return row.revokedAt === null && row.validFrom <= now && (row.expiresAt === null || row.expiresAt > now);
}

/** Grants of one role widen each other; different roles never do: the scope is what all of them have in common. */
export function effectiveOf(
  rows: readonly RoleGrantRow[],
  now: number,
  counts = (row: RoleGrantRow): boolean => isInForce(row, now),
): EffectiveGrants {
  const inForce = rows.filter(counts);
  const roles = [...new Set(inForce.map((row) => row.role))].sort();
  const scopeOf = (of: 'sites' | 'suppliers'): string[] =>
    common(roles.map((role) => widest(inForce.filter((row) => row.role === role).map(codesOf(of)))));
  const edges = rows
    .flatMap((row) => [row.validFrom, row.expiresAt ?? Number.POSITIVE_INFINITY])
    .filter((instant) => instant > now);
  return {
    roles,
    sites: scopeOf('sites'),
    suppliers: scopeOf('suppliers'),
    until: Math.min(Number.POSITIVE_INFINITY, ...edges),
  };
}

const codesOf =
  (of: 'sites' | 'suppliers') =>
  (row: RoleGrantRow): string[] =>
    JSON.parse(row[of]) as string[];

function widest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.some((list) => list.length === 0) ? [] : [...new Set(lists.flat())];
}

function common(lists: readonly (readonly string[])[]): string[] {
  const limited = lists.filter((list) => list.length > 0);
  const [first, ...others] = limited;
  if (first === undefined) return [];
  const shared = first.filter((code) => others.every((list) => list.includes(code))).sort();
  return shared.length === 0 ? [NOTHING_IN_SCOPE] : shared;
}
