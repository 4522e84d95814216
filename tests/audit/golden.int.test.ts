/** Golden values against what the sources say, over the whole demo story. */
import { checkGolden } from '../../canonical/integrity-check';
import { VersionCheck } from '../../canonical/version-check';
import { Sequencer } from '../../controls/audit/sequencer';
import { Findings } from '../../controls/audit/verify/finding';
import { type VerifyReport, verifyTrail } from '../../controls/audit/verify/verify-trail';
import { readPublicKeys } from '../../controls/integrity/signature';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { openReadOnly } from '../../platform/database/read-only';
import { TEST_DIALECTS } from '../support/databases';
import { type DemoWorld, startSyncedWorld } from '../support/demo-world';

jest.setTimeout(180_000);

describe.each(TEST_DIALECTS)('the regulated rows of the demo copy on %s', (dialect) => {
  let world: DemoWorld;
  beforeAll(async () => {
    world = await startSyncedWorld(dialect);
    const { database, controls, clock } = world.services;
    const signer = controls.signing.for('audit');
    const sequencer = new Sequencer({ database, clock, algorithm: 'sha256', signer });
    await sequencer.drain();
    await sequencer.checkpoint();
  });
  afterAll(() => world.close());

  const verify = async (): Promise<VerifyReport> => {
    const database = await openReadOnly(world.databaseUrl);
    const findings = new Findings();
    try {
      const keys = readPublicKeys(world.services.controls.signing.for('audit').publicKey);
      const others = [new VersionCheck(database, findings)];
      const report = await verifyTrail({ database, keys, witnesses: [], others }, findings);
      await checkGolden(database, world.services.dictionary, findings);
      return { ...report, findings: findings.list };
    } finally {
      await database.close();
    }
  };
  const found = async (): Promise<string[]> =>
    (await verify()).findings.map(({ code, place }) => `${code} ${place}`);

  /** Changes rows by SQL, looks, and puts the rows back. */
  const tampered = async (table: string, where: string, statement: string): Promise<string[]> => {
    const { database } = world.services;
    const before = await database.reader.query<Record<string, string | number | null>[]>(
      `SELECT * FROM ${table} WHERE ${where}`,
    );
    await database.write((manager) => manager.query(statement));
    try {
      return await found();
    } finally {
      await database.write(async (manager) => {
        await manager.query(`DELETE FROM ${table} WHERE ${where}`);
        for (const row of before) {
          const columns = Object.keys(row);
          const values = columns.map((column) => row[column] ?? null);
          await manager.query(
            `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
            values,
          );
        }
      });
    }
  };
  const keyOf = async (sql: string): Promise<number> => {
    const [row] = await world.services.database.reader.query<{ pk: number }[]>(sql);
    return Number(row?.pk);
  };

  test('are what their sources say, each batch sealed in the trail', async () => {
    const started = performance.now();
    const report = await verify();
    expect(report.findings).toEqual([]);
    expect(report.size).toBeGreaterThan(10);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  test('[Annex 11 §9] name a year added to an expiry', async () => {
    const pk = await keyOf("SELECT pk FROM lot WHERE expires_on LIKE '2027-%' ORDER BY pk LIMIT 1");
    const lines = await tampered(
      'lot',
      `pk = ${pk}`,
      `UPDATE lot SET expires_on = REPLACE(expires_on, '2027', '2028') WHERE pk = ${pk}`,
    );
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^GOLDEN_ALTERED lot ${pk} \\(.*\\) expires_on$`)),
    ]);
  });

  test('[ISO 13485 8.3] name a deleted hold', async () => {
    const pk = await keyOf('SELECT record_pk AS pk FROM lot_hold ORDER BY record_pk LIMIT 1');
    const lines = await tampered(
      'lot_hold',
      `record_pk = ${pk}`,
      `DELETE FROM lot_hold WHERE record_pk = ${pk}`,
    );
    expect(lines[0]).toMatch(new RegExp(`^GOLDEN_DELETED lot_hold lot \\d+ record ${pk} `));
  });

  test('[Annex 11 §15] name a release that was inserted, and one that was a rejection', async () => {
    const lot = await keyOf('SELECT pk FROM lot ORDER BY pk LIMIT 1');
    const inserted = await tampered(
      'disposition',
      'pk = 999999999',
      `INSERT INTO disposition (pk, lot_pk, decision) VALUES (999999999, ${lot}, 'RELEASED')`,
    );
    expect(inserted).toEqual(['GOLDEN_INSERTED disposition 999999999']);
    const rejected = await keyOf(
      "SELECT pk FROM disposition WHERE decision = 'REJECTED' ORDER BY pk LIMIT 1",
    );
    const altered = await tampered(
      'disposition',
      `pk = ${rejected}`,
      `UPDATE disposition SET decision = 'RELEASED' WHERE pk = ${rejected}`,
    );
    expect(altered).toEqual([`GOLDEN_ALTERED disposition ${rejected} decision`]);
  });

  test('name a source version that was altered together with its golden value', async () => {
    const pk = await keyOf(
      `SELECT r.pk FROM source_record r JOIN lot l ON l.pk = r.entity_pk JOIN source_version v ON v.record_pk = r.pk
        WHERE v.canonical LIKE '%"expiresOn":"2027-%' AND l.expires_on LIKE '2027-%' ORDER BY r.pk LIMIT 1`,
    );
    const lines = await tampered(
      'source_version',
      `record_pk = ${pk}`,
      `UPDATE source_version SET canonical = REPLACE(canonical, '"expiresOn":"2027-', '"expiresOn":"2029-') WHERE record_pk = ${pk}`,
    );
    expect(lines).toContain(`VERSION_ALTERED source_version ${pk} v1`);
  });

  test('name a source version that was inserted, and a record set back to an older one', async () => {
    const pk = await keyOf('SELECT pk FROM source_record ORDER BY pk LIMIT 1');
    const lines = await tampered(
      'source_version',
      `record_pk = ${pk}`,
      `INSERT INTO source_version (record_pk, version, raw, canonical, hash, mapping_version, read_at)
       SELECT record_pk, version + 1, raw, canonical, hash, mapping_version, read_at FROM source_version
        WHERE record_pk = ${pk} AND version = 1`,
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION_UNSEALED source_version batch_pk null',
        `VERSION_NOT_CURRENT source_record ${pk}`,
      ]),
    );
  });

  // the last one: what it alters stays altered
  test('[Annex 11 §9] name each of many rows that were altered, deleted or inserted', async () => {
    const { database } = world.services;
    const expected: string[] = [];
    const alter = async (table: string, column: string, value: string, where: string): Promise<void> => {
      const pk = await keyOf(`SELECT MIN(pk) AS pk FROM ${table} WHERE ${where}`);
      await database.write((manager) =>
        manager.query(`UPDATE ${table} SET ${column} = ${value} WHERE pk = ?`, [pk]),
      );
      expected.push(`GOLDEN_ALTERED ${table} ${pk} ${column}`);
    };
    const other = (table: string, column: string): string =>
      `(SELECT pk FROM (SELECT MAX(pk) AS pk FROM ${table}) AS o WHERE o.pk <> ${column})`;
    await alter('lot', 'supplier_pk', other('party', 'supplier_pk'), 'supplier_pk IS NOT NULL');
    await alter('movement', 'quantity_micros', 'quantity_micros + 1000000', 'level_micros IS NULL');
    await alter('movement', 'location_pk', other('location', 'location_pk'), 'level_micros IS NULL');
    await alter('serial', 'lot_pk', other('lot', 'lot_pk'), 'lot_pk IS NOT NULL');
    await alter('serial', 'state', "'SLIPPED'", 'lot_pk IS NOT NULL');
    await alter('document', 'site_pk', other('site', 'site_pk'), 'site_pk IS NOT NULL');
    await alter('inspection_result', 'verdict', "'SLIPPED'", "verdict <> 'SLIPPED'");
    await alter(
      'location',
      'site_pk',
      other('site', 'site_pk'),
      // one that few rows refer to: all that do are named too
      `pk IN (SELECT entity_pk FROM source_record WHERE entity_pk IS NOT NULL)
        AND pk NOT IN (SELECT location_pk FROM movement)
        AND pk NOT IN (SELECT location_pk FROM document_line WHERE location_pk IS NOT NULL)`,
    );
    const gone = await keyOf('SELECT MAX(pk) AS pk FROM movement WHERE level_micros IS NULL');
    const released = await keyOf('SELECT MIN(pk) AS pk FROM disposition');
    await database.write(async (manager) => {
      await manager.query('DELETE FROM movement WHERE pk = ?', [gone]);
      // whatever doubt is written down about its record, a decision that names its lot is not there for no reason
      await manager.query('DELETE FROM disposition WHERE pk = ?', [released]);
      await manager.insert(FindingRow, {
        ...{ pk: 999_999_999, dedupeKey: 'slipped', rule: 'UNKNOWN_LOT', severity: 'ERROR', state: 'OPEN' },
        ...{ subjectType: 'record', subjectPk: released, field: 'lotNumber', facts: '{}' },
        ...{ openedAt: 1, lastSeenAt: 1, occurrences: 1, resolvedAt: null },
      });
      await manager.query(
        `INSERT INTO serial (pk, item_pk, serial_number, state)
          SELECT 999999999, item_pk, 'slipped', state FROM serial ORDER BY pk LIMIT 1`,
      );
    });
    expected.push(`GOLDEN_DELETED movement ${gone}`, `GOLDEN_DELETED disposition ${released}`);
    expected.push('GOLDEN_INSERTED serial 999999999');
    const findings = new Findings();
    const source = await openReadOnly(world.databaseUrl);
    await checkGolden(source, world.services.dictionary, findings);
    await source.close();
    // places name the number or code of some rows between key and column
    const found = findings.list.map(({ code, place }) => `${code} ${place.replace(/ \(.*\)/, '')}`);
    expect(found).toEqual(expect.arrayContaining(expected));
  });
});
