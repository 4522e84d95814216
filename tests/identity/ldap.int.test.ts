/** Passwords that a directory keeps: a real LDAP server, a name that tries to change the question, and groups as grants. */
import type { AddressInfo } from 'node:net';

import * as ldap from 'ldapjs';

import { LdapDirectory } from '../../controls/identity/ldap-directory';
import { FactorRow, AccountRow } from '../../controls/identity/identity.entity';
import { Secret } from '../../platform/secret';
import { shippedClaims } from '../support/claims';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, startIdentityWorld } from './identity-world';

const ldapClaims = async () => (await shippedClaims.current()).ldap;
const BASE = 'ou=people,dc=example,dc=org';
const READER = 'cn=reader,dc=example,dc=org';
const PEOPLE: Readonly<Record<string, { password: string; groups: readonly string[] }>> = {
  ann: { password: 'directory password', groups: ['CN=lotgraph-qa-leads,ou=groups,dc=example,dc=org'] },
  bob: { password: 'another password', groups: [] },
};

/** A directory of two people; a name that is not theirs is found only by a filter that asks for more than it should. */
function directoryServer(filters: string[]): ldap.Server {
  const server = ldap.createServer();
  server.bind('dc=example,dc=org', (request, response, next) => {
    const dn = request.dn.toString().replace(/, /g, ',');
    const uid = /^uid=([^,]+),/.exec(dn)?.[1] ?? '';
    const right = dn === READER ? 'reader password' : PEOPLE[uid]?.password;
    if (request.credentials !== right) {
      next(new ldap.InvalidCredentialsError());
      return;
    }
    response.end();
    next();
  });
  server.search(BASE, (request, response, next) => {
    filters.push(request.filter.toString());
    for (const [uid, { groups }] of Object.entries(PEOPLE)) {
      const attributes = { uid, objectclass: 'person', memberOf: [...groups] };
      if (request.filter.matches(attributes)) response.send({ dn: `uid=${uid},${BASE}`, attributes });
    }
    response.end();
    next();
  });
  return server;
}

describeEachDatabase('ldap', (open) => {
  const filters: string[] = [];
  let server: ldap.Server;
  let directory: LdapDirectory;
  let world: IdentityWorld;
  beforeAll(async () => {
    server = directoryServer(filters);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const bindPassword = new Secret('reader password');
    directory = new LdapDirectory(
      { url: `ldap://127.0.0.1:${port}`, caFile: null, bindDn: READER, bindPassword },
      ldapClaims,
    );
    world = await startIdentityWorld(open, { directory });
  });
  afterAll(async () => {
    world.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  test('the right password finds the person, a wrong or empty one nobody', async () => {
    expect(await directory.verify('ann', 'directory password')).toMatchObject({ dn: `uid=ann,${BASE}` });
    expect(await directory.verify('ann', 'wrong')).toBeNull();
    expect(await directory.verify('ann', '')).toBeNull();
    expect(await directory.verify('nobody', 'x')).toBeNull();
  });

  test.each(['*', 'ann)(objectclass=*', 'a*', '*)(uid=*))(|(uid=*', 'ann\u0000'])(
    'the name %j changes nothing of the question',
    async (name) => {
      expect(await directory.verify(name, 'directory password')).toBeNull();
      expect(filters.at(-1)).toMatch(/^\(uid=[^()*\u0000]*\)$/);
    },
  );

  test('a directory that fails is an outage, not a wrong password', async () => {
    const settings = { url: 'ldap://127.0.0.1:9', caFile: null, bindDn: null, bindPassword: null };
    await expect(new LdapDirectory(settings, ldapClaims).verify('ann', 'x')).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
    });
  });

  test('a password alone does not sign in; with the second factor the groups become grants', async () => {
    const { identity, database } = world;
    // an account whose person enrolled: the demo's analyst, with a password that the directory keeps
    await database.write(async (manager) => {
      await identity.context.seals.update(
        manager,
        AccountRow,
        { id: 'demo:analyst' },
        { kind: 'ldap', userName: 'ann', secretHash: null },
      );
    });
    const signIn = (code: string): Promise<{ accessToken: string }> =>
      identity.signIn.withPassword({ user: 'ann', password: 'directory password', code }, attempt());
    await expect(signIn('000000')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    const { accessToken } = await signIn(world.codeOf('analyst'));
    expect(await world.callerOf(accessToken)).toMatchObject({ roles: ['analyst', 'qa-lead'] });
    expect(
      await database.reader.countBy(FactorRow, { person: 'demo-person:analyst', status: 'ACTIVE' }),
    ).toBe(1);
  });

  test('a passed step-up checks the password with the directory too', async () => {
    world.nextCode();
    const { identity } = world;
    const { accessToken } = await identity.signIn.asDemoUser('demo:analyst', attempt());
    const caller = await world.callerOf(accessToken);
    const given = { password: 'directory password', code: world.codeOf('analyst'), purpose: 'p' };
    expect(await identity.stepUp.withPassword(caller, given, attempt())).toHaveProperty('ticket');
    world.nextCode();
    const wrong = { ...given, password: 'wrong', code: world.codeOf('analyst') };
    await expect(identity.stepUp.withPassword(caller, wrong, attempt())).rejects.toMatchObject({
      code: 'SIGN_IN_REFUSED',
    });
  });
});
