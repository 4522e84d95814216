/** Shutting accounts. One officer shuts an account at once; that of a security officer takes a second one. */
import type { EntityManager } from 'typeorm';
import { actorOf } from '../audit/audit-entry';
import type { Grants } from './grants';
import { AccountRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { OFFICER_ROLE, type OfficerAct } from './officers';
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
