/** Grants that come from another system's groups: replaced with each sign-in, and gone when no one signs in any more. */
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { AuditActor } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import type { MappedClaims } from './claims-mapping';
import { RoleGrantRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { LAPSED_KEPT_MS, lapsed } from './lapsed-claims';
import { LONGEST_SESSION_MS } from './sessions';

/** Makes the person's grants from claims exactly these, until a session that opens now must have ended. */
export async function replaceClaimGrants(
  { clock, audit }: IdentityContext,
  manager: EntityManager,
  person: string,
  claims: MappedClaims,
  actor: AuditActor,
): Promise<void> {
  const now = clock.now();
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
  for (const { id } of kept) await manager.update(RoleGrantRow, { id }, { expiresAt });
  for (const { id, role } of rows.filter((row) => !kept.includes(row))) {
    await manager.update(RoleGrantRow, { id }, { revokedAt: now });
    await record('grant.revoke', { before: role, after: null }, id);
  }
  for (const role of claims.roles.filter((name) => !kept.some((row) => row.role === name))) {
    const id = timedId(now);
    await manager.insert(RoleGrantRow, {
      ...{ id, person, role, sites, suppliers, source: 'CLAIM', validFrom: now, expiresAt },
      ...{ grantedBy: 'directory', proposal: null, revokedAt: null, lastUsedAt: null },
    });
    await record('grant.assign', { before: null, after: role }, id);
  }
  await bumpEpoch(manager);

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
