/** Roles that nobody may hold together, however they come: granted, at once, or by groups of a directory. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conflictsAmong } from '../../controls/access/separation';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { replaceClaimGrants } from '../../controls/identity/claim-grants';
import { Grants, type Separation } from '../../controls/identity/grants';
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
} from '../sign-off/sign-off-world';

const APART = {
  incompatible: [{ role: 'auditor', with: ['qa-lead', 'data-steward'], reason: 'independent' }],
};
const separation: Separation = (_manager, roles) => Promise.resolve(conflictsAmong(APART, roles));

describeEachDatabase('roles that are kept apart', (open) => {
  let database: Database;
  let world: SignOffWorld;
  let grants: Grants;
  const clock = new TickingClock(START);
  let next = 0;
  let person = '';

  const assign = (role: string, over: { validFrom?: number } = {}): Promise<string> =>
    database.write((manager) =>
      grants.assign(manager, { person, role, sites: [], suppliers: [], ...over }, SYSTEM_ACTOR),
    );
  const groups = (...roles: string[]): Promise<void> =>
    database.write((manager) =>
      replaceClaimGrants(
        world.identity.context,
        manager,
        person,
        { roles, sites: [], suppliers: [] },
        SYSTEM_ACTOR,
        { grants, separation },
      ),
    );
  const held = async (): Promise<readonly string[]> =>
    (await grants.effective(database.reader, person)).roles;
  const refusals = async (): Promise<unknown[]> => {
    const rows = await database.reader.find(AuditEntryRow, { order: { id: 'ASC' } });
    const bodies = rows.map(
      ({ body }) => JSON.parse(body) as { object: { id: string }; code: string; facts: object },
    );
    return bodies
      .filter(({ code, object }) => code === 'ROLES_CONFLICT' && object.id === person)
      .map(({ facts }) => facts);
  };

  beforeAll(async () => {
    database = await open(SIGN_OFF_TABLES);
    const config = signOffConfig(mkdtempSync(path.join(tmpdir(), 'lotgraph-apart-')));
    world = new SignOffWorld({ database, config, clock });
    grants = new Grants(world.identity.context, separation);
  });

  beforeEach(async () => {
    next += 1;
    person = `person-${next}`;
    await world.addPerson(person, []);
  });

  it('are not granted beside one another, now or for later', async () => {
    await assign('auditor', { validFrom: clock.now() + HOUR });
    expect(await codeOf(assign('qa-lead'))).toBe('ROLES_CONFLICT');
    expect(await codeOf(assign('analyst'))).toBe('DONE');
    expect(await held()).toEqual(['analyst']);
  });

  it('are granted once the other was taken back', async () => {
    const id = await assign('auditor');
    await database.write((manager) => grants.revoke(manager, id, SYSTEM_ACTOR, 'moved'));
    expect(await codeOf(assign('qa-lead'))).toBe('DONE');
  });

  it('are not both granted by two officers at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      person = `racer-${next}-${round}`;
      await world.addPerson(person, []);
      const codes = await Promise.all([codeOf(assign('auditor')), codeOf(assign('qa-lead'))]);
      expect(codes.sort()).toEqual(['DONE', 'ROLES_CONFLICT']);
      expect(await held()).toHaveLength(1);
    }
  });

  it('are given by no group beside what was granted, and the refusal is written down', async () => {
    await assign('auditor');
    await groups('analyst', 'qa-lead');
    expect(await held()).toEqual(['analyst', 'auditor']);
    expect(await refusals()).toEqual([{ role: 'qa-lead', source: 'CLAIM' }]);
  });

  it('are neither given when groups name both', async () => {
    await groups('auditor', 'data-steward', 'analyst');
    expect(await held()).toEqual(['analyst']);
    expect(await refusals()).toHaveLength(2);
  });

  it('are not granted beside what a group gives', async () => {
    await groups('qa-lead');
    expect(await codeOf(assign('auditor'))).toBe('ROLES_CONFLICT');
    expect(await held()).toEqual(['qa-lead']);
  });

  it('are not both given by a sign-in and an officer at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      person = `both-${next}-${round}`;
      await world.addPerson(person, []);
      await Promise.all([codeOf(groups('qa-lead')), codeOf(assign('auditor'))]);
      expect(await held()).toHaveLength(1);
    }
  });
});
