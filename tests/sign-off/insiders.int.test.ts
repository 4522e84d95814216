/** Sign-off against insiders who hold a valid login and a role, and try what the role does not give them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RoleGrantRow } from '../../controls/identity/identity.entity';
import { type NewDelegation, delegationPurpose } from '../../controls/sign-off/delegations';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import { HOUR, SIGN_OFF_TABLES, START, SignOffWorld, TickingClock, signOffConfig } from './sign-off-world';

const OFFICER = { person: 'officer' };
const LEAD = { person: 'lead' };

describeEachDatabase('sign-off against insiders', (open, dialect) => {
  let database: Database;
  let world: SignOffWorld;
  const clock = new TickingClock(START);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-insiders-'));
  let next = 1;
  let counter = '';

  const codes = (payload: { refusals: readonly { code: string }[] }): string[] =>
    payload.refusals.map((refusal) => refusal.code);
  const sql = (statement: string, parameters: unknown[] = []): Promise<unknown> =>
    database.write((manager) => manager.query(statement, parameters));
  const wish = (to: string, role: string): NewDelegation => ({
    ...{ action: 'lot.release', role, toPerson: to, reason: 'away' },
    ...{ startsAt: clock.now(), endsAt: clock.now() + 24 * HOUR },
  });
  const lend = (from: string, to: string, role: string): Promise<unknown> =>
    world.delegate({ person: from }, wish(to, role));

  const triggersOf = async (table: string): Promise<string[]> => {
    const listed =
      dialect === 'mysql'
        ? `SELECT trigger_name AS name FROM information_schema.triggers
            WHERE event_object_schema = DATABASE() AND event_object_table = ?`
        : `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?`;
    return (await database.reader.query<{ name: string }[]>(listed, [table])).map(({ name }) => name);
  };

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock });
    await world.addPerson('officer', ['qa-officer']);
    await world.addPerson('lead', ['qa-lead']);
    await world.addPerson('lead2', ['qa-lead']);
    await world.addPerson('analyst', ['analyst']);
    await world.addPerson('site-lead', ['qa-lead'], ['S1']);
    await world.addPerson('site-analyst', ['analyst'], ['S1']);
  });

  beforeEach(async () => {
    clock.set(START + next * 1000 * HOUR);
    next += 1;
    counter = `counter-${next}`;
    await world.addCounter(counter, 5);
  });

  describe('a signer whose rows do not include the target', () => {
    const ELSEWHERE = { person: 'site-lead', sites: ['S1'] };

    it('is answered as for what is not there, and leaves the proposal to those who may sign it', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      const refused = await world.sign(ELSEWHERE, id, { ticket: 'none' });
      expect({ codes: codes(refused), signOff: refused.signOff }).toEqual({
        codes: ['NOT_FOUND'],
        signOff: null,
      });
      expect(await world.state(id)).toBe('PROPOSED');
    });

    it('cannot end it as the second signer either', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign(OFFICER, id);
      expect(codes(await world.sign(ELSEWHERE, id))).toEqual(['NOT_FOUND']);
      expect(await world.state(id)).toBe('HALF_SIGNED');
      expect(codes(await world.sign(LEAD, id))).toEqual([]);
    });
  });

  describe('a delegation by somebody who is limited to sites', () => {
    it('never goes to somebody who could use it elsewhere', async () => {
      await expect(lend('site-lead', 'analyst', 'qa-lead')).rejects.toMatchObject({
        code: 'DELEGATION_FORBIDDEN',
      });
      await expect(lend('site-lead', 'site-analyst', 'qa-lead')).resolves.toBeDefined();
    });

    it('is worth nothing once the lender was limited to less than the borrower', async () => {
      await world.addPerson('wide-lead', ['qa-lead']);
      await lend('wide-lead', 'analyst', 'qa-lead');
      const { seals } = world.identity.context;
      await database.write((manager) =>
        seals.update(manager, RoleGrantRow, { person: 'wide-lead' }, { sites: '["S1"]' }),
      );
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign(OFFICER, id);
      expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['NOT_ELIGIBLE']);
    });
  });

  describe('a delegation by somebody who has only the session of its lender', () => {
    const steal = (ticket: string, wanted = wish('analyst', 'qa-lead')): Promise<unknown> =>
      world.service.delegate(world.request(LEAD), wanted, ticket);
    const borrows = async (): Promise<string[]> => {
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign(OFFICER, id);
      return codes(await world.sign({ person: 'analyst' }, id));
    };

    it('is refused without a ticket, audited, and lends nothing [21 CFR 11.200(a)]', async () => {
      await expect(steal('none')).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
      expect((await world.entries()).at(-1)).toBe('signOff.delegate STEP_UP_REQUIRED');
      expect(await borrows()).toEqual(['NOT_ELIGIBLE']);
    });

    it('is refused with a ticket that the lender asked for another delegation, or of another person', async () => {
      const wanted = wish('analyst', 'qa-lead');
      const longer = { ...wanted, endsAt: wanted.endsAt + HOUR };
      const ofOther = await world.ticket({ person: 'lead2' }, '', delegationPurpose(wanted));
      const ofLonger = await world.ticket(LEAD, '', delegationPurpose(longer));
      for (const ticket of [ofOther, ofLonger])
        await expect(steal(ticket, wanted)).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
      expect(await borrows()).toEqual(['NOT_ELIGIBLE']);
    });

    it('is refused with a ticket that was used for the same delegation already', async () => {
      const wanted = wish('analyst2', 'qa-lead');
      await world.addPerson('analyst2', ['analyst']);
      const ticket = await world.ticket(LEAD, '', delegationPurpose(wanted));
      await steal(ticket, wanted);
      await expect(steal(ticket, wanted)).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    });
  });

  it('breaks no glass without saying why', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    const purpose = await world.breakGlassHash(LEAD, await world.service.find(id));
    const ticket = await world.ticket(LEAD, id, purpose);
    expect(codes(await world.sign(LEAD, id, { ticket, breakGlassReason: '  ' }))).toEqual([
      'REASON_REQUIRED',
    ]);
    expect(await world.state(id)).toBe('PROPOSED');
  });

  describe('a review that is waited for after the glass was broken', () => {
    const broken = async (): Promise<string> => {
      const id = await world.proposed(OFFICER, counter, 6);
      const purpose = await world.breakGlassHash(LEAD, await world.service.find(id));
      const ticket = await world.ticket(LEAD, id, purpose);
      await world.sign(LEAD, id, { ticket, breakGlassReason: 'the ward has none left' });
      return id;
    };

    it.each(['review_by = NULL', 'review_overdue = 1', "closed_by = 'lead2'", "close_reason = 'no hurry'"])(
      'is not as recorded once SQL set %s [21 CFR 11.10(d)]',
      async (change) => {
        const id = await broken();
        await sql(`UPDATE sign_off_proposal SET ${change} WHERE id = ?`, [id]);
        await expect(world.review({ person: 'lead2' }, id, 'fine')).rejects.toMatchObject({
          code: 'SIGN_OFF_ALTERED',
        });
      },
    );

    it('is not made right by being reported overdue after SQL gave it another deadline', async () => {
      const id = await broken();
      await sql('UPDATE sign_off_proposal SET review_by = review_by - 1 WHERE id = ?', [id]);
      clock.set(clock.now() + 25 * HOUR);
      await world.service.sweep(clock.now());
      expect((await world.service.find(id))?.reviewOverdue).toBe(true);
      await expect(world.review({ person: 'lead2' }, id, 'fine')).rejects.toMatchObject({
        code: 'SIGN_OFF_ALTERED',
      });
    });

    it('cannot be waited for again once it was given', async () => {
      const id = await broken();
      await world.review({ person: 'lead2' }, id, 'it was needed');
      await sql('UPDATE sign_off_proposal SET review_by = 1 WHERE id = ?', [id]);
      await expect(world.review({ person: 'lead2' }, id, 'again')).rejects.toMatchObject({
        code: 'SIGN_OFF_ALTERED',
      });
    });
  });

  it('tells who may not see a sign-off nothing about it when it refuses their signature', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    const refused = await world.sign({ person: 'analyst' }, id);
    expect({ codes: codes(refused), signOff: refused.signOff }).toEqual({
      codes: ['NOT_ELIGIBLE'],
      signOff: null,
    });
  });

  it('calls a signature whose printed meaning was altered by SQL not genuine, and adds none to it [21 CFR 11.70]', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    await world.sign(OFFICER, id);
    for (const trigger of await triggersOf('sign_off_signature')) await sql(`DROP TRIGGER ${trigger}`);
    await sql(`UPDATE sign_off_signature SET meaning_en = 'I saw it.' WHERE proposal_id = ?`, [id]);
    expect((await world.propose(OFFICER, counter, 6)).signOff?.signatures[0]).toMatchObject({
      meaning: 'I saw it.',
      genuine: false,
    });
    expect(codes(await world.sign(LEAD, id))).toEqual(['SIGN_OFF_ALTERED']);
  });
});
