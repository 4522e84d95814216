/** Signing in: two components, codes that are good once, locks, sessions that end. */
import { StepUpTicketRow } from '../../controls/identity/identity.entity';
import { digestOf } from '../../controls/integrity/digest';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, startIdentityWorld, system } from './identity-world';

const refused = { code: 'SIGN_IN_REFUSED' };

describeEachDatabase('sign-in', (open) => {
  let world: IdentityWorld;
  beforeAll(async () => {
    world = await startIdentityWorld(open);
  });
  // every test finds fresh codes, and no lock of the one before
  beforeEach(() => world.clock.set(world.clock.now() + 2 * 60 * 60_000));
  afterAll(() => world.close());
  const tryIn = (user: string, password: string, code: string): Promise<unknown> =>
    world.identity.signIn.withPassword({ user, password, code }, attempt());

  test('password and code open a session whose caller has the roles that were granted [21 CFR 11.10(d)]', async () => {
    const signedIn = await world.signIn('warehouse-operator');
    expect(await world.callerOf(signedIn.accessToken)).toMatchObject({
      subject: 'demo:warehouse-operator',
      person: 'demo-person:warehouse-operator',
      roles: ['warehouse-operator'],
      sites: ['SZ'],
    });
    const entry = (await world.entries()).find(({ action }) => action === 'session.signIn');
    expect(entry).toMatchObject({ outcome: 'DONE', facts: { amr: ['pwd', 'otp'] } });
  });

  test('an unknown name, a wrong password and a wrong code are refused alike, and written down', async () => {
    const password = world.passwordOf('analyst');
    await expect(tryIn('nobody', password, '123456')).rejects.toMatchObject(refused);
    await expect(tryIn('analyst', 'wrong', world.codeOf('analyst'))).rejects.toMatchObject(refused);
    await expect(tryIn('analyst', password, '000000')).rejects.toMatchObject(refused);
    const actions = (await world.entries()).map(({ action }) => action);
    expect(actions.filter((action) => action === 'session.signInRefused')).toHaveLength(3);
  });

  test('a code is good once: of racing sign-ins with one code, one succeeds', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => world.signIn('qa-lead-2')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('of transactions that use one code up at once, one succeeds', async () => {
    const [person, code] = ['demo-person:integration-engineer', world.codeOf('integration-engineer')];
    const uses = await Promise.all(
      Array.from({ length: 16 }, () =>
        world.database.write((manager) => world.identity.factors.consume(manager, person, code)),
      ),
    );
    expect(uses.filter((factor) => factor !== null)).toHaveLength(1);
  });

  test('a code that signed in cannot step up [21 CFR 11.200(a)]', async () => {
    const signedIn = await world.signIn('qa-lead');
    const caller = await world.callerOf(signedIn.accessToken);
    const given = { password: world.passwordOf('qa-lead'), code: world.codeOf('qa-lead'), purpose: 'p' };
    await expect(world.identity.stepUp.withPassword(caller, given, attempt())).rejects.toMatchObject(refused);
    world.nextCode();
    const fresh = { ...given, code: world.codeOf('qa-lead') };
    expect(await world.identity.stepUp.withPassword(caller, fresh, attempt())).toHaveProperty('ticket');
  });

  test('repeated failures lock the account, for longer each time, and even the right password waits', async () => {
    for (let n = 0; n < 5; n += 1)
      await expect(tryIn('auditor', 'wrong', '000000')).rejects.toMatchObject(refused);
    await expect(world.signIn('auditor')).rejects.toMatchObject(refused);
    world.clock.set(world.clock.now() + 61_000);
    await expect(tryIn('auditor', 'wrong', '000000')).rejects.toMatchObject(refused);
    world.clock.set(world.clock.now() + 61_000);
    await expect(world.signIn('auditor')).rejects.toMatchObject(refused);
    world.clock.set(world.clock.now() + 61_000);
    expect(await world.signIn('auditor')).toHaveProperty('accessToken');
    const locks = (await world.entries()).filter(({ action }) => action === 'session.lockout');
    expect(locks).toHaveLength(2);
  });

  test('guesses that come at once are counted before they are judged', async () => {
    const guesses = Array.from({ length: 12 }, (_, n) => tryIn('qa-officer', 'wrong', String(100_000 + n)));
    await Promise.allSettled(guesses);
    await expect(world.signIn('qa-officer')).rejects.toMatchObject(refused);
  });

  test('a refresh token is good once; used again it ends the session for everybody', async () => {
    const first = await world.signIn('analyst');
    const second = await world.identity.signIn.refresh(first.refreshToken ?? '', attempt());
    await world.callerOf(second.accessToken);
    await expect(world.identity.signIn.refresh(first.refreshToken ?? '', attempt())).rejects.toMatchObject(
      refused,
    );
    await expect(world.callerOf(second.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(world.identity.signIn.refresh(second.refreshToken ?? '', attempt())).rejects.toMatchObject(
      refused,
    );
    const actions = (await world.entries()).map(({ action }) => action);
    expect(actions).toContain('session.revoke');
  });

  test('a session that is revoked is worth nothing with the next question', async () => {
    const { accessToken, session } = await world.signIn('analyst');
    await world.callerOf(accessToken);
    await world.database.write((manager) => world.identity.sessions.revoke(manager, session, system, 'left'));
    await expect(world.callerOf(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a grant that is revoked or given counts with the next question, and one that ran out ends by itself', async () => {
    const { accessToken } = await world.signIn('analyst');
    const person = 'demo-person:analyst';
    const { database, identity, clock } = world;
    const expiresAt = clock.now() + 60_000;
    await database.write((manager) =>
      identity.assignGrant(
        manager,
        { person, role: 'auditor', sites: ['SH'], suppliers: [], expiresAt },
        system,
      ),
    );
    expect(await world.callerOf(accessToken)).toMatchObject({ roles: ['analyst', 'auditor'], sites: ['SH'] });
    clock.set(expiresAt);
    expect(await world.callerOf(accessToken)).toMatchObject({ roles: ['analyst'], sites: [] });
    const [grant] = await identity.listGrants(database.reader, { person, inForceOnly: true });
    await database.write((manager) => identity.revokeGrant(manager, grant?.id ?? '', system, 'moved'));
    expect(await world.callerOf(accessToken)).toMatchObject({ roles: [] });
    expect(await database.write((manager) => identity.expireGrants(manager, clock.now(), system))).toBe(1);
  });

  test('text that is no refresh token is refused, written down, and kept nowhere', async () => {
    const refused = async (): Promise<unknown[]> =>
      (await world.entries()).filter((one) => one.action === 'session.refresh' && one.outcome === 'REFUSED');
    const before = (await refused()).length;
    const text = 'a secret that was pasted into the wrong place';
    await expect(world.identity.signIn.refresh(text, attempt())).rejects.toMatchObject({
      code: 'SIGN_IN_REFUSED',
    });
    expect(await refused()).toHaveLength(before + 1);
    expect(JSON.stringify(await refused())).not.toContain(text);
  });

  test('a factor is neither begun, confirmed nor removed with what is wrong, and each refusal is written down', async () => {
    const { accessToken } = await world.identity.signIn.asDemoUser('demo:qa-lead', attempt());
    const caller = await world.callerOf(accessToken);
    const { account, factors } = world.identity;
    const { factor } = await world.database.write((manager) =>
      factors.beginTotp(manager, caller.person ?? '', 'qa-lead'),
    );
    const codes = async (action: string): Promise<unknown[]> =>
      (await world.entries())
        .filter((one) => one.action === action && one.outcome === 'REFUSED')
        .map((one) => (one as { code?: string }).code);
    await expect(account.confirmFactor(caller, factor, '000000', attempt())).rejects.toMatchObject({
      code: 'SIGN_IN_REFUSED',
    });
    await expect(account.beginFactor(caller, 'none', null, attempt())).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
    expect((await codes('factor.enrol')).sort()).toEqual(['SIGN_IN_REFUSED', 'STEP_UP_REQUIRED']);
    const [held] = await account.factors(caller);
    await expect(account.removeFactor(caller, 'none', held?.id ?? '', attempt())).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
    expect(await codes('factor.remove')).toEqual(['STEP_UP_REQUIRED']);
    expect(await account.factors(caller)).toEqual([held]);
  });

  test('a session ends by time', async () => {
    const { refreshToken } = await world.signIn('analyst');
    world.clock.set(world.clock.now() + 8 * 60 * 60_000 + 1);
    await expect(world.identity.signIn.refresh(refreshToken ?? '', attempt())).rejects.toMatchObject(refused);
  });
});

describeEachDatabase('step-up', (open) => {
  let world: IdentityWorld;
  beforeAll(async () => {
    world = await startIdentityWorld(open);
  });
  // every test finds fresh codes, and no lock of the one before
  beforeEach(() => world.clock.set(world.clock.now() + 2 * 60 * 60_000));
  afterAll(() => world.close());

  async function ticketFor(purpose: string): Promise<{ ticket: string; person: string; session: string }> {
    const signedIn = await world.identity.signIn.asDemoUser('demo:qa-lead', attempt());
    const caller = await world.callerOf(signedIn.accessToken);
    const given = { password: world.passwordOf('qa-lead'), code: world.codeOf('qa-lead'), purpose };
    const { ticket } = await world.identity.stepUp.withPassword(caller, given, attempt());
    return { ticket, person: caller.person ?? '', session: caller.session };
  }
  const use = (given: {
    ticket: string;
    person: string;
    session: string;
    purpose: string;
  }): Promise<unknown> => world.database.write((manager) => world.identity.consumeTicket(manager, given));
  const required = { code: 'STEP_UP_REQUIRED' };

  test('of many that use one ticket at once, one succeeds', async () => {
    const ticket = await ticketFor('sha256:a');
    const uses = await Promise.allSettled(
      Array.from({ length: 8 }, () => use({ ...ticket, purpose: 'sha256:a' })),
    );
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each([
    ['another purpose', { purpose: 'sha256:b' }],
    ['another person', { person: 'demo-person:qa-lead-2' }],
    ['another session', { session: 'x' }],
  ])('a ticket is not good for %s', async (_name, other) => {
    const ticket = await ticketFor('sha256:a');
    await expect(use({ ...ticket, purpose: 'sha256:a', ...other })).rejects.toMatchObject(required);
    expect(await use({ ...ticket, purpose: 'sha256:a' })).toMatchObject({ methods: ['pwd', 'otp'] });
  });

  test('a ticket is good for two minutes, and not once its session has ended', async () => {
    const late = await ticketFor('p');
    world.clock.set(world.clock.now() + 120_001);
    await expect(use({ ...late, purpose: 'p' })).rejects.toMatchObject(required);
    const ended = await ticketFor('p');
    await world.database.write((manager) =>
      world.identity.sessions.revoke(manager, ended.session, system, 'left'),
    );
    await expect(use({ ...ended, purpose: 'p' })).rejects.toMatchObject(required);
  });

  test('a ticket that was inserted by SQL is worth nothing [21 CFR 11.10(d)]', async () => {
    const { person, session } = await ticketFor('p');
    const at = world.clock.now();
    await world.database.write((manager) =>
      manager.insert(StepUpTicketRow, {
        ...{ ticketHash: digestOf('forged'), purposeHash: digestOf('p'), person, session },
        ...{ account: 'demo:qa-lead', methods: '["pwd","otp"]', at, expiresAt: at + 60_000, usedAt: null },
      }),
    );
    const forged = { ticket: 'forged', person, session, purpose: 'p' };
    await expect(use(forged)).rejects.toMatchObject(required);
  });

  test.each<[string, Partial<StepUpTicketRow>]>([
    ['purpose', { purposeHash: digestOf('q') }],
    ['person and account', { person: 'demo-person:qa-officer', account: 'demo:qa-officer' }],
    ['methods', { methods: '["hwk"]' }],
    ['time', { at: 1 }],
    ['expiry', { expiresAt: 9_000_000_000_000 }],
  ])('a ticket whose %s was altered by SQL is worth nothing', async (_name, altered) => {
    const ticket = await ticketFor('p');
    const ticketHash = digestOf(ticket.ticket);
    await world.database.write((manager) => manager.update(StepUpTicketRow, { ticketHash }, altered));
    const purpose = altered.purposeHash === undefined ? 'p' : 'q';
    const given = { ...ticket, purpose, person: altered.person ?? ticket.person };
    await expect(use(given)).rejects.toMatchObject(required);
  });

  test('a ticket cannot be moved to another session by SQL', async () => {
    const [ticket, other] = [
      await ticketFor('p'),
      await world.identity.signIn.asDemoUser('demo:qa-lead', attempt()),
    ];
    const { session } = await world.callerOf(other.accessToken);
    const ticketHash = digestOf(ticket.ticket);
    await world.database.write((manager) => manager.update(StepUpTicketRow, { ticketHash }, { session }));
    await expect(use({ ...ticket, session, purpose: 'p' })).rejects.toMatchObject(required);
  });

  test('eligibility is read in the transaction that asks', async () => {
    const person = 'demo-person:qa-lead';
    await world.database.write(async (manager) => {
      expect(await world.identity.eligibility(manager, person)).toMatchObject({
        active: true,
        roles: ['qa-lead'],
      });
      const [grant] = await world.identity.listGrants(manager, { person });
      await world.identity.revokeGrant(manager, grant?.id ?? '', system, 'test');
      expect(await world.identity.eligibility(manager, person)).toMatchObject({ active: true, roles: [] });
    });
    expect(await world.identity.eligibility(world.database.reader, 'nobody')).toMatchObject({
      active: false,
    });
  });
});
