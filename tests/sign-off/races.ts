/** Many people approve one proposal at once, from two processes; and processes die at every step of a sign-off. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../platform/clock';
import { Database, type Dialect } from '../../platform/database/database';
import { createMigratedDatabase } from '../support/migrated-database';
import { OtherHand } from './other-hand';
import { SIGN_OFF_TABLES, SignOffWorld, signOffConfig, type Hand, type Payload } from './sign-off-world';

/** A migrated database with people in it, and a folder of keys that other processes share. */
export interface SharedWorld {
  readonly world: SignOffWorld;
  hand(): Promise<OtherHand>;
  close(): Promise<void>;
}

async function openSharedWorld(dialect: Dialect, leads: number): Promise<SharedWorld> {
  const made = await createMigratedDatabase(dialect, SIGN_OFF_TABLES, 'signoff');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-race-'));
  const database = await Database.open({ url: made.url, ...SIGN_OFF_TABLES, migrate: false });
  const world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock: systemClock });
  await world.addPerson('officer', ['qa-officer']);
  for (let lead = 0; lead < leads; lead += 1) await world.addPerson(`lead-${lead}`, ['qa-lead']);
  const hands: OtherHand[] = [];
  return {
    world,
    hand: async () => {
      const hand = await OtherHand.start(made.url, dataDir);
      hands.push(hand);
      return hand;
    },
    close: async () => {
      for (const hand of hands) await hand.stop();
      await database.close();
      await made.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface RaceResult {
  readonly executed: number;
  readonly refused: number;
  /** Answers that are neither: a lock that could not be had, say. */
  readonly failed: readonly string[];
  readonly state: string;
  readonly runs: number;
  readonly commands: number;
  readonly signatures: number;
}

/** `approvals` second signatures for one proposal at once, half from each of two processes. */
export async function raceApprovals(dialect: Dialect, approvals: number): Promise<RaceResult> {
  const shared = await openSharedWorld(dialect, 20);
  try {
    const { world } = shared;
    await world.addCounter('c', 1);
    const officer: Hand = { person: 'officer' };
    const id = await world.proposed(officer, 'c', 2);
    await world.sign(officer, id);
    const tries: { hand: Hand; ticket: string }[] = [];
    for (let index = 0; index < approvals; index += 1) {
      const hand = { person: `lead-${index % 20}` };
      tries.push({ hand, ticket: await world.ticket(hand, id) });
    }
    const [left, right] = [await shared.hand(), await shared.hand()];
    const half = Math.floor(approvals / 2);
    const answers = await Promise.all([
      left.order<(Payload | string)[]>({ do: 'race', id, tries: tries.slice(0, half) }),
      right.order<(Payload | string)[]>({ do: 'race', id, tries: tries.slice(half) }),
    ]);
    const all = answers.flatMap((answer) => answer?.did ?? ['died']);
    const payloads = all.filter((one): one is Payload => typeof one !== 'string');
    const { runs } = await world.counter('c');
    const view = (await world.service.signaturesOf(world.options.database.reader, [id], 'en')).get(id) ?? [];
    return {
      executed: payloads.filter((one) => one.refusals.length === 0).length,
      refused: payloads.filter((one) => one.refusals.length > 0).length,
      failed: all.filter((one) => typeof one === 'string'),
      ...{ state: await world.state(id), runs, commands: await world.commands('c'), signatures: view.length },
    };
  } finally {
    await shared.close();
  }
}

export interface KillResult {
  readonly kills: number;
  /** What was found half done, in words; empty is what is promised. */
  readonly wrong: readonly string[];
}

/**
 * Kills a process before and after each statement of proposing, of the first and of the second signature, round after
 * round until `kills` are done; after each kill the same is asked again, and everything must have happened once.
 */
export async function killSignOff(dialect: Dialect, kills: number): Promise<KillResult> {
  const shared = await openSharedWorld(dialect, 1);
  const wrong: string[] = [];
  let done = 0;
  try {
    for (let statement = 1; done < kills; statement += 1) {
      let died = false;
      for (const when of ['before', 'after'] as const) {
        for (const step of ['propose', 'first', 'second'] as const) {
          if (done >= kills) break;
          const counter = `k-${statement}-${when}-${step}-${done}`;
          const result = await killOnce(shared, { counter, step, statement, when });
          if (result === null) continue;
          died = true;
          done += 1;
          wrong.push(...result);
        }
      }
      // past the last statement of every step: begin again, over new proposals
      if (!died) statement = 0;
    }
    return { kills: done, wrong };
  } finally {
    await shared.close();
  }
}

interface Kill {
  readonly counter: string;
  readonly step: 'propose' | 'first' | 'second';
  readonly statement: number;
  readonly when: 'before' | 'after';
}

/** Null when the step has fewer statements than that. */
async function killOnce(shared: SharedWorld, kill: Kill): Promise<string[] | null> {
  const { world } = shared;
  const { counter, step } = kill;
  const [officer, lead]: Hand[] = [{ person: 'officer' }, { person: 'lead-0' }];
  if (officer === undefined || lead === undefined) return null;
  await world.addCounter(counter, 1);
  let id = step === 'propose' ? '' : await world.proposed(officer, counter, 2);
  if (step === 'second') await world.sign(officer, id);
  const signer = step === 'second' ? lead : officer;
  const ticket = step === 'propose' ? '' : await world.ticket(signer, id);
  const victim = await shared.hand();
  await victim.order({ do: 'die', statements: kill.statement, when: kill.when });
  const answer = await victim.order(
    step === 'propose'
      ? { do: 'propose', hand: officer, counter, value: 2 }
      : { do: 'sign', hand: signer, id, ticket },
  );
  await victim.stop();
  if (answer !== null) return null;
  const wrong = await halfDone(world, counter, step === 'propose' ? null : id, step);
  // whoever lost the answer asks again, and goes on to the end
  if (step === 'propose') id = await world.proposed(officer, counter, 2);
  if (['PROPOSED'].includes(await world.state(id))) await world.sign(officer, id);
  if (['HALF_SIGNED'].includes(await world.state(id))) await world.sign(lead, id);
  const { n, runs } = await world.counter(counter);
  const end = `${await world.state(id)} n=${n} runs=${runs} commands=${await world.commands(counter)}`;
  if (end !== 'EXECUTED n=2 runs=1 commands=1') wrong.push(`${JSON.stringify(kill)}: ended ${end}`);
  return wrong;
}

/** Right after the kill either nothing of the step is there, or all of it. */
async function halfDone(
  world: SignOffWorld,
  counter: string,
  id: string | null,
  step: Kill['step'],
): Promise<string[]> {
  const { reader } = world.options.database;
  const count = async (sql: string, value: string): Promise<number> => {
    const [row] = await reader.query<{ n: number | string }[]>(sql, [value]);
    return Number(row?.n);
  };
  const { n, runs } = await world.counter(counter);
  const commands = await world.commands(counter);
  const records = await count('SELECT COUNT(*) AS n FROM regulated_record WHERE subject = ?', counter);
  const facts = { n, runs, commands, records };
  if (id === null || step !== 'second') {
    const untouched = n === 1 && runs === 0 && commands === 0 && records === 0;
    return untouched ? [] : [`${counter}: an effect before the second signature: ${JSON.stringify(facts)}`];
  }
  const signatures = await count('SELECT COUNT(*) AS n FROM sign_off_signature WHERE proposal_id = ?', id);
  const entries = await count(
    "SELECT COUNT(*) AS n FROM audit_entry WHERE body LIKE '%signOff.execute%' AND body LIKE ?",
    `%${id}%`,
  );
  const state = await world.state(id);
  const found = JSON.stringify([state, n, runs, commands, records, signatures, entries]);
  const none = JSON.stringify(['HALF_SIGNED', 1, 0, 0, 0, 1, 0]);
  const all = JSON.stringify(['EXECUTED', 2, 1, 1, 1, 2, 1]);
  return found === none || found === all ? [] : [`${counter}: half done: ${found}`];
}
