/** New and recovered accounts: two officers, neither the person concerned, and the person alone can enrol. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AccountRow } from '../../controls/identity/identity.entity';
import { purposeOf } from '../../controls/identity/purpose';
import { codeAt, codeOfCounter, newCodeSecret } from '../../controls/identity/one-time-code';
import type { OfficerAct } from '../../controls/identity/officers';
import type { HalfCode } from '../../controls/identity/recovery-record';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, startIdentityWorld } from './identity-world';

const PASSWORD = 'a long phrase of my own';
const denied = { code: 'ACCESS_DENIED' };
const refused = { code: 'SIGN_IN_REFUSED' };

describeEachDatabase('recovery', (open) => {
  let world: IdentityWorld;
  beforeAll(async () => {
    world = await startIdentityWorld(open);
  });
  beforeEach(() => world.clock.set(world.clock.now() + 2 * 60 * 60_000));
  afterAll(() => world.close());

  /** An officer who signed in to read, and stepped up for one act. */
  async function officer(user: string, action: string, object: string): Promise<OfficerAct> {
    world.nextCode();
    const { accessToken } = await world.identity.signIn.asDemoUser(`demo:${user}`, attempt());
    const caller = await world.callerOf(accessToken);
    const purpose = purposeOf(action, object);
    const given = { password: world.passwordOf(user), code: world.codeOf(user), purpose };
    const { ticket } = await world.identity.stepUp.withPassword(caller, given, attempt());
    return { caller, ticket, requestId: 'request-1' };
  }
  const openFor = async (user: string, by = 'security-officer'): Promise<HalfCode> =>
    await world.identity.recoveries.open(await officer(by, 'recovery.open', user), {
      user,
      reason: 'phone lost',
    });
  const approve = async (id: string, by = 'security-officer-2'): Promise<HalfCode> =>
    await world.identity.recoveries.approve(await officer(by, 'recovery.approve', id), id);
  const begin = (user: string, code: string, password = PASSWORD): Promise<{ session: string }> =>
    world.identity.enrolment.begin({ user, code, password }, attempt());

  test('the officer who opened a recovery cannot approve it [21 CFR 11.200(a)]', async () => {
    const { recovery } = await openFor('analyst');
    await expect(approve(recovery, 'security-officer')).rejects.toMatchObject(denied);
    const entries = await world.entries();
    expect(
      entries.filter(({ action, outcome }) => action === 'recovery.approve' && outcome === 'REFUSED'),
    ).toHaveLength(1);
  });

  test('an officer can neither open nor approve a recovery of themself', async () => {
    await expect(openFor('security-officer', 'security-officer')).rejects.toMatchObject(denied);
    const { recovery } = await openFor('security-officer-2');
    await expect(approve(recovery, 'security-officer-2')).rejects.toMatchObject(denied);
  });

  test('somebody who is no officer opens nothing', async () => {
    await expect(openFor('analyst', 'qa-lead')).rejects.toMatchObject(denied);
  });

  test('a ticket for another act opens nothing', async () => {
    const act = await officer('security-officer', 'recovery.open', 'auditor');
    const given = { user: 'analyst', reason: 'x' };
    await expect(world.identity.recoveries.open(act, given)).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
  });

  test('one half of the code is worth nothing, and both work once, for password and factor of the person’s own choice', async () => {
    const first = await openFor('qa-officer');
    const before = await world.signIn('qa-officer');
    const second = await approve(first.recovery);
    await expect(world.callerOf(before.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    world.nextCode();
    await expect(world.signIn('qa-officer')).rejects.toMatchObject(refused);
    await expect(begin('qa-officer', first.half + first.half)).rejects.toMatchObject(refused);
    await expect(begin('qa-officer', second.half)).rejects.toMatchObject(refused);
    await expect(begin('qa-officer', first.half + second.half, 'Password2026!')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const { session } = await begin('qa-officer', `${first.half}-${second.half}`);
    await expect(begin('qa-officer', first.half + second.half)).rejects.toMatchObject(refused);
    const who = await world.identity.enrolment.enrolling(session);
    const { factor, secret } = await world.identity.enrolment.beginTotp(who);
    await expect(
      world.identity.enrolment.finishWithCode(who, factor, '000000', attempt()),
    ).rejects.toMatchObject(refused);
    const code = codeAt(secret, world.clock.now());
    const signedIn = await world.identity.enrolment.finishWithCode(who, factor, code, attempt());
    expect(await world.callerOf(signedIn.accessToken)).toMatchObject({ roles: ['qa-officer'] });
    world.nextCode();
    const components = { user: 'qa-officer', password: PASSWORD, code: codeAt(secret, world.clock.now()) };
    expect(await world.identity.signIn.withPassword(components, attempt())).toHaveProperty('accessToken');
  });

  test('an enrolling session answers no question', async () => {
    const first = await openFor('auditor');
    const second = await approve(first.recovery);
    const begun = await world.identity.enrolment.begin(
      { user: 'auditor', code: first.half + second.half, password: PASSWORD },
      attempt(),
    );
    await expect(world.callerOf(begun.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a code that ran out is worth nothing', async () => {
    const first = await openFor('analyst');
    const second = await approve(first.recovery);
    world.clock.set(first.expiresAt + 1);
    await expect(begin('analyst', first.half + second.half)).rejects.toMatchObject(refused);
  });

  test('a new account starts without a role, and may have a hardware token', async () => {
    const act = await officer('security-officer', 'account.create', 'newcomer');
    const name = { en: 'New Comer', zh: '新人' };
    const given = { user: 'newcomer', name, kind: 'password' as const, reason: 'joined' };
    const first = await world.identity.newAccounts.create(act, given);
    const second = await approve(first.recovery);
    const { session } = await begin('newcomer', first.half + second.half);
    const who = await world.identity.enrolment.enrolling(session);
    const seed = newCodeSecret();
    const { factor } = await world.identity.enrolment.beginHotp(who, seed);
    const signedIn = await world.identity.enrolment.finishWithCode(
      who,
      factor,
      codeOfCounter(seed, 3),
      attempt(),
    );
    expect(await world.callerOf(signedIn.accessToken)).toMatchObject({ roles: [], name: 'New Comer' });
    const use = (counter: number): Promise<unknown> =>
      world.identity.signIn.withPassword(
        { user: 'newcomer', password: PASSWORD, code: codeOfCounter(seed, counter) },
        attempt(),
      );
    await expect(use(3)).rejects.toMatchObject(refused);
    expect(await use(5)).toHaveProperty('accessToken');
    await expect(use(4)).rejects.toMatchObject(refused);
    await expect(use(40)).rejects.toMatchObject(refused);
  });

  test('the officer who approves sees whose account it is, and whether it is a further one of that person', async () => {
    const { newAccounts, recoveries } = world.identity;
    const create = async (user: string, person?: string): Promise<void> => {
      const act = await officer('security-officer', 'account.create', user);
      const name = { en: 'New Comer', zh: '新人' };
      await newAccounts.create(act, { user, name, kind: 'password', person, reason: 'joined' });
    };
    await create('first-account');
    await create('second-account', 'demo-person:qa-lead');
    const waiting = await recoveries.waiting(world.database.reader);
    const personOf = (user: string): unknown => waiting.find((one) => one.user === user)?.person;
    expect(personOf('first-account')).toMatchObject({
      name: { en: 'New Comer', zh: '新人' },
      hasOtherAccounts: false,
    });
    expect(personOf('second-account')).toMatchObject({ id: 'demo-person:qa-lead', hasOtherAccounts: true });
  });

  test('a service gets a short token for its role alone, never signs, and ends by itself', async () => {
    const { identity, clock } = world;
    const act = await officer('security-officer', 'account.create', 'erp-app');
    const expiresAt = clock.now() + 24 * 60 * 60_000;
    const given = { user: 'erp-app', expiresAt, mayActFor: false, scopes: ['analyst'], reason: 'app' };
    const first = await identity.newAccounts.createService(act, given);
    const second = await approve(first.recovery);
    const claim = { user: 'erp-app', code: first.half + second.half };
    const { clientId, clientSecret } = await identity.enrolment.claimService(claim, attempt());
    const signedIn = await identity.services.token({ clientId, clientSecret, onBehalfOf: null }, attempt());
    expect(signedIn.refreshToken).toBeNull();
    const caller = await world.callerOf(signedIn.accessToken);
    expect(caller).toMatchObject({ kind: 'service', person: null, roles: ['service', 'analyst'] });
    const components = { password: clientSecret, code: '000000', purpose: 'p' };
    await expect(identity.stepUp.withPassword(caller, components, attempt())).rejects.toMatchObject(denied);
    const forOther = { clientId, clientSecret, onBehalfOf: 'demo-person:qa-lead' };
    await expect(identity.services.token(forOther, attempt())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await world.entries()).toContainEqual(
      expect.objectContaining({
        ...{ action: 'session.signInRefused', outcome: 'REFUSED', code: 'INVALID_INPUT' },
        facts: { onBehalfOf: 'demo-person:qa-lead' },
      }),
    );
    const wrong = { clientId, clientSecret: 'wrong', onBehalfOf: null };
    await expect(identity.services.token(wrong, attempt())).rejects.toMatchObject(refused);
    clock.set(expiresAt);
    await expect(world.callerOf(signedIn.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('nobody grants a role to themself', async () => {
    const { caller } = await officer('security-officer', 'x', 'y');
    const grant = { person: caller.person ?? '', role: 'qa-lead', sites: [], suppliers: [] };
    const actor = {
      ...{ account: caller.subject, person: caller.person, onBehalfOf: null, client: null },
      ...{ session: caller.session, requestId: null, personal: {} },
    };
    await expect(
      world.database.write((manager) => world.identity.assignGrant(manager, grant, actor)),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  describe('an account that is disabled', () => {
    const disable = async (user: string, reason: string, by = 'security-officer'): Promise<unknown> =>
      await world.identity.recoveries.disable(await officer(by, 'account.disable', user), { user, reason });
    const statusOf = async (user: string): Promise<string | undefined> =>
      (await world.database.reader.findOneBy(AccountRow, { userName: user }))?.status;
    const refusalsOf = async (action: string): Promise<unknown[]> =>
      (await world.entries()).filter((one) => one.action === action && one.outcome === 'REFUSED');

    test('needs a reason, and is not touched without one', async () => {
      const before = (await refusalsOf('account.disable')).length;
      await expect(disable('warehouse-operator', ' ')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await statusOf('warehouse-operator')).toBe('ACTIVE');
      expect(await refusalsOf('account.disable')).toHaveLength(before + 1);
    });

    test('is shut by one officer, at once', async () => {
      expect(await disable('warehouse-operator', 'left')).toBeNull();
      expect(await statusOf('warehouse-operator')).toBe('DISABLED');
    });

    test('of an officer takes a second one, who is neither its person nor who asked [21 CFR 11.300]', async () => {
      const { accessToken } = await world.identity.signIn.asDemoUser('demo:security-officer-2', attempt());
      const waiting = (await disable('security-officer-2', 'left')) as { recovery: string };
      expect(await statusOf('security-officer-2')).toBe('ACTIVE');
      expect(await world.callerOf(accessToken)).toMatchObject({ roles: ['security-officer'] });
      await expect(approve(waiting.recovery, 'security-officer')).rejects.toMatchObject(denied);
      await expect(approve(waiting.recovery, 'security-officer-2')).rejects.toMatchObject(denied);
      expect(await statusOf('security-officer-2')).toBe('ACTIVE');

      const person = 'demo-person:integration-engineer';
      await world.database.write((manager) =>
        world.identity.assignGrant(
          manager,
          { person, role: 'security-officer', sites: [], suppliers: [] },
          SYSTEM_ACTOR,
        ),
      );
      expect(await approve(waiting.recovery, 'integration-engineer')).toMatchObject({ half: '' });
      expect(await statusOf('security-officer-2')).toBe('DISABLED');
      await expect(world.callerOf(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });
});
