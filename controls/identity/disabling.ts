/** Shutting accounts. One officer shuts an account at once; that of a security officer takes a second one. */
import { type EntityManager, IsNull } from 'typeorm';
import { GatewayError } from '../../platform/errors';
import { actorOf } from '../audit/audit-entry';
import type { Grants } from './grants';
import { AccountRow, RoleGrantRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { OFFICER_ROLE, type OfficerAct } from './officers';
import type { People } from './people';
import type { Sessions } from './sessions';

export interface DisablingParts {
  readonly context: IdentityContext;
  readonly sessions: Sessions;
  readonly grants: Grants;
}

/**
 * Whether two officers must agree. One alone could otherwise shut all others out, and be the only one left. Somebody who
 * will be an officer counts already.
 */
export async function needsSecondOfficer(
  { context, grants }: Pick<DisablingParts, 'context' | 'grants'>,
  manager: EntityManager,
  { person }: Pick<AccountRow, 'person'>,
): Promise<boolean> {
  if (person === null) return false;
  return (await grants.heldRoles(manager, person, context.clock.now())).includes(OFFICER_ROLE);
}

/**
 * Thrown when taking the grant back would leave fewer than two security officers who can act: SIGN_OFF_NEEDED. One alone
 * could otherwise take the role from all others; what two are needed for then still takes two.
 */
export async function requireOfficersRemain(
  people: Pick<People, 'eligibility'>,
  manager: EntityManager,
  grant: string,
): Promise<void> {
  const row = await manager.findOneBy(RoleGrantRow, { id: grant });
  if (row?.role !== OFFICER_ROLE || row.revokedAt !== null) return;
  // of two who take roles back at once, the later one waits here
  await bumpEpoch(manager);
  const given = await manager.findBy(RoleGrantRow, { role: OFFICER_ROLE, revokedAt: IsNull() });
  const others = new Set(given.map(({ person }) => person).filter((person) => person !== row.person));
  let remaining = 0;
  for (const person of others) {
    const { active, roles } = await people.eligibility(manager, person);
    if (active && roles.includes(OFFICER_ROLE)) remaining += 1;
  }
  if (remaining < 2) throw new GatewayError('SIGN_OFF_NEEDED');
}

/** Shuts the account and ends its sessions; it opens again only by a recovery. */
export async function shutAccount(
  { context, sessions }: Pick<DisablingParts, 'context' | 'sessions'>,
  manager: EntityManager,
  by: OfficerAct,
  { account, reason }: { readonly account: string; readonly reason: string },
): Promise<void> {
  await context.seals.update(manager, AccountRow, { id: account }, { status: 'DISABLED' });
  const actor = actorOf(by.caller, by.requestId);
  await sessions.revokeAll(manager, { account }, actor, reason);
  await bumpEpoch(manager);
  await context.audit.record(manager, actor, {
    ...{ action: 'account.disable', outcome: 'DONE', object: { type: 'account', id: account }, reason },
  });
}
