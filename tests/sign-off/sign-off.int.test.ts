/** Dual sign-off: what it does, and each of its promises broken on purpose. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { digestOf } from '../../controls/integrity/digest';
import { retireKey } from '../../controls/integrity/signing-keys';
import type { Separation } from '../../controls/identity/grants';
import type { NewDelegation } from '../../controls/sign-off/delegations';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import {
  HOUR,
  SIGN_OFF_TABLES,
  START,
  SignOffWorld,
  TickingClock,
  codeOf,
  signOffConfig,
} from './sign-off-world';

const OFFICER = { person: 'officer' };
const LEAD = { person: 'lead' };

/** Whoever gives roles does not decide about lots. */
const APART = ['security-officer', 'qa-lead'] as const;
const apart: Separation = (_manager, roles) =>
  Promise.resolve(APART.every((role) => roles.includes(role)) ? [{ roles: APART }] : []);

describeEachDatabase('sign-off', (open, dialect) => {
  let database: Database;
  let world: SignOffWorld;
  const clock = new TickingClock(START);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-sign-off-'));
  let next = 0;
  let counter = '';
  let before = 0;

  const newEntries = async (): Promise<string[]> => (await world.entries()).slice(before);
  const codes = (payload: { refusals: readonly { code: string }[] }): string[] =>
    payload.refusals.map((refusal) => refusal.code);
  const sql = (statement: string, parameters: unknown[] = []): Promise<unknown> =>
    database.write((manager) => manager.query(statement, parameters));

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock, separation: apart });
    await world.addPerson('officer', ['qa-officer']);
    await world.addPerson('officer2', ['qa-officer']);
    await world.addPerson('lead', ['qa-lead']);
    await world.addPerson('lead2', ['qa-lead']);
    await world.addPerson('analyst', ['analyst']);
    await world.addPerson('security', ['security-officer']);
  });

  beforeEach(async () => {
    clock.set(START + next * 1000 * HOUR);
    next += 1;
    counter = `counter-${next}`;
    await world.service.sweep(clock.now());
    await world.addCounter(counter, 5);
    before = (await world.entries()).length;
  });

  const halfSigned = async (value = 6): Promise<string> => {
    const id = await world.proposed(OFFICER, counter, value);
    await world.sign(OFFICER, id);
    return id;
  };

  it('runs an act when two people have signed it, with one command, and audits each step [21 CFR 11.200(a)]', async () => {
    const proposed = await world.propose(OFFICER, counter, 6);
    expect(proposed).toMatchObject({
      value: null,
      refusals: [],
      signOff: { status: 'PROPOSED', signatures: [] },
    });
    expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    const id = proposed.signOff?.id ?? '';
    expect(await world.sign(OFFICER, id)).toMatchObject({ signOff: { status: 'HALF_SIGNED' }, refusals: [] });
    expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    expect(await world.sign(LEAD, id)).toMatchObject({
      value: 6,
      signOff: { status: 'EXECUTED' },
      refusals: [],
    });
    expect(await world.counter(counter)).toEqual({ n: 6, runs: 1 });
    expect(await world.commands(counter)).toBe(1);
    expect((await newEntries()).sort()).toEqual(
      ['signOff.propose', 'signOff.sign', 'signOff.sign', 'signOff.execute'].sort(),
    );
  });

  it('leaves nothing of a proposal behind but the proposal', async () => {
    await world.propose(OFFICER, counter, 6);
    expect(await world.commands(counter)).toBe(0);
    const records = await database.reader.query<unknown[]>(
      'SELECT * FROM regulated_record WHERE subject = ?',
      [counter],
    );
    expect(records).toEqual([]);
  });

  it('shows name, time and meaning of each signature in the reader language [21 CFR 11.50]', async () => {
    const id = await halfSigned();
    const { signOff } = await world.sign({ ...LEAD, language: 'zh' }, id);
    expect(signOff?.signatures.map((one) => [one.name, one.meaningCode, one.genuine])).toEqual([
      ['Name of officer / officer的姓名', 'REVIEWED', true],
      ['Name of lead / lead的姓名', 'APPROVED', true],
    ]);
    expect(signOff?.signatures[1]?.meaning).toBe('本人批准该批次放行，准予使用和销售。');
    expect(signOff?.signatures[1]?.printed).toMatch(
      /^Name of lead .*, 20\d\d-\d\d-\d\dT[\d:.]+Z \(UTC\), 本人批准/,
    );
  });

  it('answers an identical proposal of the same person with the one that is open', async () => {
    const first = await world.proposed(OFFICER, counter, 6);
    expect(await world.proposed(OFFICER, counter, 6)).toBe(first);
    expect(await world.proposed(OFFICER, counter, 7)).not.toBe(first);
    expect(await world.proposed(LEAD, counter, 6)).not.toBe(first);
  });

  it('refuses at the proposal what the act itself refuses, in the caller language', async () => {
    const payload = await world.propose({ ...OFFICER, language: 'zh' }, counter, -1);
    expect(payload).toMatchObject({
      signOff: null,
      refusals: [{ code: 'INVALID_INPUT', message: '请求中的值无效。' }],
    });
    expect(await newEntries()).toEqual(['signOff.propose INVALID_INPUT']);
  });

  describe('one person', () => {
    it('never fills two slots, whatever account is used [21 CFR 11.200(a)]', async () => {
      const id = await world.proposed(LEAD, counter, 6);
      await world.sign(LEAD, id);
      for (const hand of [LEAD, { person: 'lead', account: 'lead-2' }])
        expect(codes(await world.sign(hand, id))).toEqual(['SAME_PERSON']);
      expect(await world.state(id)).toBe('HALF_SIGNED');
      expect(
        (await newEntries()).filter((entry) => entry === 'signOff.signRefused SAME_PERSON'),
      ).toHaveLength(2);
    });

    it('who proposed never gives the second signature', async () => {
      const id = await world.proposed(LEAD, counter, 6);
      await world.sign(OFFICER, id);
      expect(codes(await world.sign({ person: 'lead', account: 'lead-2' }, id))).toEqual(['SAME_PERSON']);
    });

    it('cannot be slipped into the second slot by SQL: the table refuses', async () => {
      const id = await halfSigned();
      const copy = `INSERT INTO sign_off_signature SELECT proposal_id, 2, person, account, printed_name, used_role, on_behalf_of, meaning,
        meaning_en, meaning_zh, remark, signed_at, methods, policy_version, signing_hash, signed_hash, signature FROM sign_off_signature WHERE proposal_id = ?`;
      await expect(sql(copy, [id])).rejects.toThrow();
    });
  });

  describe('eligibility', () => {
    it('is asked at signing: another role, or none, is refused [21 CFR 11.10(g)]', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['NOT_ELIGIBLE']);
      await world.sign(OFFICER, id);
      expect(codes(await world.sign({ person: 'officer2' }, id))).toEqual(['NOT_ELIGIBLE']);
      expect(await newEntries()).toContain('signOff.signRefused NOT_ELIGIBLE');
    });

    it('is asked again at execution: a first signer whose role was revoked makes it stale', async () => {
      await world.addPerson(`brief-${dialect}`, ['qa-officer']);
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign({ person: `brief-${dialect}` }, id);
      await world.revokeRole(`brief-${dialect}`, 'qa-officer');
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGNER_NOT_ELIGIBLE']);
      expect(await world.state(id)).toBe('STALE');
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
      expect(await newEntries()).toEqual(
        expect.arrayContaining(['signOff.signRefused SIGNER_NOT_ELIGIBLE', 'signOff.stale']),
      );
    });

    it('is no service’s: only a person signs', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      const request = world.request(LEAD);
      const caller = { ...request.caller, kind: 'service' as const, person: null };
      const input = {
        proposalId: id,
        coordinate: 'Mutation.setCounter',
        ticket: 'x',
        comment: null,
        emergency: null,
      };
      await expect(
        world.service.sign({ ...request, caller }, input, () => {
          throw new Error('never');
        }),
      ).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    });
  });

  describe('the step-up ticket', () => {
    it.each([
      ['of another hash', async (id: string) => world.ticket(LEAD, id, 'sha256:other')],
      ['of another session', async (id: string) => world.ticket({ person: 'lead', account: 'lead-2' }, id)],
      ['of another person', async (id: string) => world.ticket({ person: 'lead2' }, id)],
      ['that nobody issued', () => Promise.resolve('made-up')],
    ])('%s is refused and audited [21 CFR 11.200(a)]', async (_what, make) => {
      const id = await halfSigned();
      const ticket = await make(id);
      expect(codes(await world.sign(LEAD, id, { ticket }))).toEqual(['STEP_UP_REQUIRED']);
      expect(await world.state(id)).toBe('HALF_SIGNED');
      expect((await newEntries()).at(-1)).toBe('signOff.signRefused STEP_UP_REQUIRED');
    });

    it('is good once: a replay on the next proposal of the same payload is refused', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      const ticket = await world.ticket(OFFICER, id);
      await world.sign(OFFICER, id, { ticket });
      const other = await world.proposed({ person: 'officer2' }, counter, 6);
      expect(codes(await world.sign(OFFICER, other, { ticket }))).toEqual(['STEP_UP_REQUIRED']);
    });

    it('is good for two minutes', async () => {
      const id = await halfSigned();
      const ticket = await world.ticket(LEAD, id);
      clock.set(clock.now() + 3 * 60_000);
      expect(codes(await world.sign(LEAD, id, { ticket }))).toEqual(['STEP_UP_REQUIRED']);
    });
  });

  describe('time', () => {
    it('silence rejects a proposal, and the sweep writes it down', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      clock.set(clock.now() + 72 * HOUR);
      expect(codes(await world.sign(OFFICER, id, { ticket: 'x' }))).toEqual(['SIGN_OFF_EXPIRED']);
      expect(await world.state(id)).toBe('EXPIRED');
      const other = await world.proposed(OFFICER, counter, 7);
      clock.set(clock.now() + 73 * HOUR);
      expect(await world.service.sweep(clock.now())).toMatchObject({ expired: 1 });
      expect(await world.state(other)).toBe('EXPIRED');
      expect((await newEntries()).filter((entry) => entry === 'signOff.expire')).toHaveLength(2);
    });

    it('execution expires on its own, counted from the first signature', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      clock.set(clock.now() + 71 * HOUR);
      await world.sign(OFFICER, id);
      clock.set(clock.now() + 23 * HOUR);
      expect(await world.service.sweep(clock.now())).toMatchObject({ expired: 0 });
      clock.set(clock.now() + HOUR);
      expect(codes(await world.sign(LEAD, id, { ticket: 'x' }))).toEqual(['SIGN_OFF_EXPIRED']);
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    });
  });

  describe('what was proposed', () => {
    it('is stale once its target changed, at the second signature', async () => {
      const id = await halfSigned();
      await sql('UPDATE toy_counter SET n = 9 WHERE id = ?', [counter]);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGN_OFF_STALE']);
      expect(await world.state(id)).toBe('STALE');
      expect(await world.counter(counter)).toEqual({ n: 9, runs: 0 });
      expect(await world.commands(counter)).toBe(0);
      expect((await newEntries()).slice(-2).sort()).toEqual([
        'signOff.signRefused SIGN_OFF_STALE',
        'signOff.stale',
      ]);
    });

    it('is stale at the first signature too, so that nobody signs what cannot run', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      await sql('UPDATE toy_counter SET n = 9 WHERE id = ?', [counter]);
      expect(codes(await world.sign(OFFICER, id))).toEqual(['SIGN_OFF_STALE']);
    });

    it.each([
      [
        'the payload',
        `UPDATE sign_off_proposal SET payload = REPLACE(payload, '"value":6', '"value":600') WHERE id = ?`,
      ],
      ['who proposed it', `UPDATE sign_off_proposal SET proposer_person = 'nobody' WHERE id = ?`],
      ['the action', `UPDATE sign_off_proposal SET act = 'lot.reject' WHERE id = ?`],
      ['the hash', `UPDATE sign_off_proposal SET payload_hash = 'sha256:00' WHERE id = ?`],
    ])(
      'is refused when %s was altered by SQL between the signatures [21 CFR 11.70]',
      async (_what, statement) => {
        const id = await halfSigned();
        const ticket = await world.ticket(LEAD, id);
        await sql(statement, [id]);
        expect(codes(await world.sign(LEAD, id, { ticket }))).toEqual(['SIGN_OFF_ALTERED']);
        expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
        expect((await newEntries()).at(-1)).toBe('signOff.signRefused SIGN_OFF_ALTERED');
      },
    );

    it.each([
      ['its deadline was put off', 'UPDATE sign_off_proposal SET execute_by = execute_by + 1 WHERE id = ?'],
      ['its policy was named anew', "UPDATE sign_off_proposal SET policy_version = 'x' WHERE id = ?"],
    ])('is refused when %s by SQL', async (_what, statement) => {
      const id = await halfSigned();
      const ticket = await world.ticket(LEAD, id);
      await sql(statement, [id]);
      expect(codes(await world.sign(LEAD, id, { ticket }))).toEqual(['SIGN_OFF_ALTERED']);
    });

    it('stays rejected when SQL opens it again', async () => {
      const id = await halfSigned();
      await world.service.reject(world.request(LEAD), id, 'no');
      await sql("UPDATE sign_off_proposal SET state = 'HALF_SIGNED', closed_at = NULL WHERE id = ?", [id]);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGN_OFF_ALTERED']);
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    });

    it('is refused when payload and hash were altered together', async () => {
      const id = await halfSigned();
      const row = await world.service.find(id);
      const payload = (row?.payload ?? '').replace('"value":6', '"value":600');
      await sql('UPDATE sign_off_proposal SET payload = ?, payload_hash = ? WHERE id = ?', [
        payload,
        digestOf(payload),
        id,
      ]);
      expect(codes(await world.sign(LEAD, id))).toEqual(['SIGN_OFF_ALTERED']);
    });
  });

  describe('an end', () => {
    it('by rejection needs a reason and is final', async () => {
      const id = await halfSigned();
      await expect(world.service.reject(world.request(LEAD), id, ' ')).rejects.toMatchObject({
        code: 'REASON_REQUIRED',
      });
      await world.service.reject(world.request(LEAD), id, 'the label is wrong');
      const ticket = await world.ticket(LEAD, id, 'x');
      expect(codes(await world.sign(LEAD, id, { ticket }))).toEqual(['SIGN_OFF_CLOSED']);
      expect(await world.state(id)).toBe('REJECTED');
      await expect(world.service.withdraw(world.request(OFFICER), id, 'sorry')).rejects.toMatchObject({
        code: 'SIGN_OFF_CLOSED',
      });
    });

    it('by rejection is only for whoever could sign next', async () => {
      const id = await halfSigned();
      await expect(
        world.service.reject(world.request({ person: 'analyst' }), id, 'no'),
      ).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
      expect(await newEntries()).toContain('signOff.reject NOT_ELIGIBLE');
    });

    it('by withdrawal is only for who proposed, before the act was done', async () => {
      const id = await halfSigned();
      await expect(world.service.withdraw(world.request(LEAD), id, 'no')).rejects.toMatchObject({
        code: 'NOT_ELIGIBLE',
      });
      await world.sign(LEAD, id);
      await expect(world.service.withdraw(world.request(OFFICER), id, 'late')).rejects.toMatchObject({
        code: 'SIGN_OFF_CLOSED',
      });
      expect(await world.counter(counter)).toEqual({ n: 6, runs: 1 });
      const other = await world.proposed(OFFICER, counter, 7);
      expect((await world.service.withdraw(world.request(OFFICER), other, 'wrong number')).state).toBe(
        'WITHDRAWN',
      );
    });
  });

  describe('one document', () => {
    const two = [
      [
        'under aliases',
        'mutation { a: setCounter(counter: "C", value: 1, reason: "r") { value } b: setCounter(counter: "C", value: 2, reason: "r") { value } }',
      ],
      [
        'in a fragment',
        'mutation { ...F setCounter(counter: "C", value: 1, reason: "r") { value } } fragment F on Mutation { dropCounter(counter: "C") { value } }',
      ],
      [
        'beside a signature',
        'mutation { setCounter(counter: "C", value: 1, reason: "r") { value } signSetCounter(signOff: "x", ticket: "t") { value } }',
      ],
      [
        'although one is skipped',
        'mutation { a: setCounter(counter: "C", value: 1, reason: "r") { value } b: setCounter(counter: "C", value: 2, reason: "r") @skip(if: true) { value } }',
      ],
    ] as const;
    it.each(two)('with two acts %s is refused and nothing is proposed', async (_how, source) => {
      expect(await codeOf(world.ask(OFFICER, source.replaceAll('"C"', `"${counter}"`)))).toBe(
        'SIGN_OFF_ONE_ACT',
      );
      expect(new Set(await newEntries())).toEqual(new Set(['signOff.propose SIGN_OFF_ONE_ACT']));
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    });

    it('may hold an act beside mutations that nobody signs', async () => {
      const source = `mutation { comment(text: "x") setCounter(counter: "${counter}", value: 1, reason: "r") { signOff { status } } }`;
      expect(await world.ask(OFFICER, source)).toMatchObject({
        comment: 'said',
        setCounter: { signOff: { status: 'PROPOSED' } },
      });
    });
  });

  describe('a delegation', () => {
    const lend = (over: Partial<NewDelegation> = {}): NewDelegation => ({
      ...{ action: 'lot.release', role: 'qa-lead', toPerson: 'analyst', reason: 'on leave' },
      ...{ startsAt: clock.now(), endsAt: clock.now() + 24 * HOUR, ...over },
    });
    const delegate = (over: Partial<NewDelegation> = {}, hand = LEAD): Promise<{ id: string }> =>
      world.delegate(hand, lend(over));

    it('lets the borrower sign on behalf of the lender, and shows it', async () => {
      await delegate();
      const id = await halfSigned();
      const { signOff } = await world.sign({ person: 'analyst' }, id);
      expect(signOff).toMatchObject({ status: 'EXECUTED' });
      expect(signOff?.signatures[1]).toMatchObject({ onBehalfOf: 'lead' });
    });

    it.each([
      ['for longer than two weeks', { endsAt: START * 2 }],
      ['of a role that does not sign for the action', { role: 'analyst' }],
      ['for an action that nobody knows', { action: 'lot.paint' }],
      ['to oneself', { toPerson: 'lead' }],
      ['to somebody unknown', { toPerson: 'nobody' }],
    ])('%s is refused and audited', async (_what, over) => {
      await expect(delegate(over)).rejects.toMatchObject({ code: 'DELEGATION_FORBIDDEN' });
      expect(await newEntries()).toEqual(['signOff.delegate DELEGATION_FORBIDDEN']);
    });

    it('of a right that the lender does not hold is refused', async () => {
      await expect(delegate({}, { person: 'officer' })).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    });

    it('[21 CFR 11.10(g)] of a role that the borrower may not hold beside their own is refused', async () => {
      const given = delegate({ toPerson: 'security' });
      await expect(given).rejects.toMatchObject({ code: 'DELEGATION_FORBIDDEN' });
      expect(await newEntries()).toEqual(['signOff.delegate DELEGATION_FORBIDDEN']);
    });

    it('[21 CFR 11.10(g)] lends nothing any more to somebody who gets a role that it may not stand beside', async () => {
      const person = `borrower-${next}`;
      await world.addPerson(person, ['analyst']);
      await delegate({ toPerson: person });
      const id = await world.proposed(OFFICER, counter, 6);
      await world.grantRole(person, 'security-officer');
      await world.sign(OFFICER, id);
      expect(codes(await world.sign({ person }, id))).toEqual(['NOT_ELIGIBLE']);
    });

    it('never lets lender and borrower fill both slots', async () => {
      await delegate();
      const id = await world.proposed(OFFICER, counter, 6);
      await world.sign(LEAD, id);
      expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['SAME_PERSON']);
    });

    it('ends by its time, and at once when it is taken back', async () => {
      const { id: lent } = await delegate();
      const id = await halfSigned();
      await world.service.revokeDelegation(world.request(LEAD), lent);
      expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['NOT_ELIGIBLE']);
    });
  });

  describe('breaking the glass', () => {
    it('runs the act on one signature, says so at once, and waits for another person’s review', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      const row = await world.service.find(id);
      const purpose = await world.breakGlassHash(LEAD, row);
      const ticket = await world.ticket(LEAD, id, purpose);
      const done = await world.sign(LEAD, id, { ticket, breakGlassReason: 'the ward has none left' });
      expect(done).toMatchObject({ value: 6, signOff: { status: 'EXECUTED' }, refusals: [] });
      expect(await newEntries()).toContain('signOff.breakGlass');
      const review = (hand: { person: string }, finding: string): Promise<unknown> =>
        world.review(hand, id, finding);
      await expect(review(LEAD, 'fine')).rejects.toMatchObject({ code: 'SAME_PERSON' });
      await expect(review(OFFICER, 'fine')).rejects.toMatchObject({ code: 'SAME_PERSON' });
      clock.set(clock.now() + 25 * HOUR);
      expect(await world.service.sweep(clock.now())).toMatchObject({ overdue: 1 });
      expect(await world.service.sweep(clock.now())).toMatchObject({ overdue: 0 });
      await review({ person: 'lead2' }, 'it was needed');
      expect((await newEntries()).at(-1)).toBe('signOff.review');
      await expect(review({ person: 'lead2' }, 'again')).rejects.toMatchObject({
        code: 'BREAK_GLASS_FORBIDDEN',
      });
    });

    it('is refused to a role that the policy does not name, and to a ticket for an ordinary signature', async () => {
      const id = await world.proposed(OFFICER, counter, 6);
      expect(codes(await world.sign(OFFICER, id, { breakGlassReason: 'hurry' }))).toEqual(['NOT_ELIGIBLE']);
      const ordinary = await world.ticket(LEAD, id);
      expect(codes(await world.sign(LEAD, id, { ticket: ordinary, breakGlassReason: 'hurry' }))).toEqual([
        'STEP_UP_REQUIRED',
      ]);
      expect(await world.counter(counter)).toEqual({ n: 5, runs: 0 });
    });
  });

  it('keeps its signatures genuine after the role was revoked and the key was rotated [21 CFR 11.70]', async () => {
    const id = await halfSigned();
    await world.sign(LEAD, id);
    retireKey(world.options.config, 'signOff');
    const rotated = new SignOffWorld(world.options);
    const row = await rotated.service.find(id);
    expect(row).not.toBeNull();
    if (row === null) return;
    const view = await rotated.service.view(rotated.request(LEAD), row);
    expect(view.signatures.map((one) => one.genuine)).toEqual([true, true]);
    world = rotated;
  });
});
