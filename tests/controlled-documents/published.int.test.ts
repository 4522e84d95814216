/** Alarm rules and claims decide as they were published: not as files say, nor rows that somebody wrote by SQL. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AlarmsInForce } from '../../controls/alarms/alarms-in-force';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { Sequencer } from '../../controls/audit/sequencer';
import { Findings } from '../../controls/audit/verify/finding';
import { verifyTrail } from '../../controls/audit/verify/verify-trail';
import { publishShipped } from '../../controls/controlled-documents/shipped';
import { readPublicKeys } from '../../controls/integrity/signature';
import { type Controls, openControls } from '../../controls/open-controls';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { hashOfRecord } from '../../controls/records/record-hash';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { openReadOnly } from '../../platform/database/read-only';
import { ConfigError } from '../../platform/errors';
import { silentLogger } from '../../platform/log';
import { ROOT } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { createMigratedDatabase } from '../support/migrated-database';
import { shippedDictionary } from '../support/shipped-dictionary';

const TABLES = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };
/** One for all: processes of a deployment share its keys. */
const DATA = mkdtempSync(path.join(tmpdir(), 'lotgraph-documents-'));

function controlsOver(database: Database, root = ROOT): Controls {
  return openControls({
    config: loadConfig({ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: DATA }, root),
    ...{ root, database, clock: systemClock, logger: silentLogger },
    dictionary: shippedDictionary(),
  });
}

/** A project folder of its own, whose files a test may edit. */
function editableRoot(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'lotgraph-root-'));
  cpSync(path.join(ROOT, 'schema', 'dictionary'), path.join(root, 'schema', 'dictionary'), {
    recursive: true,
  });
  return root;
}

function edit(root: string, file: string, from: string, to: string): void {
  const full = path.join(root, 'schema', 'dictionary', file);
  const text = readFileSync(full, 'utf8');
  expect(text).toContain(from);
  writeFileSync(full, text.replace(from, to));
}

const CLAIMS = 'identity/claims.yaml';
const MAPPED = 'lotgraph-analysts: analyst';

/** The claims of a process that has not looked yet, as texts. */
const textOf = async (controls: Controls): Promise<string> =>
  (await controls.claims.current()).texts['claims.yaml'] ?? '';

async function publish(controls: Controls, from: string, to: string): Promise<void> {
  const { texts, number } = await controls.claims.current();
  const changed = (texts['claims.yaml'] ?? '').replace(from, to);
  await controls.claims.publish(SYSTEM_ACTOR, { texts: { 'claims.yaml': changed }, reason: 'test' }, number);
}

async function sequence(database: Database, controls: Controls): Promise<void> {
  const signer = controls.signing.for('audit');
  const sequencer = new Sequencer({ database, clock: systemClock, algorithm: 'sha256', signer });
  await sequencer.drain();
  await sequencer.checkpoint();
}

async function verified(url: string, controls: Controls): Promise<string[]> {
  const reader = await openReadOnly(url);
  const findings = new Findings();
  try {
    const keys = readPublicKeys(controls.signing.for('audit').publicKey);
    const report = await verifyTrail({ database: reader, keys, witnesses: [] }, findings);
    return report.findings.map(({ code, place }) => `${code} ${place}`);
  } finally {
    await reader.close();
  }
}

/** What a database administrator does first. */
async function bySql(database: Database, ...statements: readonly string[]): Promise<void> {
  await database.write(async (manager) => {
    for (const act of ['update', 'delete'])
      await manager.query(`DROP TRIGGER IF EXISTS tr_regulated_record_no_${act}`);
    for (const statement of statements) await manager.query(statement);
  });
}

const OF_CLAIMS = "record_type = 'controlledDocument' AND record_id = 'claims'";

describeEachDatabase('controlled documents', (open, dialect) => {
  const made: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const drop of made) await drop();
  });

  /** A database with its address, for whoever verifies it from outside. */
  async function openAt(): Promise<{ database: Database; url: string }> {
    const at = await createMigratedDatabase(dialect, TABLES, 'documents');
    const { url } = at;
    const database = await Database.open({ url, ...TABLES, migrate: false });
    made.push(async () => {
      await database.close();
      await at.drop();
    });
    return { database, url };
  }

  it('publishes the shipped files once however many processes start, with audit entry and record', async () => {
    const database = await open(TABLES);
    const all = Array.from({ length: 6 }, () => controlsOver(database));
    const numbers = await Promise.all(
      all.flatMap(({ claims, alarmRules }) => [claims.current(), alarmRules.current()]),
    );
    expect(new Set(numbers.map(({ number, reason }) => `${number} ${reason}`))).toEqual(
      new Set(['1 shipped with the product']),
    );
    const records = await database.reader.findBy(RegulatedRecordRow, { recordType: 'controlledDocument' });
    expect(records.map(({ recordId, version }) => `${recordId} ${version}`).sort()).toEqual([
      'alarmRules 1',
      'claims 1',
    ]);
    const entries = await database.reader.find(AuditEntryRow);
    const bodies = entries.map(({ body }) => JSON.parse(body) as { action: string; records: unknown[] });
    expect(bodies.map(({ action }) => action)).toEqual([
      'controlledDocument.publish',
      'controlledDocument.publish',
    ]);
  });

  it('[Annex 11 §10] goes by the published version whatever is written into the file', async () => {
    const database = await open(TABLES);
    const root = editableRoot();
    await controlsOver(database, root).claims.current();
    edit(root, CLAIMS, MAPPED, 'lotgraph-analysts: qa-lead');
    const { compiled } = await controlsOver(database, root).claims.current();
    expect(compiled.oidc.roles['lotgraph-analysts']).toBe('analyst');
  });

  it('takes up what another process published, and can go back to the text that was', async () => {
    const database = await open(TABLES);
    const [one, other] = [controlsOver(database), controlsOver(database)];
    const first = await textOf(one);
    await publish(other, MAPPED, 'lotgraph-analysts: auditor');
    one.claims.forget();
    expect(await textOf(one)).toContain('lotgraph-analysts: auditor');
    const old = await one.claims.version(1);
    await one.claims.publish(SYSTEM_ACTOR, { texts: old?.texts ?? {}, reason: 'back' }, 2);
    expect(await textOf(one)).toBe(first);
    const history = await one.claims.history(null, 10);
    expect(history.map(({ number, reason }) => [number, reason])).toEqual([
      [3, 'back'],
      [2, 'test'],
      [1, 'shipped with the product'],
    ]);
  });

  it('refuses to publish over a version that it was not compared with, also when two do so at once', async () => {
    const database = await open(TABLES);
    const [one, other] = [controlsOver(database), controlsOver(database)];
    const [{ texts }] = await Promise.all([one.claims.current(), other.claims.current()]);
    const texts2 = { 'claims.yaml': `${texts['claims.yaml'] ?? ''}\n` };
    const both = await Promise.allSettled(
      [one, other].map(({ claims }) => claims.publish(SYSTEM_ACTOR, { texts: texts2, reason: 'race' }, 1)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await one.claims.history(null, 10)).length).toBe(2);
  });

  it('lets nobody change a version or a draft, or delete it', async () => {
    const database = await open(TABLES);
    await controlsOver(database).claims.current();
    for (const sql of [
      `UPDATE regulated_record SET content = '{}' WHERE ${OF_CLAIMS}`,
      `DELETE FROM regulated_record WHERE ${OF_CLAIMS}`,
    ])
      await expect(database.write((manager) => manager.query(sql))).rejects.toThrow();
  });

  it.each([
    [
      'altered',
      `UPDATE regulated_record SET content = REPLACE(content, 'analysts: analyst', 'analysts: qa-lead') WHERE ${OF_CLAIMS} AND version = 2`,
      'RECORD_ALTERED',
    ],
    ['deleted', `DELETE FROM regulated_record WHERE ${OF_CLAIMS} AND version = 2`, 'RECORD_DELETED'],
    ['emptied', `DELETE FROM regulated_record WHERE ${OF_CLAIMS}`, 'RECORD_DELETED'],
  ])('refuses claims that were %s by SQL, and the integrity check names them', async (_what, sql, code) => {
    const { database, url } = await openAt();
    const controls = controlsOver(database);
    await publish(controls, 'provision: false', 'provision: false # as agreed');
    await sequence(database, controls);
    expect(await verified(url, controls)).toEqual([]);
    await bySql(database, sql);
    await expect(controlsOver(database).claims.current()).rejects.toMatchObject({
      code: 'RECORD_UNTRUSTED',
    });
    expect(await verified(url, controls)).toContain(`${code} regulated_record controlledDocument claims v2`);
  });

  it('[21 CFR 11.10(e)] refuses a version that was slipped in beside its hash, and the integrity check names it', async () => {
    const { database, url } = await openAt();
    const controls = controlsOver(database);
    await controls.claims.current();
    await sequence(database, controls);
    const [row] = await database.reader.findBy(RegulatedRecordRow, { recordId: 'claims' });
    if (row === undefined) throw new Error('nothing was published');
    const content = row.content.replace('analysts: analyst', 'analysts: qa-lead');
    const slipped = Object.assign(new RegulatedRecordRow(), row, { version: 2, content });
    await database.write((manager) =>
      manager.insert(RegulatedRecordRow, Object.assign(slipped, { hash: hashOfRecord(slipped, 'sha256') })),
    );
    await expect(controlsOver(database).claims.current()).rejects.toMatchObject({ code: 'RECORD_UNTRUSTED' });
    expect(await verified(url, controls)).toContain(
      'RECORD_INSERTED regulated_record controlledDocument claims v2',
    );
  });

  it('raises alarms under the last good rules, and under the shipped ones before there were any', async () => {
    const database = await open(TABLES);
    const controls = controlsOver(database);
    await controls.alarmRules.current();
    await sequence(database, controls);
    const inForceOf = ({ alarmRules }: Controls): AlarmsInForce =>
      new AlarmsInForce({
        ...{ document: alarmRules, dictionary: shippedDictionary(), env: {}, relay: null },
        ...{ folder: path.join(ROOT, 'schema/dictionary/alarms'), logger: silentLogger },
      });
    const running = inForceOf(controls);
    const good = await running.settings();
    await bySql(database, "DELETE FROM regulated_record WHERE record_id = 'alarmRules'");
    controls.alarmRules.forget();
    expect(await running.settings()).toBe(good);
    const started = await inForceOf(controlsOver(database)).settings();
    expect(started.rules.some(({ match }) => match.actions.includes('audit.integrityFinding'))).toBe(true);
  });

  it('takes up alarm rules and channels that were published', async () => {
    const database = await open(TABLES);
    const { alarmRules } = controlsOver(database);
    const { texts } = await alarmRules.current();
    const running = new AlarmsInForce({
      ...{ document: alarmRules, dictionary: shippedDictionary(), env: {}, relay: null },
      ...{ folder: path.join(ROOT, 'schema/dictionary/alarms'), logger: silentLogger },
    });
    const before = await running.settings();
    expect(await running.settings()).toBe(before);
    const rules = (texts['rules.yaml'] ?? '').replace('atLeast: 10000', 'atLeast: 77');
    await alarmRules.publish(SYSTEM_ACTOR, { texts: { ...texts, 'rules.yaml': rules }, reason: 'test' }, 1);
    const after = await running.settings();
    expect(after.rules.find(({ id }) => id === 'bulk-read')?.threshold.count).toBe(77);
  });

  it('does not start on files that cannot be published, and does start over published ones that no longer fit', async () => {
    const database = await open(TABLES);
    const broken = editableRoot();
    edit(broken, 'alarms/rules.yaml', 'severity: CRITICAL', 'severity: AWFUL');
    await expect(publishShipped(controlsOver(database, broken).alarmRules, silentLogger)).rejects.toThrow(
      ConfigError,
    );
    const { alarmRules } = controlsOver(database);
    const { texts } = await alarmRules.current();
    // a later release has another idea of what fits
    const unfit = { ...texts, 'rules.yaml': 'calendar: {}' };
    await alarmRules.publish(SYSTEM_ACTOR, { texts: unfit, reason: 'test' }, 1);
    const later = controlsOver(database).alarmRules;
    await publishShipped(later, silentLogger);
    await expect(later.current()).rejects.toThrow(ConfigError);
  });
});
