/** What a database administrator writes into the tables of sign-offs decides nothing, and is named by the check. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Findings } from '../../controls/audit/verify/finding';
import { digestOf } from '../../controls/integrity/digest';
import { hashOfRecord } from '../../controls/records/record-hash';
import { SignOffCheck } from '../../controls/sign-off/sign-off-check';
import { canonicalJson } from '../../platform/canonical-json';
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

describeEachDatabase('sign-offs altered by SQL', (open) => {
  let database: Database;
  let world: SignOffWorld;
  const clock = new TickingClock(START);
  let next = 0;
  let counter = '';

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    const dataDir = mkdtempSync(path.join(tmpdir(), 'lotgraph-altered-'));
    world = new SignOffWorld({ database, config: signOffConfig(dataDir), clock });
    await world.addPerson('officer', ['qa-officer']);
    await world.addPerson('lead', ['qa-lead']);
    await world.addPerson('lead2', ['qa-lead']);
    await world.addPerson('analyst', ['analyst']);
  });
  beforeEach(async () => {
    next += 1;
    counter = `counter-${next}`;
    await world.addCounter(counter, 5);
  });

  const sql = (statement: string, ...parameters: (string | number | null)[]): Promise<unknown> =>
    database.write((manager) => manager.query(statement, parameters));
  const codes = (payload: { refusals: readonly { code: string }[] }): string[] =>
    payload.refusals.map((refusal) => refusal.code);
  const check = async (): Promise<string[]> => {
    const findings = new Findings();
    const source = {
      rows: () => Promise.reject(new Error('not asked for')),
      query: <T>(statement: string, values: readonly (string | number)[] = []): Promise<T[]> =>
        database.reader.query<T[]>(statement, [...values]),
      close: () => Promise.resolve(),
    };
    await new SignOffCheck(source, findings).finish();
    return findings.list.map(({ code, place }) => `${code} ${place}`);
  };
  /** A record with an entry that seals it, as whoever knows the code and lacks the key would write them. */
  const forgeRecord = async (
    recordType: string,
    recordId: string,
    version: number,
    said: object,
  ): Promise<void> => {
    const content = canonicalJson(said);
    const record = { recordType, recordId, version, subject: recordId, content, at: 1 };
    const hash = hashOfRecord(record, 'sha256');
    const entryId = `forged-${recordType}-${next}-${version}`.slice(0, 36);
    const [row] = await database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY id LIMIT 1',
    );
    const seal = { type: recordType, id: recordId, version, hash };
    const body = canonicalJson({
      ...(JSON.parse(row?.body ?? '{}') as object),
      id: entryId,
      records: [seal],
    });
    await sql(
      'INSERT INTO audit_entry (id, at, body, hash) VALUES (?, 1, ?, ?)',
      entryId,
      body,
      digestOf(body),
    );
    await sql(
      'INSERT INTO regulated_record (record_type, record_id, version, subject, content, hash, entry_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, 1)',
      ...[recordType, recordId, version, recordId, content, hash, entryId],
    );
  };

  it('nothing is found where nothing was altered', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    await world.sign(OFFICER, id);
    await world.sign(LEAD, id);
    const wanted = { action: 'lot.release', role: 'qa-lead', toPerson: 'lead2', reason: 'away' };
    await world.delegate(LEAD, { ...wanted, startsAt: clock.now(), endsAt: clock.now() + HOUR });
    expect(await check()).toEqual([]);
  });

  it('[21 CFR 11.10(d)] a review that SQL hid is named though nobody acts on it', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    const purpose = await world.breakGlassHash(LEAD, await world.service.find(id));
    const ticket = await world.ticket(LEAD, id, purpose);
    await world.sign(LEAD, id, { ticket, breakGlassReason: 'the ward has none left' });
    expect(await check()).toEqual([]);
    for (const hidden of ['break_glass = 0', 'review_by = NULL']) {
      await sql(`UPDATE sign_off_proposal SET ${hidden} WHERE id = ?`, id);
      expect(await check()).toEqual([`SIGN_OFF_ALTERED sign_off_proposal ${id}`]);
    }
    await sql('DELETE FROM sign_off_proposal WHERE id = ?', id);
    expect(await check()).toEqual([`SIGN_OFF_DELETED sign_off_proposal ${id}`]);
  });

  it('[21 CFR 11.10(g)] a proposal that SQL opened again, with a forged record, is signed by nobody', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    const row = await world.service.find(id);
    await sql('UPDATE sign_off_proposal SET expires_at = expires_at + 1 WHERE id = ?', id);
    const [record] = await world.service.deps.records.historyOf(database.reader, 'proposal', id);
    const said = record?.content as object;
    await forgeRecord('proposal', id, 2, { ...said, expiresAt: (row?.expiresAt ?? 0) + 1 });
    expect(codes(await world.sign(OFFICER, id))).toEqual(['SIGN_OFF_ALTERED']);
  });

  it('an executed proposal that SQL opened again is neither expired, withdrawn nor rejected into a record', async () => {
    const id = await world.proposed(OFFICER, counter, 6);
    await world.sign(OFFICER, id);
    await world.sign(LEAD, id);
    await sql(
      "UPDATE sign_off_proposal SET state = 'HALF_SIGNED', closed_at = NULL, closed_by = NULL WHERE id = ?",
      id,
    );
    const altered = { code: 'SIGN_OFF_ALTERED' };
    await expect(world.service.withdraw(world.request(OFFICER), id, 'no')).rejects.toMatchObject(altered);
    const lead = world.request({ person: 'lead2' });
    await expect(world.service.reject(lead, id, 'no')).rejects.toMatchObject(altered);
    await sql('UPDATE sign_off_proposal SET execute_by = 1 WHERE id = ?', id);
    await world.service.sweep(clock.now());
    expect((await world.service.find(id))?.state).toBe('HALF_SIGNED');
    const history = await world.service.deps.records.historyOf(database.reader, 'proposal', id);
    expect(history.at(-1)?.content).toMatchObject({ state: 'EXECUTED' });
    expect(await check()).toContain(`SIGN_OFF_ALTERED sign_off_proposal ${id}`);
  });

  it('a delegation that SQL gave, also with a forged record, lends nothing', async () => {
    const delegation = {
      ...{ id: 'slipped', action: 'lot.release', role: 'qa-lead', fromPerson: 'lead', toPerson: 'analyst' },
      ...{ reason: 'x', createdAt: 1, startsAt: 1, endsAt: clock.now() + 1000 * HOUR, revokedAt: null },
    };
    await sql(
      `INSERT INTO sign_off_delegation (id, act, lent_role, from_person, to_person, reason, created_at, starts_at, ends_at)
        VALUES ('slipped', 'lot.release', 'qa-lead', 'lead', 'analyst', 'x', 1, 1, ?)`,
      delegation.endsAt,
    );
    const id = await world.proposed(OFFICER, counter, 6);
    await world.sign(OFFICER, id);
    expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['NOT_ELIGIBLE']);
    expect(await check()).toContain('SIGN_OFF_INSERTED sign_off_delegation slipped');
    await forgeRecord('delegation', 'slipped', 1, delegation);
    expect(codes(await world.sign({ person: 'analyst' }, id))).toEqual(['NOT_ELIGIBLE']);
  });

  it('a policy that SQL published, also with a forged record, is not in force, and nothing is signed', async () => {
    const [row] = await database.reader.query<{ content: string }[]>('SELECT content FROM sign_off_policy');
    const content = (row?.content ?? '').replace('"qa-lead"', '"analyst"');
    const version = digestOf(content);
    await sql(
      `INSERT INTO sign_off_policy (number, version, content, reason, published_at, published_by, record_version)
        VALUES (2, ?, ?, 'x', 1, 'x', 2)`,
      ...[version, content],
    );
    const proposing = (): Promise<string> => codeOf(world.proposed(OFFICER, counter, 6));
    expect(await proposing()).toBe('SIGN_OFF_UNAVAILABLE');
    await forgeRecord('policy', 'signOff', 2, { version });
    expect(await proposing()).toBe('SIGN_OFF_UNAVAILABLE');
  });
});
