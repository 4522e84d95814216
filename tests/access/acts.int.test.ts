/** Publishing policies and granting roles: nobody gains anything on one person's word, and nobody by their own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AccountRow, PersonRow, RoleGrantRow, SessionRow } from '../../controls/identity/identity.entity';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { RequestContext } from '../../platform/request';
import { Cleanup } from '../gateway/toy-gateway';
import { ROOT, dataOf } from '../support/ask-subgraph';
import { type AccessWorld, startAccessWorld } from './access-world';
import { signingTicket, ticketFor } from '../support/tickets';

jest.setTimeout(120_000);

const cleanup = new Cleanup();
let world: AccessWorld;
let governance: Subgraph;

const PEOPLE = {
  sec1: 'security-officer',
  sec2: 'security-officer',
  lead: 'qa-lead',
  ann: 'analyst',
} as const;
type Person = keyof typeof PEOPLE;

beforeAll(async () => {
  world = await startAccessWorld(cleanup);
  const found = world.subgraphs.find(({ name }) => name === 'governance');
  if (found === undefined) throw new Error('no governance');
  governance = found;
  for (const [person, role] of Object.entries(PEOPLE)) await addPerson(person, role);
  await addPerson('bob', null);
});
afterAll(() => cleanup.run());

async function addPerson(person: string, role: string | null): Promise<void> {
  const { database, controls } = world.services;
  const now = Date.now(); // sessions and tickets go by real time
  await database.write(async (manager) => {
    await controls.identity.context.seals.insert(manager, PersonRow, {
      ...{ id: person, nameEn: person, nameZh: person, status: 'ACTIVE', createdAt: now },
    });
    await controls.identity.context.seals.insert(manager, AccountRow, {
      ...{ id: person, person, kind: 'password', userName: person, secretHash: null, externalKey: null },
      ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null, createdAt: now },
    });
    await manager.insert(SessionRow, {
      ...{ id: `s-${person}`, account: person, person, stage: 'FULL', amr: '["pwd","otp"]', authTime: now },
      ...{ client: 'test', language: null, onBehalfOf: null, refreshHash: null, createdAt: now },
      ...{ expiresAt: now + 10 ** 9, revokedAt: null },
    });
    if (role !== null)
      await controls.identity.assignGrant(manager, { person, role, sites: [], suppliers: [] }, SYSTEM_ACTOR);
  });
}

async function requestOf(person: Person): Promise<RequestContext> {
  const request = await world.request([PEOPLE[person]]);
  const session = `s-${person}`;
  return { ...request, caller: { ...request.caller, subject: person, person, name: person, session } };
}

interface Payload {
  readonly signOff: { readonly id: string; readonly status: string } | null;
  readonly refusals: readonly { readonly code: string }[];
}

async function run(person: Person, call: string, variables: Record<string, unknown> = {}): Promise<Payload> {
  const types = Object.keys(variables).map((name) => `$${name}: ${name === 'version' ? 'ID' : 'String'}!`);
  const head = types.length > 0 ? `(${types.join(', ')})` : '';
  const source = `mutation${head} { it: ${call} { signOff { id status } refusals { code } } }`;
  return (await dataOf<{ it: Payload }>(governance, source, variables, await requestOf(person))).it;
}

/** Gives a person's signature to a proposal. */
async function sign(person: Person, mutation: string, id: string): Promise<Payload> {
  const ticket = await signingTicket(world.services, await requestOf(person), id);
  return await run(person, `${mutation}(signOff: "${id}", ticket: "${ticket}")`);
}

interface Wish {
  readonly person: string;
  readonly role: string;
  readonly reason?: string;
  readonly expiresAt?: string;
}

/** Grants a role of low risk as somebody who stepped up for exactly that. */
async function assignLow(by: Person, { person, role, reason = 'needed', expiresAt }: Wish): Promise<Payload> {
  const purpose = `lotgraph grant.assign ${person} ${role} * * ${expiresAt ?? '-'}`;
  const end = expiresAt === undefined ? '' : `, expiresAt: "${expiresAt}"`;
  const args = `person: "${person}", role: "${role}", reason: "${reason}"${end}`;
  return await run(
    by,
    `assignLowRiskRole(${args}, ticket: "${await ticketFor(world.services, by, purpose)}")`,
  );
}

async function revoke(by: Person, grant: string, reason: string): Promise<Payload> {
  const ticket = await ticketFor(world.services, by, `lotgraph grant.revoke ${grant}`);
  return await run(by, `revokeRole(grant: "${grant}", reason: "${reason}", ticket: "${ticket}")`);
}

const codes = ({ refusals }: Payload): string[] => refusals.map(({ code }) => code);
const rolesOf = async (person: string): Promise<readonly string[]> =>
  (await world.services.controls.identity.eligibility(world.services.database.reader, person)).roles;
const allEntries = async (): Promise<object[]> => {
  const rows = await world.services.database.reader.find(AuditEntryRow);
  return rows.map((row) => JSON.parse(row.body) as object);
};
const refusalsOf = async (action: string): Promise<(string | null)[]> => {
  const rows = await world.services.database.reader.find(AuditEntryRow);
  const entries = rows.map((row) => JSON.parse(row.body) as { action: string; code: string | null });
  return entries.filter((entry) => entry.action === action).map(({ code }) => code);
};
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describe('a policy', () => {
  const text = (file: string): string =>
    readFileSync(path.join(ROOT, 'schema/dictionary/access', file), 'utf8');
  const weaker = text('policy.yaml').replace('mask: [set:people,', 'read: [set:people]\n    mask: [');
  const tighter = text('policy.yaml').replace(/read: \[set:sources, set:findings\]/, 'read: [set:sources]');

  interface Staged {
    readonly version: string | null;
    readonly weakens: boolean | null;
    readonly problems: readonly string[];
    readonly changes: readonly { readonly weakens: boolean; readonly subject: string }[];
  }

  async function stage(policy: string): Promise<Staged> {
    const source = `mutation ($roles: String!, $policy: String!) { stageAccessPolicy(roles: $roles, policy: $policy) {
      version weakens problems changes { subject weakens } } }`;
    const variables = { roles: text('roles.yaml'), policy };
    const data = await dataOf<{ stageAccessPolicy: Staged }>(
      governance,
      source,
      variables,
      await requestOf('sec1'),
    );
    return data.stageAccessPolicy;
  }

  const inForce = async (): Promise<string> => {
    world.services.controls.access.forget();
    return await world.services.controls.access.currentVersion();
  };

  test('that does not compile is not kept, and says where it is wrong', async () => {
    const staged = await stage(text('policy.yaml').replace('- page.*', '- pgae.*'));
    expect(staged.version).toBeNull();
    expect(staged.problems[0]).toMatch(/policy\.yaml:\d+:\d+ [\w.]+: "pgae\.\*" fits no term/);
  });

  test('by which somebody gains is not published on one word', async () => {
    const { version, weakens, changes } = await stage(weaker);
    expect(weakens).toBe(true);
    expect(changes).toContainEqual({ subject: 'inspection.inspector', weakens: true });
    const before = await inForce();
    const call = 'tightenAccessPolicy(version: $version, reason: "x")';
    expect(codes(await run('sec1', call, { version }))).toEqual(['SIGN_OFF_NEEDED']);
    expect(await inForce()).toBe(before);
    expect(await allEntries()).toContainEqual(
      expect.objectContaining({ action: 'access.publish', outcome: 'REFUSED', code: 'SIGN_OFF_NEEDED' }),
    );
  });

  test('by which somebody gains is in force once two people have signed for it, and not before', async () => {
    const { version } = await stage(weaker);
    const before = await inForce();
    const proposed = await run('sec1', 'publishAccessPolicy(version: $version, reason: "names are needed")', {
      version,
    });
    expect(codes(proposed)).toEqual([]);
    const id = proposed.signOff?.id ?? '';
    expect(await inForce()).toBe(before);
    await sign('sec1', 'signPublishAccessPolicy', id);
    expect(await inForce()).toBe(before);
    const done = await sign('lead', 'signPublishAccessPolicy', id);
    expect(done.signOff?.status).toBe('EXECUTED');
    expect(await inForce()).toBe(version);
    const profile = await world.services.controls.access.profile(['analyst'], version ?? '');
    expect(profile.term('inspection.inspector')).toBe('READ');
  });

  test('by which nobody gains is not published without a reason', async () => {
    const { version } = await stage(tighter);
    const call = 'tightenAccessPolicy(version: $version, reason: " ")';
    expect(codes(await run('sec1', call, { version }))).toEqual(['REASON_REQUIRED']);
  });

  test('by which nobody gains is published by one person, with an audit entry', async () => {
    const { version, weakens } = await stage(tighter);
    expect(weakens).toBe(false);
    const call = 'tightenAccessPolicy(version: $version, reason: "less is enough")';
    expect(codes(await run('sec1', call, { version }))).toEqual([]);
    expect(await inForce()).toBe(version);
    expect(await allEntries()).toContainEqual(
      expect.objectContaining({
        action: 'access.publish',
        reason: 'less is enough',
        policyVersion: version,
      }),
    );
  });

  test('of another version is stale when one was published meanwhile', async () => {
    const first = await stage(weaker);
    const proposed = await run('sec1', 'publishAccessPolicy(version: $version, reason: "again")', {
      version: first.version,
    });
    const id = proposed.signOff?.id ?? '';
    await sign('sec1', 'signPublishAccessPolicy', id);
    const content = world.services.controls.access.draft();
    const access = world.services.controls.access;
    await access.publish(SYSTEM_ACTOR, { content, reason: 'back' }, await inForce());
    const before = await inForce();
    expect(codes(await sign('lead', 'signPublishAccessPolicy', id))).toEqual(['SIGN_OFF_STALE']);
    expect(await inForce()).toBe(before);
  });
});

describe('a role', () => {
  const grant = (person: string, role: string, more = ''): string =>
    `(person: "${person}", role: "${role}", reason: "needed"${more})`;

  test('of low risk is granted by one person', async () => {
    expect(codes(await assignLow('sec1', { person: 'bob', role: 'analyst' }))).toEqual([]);
    expect(await rolesOf('bob')).toEqual(['analyst']);
  });

  test.each([
    ['of high risk', { person: 'bob', role: 'qa-lead' }, 'SIGN_OFF_NEEDED'],
    ['to themself', { person: 'sec1', role: 'analyst' }, 'SELF_GRANT'],
    ['that there is not', { person: 'bob', role: 'emperor' }, 'NOT_FOUND'],
    ['to nobody', { person: 'nobody', role: 'analyst' }, 'NOT_FOUND'],
    [
      'that ended already',
      { person: 'bob', role: 'analyst', expiresAt: '2020-01-01T00:00:00.000Z' },
      'INVALID_INPUT',
    ],
  ])('%s is not granted on one word', async (_what, wish, code) => {
    const before = await rolesOf('bob');
    expect(codes(await assignLow('sec1', wish))).toEqual([code]);
    expect(await rolesOf('bob')).toEqual(before);
  });

  test.each([
    [
      'granted by one person',
      'grant.assign',
      'assignLowRiskRole(person: "bob", role: "warehouse-operator", reason: " ", ticket: "none")',
    ],
    [
      'proposed for two signatures',
      'signOff.propose',
      'assignRole(person: "bob", role: "qa-lead", reason: "")',
    ],
  ])('is not %s without a reason', async (_how, action, call) => {
    const before = await rolesOf('bob');
    const answer = await run('sec1', call);
    expect({ codes: codes(answer), signOff: answer.signOff }).toEqual({
      codes: ['REASON_REQUIRED'],
      signOff: null,
    });
    expect(await rolesOf('bob')).toEqual(before);
    expect(await refusalsOf(action)).toContain('REASON_REQUIRED');
  });

  test('of high risk is granted once two people have signed for it', async () => {
    const proposed = await run('sec1', `assignRole${grant('bob', 'qa-officer')}`);
    const id = proposed.signOff?.id ?? '';
    expect(codes(await sign('sec1', 'signAssignRole', id))).toEqual([]);
    expect(await rolesOf('bob')).not.toContain('qa-officer');
    expect((await sign('sec2', 'signAssignRole', id)).signOff?.status).toBe('EXECUTED');
    expect(await rolesOf('bob')).toContain('qa-officer');
  });

  test('is granted to nobody by their own proposal or signature', async () => {
    expect(codes(await run('sec1', `assignRole${grant('sec1', 'qa-lead')}`))).toEqual(['SELF_GRANT']);
    const proposed = await run('sec1', `assignRole${grant('sec2', 'qa-lead')}`);
    const id = proposed.signOff?.id ?? '';
    await sign('sec1', 'signAssignRole', id);
    expect((await sign('sec2', 'signAssignRole', id)).signOff?.status).not.toBe('EXECUTED');
    expect(await rolesOf('sec2')).not.toContain('qa-lead');
  });

  test.each([
    ['without an end', '', 'GRANT_TOO_LONG'],
    ['for longer than it may last', `, sites: ["SZ"], expiresAt: "${inDays(5000)}"`, 'GRANT_TOO_LONG'],
  ])('of a visiting inspector is not granted %s', async (_how, more, code) => {
    expect(codes(await run('sec1', `assignRole${grant('bob', 'inspector', more)}`))).toEqual([code]);
  });

  test('is not taken back without a reason', async () => {
    const { database, controls } = world.services;
    const before = await rolesOf('bob');
    const [first] = await controls.identity.grants.list(database.reader, {
      person: 'bob',
      inForceOnly: true,
    });
    expect(codes(await revoke('sec1', first?.id ?? '', ' '))).toEqual(['REASON_REQUIRED']);
    expect(await rolesOf('bob')).toEqual(before);
    expect(await refusalsOf('grant.revoke')).toContain('REASON_REQUIRED');
  });

  test('that is taken back has no effect from then on', async () => {
    const { database, controls } = world.services;
    const [first] = await controls.identity.grants.list(database.reader, {
      person: 'bob',
      inForceOnly: true,
    });
    expect(codes(await revoke('sec1', first?.id ?? '', 'left'))).toEqual([]);
    expect(await rolesOf('bob')).not.toContain(first?.role);
  });

  test('is granted by nobody who has no right to grant', async () => {
    await expect(assignLow('ann', { person: 'bob', role: 'analyst' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });

  test.each([
    ['without a ticket', 'none'],
    ['with a ticket for another person', 'lotgraph grant.assign ann warehouse-operator * * -'],
    ['with a ticket for other sites', 'lotgraph grant.assign bob warehouse-operator SZ * -'],
  ])('is neither granted nor taken back %s', async (_how, purpose) => {
    const before = await rolesOf('bob');
    const ticket = purpose === 'none' ? 'none' : await ticketFor(world.services, 'sec1', purpose);
    const args = 'person: "bob", role: "warehouse-operator", reason: "needed"';
    expect(codes(await run('sec1', `assignLowRiskRole(${args}, ticket: "${ticket}")`))).toEqual([
      'STEP_UP_REQUIRED',
    ]);
    const { database, controls } = world.services;
    const [held] = await controls.identity.grants.list(database.reader, { person: 'lead' });
    const call = `revokeRole(grant: "${held?.id ?? ''}", reason: "x", ticket: "${ticket}")`;
    expect(codes(await run('sec1', call))).toEqual(['STEP_UP_REQUIRED']);
    expect(await rolesOf('bob')).toEqual(before);
    expect(await rolesOf('lead')).toEqual(['qa-lead']);
    expect(await refusalsOf('grant.assign')).toContain('STEP_UP_REQUIRED');
    expect(await refusalsOf('grant.revoke')).toContain('STEP_UP_REQUIRED');
  });

  test('[21 CFR 11.10(g)] of a security officer is taken back by another one only where two remain', async () => {
    const { database, controls } = world.services;
    const grantOf = async (person: string): Promise<string> =>
      (await controls.identity.grants.list(database.reader, { person, inForceOnly: true }))[0]?.id ?? '';
    expect(codes(await revoke('sec1', await grantOf('sec2'), 'mine alone'))).toEqual(['SIGN_OFF_NEEDED']);
    expect(await refusalsOf('grant.revoke')).toContain('SIGN_OFF_NEEDED');
    expect(await rolesOf('sec2')).toEqual(['security-officer']);
    await addPerson('sec3', 'security-officer');
    await addPerson('sec4', null);
    // one whose role SQL gave does not count
    const slipped = `INSERT INTO role_grant (id, person, role_name, sites, suppliers, source, valid_from, granted_by)
      VALUES ('slipped-officer', 'sec4', 'security-officer', '[]', '[]', 'ACT', 0, 'x')`;
    await database.write((manager) => manager.query(slipped));
    expect(codes(await revoke('sec1', await grantOf('sec3'), 'left'))).toEqual([]);
    expect(codes(await revoke('sec1', await grantOf('sec2'), 'mine alone'))).toEqual(['SIGN_OFF_NEEDED']);
    await database.write((manager) => manager.query("DELETE FROM role_grant WHERE id = 'slipped-officer'"));
  });

  test('is not taken back where there is no such grant, and that is written down', async () => {
    expect(codes(await revoke('sec1', 'no-such-grant', 'left'))).toEqual(['NOT_FOUND']);
    expect(await refusalsOf('grant.revoke')).toContain('NOT_FOUND');
  });

  describe('that the policy keeps apart from another', () => {
    const conflicts = async (): Promise<readonly object[]> =>
      (
        await dataOf<{ it: readonly object[] }>(
          governance,
          '{ it: roleConflicts { person roles } }',
          {},
          await requestOf('sec1'),
        )
      ).it;

    test('is not granted beside it by two people', async () => {
      await addPerson('carl', 'auditor');
      const proposed = await run('sec1', `assignRole${grant('carl', 'qa-lead')}`);
      expect({ codes: codes(proposed), signOff: proposed.signOff }).toEqual({
        codes: ['ROLES_CONFLICT'],
        signOff: null,
      });
      expect(await refusalsOf('signOff.propose')).toContain('ROLES_CONFLICT');
    });

    test('is not granted beside it by one person', async () => {
      expect(codes(await assignLow('sec1', { person: 'carl', role: 'warehouse-operator' }))).toEqual([
        'ROLES_CONFLICT',
      ]);
      expect(await refusalsOf('grant.assign')).toContain('ROLES_CONFLICT');
      expect(await rolesOf('carl')).toEqual(['auditor']);
      expect(await conflicts()).toEqual([]);
    });

    test('is shown where somebody holds both all the same', async () => {
      const { database } = world.services;
      const [row] = await database.reader.findBy(RoleGrantRow, { person: 'carl' });
      if (row === undefined) throw new Error('carl has no grant');
      await database.write((manager) =>
        manager.insert(RoleGrantRow, Object.assign({}, row, { id: 'slipped', role: 'data-steward' })),
      );
      expect(await conflicts()).toEqual([{ person: 'carl', roles: ['auditor', 'data-steward'] }]);
      await database.write((manager) => manager.delete(RoleGrantRow, { id: 'slipped' }));
    });
  });
});
