/** The policy in force: published once at the first start, and later by two people alone. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MarkedAct } from '../../controls/sign-off/act-run';
import { thaw } from '../../controls/sign-off/payload';
import type { Database } from '../../platform/database/database';
import { describeEachDatabase } from '../support/databases';
import {
  type Hand,
  SIGN_OFF_TABLES,
  START,
  SignOffWorld,
  TickingClock,
  signOffConfig,
} from './sign-off-world';

const SHIPPED = readFileSync(path.resolve(__dirname, '../../schema/dictionary/sign-off/policy.yaml'), 'utf8');
const LONGER = SHIPPED.replace('proposalHours: 72', 'proposalHours: 96');
const LEAD: Hand = { person: 'lead' };
const LEAD2: Hand = { person: 'lead2' };
const OFFICER: Hand = { person: 'officer' };

describeEachDatabase('sign-off policy', (open) => {
  let database: Database;
  let world: SignOffWorld;
  const clock = new TickingClock(START);
  const config = signOffConfig(mkdtempSync(path.join(tmpdir(), 'lotgraph-policy-')));

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    world = new SignOffWorld({ database, config, clock });
    await world.addPerson('lead', ['qa-lead']);
    await world.addPerson('lead2', ['qa-lead']);
    await world.addPerson('officer', ['qa-officer']);
    await world.addCounter('c', 1);
  });

  /** Publishing, as the mutation does it. */
  const publishing = (policy: string, reason = 'a reason'): MarkedAct => ({
    ...{
      action: 'signOff.policyPublish',
      coordinate: 'Mutation.publishSignOffPolicy',
      arguments: { policy, reason },
    },
    run: async (act) => await world.service.deps.policies.publish(act, policy, reason),
  });
  const sign = async (hand: Hand, id: string, act: MarkedAct): Promise<string> => {
    const ticket = await world.ticket(hand, id);
    const input = { proposalId: id, coordinate: act.coordinate, ticket, comment: null, emergency: null };
    return (await world.service.sign(world.request(hand), input, () => act)).proposal.state;
  };
  const versions = async (): Promise<number> => {
    const [row] = await database.reader.query<{ n: number | string }[]>(
      'SELECT COUNT(*) AS n FROM sign_off_policy',
    );
    return Number(row?.n);
  };

  it('is published once at the first start, however many processes start', async () => {
    const other = new SignOffWorld({ database, config, clock });
    const [one, two] = await Promise.all([
      world.service.deps.policies.current(),
      other.service.deps.policies.current(),
    ]);
    expect(one.version).toBe(two.version);
    expect(await versions()).toBe(1);
  });

  it('refuses what is no policy, and one without a reason', async () => {
    for (const [yaml, reason, code] of [
      ['actions: []', 'x', 'INVALID_INPUT'],
      [LONGER, ' ', 'REASON_REQUIRED'],
    ] as const) {
      const { proposal, refusals } = await world.service.propose(
        world.request(LEAD),
        publishing(yaml, reason),
      );
      expect([proposal, refusals.map((one) => one.code)]).toEqual([null, [code]]);
    }
    expect(await versions()).toBe(1);
  });

  it('is not published by one person, and shows its signers what is weaker', async () => {
    const act = publishing(LONGER);
    const { proposal } = await world.service.propose(world.request(LEAD), act);
    const id = proposal?.id ?? '';
    expect(thaw(proposal?.payload ?? '{}').changes.map(({ field, after }) => [field, after])).toContainEqual([
      'signOffPolicy.weaker',
      'lot.release: proposalHours: 72 → 96',
    ]);
    expect(await sign(LEAD, id, act)).toBe('HALF_SIGNED');
    await expect(sign({ person: 'lead', account: 'lead-2' }, id, act)).rejects.toMatchObject({
      code: 'SAME_PERSON',
    });
    await expect(sign(OFFICER, id, act)).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect(await versions()).toBe(1);
    const [open1, open2] = [await world.proposed(OFFICER, 'c', 2), await world.proposeDrop(OFFICER, 'c')];
    expect(await sign(LEAD2, id, act)).toBe('EXECUTED');
    expect(await versions()).toBe(2);
    // what was proposed under another rule for its action is stale; a rule that did not change still holds
    const refused = await world.sign(OFFICER, open1);
    expect([refused.refusals.map((one) => one.code), await world.state(open1)]).toEqual([
      ['SIGN_OFF_STALE'],
      'STALE',
    ]);
    expect(await world.state(open2)).toBe('PROPOSED');
    const row = await world.service.find(open2);
    const view = row === null ? null : await world.service.view(world.request(OFFICER), row);
    expect(view?.signingHash).toMatch(/^sha256:/);
  });

  it('stands as a version of a regulated record, with who signed it', async () => {
    const history = await world.service.deps.records.historyOf(database.reader, 'policy', 'signOff');
    expect(history.map((one) => one.version)).toEqual([1, 2]);
  });

  it('that was altered or slipped in by SQL serves nobody', async () => {
    const change = database.write((manager) => manager.query("UPDATE sign_off_policy SET content = '{}'"));
    await expect(change).rejects.toThrow(/insert-only/);
    await database.write((manager) =>
      manager.query(
        `INSERT INTO sign_off_policy (number, version, content, reason, published_at, published_by, record_version)
         SELECT 99, version, '{"readers":[],"actions":[]}', reason, published_at, published_by, record_version FROM sign_off_policy WHERE number = 1`,
      ),
    );
    const fresh = new SignOffWorld({ database, config, clock });
    await expect(fresh.service.deps.policies.current()).rejects.toMatchObject({
      code: 'SIGN_OFF_UNAVAILABLE',
    });
  });
});
