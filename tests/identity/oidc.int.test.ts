/** Signing in over a real OpenID provider: groups become grants, keys change, and an old proof signs nothing. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { externalKey } from '../../controls/identity/known-callers';
import type { OidcSignIn } from '../../controls/identity/oidc-sign-in';
import type { SignedIn } from '../../controls/identity/sign-in';
import { AccountRow, PersonRow } from '../../controls/identity/identity.entity';
import { systemClock } from '../../platform/clock';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, startIdentityWorld } from './identity-world';
import { freePort, type ProviderOptions, startProvider, walkThrough } from './openid-provider';

const BACK = 'https://lots.example/auth/oidc/callback';
const refused = { code: 'SIGN_IN_REFUSED' };

describeEachDatabase('oidc', (open, dialect) => {
  let world: IdentityWorld;
  let provider: ProviderOptions;
  let stop: () => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    const port = await freePort();
    provider = { port, account: 'ann', amr: 'mfa', ageSeconds: 0 };
    world = await startIdentityWorld(open, {
      env: {
        LOTGRAPH_ORIGIN: 'https://lots.example',
        LOTGRAPH_OIDC_ISSUER: `http://127.0.0.1:${port}`,
        LOTGRAPH_OIDC_CLIENT_ID: 'lotgraph',
        LOTGRAPH_OIDC_CLIENT_SECRET: 'env:SECRET_OF_TEST',
        SECRET_OF_TEST: 'client-secret',
      },
    });
    await known('ann', 'person-ann');
    stop = await startProvider(provider);
  });
  beforeEach(() => world.clock.set(systemClock.now()));
  afterAll(async () => {
    await stop();
    world.close();
  });

  /** An account that officers opened for a subject of the provider. */
  async function known(subject: string, person: string): Promise<void> {
    await world.database.write(async (manager) => {
      const names = { nameEn: subject, nameZh: subject };
      await world.identity.context.seals.insert(manager, PersonRow, {
        id: person,
        ...names,
        status: 'ACTIVE',
        createdAt: 0,
      });
      await world.identity.context.seals.insert(manager, AccountRow, {
        ...{
          id: `account-${subject}`,
          person,
          kind: 'oidc',
          userName: subject,
          secretHash: null,
          createdAt: 0,
        },
        ...{ status: 'ACTIVE', serviceRoles: null, mayActFor: false, expiresAt: null },
        externalKey: externalKey(`http://127.0.0.1:${provider.port}`, subject),
      });
    });
  }
  const oidc = (): OidcSignIn => {
    if (world.identity.oidc === null) throw new Error('no provider');
    return world.identity.oidc;
  };
  async function restart(change: Partial<ProviderOptions>): Promise<void> {
    await stop();
    stop = await startProvider({ ...provider, ...change });
  }
  async function signIn(): Promise<SignedIn> {
    const { url, flow } = await oidc().start();
    return (await oidc().finish(await walkThrough(url, BACK), flow, attempt())) as SignedIn;
  }

  test('groups and sites of the provider become grants for one session', async () => {
    const { accessToken } = await signIn();
    expect(await world.callerOf(accessToken)).toMatchObject({
      ...{ person: 'person-ann', roles: ['qa-lead'], sites: ['SZ'] },
    });
    expect(await world.identity.eligibility(world.database.reader, 'person-ann')).toMatchObject({
      roles: ['qa-lead'],
    });
    world.clock.set(world.clock.now() + 9 * 60 * 60_000);
    expect(await world.identity.eligibility(world.database.reader, 'person-ann')).toMatchObject({
      roles: [],
    });
  });

  test('what came back is good once, and only for the browser that it was left with', async () => {
    const { url, flow } = await oidc().start();
    const other = await oidc().start();
    const back = await walkThrough(url, BACK);
    await expect(oidc().finish(back, other.flow, attempt())).rejects.toMatchObject(refused);
    await oidc().finish(back, flow, attempt());
    await expect(oidc().finish(back, flow, attempt())).rejects.toMatchObject(refused);
  });

  test('a provider that changes its key is followed at once', async () => {
    await restart({});
    expect(await signIn()).toHaveProperty('accessToken');
  });

  test('a sign-in without a second factor is refused', async () => {
    await restart({ amr: 'pwd' });
    await expect(signIn()).rejects.toMatchObject(refused);
    await restart({});
  });

  test('somebody for whom no account was opened is refused', async () => {
    await restart({ account: 'stranger' });
    await expect(signIn()).rejects.toMatchObject(refused);
    await restart({});
  });

  test('a fresh proof steps up; an old one signs nothing', async () => {
    const caller = await world.callerOf((await signIn()).accessToken);
    const stepUp = async (): Promise<{ ticket: string }> => {
      const { url, flow } = await oidc().startStepUp(caller, 'sha256:p');
      return (await oidc().finish(await walkThrough(url, BACK), flow, attempt())) as { ticket: string };
    };
    const { ticket } = await stepUp();
    const use = { ticket, person: 'person-ann', session: caller.session, purpose: 'sha256:p' };
    const proof = await world.database.write((manager) => world.identity.consumeTicket(manager, use));
    expect(proof.methods).toEqual(['oidc', 'mfa']);
    await restart({ ageSeconds: 6 * 60 });
    await expect(stepUp()).rejects.toMatchObject(refused);
    await restart({});
  });

  test('somebody else’s proof does not step up', async () => {
    const caller = await world.callerOf((await signIn()).accessToken);
    await known('bob', 'person-bob');
    await restart({ account: 'bob' });
    const { url, flow } = await oidc().startStepUp(caller, 'sha256:p');
    await expect(oidc().finish(await walkThrough(url, BACK), flow, attempt())).rejects.toMatchObject(refused);
    await restart({});
  });

  test(`what the trail holds of it names no one in the clear (${dialect})`, async () => {
    const entries = await world.entries();
    expect(entries.some(({ action }) => action === 'session.signInRefused')).toBe(true);
    writeFileSync(path.join(world.config.dataDir, 'entries.json'), JSON.stringify(entries));
    expect(JSON.stringify(entries)).not.toContain('Person of the provider');
  });
});
