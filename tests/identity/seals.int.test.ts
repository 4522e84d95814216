/** What a database administrator writes into the tables of identity signs nobody in, gives nothing, and is named. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { IdentityCheck } from '../../controls/identity/identity-check';
import { IdentityDigest } from '../../controls/identity/identity-digest';
import { subjectSecret } from '../../controls/audit/subject-cipher';
import { Findings } from '../../controls/audit/verify/finding';
import { hashOfHalf } from '../../controls/identity/enrolment-code';
import { hashPassword } from '../../controls/identity/password';
import { digestOf } from '../../controls/integrity/digest';
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { describeEachDatabase } from '../support/databases';
import { attempt, type IdentityWorld, START, startIdentityWorld } from './identity-world';

const refused = { code: 'SIGN_IN_REFUSED' };
const [LEAD, ANALYST] = ['demo:qa-lead', 'demo:analyst'];
type Values = (string | number | null)[];

describeEachDatabase('identity altered by SQL', (open) => {
  let world: IdentityWorld;
  beforeAll(async () => {
    world = await startIdentityWorld(open);
  });
  beforeEach(() => world.clock.set(world.clock.now() + 2 * 60 * 60_000));
  afterAll(() => world.close());

  const sql = (statement: string, ...values: Values): Promise<unknown> =>
    world.database.write((manager) => manager.query(statement, values));
  const cell = async (statement: string, ...values: Values): Promise<string> => {
    const [row] = await world.database.reader.query<{ v: string }[]>(statement, values);
    return row?.v ?? '';
  };
  /** Alters, does, and puts back, so that each attack stands alone. */
  const altered = async (
    table: string,
    column: string,
    id: string,
    value: string | number | null,
    work: () => Promise<void>,
  ): Promise<void> => {
    const before = await cell(`SELECT ${column} AS v FROM ${table} WHERE id = ?`, id);
    await sql(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, value, id);
    // an administrator would make the processes look again
    await sql('UPDATE identity_epoch SET epoch = epoch + 1');
    try {
      await work();
    } finally {
      await sql(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, before, id);
      await sql('UPDATE identity_epoch SET epoch = epoch + 1');
    }
  };
  const told = async (): Promise<string[]> =>
    (await world.entries())
      .filter(({ action }) => action === 'audit.integrityFinding')
      .map(({ facts }) => String(facts['place']));
  const check = async (): Promise<string[]> => {
    const source: ReadOnlyDatabase = {
      rows: () => Promise.reject(new Error('not asked for')),
      query: (statement, values = []) => world.database.reader.query(statement, [...values]),
      close: () => Promise.resolve(),
    };
    const findings = new Findings();
    await new IdentityCheck(source, findings, new IdentityDigest(subjectSecret(world.config))).finish();
    return findings.list.map(({ code, place }) => `${code} ${place}`);
  };

  test('nothing is found where nothing was altered', async () => {
    await world.signIn('qa-lead');
    expect(await check()).toEqual([]);
  });

  test('an account that is given another person signs neither in [21 CFR 11.100]', async () => {
    const { accessToken } = await world.signIn('analyst');
    await altered('account', 'person', ANALYST, 'demo-person:qa-lead', async () => {
      await expect(world.callerOf(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      world.nextCode();
      const given = { user: 'analyst', password: world.passwordOf('analyst'), code: world.codeOf('qa-lead') };
      await expect(world.identity.signIn.withPassword(given, attempt())).rejects.toMatchObject(refused);
      expect(await told()).toContain(`account ${ANALYST}`);
      expect(await check()).toEqual([`IDENTITY_ALTERED account ${ANALYST}`]);
    });
  });

  test('a password that SQL set signs nobody in [21 CFR 11.300]', async () => {
    const known = await hashPassword('a long phrase of a stranger');
    await altered('account', 'secret_hash', LEAD, known, async () => {
      const given = {
        user: 'qa-lead',
        password: 'a long phrase of a stranger',
        code: world.codeOf('qa-lead'),
      };
      await expect(world.identity.signIn.withPassword(given, attempt())).rejects.toMatchObject(refused);
      expect(await check()).toEqual([`IDENTITY_ALTERED account ${LEAD}`]);
    });
    world.nextCode();
    await expect(world.signIn('qa-lead')).resolves.toMatchObject({ account: LEAD });
  });

  test('a password that was changed and put back by SQL signs nobody in', async () => {
    const { accessToken } = await world.signIn('auditor');
    const old = await cell('SELECT secret_hash AS v FROM account WHERE id = ?', 'demo:auditor');
    world.nextCode();
    const password = world.passwordOf('auditor');
    const given = { password, code: world.codeOf('auditor'), newPassword: 'another long phrase' };
    await world.identity.account.changePassword(await world.callerOf(accessToken), given, attempt());
    await altered('account', 'secret_hash', 'demo:auditor', old, async () => {
      world.nextCode();
      await expect(world.signIn('auditor')).rejects.toMatchObject(refused);
    });
  });

  test('a disabled person, a moved factor and a renamed signer are named', async () => {
    const factor = await cell(
      "SELECT id AS v FROM factor WHERE person = 'demo-person:analyst' AND status = 'ACTIVE'",
    );
    await altered('factor', 'person', factor, 'demo-person:qa-lead', async () => {
      const given = { user: 'qa-lead', password: world.passwordOf('qa-lead'), code: world.codeOf('analyst') };
      await expect(world.identity.signIn.withPassword(given, attempt())).rejects.toMatchObject(refused);
      expect(await told()).toContain(`factor ${factor}`);
    });
    await altered('person', 'name_en', 'demo-person:qa-lead', 'Somebody Else', async () => {
      await expect(world.signIn('qa-lead')).rejects.toMatchObject(refused);
      expect(await check()).toEqual(['IDENTITY_ALTERED person demo-person:qa-lead']);
    });
  });

  test('an account that SQL inserted signs nobody in', async () => {
    await sql(
      `INSERT INTO account (id, person, kind, user_name, secret_hash, status, may_act_for, created_at)
        VALUES ('slipped', 'demo-person:analyst', 'password', 'slipped', ?, 'ACTIVE', 0, 1)`,
      await hashPassword('a long phrase of a stranger'),
    );
    const given = { user: 'slipped', password: 'a long phrase of a stranger', code: world.codeOf('analyst') };
    await expect(world.identity.signIn.withPassword(given, attempt())).rejects.toMatchObject(refused);
    expect(await check()).toEqual(['IDENTITY_INSERTED account slipped']);
    await sql("DELETE FROM account WHERE id = 'slipped'");
  });

  test('a role that SQL gave, or brought back, gives nothing', async () => {
    const { accessToken } = await world.signIn('analyst');
    const roles = async (): Promise<readonly string[]> => {
      await sql('UPDATE identity_epoch SET epoch = epoch + 1');
      return (await world.callerOf(accessToken)).roles;
    };
    const before = await roles();
    await sql(
      `INSERT INTO role_grant (id, person, role_name, sites, suppliers, source, valid_from, granted_by)
        VALUES ('slipped', 'demo-person:analyst', 'qa-lead', '[]', '[]', 'ACT', 1, 'system')`,
    );
    expect(await roles()).toEqual(before);
    await sql("DELETE FROM role_grant WHERE id = 'slipped'");
    const { identity, database } = world;
    const grant = { person: 'demo-person:analyst', role: 'planner', sites: [], suppliers: [] };
    const id = await database.write((manager) => identity.assignGrant(manager, grant, SYSTEM_ACTOR));
    await database.write((manager) => identity.revokeGrant(manager, id, SYSTEM_ACTOR, 'over'));
    await altered('role_grant', 'revoked_at', id, null, async () => {
      expect(await roles()).toEqual(before);
      expect(await check()).toEqual([`IDENTITY_ALTERED role_grant ${id}`]);
    });
  });

  test('[21 CFR 11.200(a)] an enrolment code that SQL made good opens nothing', async () => {
    const half = 'AAAA-AAAA-AAAA-AAAA';
    await sql(
      `INSERT INTO recovery (id, kind, account, person, reason, status, opened_by, approved_by, first_half, second_half, created_at, expires_at)
        VALUES ('slipped', 'RECOVER', ?, 'demo-person:qa-lead', 'x', 'APPROVED', 'a', 'b', ?, ?, 1, ?)`,
      ...[LEAD, hashOfHalf(half), hashOfHalf(half), START * 2],
    );
    const given = { user: 'qa-lead', code: `${half}-${half}`, password: 'a long phrase of a stranger' };
    await expect(world.identity.enrolment.begin(given, attempt())).rejects.toMatchObject(refused);
    expect(await told()).toContain('recovery slipped');
    await sql("DELETE FROM recovery WHERE id = 'slipped'");
  });

  test('a session that SQL wrote, or gave to somebody else, is refreshed for nobody', async () => {
    const token = `slipped-session.${'a'.repeat(43)}`;
    const insert = `INSERT INTO auth_session (id, account, person, stage, amr, auth_time, refresh_hash, created_at, expires_at)
      VALUES ('slipped-session', ?, 'demo-person:qa-lead', 'FULL', '[]', 1, ?, 1, ?)`;
    await sql(insert, LEAD, digestOf(token), START * 2);
    await expect(world.identity.signIn.refresh(token, attempt())).rejects.toMatchObject(refused);
    const { refreshToken, session } = await world.signIn('analyst');
    await sql(
      "UPDATE auth_session SET account = ?, person = 'demo-person:qa-lead' WHERE id = ?",
      LEAD,
      session,
    );
    await expect(world.identity.signIn.refresh(refreshToken ?? '', attempt())).rejects.toMatchObject(refused);
  });

  test('an epoch that SQL set back keeps a role alive for half a minute at most', async () => {
    const { identity, database } = world;
    const grant = { person: 'demo-person:analyst', role: 'planner', sites: [], suppliers: [] };
    const id = await database.write((manager) => identity.assignGrant(manager, grant, SYSTEM_ACTOR));
    const { accessToken } = await world.signIn('analyst');
    expect((await world.callerOf(accessToken)).roles).toContain('planner');
    await database.write((manager) => identity.revokeGrant(manager, id, SYSTEM_ACTOR, 'over'));
    await sql('UPDATE identity_epoch SET epoch = epoch - 1');
    world.clock.set(world.clock.now() + 31_000);
    expect((await world.callerOf(accessToken)).roles).not.toContain('planner');
  });

  test.each(['client', 'on_behalf_of'])(
    'a session whose %s SQL changed stands for nobody',
    async (column) => {
      const { accessToken, session } = await world.signIn('analyst');
      await sql(`UPDATE auth_session SET ${column} = 'somebody-else' WHERE id = ?`, session);
      await expect(world.callerOf(accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  test('a ticket that was used and made unused by SQL is used all the same', async () => {
    const { identity, database } = world;
    const { accessToken } = await world.signIn('qa-lead');
    const caller = await world.callerOf(accessToken);
    world.nextCode();
    const given = { password: world.passwordOf('qa-lead'), code: world.codeOf('qa-lead'), purpose: 'p' };
    const { ticket } = await identity.stepUp.withPassword(caller, given, attempt());
    const use = { ticket, person: caller.person ?? '', session: caller.session, purpose: 'p' };
    const consume = (): Promise<unknown> => database.write((manager) => identity.consumeTicket(manager, use));
    await consume();
    await sql('UPDATE step_up_ticket SET used_at = NULL');
    await expect(consume()).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });

  test('rows from before the seals are taken over once, and what is inserted later is not', async () => {
    const { identity, database } = world;
    await database.write(async (manager) => {
      await manager.query('DROP TRIGGER tr_regulated_record_no_delete');
      await manager.query('DROP TRIGGER tr_audit_entry_no_delete');
      await manager.query(
        "DELETE FROM regulated_record WHERE record_type IN ('account', 'person', 'factor', 'roleGrant', 'recovery')",
      );
    });
    await expect(world.signIn('qa-lead')).rejects.toMatchObject(refused);
    // the trail still tells that there were seals
    expect(await identity.adopt()).toBeNull();
    await sql(`DELETE FROM audit_entry WHERE body LIKE '{"action":"identity.%'`);
    expect(await identity.adopt()).toBeGreaterThan(0);
    world.nextCode();
    await expect(world.signIn('qa-lead')).resolves.toMatchObject({ account: LEAD });
    await sql(
      `INSERT INTO account (id, person, kind, user_name, status, may_act_for, created_at)
        VALUES ('late', 'demo-person:analyst', 'password', 'late', 'ACTIVE', 0, 1)`,
    );
    expect(await identity.adopt()).toBeNull();
    expect(await check()).toEqual(['IDENTITY_INSERTED account late']);
    await sql("DELETE FROM regulated_record WHERE record_type = 'identitySeals'");
    expect(await identity.adopt()).toBeNull();
    expect(await check()).toEqual(['IDENTITY_INSERTED account late']);
  });
});
