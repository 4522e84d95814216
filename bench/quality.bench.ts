/**
 * Measuring the quality of a large copy on MariaDB: by following what a sync stored, beside looking at the JSON of all
 * current records. `--records=1000000`, one movement each, `--findings=50000` open notes, `--batch=2000` new versions.
 */
import 'reflect-metadata';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import { DataQuality } from '../canonical/data-quality/data-quality';
import { loadQualityStandards } from '../canonical/data-quality/load-standards';
import { migrateDatabase } from '../canonical/open-services';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../canonical/schema';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../controls/schema';
import { Database } from '../platform/database/database';
import { systemClock } from '../platform/clock';
import { loadDictionary } from '../platform/dictionary/dictionary';
import { recreateDatabase } from './lib/recreate';
import { option, report, say } from './lib/report';

const ROOT = path.resolve(__dirname, '..');
const SERVER = (process.env['LOTGRAPH_TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306').replace(/\/$/, '');
const DATABASE = 'lg_bench_quality';
const STREAM = 1;

const RECORD = `CONCAT('{"document":', IF(seq % 3 = 0, 'null', CONCAT('"DOC-', seq, '"')), ',"item":"ITEM-', seq % 500,
  '","location":"A-', seq % 90, '","lotNumber":"LOT-', seq % 20000, '","movementKind":"RECEIPT",
  "occurredAt":"2026-05-01T00:00:00.000Z","party":null,"quantity":"', seq % 100, '","site":"S1","uom":"EA"}')`;

async function fill(database: Database, records: number, findings: number): Promise<void> {
  await database.write(async (manager) => {
    await manager.query(
      "INSERT INTO source_stream (pk, system, name, record_type, mapping_version, last_success_at) VALUES (?, 'erp', 'moves', 'movement', 'v', ?)",
      [STREAM, systemClock.now()],
    );
    await manager.query(
      `INSERT INTO source_record (pk, stream_pk, native_key, version, hash, read_at)
         SELECT seq + 10, ${STREAM}, CONCAT('M-', seq), 1, REPEAT('0', 64), 0 FROM seq_1_to_${records}`,
    );
    await manager.query(
      `INSERT INTO source_version (record_pk, version, raw, canonical, hash, mapping_version, read_at, batch_pk)
         SELECT seq + 10, 1, ${RECORD}, ${RECORD}, REPEAT('0', 64), 'v', 0, 1 + seq DIV 2000 FROM seq_1_to_${records}`,
    );
    await manager.query(
      `INSERT INTO finding (pk, dedupe_key, rule, severity, state, subject_type, subject_pk, field, facts, opened_at, last_seen_at, occurrences)
         SELECT seq + 100000000, CONCAT('f', seq), 'TEXT_REPAIRED', 'INFO', 'OPEN', 'record', seq + 10, 'uom', '{}', 0, 0, 1 FROM seq_1_to_${findings}`,
    );
    await manager.query('UPDATE key_sequence SET next = 1000000000 WHERE name = ?', ['canonical']);
  });
}

/** Another version of so many records, as a sync would store it. */
async function change(database: Database, rows: number): Promise<void> {
  await database.write(async (manager) => {
    await manager.query(
      `INSERT INTO source_version (record_pk, version, raw, canonical, hash, mapping_version, read_at, changed_at, batch_pk)
         SELECT record_pk, 2, raw, REPLACE(canonical, '"uom":"EA"', '"uom":null'), hash, 'v', ?, ?, 900000000
           FROM source_version WHERE version = 1 AND record_pk % 97 = 0 LIMIT ${rows}`,
      [systemClock.now(), systemClock.now() - 1000],
    );
    await manager.query(
      'UPDATE source_record r JOIN source_version v ON v.record_pk = r.pk AND v.version = 2 SET r.version = 2',
    );
  });
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
}

async function main(): Promise<void> {
  const [records, findings, batch] = [
    Number(option('records', '1000000')),
    Number(option('findings', '50000')),
    Number(option('batch', '2000')),
  ];
  recreateDatabase(SERVER, DATABASE);
  const url = `${SERVER}/${DATABASE}`;
  await migrateDatabase(url);
  const database = await Database.open({
    ...{ url, migrate: false, entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES] },
    migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
  });
  try {
    say(`filling ${records} records`);
    await fill(database, records, findings);
    const dictionary = loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms'));
    const standards = loadQualityStandards(ROOT, dictionary);
    const quality = new DataQuality({
      ...{ database, dictionary, clock: systemClock },
      standards: { current: () => Promise.resolve({ compiled: standards }) },
      audit: { record: () => Promise.resolve() as never },
      systems: () => [{ id: 'erp', streams: [{ name: 'moves' }] }],
    });
    const [first, { versions }] = await timed(() => quality.measure());
    say(
      `first measurement: ${versions} versions in ${first.toFixed(1)} s, ${Math.round(versions / first)} a second`,
    );
    const [idle] = await timed(() => quality.measure());
    say(`nothing new: ${idle.toFixed(2)} s`);
    await change(database, batch);
    const [ours] = await timed(() => quality.measure());
    const [other] = await timed(() =>
      database.reader.query(
        `SELECT COUNT(*), SUM(JSON_VALUE(v.canonical, '$.uom') IS NOT NULL), SUM(JSON_VALUE(v.canonical, '$.document') IS NOT NULL)
           FROM source_record r JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE r.void_reason IS NULL`,
      ),
    );
    report([
      {
        name: `scores after ${batch} changes of ${records} records`,
        ...{
          ours,
          other,
          unit: 's',
          ratio: ours / other,
          goal: 'well below 1: no look at what did not change',
        },
      },
    ]);
  } finally {
    await database.close();
  }
}

void main();
