/** What tokens of other issuers are worth, and how grants combine: never wider than each of them. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { actorOf } from '../../controls/audit/audit-entry';
import { Authenticator } from '../../controls/identity/authenticator';
import { NOTHING_IN_SCOPE } from '../../controls/identity/effective-grants';
import { AccountRow, PersonRow, SessionRow } from '../../controls/identity/identity.entity';
import { externalKey } from '../../controls/identity/known-callers';
import { issueToken } from '../../controls/identity/token';
import type { Caller } from '../../platform/request';
import { describeEachDatabase } from '../support/databases';
import { type IdentityWorld, startIdentityWorld, system } from './identity-world';

const ISSUER = 'https://id.example';

describeEachDatabase('callers', (open) => {
  let world: IdentityWorld;
  const { privateKey } = generateKeyPairSync('ed25519');
  beforeAll(async () => {
    world = await startIdentityWorld(open);
  });
  afterAll(() => world.close());

  const signer = (): Parameters<typeof issueToken>[0] => ({
    ...{ key: privateKey, issuer: ISSUER, audience: 'lotgraph', clock: world.clock },
  });
  async function ask(caller: Partial<Caller>): Promise<Caller> {
    const token = await issueToken(signer(), {
      caller: {
        ...{ subject: 'ext-1', person: 'demo-person:qa-lead', name: 'Ext', kind: 'person', client: null },
        ...{ roles: ['analyst'], sites: [], suppliers: [], onBehalfOf: null, session: 'ext-session' },
        ...caller,
      },
      language: null,
      lifetimeMs: 60_000,
    });
    const issuer = { ...signer(), key: createPublicKey(privateKey), builtIn: false };
    const authenticator = new Authenticator([issuer], world.identity.callers);
    return (await authenticator.authenticate(`Bearer ${token}`)).caller;
  }
  const grant = async (person: string, role: string, sites: readonly string[]): Promise<string> =>
    await world.database.write((manager) =>
      world.identity.assignGrant(manager, { person, role, sites, suppliers: [] }, system),
    );

  test('roles of somebody unknown come from the token, and a person in it is not believed', async () => {
    expect(await ask({})).toMatchObject({ roles: ['analyst'], person: null });
    expect(await ask({ roles: ['warehouse-operator'] })).toMatchObject({ roles: ['warehouse-operator'] });
  });

  test('roles of high risk, and those that no policy knows, count for nothing in a token of somebody unknown', async () => {
    const roles = ['qa-lead', 'security-officer', 'auditor', 'no-such-role', 'analyst'];
    expect(await ask({ subject: 'ext-2', roles })).toMatchObject({ roles: ['analyst'], person: null });
  });

  test('somebody unknown neither grants a role nor takes one back, not even under the name of the system', async () => {
    const { database, identity } = world;
    const caller = await ask({ subject: system.account });
    const actor = actorOf(caller, 'request-1');
    const given = { person: 'demo-person:analyst', role: 'auditor', sites: [], suppliers: [] };
    const id = await grant('demo-person:analyst', 'inspector', []);
    await expect(
      database.write((manager) => identity.assignGrant(manager, given, actor)),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(
      database.write((manager) => identity.revokeGrant(manager, id, actor, 'x')),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await database.write((manager) => identity.revokeGrant(manager, id, system, 'x'));
  });

  test('somebody whom we know has the roles that were granted here, whatever the token says', async () => {
    await world.database.write(async (manager) => {
      const names = { nameEn: 'Known', nameZh: '已知' };
      await world.identity.context.seals.insert(manager, PersonRow, {
        id: 'person-known',
        ...names,
        status: 'ACTIVE',
        createdAt: 0,
      });
      await world.identity.context.seals.insert(manager, AccountRow, {
        ...{ id: 'account-known', person: 'person-known', kind: 'oidc', userName: 'known', secretHash: null },
        ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: 0 },
        externalKey: externalKey(ISSUER, 'known'),
      });
    });
    const asked = (): Promise<Caller> =>
      ask({ subject: 'known', roles: ['security-officer'], session: 's2' });
    expect(await asked()).toMatchObject({ subject: 'account-known', person: 'person-known', roles: [] });
    await grant('person-known', 'auditor', []);
    expect(await asked()).toMatchObject({ roles: ['auditor'] });
  });

  test('a session of another issuer can be revoked here', async () => {
    expect(await ask({ session: 'ext-lost' })).toHaveProperty('subject');
    await world.database.write(async (manager) => {
      await manager.insert(SessionRow, {
        ...{
          id: 'ext-lost',
          account: 'ext-1',
          person: null,
          stage: 'FULL',
          amr: '[]',
          authTime: 0,
          client: null,
        },
        ...{ language: null, onBehalfOf: null, refreshHash: null, createdAt: 0, revokedAt: null },
        expiresAt: world.clock.now() + 60_000,
      });
      await world.identity.sessions.revoke(manager, 'ext-lost', system, 'lost');
    });
    await expect(ask({ session: 'ext-lost' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('grants of one role widen each other; those of different roles never do', async () => {
    const person = 'demo-person:warehouse-operator';
    const scope = async (): Promise<unknown> =>
      (await world.identity.eligibility(world.database.reader, person)).sites;
    expect(await scope()).toEqual(['SZ']);
    await grant(person, 'warehouse-operator', ['SH']);
    expect(await scope()).toEqual(['SH', 'SZ']);
    const everywhere = await grant(person, 'analyst', []);
    expect(await scope()).toEqual(['SH', 'SZ']);
    await grant(person, 'auditor', ['BJ']);
    expect(await scope()).toEqual([NOTHING_IN_SCOPE]);
    await world.database.write((manager) => world.identity.revokeGrant(manager, everywhere, system, 'x'));
    expect(await scope()).toEqual([NOTHING_IN_SCOPE]);
  });

  test('a grant that nobody used is reported, and one that was used is not', async () => {
    const { identity, database, clock } = world;
    const before = await identity.unusedGrants(database.reader, clock.now() + 1);
    expect(before.map(({ person }) => person)).toContain('demo-person:auditor');
    await world.signIn('auditor');
    const after = await identity.unusedGrants(database.reader, clock.now());
    expect(after.map(({ person }) => person)).not.toContain('demo-person:auditor');
  });

  test('a sweep closes what has run out, once', async () => {
    const { identity, clock } = world;
    const expiresAt = clock.now() + 1000;
    const given = { person: 'demo-person:analyst', role: 'inspector', sites: [], suppliers: [], expiresAt };
    await world.database.write((manager) => identity.assignGrant(manager, given, system));
    clock.set(expiresAt);
    expect(await identity.sweep()).toBe(1);
    expect(await identity.sweep()).toBe(0);
    const entries = await world.entries();
    expect(entries.filter(({ action }) => action === 'grant.expire')).toHaveLength(1);
  });
});
