/**
 * Grants from another system's groups end with the session that they came with, overnight as a rule. Such an end takes
 * nothing away: the provider was not asked again. Whoever signed by one is judged by what the provider said then, until
 * it says something else, or somebody here does.
 */
import type { RoleGrantRow } from './identity.entity';

/** How long an end by time can still be taken back by a later sign-in without the role, ms. */
export const LAPSED_KEPT_MS = 31 * 24 * 3_600_000;

type Ended = Pick<RoleGrantRow, 'source' | 'expiresAt' | 'revokedAt'>;

/** True where the grant is over only because its session is: sweeping notes the same instant, taking away another. */
export function lapsed({ source, expiresAt, revokedAt }: Ended, now: number): boolean {
  return (
    source === 'CLAIM' &&
    expiresAt !== null &&
    expiresAt <= now &&
    (revokedAt === null || revokedAt === expiresAt)
  );
}

/**
 * Grants that a signature of at most `withinMs` ago may still rest on: of each role that none is in force of, the one
 * that ended last, if it lapsed in that time. One that was taken away or ran out as it was decided here rests nothing.
 */
export function lapsedGrants(
  rows: readonly RoleGrantRow[],
  rolesInForce: readonly string[],
  now: number,
  withinMs: number,
): RoleGrantRow[] {
  const last = new Map<string, RoleGrantRow>();
  for (const row of rows) {
    if (row.validFrom > now || rolesInForce.includes(row.role)) continue;
    const known = last.get(row.role);
    if (known === undefined || endOf(row) >= endOf(known)) last.set(row.role, row);
  }
  return [...last.values()].filter((row) => lapsed(row, now) && endOf(row) > now - withinMs);
}

/** When a grant ended; what was taken away after its time ended when it was taken away. */
function endOf({ expiresAt, revokedAt }: Ended): number {
  return revokedAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
}
