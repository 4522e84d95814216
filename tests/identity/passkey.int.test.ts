/** Passkeys: enrolled by their person, good once, for one origin, with the person verified. */
import { AccountRow } from '../../controls/identity/identity.entity';
import { purposeOf } from '../../controls/identity/purpose';
import type { Caller } from '../../platform/request';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, startIdentityWorld } from './identity-world';
import { SoftPasskey } from './soft-passkey';

const ORIGIN = { origin: 'https://lots.example', rpId: 'lots.example' };
const refused = { code: 'SIGN_IN_REFUSED' };

describeEachDatabase('passkeys', (open) => {
  let world: IdentityWorld;
  let key: SoftPasskey;
  beforeAll(async () => {
    world = await startIdentityWorld(open, { env: { LOTGRAPH_ORIGIN: ORIGIN.origin } });
    key = new SoftPasskey(ORIGIN);
    await enrol();
  });
  afterAll(() => world.close());

  /** Enrols the passkey as the first factor of somebody whose account was opened anew. */
  async function enrol(): Promise<void> {
    const { identity, database } = world;
    const opened = await database.write(async (manager) => {
      await identity.context.seals.update(
        manager,
        AccountRow,
        { id: 'demo:analyst' },
        { status: 'ENROLLING' },
      );
      const account = await manager.findOneByOrFail(AccountRow, { id: 'demo:analyst' });
      const how = { amr: ['enrolment'], stage: 'ENROL', refreshable: false } as const;
      return await identity.signIn.openFor(manager, { account, ...how }, attempt());
    });
    const who = await identity.enrolment.enrolling(opened.session.id);
    const { options, flow } = await identity.passkeySignIn.enrolOptions(who);
    const signedIn = await identity.passkeySignIn.enrol(who, flow, key.register(options), attempt());
    expect(await world.callerOf(signedIn.accessToken)).toMatchObject({ roles: ['analyst'] });
  }
  const signIn = async (change?: {
    origin?: string;
    verified?: boolean;
  }): Promise<{ accessToken: string }> => {
    const { options, flow } = await world.identity.passkeySignIn.options('analyst');
    return await world.identity.passkeySignIn.signIn(flow, key.answer(options, change), attempt());
  };
  const caller = async (): Promise<Caller> => await world.callerOf((await signIn()).accessToken);

  test('a passkey alone signs in, since it is two components', async () => {
    expect(await caller()).toMatchObject({ person: 'demo-person:analyst' });
  });

  test('an answer made for another origin, or without the person, is refused', async () => {
    await expect(signIn({ origin: 'https://lots.example.evil' })).rejects.toMatchObject(refused);
    await expect(signIn({ verified: false })).rejects.toMatchObject(refused);
  });

  test('an answer is good once', async () => {
    const { passkeySignIn } = world.identity;
    const { options, flow } = await passkeySignIn.options('analyst');
    const answer = key.answer(options);
    const both = await Promise.allSettled([
      passkeySignIn.signIn(flow, answer, attempt()),
      passkeySignIn.signIn(flow, answer, attempt()),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a name that nobody has gets a challenge like any other', async () => {
    const { options } = await world.identity.passkeySignIn.options('nobody');
    expect(options).toHaveProperty('allowCredentials.0.id');
    const again = await world.identity.passkeySignIn.options('nobody');
    expect((again.options as { allowCredentials: unknown }).allowCredentials).toEqual(
      (options as { allowCredentials: unknown }).allowCredentials,
    );
  });

  test('another passkey is added with a ticket for it, and not without', async () => {
    const { passkeySignIn } = world.identity;
    const who = await caller();
    const second = new SoftPasskey(ORIGIN);
    const stepUp = async (purpose: string): Promise<string> => {
      const { options, flow } = await passkeySignIn.stepUpOptions(who, purpose);
      return (await passkeySignIn.stepUp(who, flow, key.answer(options), attempt())).ticket;
    };
    const { options, flow } = await passkeySignIn.addOptions(who);
    const given = { flow, response: second.register(options) };
    const other = await stepUp('sha256:p');
    await expect(passkeySignIn.add(who, { ...given, ticket: other }, attempt())).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
    await passkeySignIn.add(
      who,
      { ...given, ticket: await stepUp(purposeOf('factor.add', who.person ?? '')) },
      attempt(),
    );
    const asked = await passkeySignIn.options('analyst');
    expect(await passkeySignIn.signIn(asked.flow, second.answer(asked.options), attempt())).toHaveProperty(
      'session',
    );
  });

  test('a step-up ticket is for the purpose and session that the challenge was given out for', async () => {
    const { passkeySignIn } = world.identity;
    const [one, another] = [await caller(), await caller()];
    const { options, flow } = await passkeySignIn.stepUpOptions(one, 'sha256:p');
    const answer = key.answer(options);
    await expect(passkeySignIn.stepUp(another, flow, answer, attempt())).rejects.toMatchObject(refused);
    const { ticket } = await passkeySignIn.stepUp(one, flow, answer, attempt());
    const use = { ticket, person: one.person ?? '', session: one.session };
    const consume = (purpose: string): Promise<unknown> =>
      world.database.write((manager) => world.identity.consumeTicket(manager, { ...use, purpose }));
    await expect(consume('sha256:q')).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    expect(await consume('sha256:p')).toMatchObject({ methods: ['hwk', 'user'] });
  });
});

describeEachDatabase('passkeys on a plain address', (open) => {
  test('are refused, saying what origin they need', async () => {
    const world = await startIdentityWorld(open, { env: { LOTGRAPH_ORIGIN: 'http://10.1.2.3' } });
    await expect(world.identity.passkeySignIn.options('analyst')).rejects.toThrow(/need an https origin/);
    world.close();
  });
});
