/** What decides is what was published: not files, not rows that somebody wrote into the database. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AccessPolicyRow } from '../../controls/access/access.entity';
import type { PublishedAccess } from '../../controls/access/published-access';
import { type PolicyContent, versionOf } from '../../controls/access/policy-content';
import { AuditEntryRow } from '../../controls/audit/audit-entry.entity';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { type Controls, openControls } from '../../controls/open-controls';
import { RegulatedRecordRow } from '../../controls/records/record.entity';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { canonicalJson } from '../../platform/canonical-json';
import { systemClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { ROOT } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { shippedDictionary } from '../support/shipped-dictionary';

const TABLES = { entities: CONTROLS_ENTITIES, migrations: CONTROLS_MIGRATIONS };

/** One for all: processes of a deployment share its keys. */
const DATA = mkdtempSync(path.join(tmpdir(), 'lotgraph-access-'));

function controlsOver(database: Database): Controls {
  return openControls({
    config: loadConfig({ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATA: DATA }),
    ...{ root: ROOT, database, clock: systemClock, logger: silentLogger },
    dictionary: shippedDictionary(),
  });
}

/** What a database administrator does first. */
async function dropTrigger(database: Database, act: 'update' | 'delete'): Promise<void> {
  await database.write((manager) => manager.query(`DROP TRIGGER tr_access_policy_version_no_${act}`));
}

/** The shipped policy, with all that analysts may read taken away. */
function withoutAnalyst(content: PolicyContent): PolicyContent {
  return { ...content, lines: content.lines.filter(({ role }) => role !== 'analyst') };
}

describeEachDatabase('published access', (open) => {
  it('publishes the shipped policy once, with its reason, audit entry and record', async () => {
    const database = await open(TABLES);
    const [one, other] = [controlsOver(database), controlsOver(database)];
    const versions = await Promise.all([one.access.currentVersion(), other.access.currentVersion()]);
    expect(versions[0]).toBe(versionOf(one.access.draft()));
    expect(versions[1]).toBe(versions[0]);
    const rows = await database.reader.find(AccessPolicyRow);
    expect(rows.map(({ seq, reason, publishedBy }) => [seq, reason, publishedBy])).toEqual([
      [1, 'shipped with the product', 'system'],
    ]);
    const [entry] = await database.reader.find(AuditEntryRow);
    expect(JSON.parse(entry?.body ?? '')).toMatchObject({
      action: 'access.publish',
      policyVersion: versions[0],
      records: [{ type: 'policy', id: 'access', version: 1 }],
    });
    const [record] = await database.reader.find(RegulatedRecordRow);
    expect(record?.entryId).toBe(entry?.id);
  });

  it('publishes the shipped policy also where the sign-off policy was first', async () => {
    const { access, signOff } = controlsOver(await open(TABLES));
    await signOff.deps.policies.current();
    expect(await access.currentVersion()).toBe(versionOf(access.draft()));
  });

  it('decides by the published version, and notices a newer one of another process', async () => {
    const database = await open(TABLES);
    const [one, other] = [controlsOver(database), controlsOver(database)];
    const first = await one.access.currentVersion();
    const content = withoutAnalyst(one.access.draft());
    const second = await other.access.publish(SYSTEM_ACTOR, { content, reason: 'test' }, first);
    one.access.forget();
    expect(await one.access.currentVersion()).toBe(second);
    const [before, after] = [
      await one.access.profile(['analyst'], first),
      await one.access.profile(['analyst'], second),
    ];
    expect([before.term('lot.lotNumber'), after.term('lot.lotNumber')]).toEqual(['READ', 'DENY']);
  });

  it('refuses to publish over a policy that it was not compared with', async () => {
    const { access } = controlsOver(await open(TABLES));
    await access.currentVersion();
    const publication = { content: withoutAnalyst(access.draft()), reason: 'test' };
    await expect(access.publish(SYSTEM_ACTOR, publication, 'sha256:other')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('refuses a version that was never published', async () => {
    const { access } = controlsOver(await open(TABLES));
    await expect(access.profile(['analyst'], 'sha256:none')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('lets nobody change a published policy, or delete it', async () => {
    const database = await open(TABLES);
    await controlsOver(database).access.currentVersion();
    for (const sql of ["UPDATE access_policy_version SET reason = ''", 'DELETE FROM access_policy_version'])
      await expect(database.write((manager) => manager.query(sql))).rejects.toThrow();
  });

  it('refuses a policy that was altered in the database', async () => {
    const database = await open(TABLES);
    const version = await controlsOver(database).access.currentVersion();
    await dropTrigger(database, 'update');
    await database.write((manager) =>
      manager.query(`UPDATE access_policy_version SET content = REPLACE(content, '"mask"', '"read"')`),
    );
    await expect(controlsOver(database).access.profile(['analyst'], version)).rejects.toThrow(/was altered/);
  });

  it('refuses a policy that was slipped into the database', async () => {
    const database = await open(TABLES);
    const { access } = controlsOver(database);
    await access.currentVersion();
    const content = withoutAnalyst(access.draft());
    const slipped = {
      ...{ seq: 2, version: versionOf(content), content: canonicalJson(content) },
      ...{ reason: 'none', publishedBy: 'nobody', publishedAt: 0 },
    };
    await database.write((manager) => manager.insert(AccessPolicyRow, slipped));
    const other: PublishedAccess = controlsOver(database).access;
    await expect(other.profile(['analyst'], await other.currentVersion())).rejects.toThrow(
      /without a record of ours/,
    );
  });

  it('refuses an older policy that is the newest since the newest was deleted', async () => {
    const database = await open(TABLES);
    const { access } = controlsOver(database);
    const first = await access.currentVersion();
    const content = withoutAnalyst(access.draft());
    await access.publish(SYSTEM_ACTOR, { content, reason: 'test' }, first);
    await database.write(async (manager) => {
      await manager.query('DROP TRIGGER IF EXISTS tr_access_policy_version_no_delete');
      await manager.query('DELETE FROM access_policy_version WHERE seq = 2');
    });
    await expect(controlsOver(database).access.currentVersion()).rejects.toThrow(/newest .* is gone/);
  });

  it('does not ship a policy again when the published ones are gone', async () => {
    const database = await open(TABLES);
    await controlsOver(database).access.currentVersion();
    await dropTrigger(database, 'delete');
    await database.write((manager) => manager.query('DELETE FROM access_policy_version'));
    await expect(controlsOver(database).access.currentVersion()).rejects.toThrow(/are gone/);
  });
});
