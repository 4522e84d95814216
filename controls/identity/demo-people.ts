/**
 * The people of the demo as real people: accounts with a password and a one-time-code secret of their own, drawn at
 * random at the first start and kept in an owner-only file, where the demo's stand-in for an authenticator app finds
 * them. Signing needs them as it would anywhere else.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { EntityManager } from 'typeorm';
import type { Config } from '../../platform/config';
import { ConfigError } from '../../platform/errors';
import { SYSTEM_ACTOR } from '../audit/audit-entry';
import { timedId } from '../integrity/ids';
import { type DemoSecrets, demoSecretsFile } from './demo-secrets';
import { type DemoUser, loadDemoUsers } from './demo-users';
import type { Grants } from './grants';
import { AccountRow, FactorRow, PersonRow } from './identity.entity';
import { bumpEpoch, type IdentityContext } from './identity-context';
import { newCodeSecret } from './one-time-code';
import { hashPassword } from './password';

/** Ids of a demo user's account and person. */
export const demoAccountId = (user: string): string => `demo:${user}`;
const demoPersonId = (user: string): string => `demo-person:${user}`;

export interface DemoSeedOptions {
  readonly config: Config;
  readonly root: string;
  readonly context: IdentityContext;
  readonly grants: Grants;
}

/** Makes the demo people that are not there yet; does nothing when all are. */
export async function seedDemoPeople(options: DemoSeedOptions): Promise<void> {
  const { config, context } = options;
  if (config.mode !== 'demo') throw new ConfigError(['demo people exist only in demo mode']);
  const users = loadDemoUsers(options.root);
  const file = demoSecretsFile(config);
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets[]) : [];
  const known = new Map(kept.map((secrets) => [secrets.user, secrets]));
  const all = users.map(({ user }) => known.get(user) ?? draw(user));
  if (all.some(({ user }) => !known.has(user))) writeOwned(file, all);
  const prepared = await Promise.all(
    users.map(async (user, index) => {
      const secrets = all[index] ?? draw(user.user);
      const account = await context.database.reader.findOneBy(AccountRow, { id: demoAccountId(user.user) });
      if (account !== null && known.has(user.user)) return null;
      return { user, secrets, secretHash: await hashPassword(secrets.password) };
    }),
  );
  await context.database.write(async (manager) => {
    for (const one of prepared) if (one !== null) await seedOne(manager, options, one);
    await bumpEpoch(manager);
  });
}

async function seedOne(
  manager: EntityManager,
  { context, grants }: DemoSeedOptions,
  one: { user: DemoUser; secrets: DemoSecrets; secretHash: string },
): Promise<void> {
  const { user, secrets, secretHash } = one;
  const now = context.clock.now();
  const [id, person] = [demoAccountId(user.user), demoPersonId(user.user)];
  const isNew = !(await manager.existsBy(PersonRow, { id: person }));
  await context.seals.put(manager, PersonRow, {
    ...{ id: person, nameEn: user.name.en, nameZh: user.name.zh, status: 'ACTIVE' as const, createdAt: now },
  });
  await context.seals.put(manager, AccountRow, {
    ...{ id, person, kind: 'password' as const, userName: user.user, secretHash, externalKey: null },
    ...{ status: 'ACTIVE' as const, serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
  });
  // a file of secrets that was lost is drawn anew, and the old ones must not open anything any more
  await context.seals.update(manager, FactorRow, { person }, { status: 'REMOVED' });
  const factor = timedId(now);
  await context.seals.insert(manager, FactorRow, {
    ...{ id: factor, person, kind: 'totp', status: 'ACTIVE', lastUsed: 0, createdAt: now },
    ...{ sealedSecret: context.secrets.seal(secrets.totpSecret, factor), credentialId: null, details: null },
  });
  await context.audit.record(manager, SYSTEM_ACTOR, {
    action: isNew ? 'account.create' : 'factor.reset',
    outcome: 'DONE',
    object: { type: 'account', id },
    reason: 'demo',
  });
  if (!isNew) return;
  for (const role of user.roles)
    await grants.assign(
      manager,
      { person, role, sites: user.sites, suppliers: [], reason: 'demo' },
      SYSTEM_ACTOR,
    );
}

function draw(user: string): DemoSecrets {
  return { user, password: randomBytes(12).toString('base64url'), totpSecret: newCodeSecret() };
}

/** Whole or not at all: a start that is killed half-way must not leave people whose secrets are lost. */
function writeOwned(file: string, secrets: readonly DemoSecrets[]): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}
