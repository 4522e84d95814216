/** Roles that one person may not hold together, as the access policy says: whoever gives a right does not use it. */
import type { PolicyContent } from './policy-content';

/** Two roles of one person that exclude each other. */
export interface RoleConflict {
  readonly roles: readonly [string, string];
  readonly reason: string;
}

/** Every pair of the roles that the policy keeps apart; none where it keeps nothing apart. */
export function conflictsAmong(
  { incompatible = [] }: Pick<PolicyContent, 'incompatible'>,
  roles: readonly string[],
): RoleConflict[] {
  const held = new Set(roles);
  return incompatible.flatMap(({ role, with: others, reason }) =>
    held.has(role)
      ? others.filter((other) => held.has(other)).map((other) => ({ roles: [role, other] as const, reason }))
      : [],
  );
}

/** Each pair as one text, the same whichever role names the other. */
export function separatedPairs({ incompatible = [] }: Pick<PolicyContent, 'incompatible'>): Set<string> {
  return new Set(
    incompatible.flatMap(({ role, with: others }) =>
      others.map((other) => [role, other].sort().join(' and ')),
    ),
  );
}
