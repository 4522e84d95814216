/** What an earlier signature is still worth when the act runs: rows, rights of another system, and lent ones. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { replaceClaimGrants } from '../../controls/identity/claim-grants';
import type { Grant } from '../../controls/identity/grants';
import { LONGEST_SESSION_MS } from '../../controls/identity/sessions';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { HOUR, SIGN_OFF_TABLES, START, SignOffWorld, TickingClock, signOffConfig } from './sign-off-world';

const OFFICER = { person: 'officer' };
const LEAD = { person: 'lead' };

describeEachDatabase('earlier signers', (open) => {
  let database: Database;
  let world: SignOffWorld;
  const clock = new TickingClock(START);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-earlier-'));
  let next = 0;
  let counter = '';
  let person = '';

  const codes = (payload: { refusals: readonly { code: string }[] }): string[] =>
    payload.refusals.map((refusal) => refusal.code);
  const later = (hours: number): void => clock.set(clock.now() + hours * HOUR);
  const grantsOf = (): Promise<Grant[]> => world.identity.listGrants(database.reader, { person });

  /** What a sign-in over the provider leaves behind. */
  const signedIn = (roles: readonly string[], sites: readonly string[] = []): Promise<void> =>
    database.write((manager) =>
      replaceClaimGrants(
        world.identity.context,
        manager,
        person,
        { roles, sites, suppliers: [] },
        SYSTEM_ACTOR,
      ),
    );
  const firstSigned = async (sites: readonly string[] = []): Promise<string> => {
    const id = await world.proposed(OFFICER, counter, 6);
    expect(codes(await world.sign({ person, sites }, id))).toEqual([]);
    return id;
  };
  const revoke = async (): Promise<boolean[]> => {
    const done: boolean[] = [];
    for (const { id } of await grantsOf())
      done.push(
        await database.write((manager) => world.identity.revokeGrant(manager, id, SYSTEM_ACTOR, 'left')),
      );
    return done;
  };

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock });
    await world.addPerson('officer', ['qa-officer']);
    await world.addPerson('lead', ['qa-lead']);
    await world.addPerson('lead2', ['qa-lead']);
    await world.addPerson('analyst', ['analyst']);
  });

  beforeEach(async () => {
    clock.set(START + next * 1000 * HOUR);
    next += 1;
    [counter, person] = [`counter-${next}`, `signer-${next}`];
    await world.addCounter(counter, 5);
  });

  describe('who signed first within their rows', () => {
    beforeEach(async () => {
      await world.addPerson(person, ['qa-officer'], [counter]);
    });

    it('stands while they see the target', async () => {
      const id = await firstSigned([counter]);
      expect(codes(await world.sign(LEAD, id))).toEqual([]);
      expect(await world.counter(counter)).toEqual({ n: 6, runs: 1 });
    });

    it('does not once they were moved to another site: the proposal is stale [21 CFR 11.10(g)]', async () => {
      const id = await firstSigned([counter]);
      await revoke();
      await database.write((manager) =>
        world.identity.assignGrant(
          manager,
          { person, role: 'qa-officer', sites: ['elsewhere'], suppliers: [] },
          SYSTEM_ACTOR,
        ),
      );
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGNER_NOT_ELIGIBLE']);
      expect(await world.state(id)).toBe('STALE');
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    });
  });

  describe('who signed first by a right of another system', () => {
    beforeEach(async () => {
      await world.addPerson(person, []);
      await signedIn(['qa-officer'], [counter]);
    });

    it.each([
      ['overnight', false],
      ['and its end was noted', true],
    ])('stands when that right only ended with the session, %s', async (_when, swept) => {
      const id = await firstSigned([counter]);
      later(10);
      if (swept) await world.identity.sweep();
      expect(await world.identity.eligibility(database.reader, person)).toMatchObject({ roles: [] });
      expect(codes(await world.sign(LEAD, id))).toEqual([]);
      expect(await world.counter(counter)).toEqual({ n: 6, runs: 1 });
    });

    it('signs nothing new by it', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      later(10);
      expect(codes(await world.sign({ person, sites: [counter] }, id))).toEqual(['NOT_ELIGIBLE']);
    });

    it.each([
      ['before it ended', 1, false],
      ['after it ended', 10, false],
      ['after its end was noted', 10, true],
    ])('does not when the provider stopped giving it %s', async (_when, hours, swept) => {
      const id = await firstSigned([counter]);
      later(hours);
      if (swept) await world.identity.sweep();
      await signedIn(['analyst']);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGNER_NOT_ELIGIBLE']);
      expect(await world.state(id)).toBe('STALE');
    });

    it.each([
      ['before it ended', 1, false],
      ['after its end was noted', 10, true],
    ])('does not when somebody here took it away %s', async (_when, hours, swept) => {
      const id = await firstSigned([counter]);
      later(hours);
      if (swept) await world.identity.sweep();
      expect(await revoke()).toEqual([true]);
      expect(await revoke()).toEqual([false]);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGNER_NOT_ELIGIBLE']);
    });

    it('does not when a right that was given here has ended since, whatever lapsed before it', async () => {
      clock.set(clock.now() + LONGEST_SESSION_MS + HOUR);
      await database.write((manager) =>
        world.identity.assignGrant(
          manager,
          {
            ...{ person, role: 'qa-officer', sites: [], suppliers: [] },
            expiresAt: clock.now() + HOUR,
          },
          SYSTEM_ACTOR,
        ),
      );
      const id = await firstSigned();
      later(2);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGNER_NOT_ELIGIBLE']);
    });
  });

  describe('lent rights', () => {
    const lend = (from: string, to: string): Promise<unknown> =>
      world.delegate(
        { person: from },
        {
          ...{ action: 'lot.release', role: 'qa-lead', toPerson: to, reason: 'away' },
          ...{ startsAt: clock.now(), endsAt: clock.now() + 24 * HOUR },
        },
      );

    it('of a lender who has signed do not stand before those of one who has not', async () => {
      await lend('lead', 'analyst');
      await lend('lead2', 'analyst');
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign(LEAD, id);
      const { refusals, signOff } = await world.sign({ person: 'analyst' }, id);
      expect(refusals).toEqual([]);
      expect(signOff?.signatures[1]).toMatchObject({ onBehalfOf: 'lead2' });
    });

    it('are not lent on', async () => {
      await lend('lead', 'analyst');
      await expect(lend('analyst', 'officer')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    });
  });

  it('get a new proposal where the one before has expired, even before the sweep', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    later(73);
    const again = await world.proposed(OFFICER, counter, 6);
    expect(again).not.toBe(id);
    expect(await world.state(id)).toBe('EXPIRED');
    expect(codes(await world.sign(OFFICER, again))).toEqual([]);
  });
});
