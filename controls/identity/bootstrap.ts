/**
 * The first two security officers of a deployment, made by whoever holds the database, once: from then on accounts are
 * opened by two officers. Each gets a whole enrolment code in a file of their own.
 */
import { ConfigError } from '../../platform/errors';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import { hashOfHalf, newHalf } from './enrolment-code';
import type { Grants } from './grants';
import { AccountRow, PersonRow, RecoveryRow, RoleGrantRow } from './identity.entity';
import type { IdentityContext } from './identity-context';
import { OFFICER_ROLE } from './officers';
import { normalUserName } from './people';

const LIFETIME_MS = 7 * 24 * 60 * 60_000;

export interface FirstOfficer {
  readonly user: string;
  readonly name: string;
}

/** Code of each officer, in their order. Throws ConfigError when there ever was an officer, or not two are named. */
export async function bootstrapOfficers(
  context: IdentityContext,
  grants: Grants,
  officers: readonly FirstOfficer[],
): Promise<string[]> {
  const names = officers.map(({ user }) => normalUserName(user));
  if (new Set(names).size < 2 || names.length !== officers.length)
    throw new ConfigError(['name at least two officers, each with a user name of their own']);
  const codes = officers.map(() => [newHalf(), newHalf()] as const);
  await context.database.write(async (manager) => {
    if (await manager.existsBy(RoleGrantRow, { role: OFFICER_ROLE }))
      throw new ConfigError(['this deployment has had security officers: they open accounts and recoveries']);
    const now = context.clock.now();
    for (const [index, officer] of officers.entries()) {
      const [first, second] = codes[index] ?? ['', ''];
      const [person, account] = [timedId(now), timedId(now)];
      const { name } = officer;
      await context.seals.insert(manager, PersonRow, {
        id: person,
        nameEn: name,
        nameZh: name,
        status: 'ACTIVE',
        createdAt: now,
      });
      await context.seals.insert(manager, AccountRow, {
        ...{ id: account, person, kind: 'password', userName: names[index] ?? '', status: 'ENROLLING' },
        ...{ secretHash: null, externalKey: null, serviceRoles: null, mayActFor: false, expiresAt: null },
        createdAt: now,
      });
      await context.seals.insert(manager, RecoveryRow, {
        ...{
          id: timedId(now),
          kind: 'CREATE',
          account,
          person,
          reason: 'first officers',
          status: 'APPROVED',
        },
        ...{ openedBy: 'system', approvedBy: 'system', createdAt: now, expiresAt: now + LIFETIME_MS },
        ...{ firstHalf: hashOfHalf(first), secondHalf: hashOfHalf(second) },
      });
      await context.audit.record(manager, SYSTEM_ACTOR, {
        ...{ action: 'account.bootstrap', outcome: 'DONE', object: { type: 'account', id: account } },
        facts: { person },
      });
      const grant = { person, role: OFFICER_ROLE, sites: [], suppliers: [], reason: 'first officers' };
      await grants.assign(manager, grant, SYSTEM_ACTOR);
    }
  });
  return codes.map((halves) => halves.join('-'));
}
