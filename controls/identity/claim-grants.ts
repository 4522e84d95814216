/** Grants that come from another system's groups: replaced with each sign-in, and gone when no one signs in any more. */
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { AuditActor } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import type { MappedClaims } from './claims-mapping';
import type { Grants, Separation } from './grants';
import { RoleGrantRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { LAPSED_KEPT_MS, lapsed } from './lapsed-claims';
import { LONGEST_SESSION_MS } from './sessions';

/** What keeps roles apart that a directory gives. */
export interface ClaimRules {
  readonly grants: Pick<Grants, 'heldRoles'>;
  readonly separation: Separation;
}

/** Makes the person's grants from claims exactly these, until a session that opens now must have ended. */
export async function replaceClaimGrants(
  { clock, audit, seals }: IdentityContext,
  manager: EntityManager,
  person: string,
  given: MappedClaims,
  actor: AuditActor,
  rules: ClaimRules | null = null,
): Promise<void> {
  const now = clock.now();
  // before anything is read: of two who grant at once, the later one sees what the earlier gave
  await bumpEpoch(manager);
  const excluded = rules === null ? [] : await excludedRoles(manager, person, given.roles, now, rules);
  const claims = { ...given, roles: given.roles.filter((role) => !excluded.includes(role)) };
  for (const role of excluded) await refuse(role);
  const expiresAt = now + LONGEST_SESSION_MS;
  const [sites, suppliers] = [JSON.stringify(claims.sites), JSON.stringify(claims.suppliers)];
  const recent = await manager.find(RoleGrantRow, {
    where: [
      { person, source: 'CLAIM', revokedAt: IsNull() },
      { person, source: 'CLAIM', expiresAt: MoreThan(now - LAPSED_KEPT_MS) },
    ],
  });
  // a role that only lapsed, and that the groups no longer give, is taken away now: signatures rest on it
  const gone = recent.filter((row) => row.revokedAt !== null && !claims.roles.includes(row.role));
  const rows = recent.filter((row) => row.revokedAt === null || (gone.includes(row) && lapsed(row, now)));
  const kept = rows.filter(
    (row) => claims.roles.includes(row.role) && row.sites === sites && row.suppliers === suppliers,
  );
  for (const { id } of kept) await seals.update(manager, RoleGrantRow, { id }, { expiresAt });
  for (const { id, role } of rows.filter((row) => !kept.includes(row))) {
    await seals.update(manager, RoleGrantRow, { id }, { revokedAt: now });
    await record('grant.revoke', { before: role, after: null }, id);
  }
  for (const role of claims.roles.filter((name) => !kept.some((row) => row.role === name))) {
    const id = timedId(now);
    await seals.insert(manager, RoleGrantRow, {
      ...{ id, person, role, sites, suppliers, source: 'CLAIM', validFrom: now, expiresAt },
      ...{ grantedBy: 'directory', proposal: null, revokedAt: null, lastUsedAt: null },
    });
    await record('grant.assign', { before: null, after: role }, id);
  }

  async function refuse(role: string): Promise<void> {
    await audit.record(manager, actor, {
      ...{ action: 'grant.assign', outcome: 'REFUSED', code: 'ROLES_CONFLICT' },
      object: { type: 'person', id: person },
      facts: { role, source: 'CLAIM' },
    });
  }

  async function record(
    action: string,
    change: { before: string | null; after: string | null },
    grant: string,
  ): Promise<void> {
    await audit.record(manager, actor, {
      ...{
        action,
        outcome: 'DONE',
        object: { type: 'person', id: person },
        reason: 'groups of the directory',
      },
      changes: [{ field: 'role', ...change }],
      facts: { grant, source: 'CLAIM', sites: [...claims.sites], suppliers: [...claims.suppliers] },
    });
  }
}

/** Groups cannot say which of two roles that exclude each other is meant: neither is given, and what was granted stays. */
async function excludedRoles(
  manager: EntityManager,
  person: string,
  roles: readonly string[],
  now: number,
  { grants, separation }: ClaimRules,
): Promise<string[]> {
  const held = await grants.heldRoles(manager, person, now, 'ACT');
  const conflicts = await separation(manager, [...new Set([...held, ...roles])]);
  return roles.filter((role) => conflicts.some((conflict) => conflict.roles.includes(role)));
}
