/**
 * A preset as a deployment takes it into use: its mapping is copied into a folder of mappings, published, and synced
 * into an empty copy. What the copy then holds is told in words that a test can write by hand.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase, type OpenServices, openServices } from '../../../canonical/open-services';
import { SyncService, type SyncSummary } from '../../../canonical/sync/sync-service';
import { Leases } from '../../../controls/jobs/lease';
import { FixedClock } from '../../../platform/clock';
import { loadConfig } from '../../../platform/config';
import type { Dialect } from '../../../platform/database/database';
import { fromMicros } from '../../../platform/decimal';
import { silentLogger } from '../../../platform/log';
import { goldenDump } from '../../mappings/golden-dump';
import { createTestDatabase } from '../../support/databases';

const ROOT = path.resolve(__dirname, '../../..');
const PRESETS = path.join(ROOT, 'schema', 'mappings', 'presets');

export interface PresetCopy {
  readonly services: OpenServices;
  readonly clock: FixedClock;
  /** One sync of the preset's system. */
  sync(): Promise<SyncSummary>;
  /** Every row of a query on the copy. */
  ask<Row>(sql: string, ...values: (string | number)[]): Promise<Row[]>;
  /** `item lot @site/location` → what the movements add up to, places that are empty left out. */
  stock(): Promise<Record<string, string>>;
  /** `ancestor > descendant`, each edge once, sorted. */
  genealogy(): Promise<string[]>;
  /** `stream key: reason` of each record that does not count, sorted. */
  voids(): Promise<string[]>;
  /** `stream key: code field` of each row that became no record, sorted. */
  rejects(): Promise<string[]>;
  /** `rule subject field`, sorted; the subject is a lot number, a code or the key of a record. */
  findings(): Promise<string[]>;
  /** The canonical record of a row, whether it counts or not. */
  record(stream: string, key: string): Promise<Record<string, unknown>>;
  /** Everything golden as text, to compare with another time. */
  golden(): Promise<Record<string, string[]>>;
  close(): Promise<void>;
}

export interface PresetOptions {
  readonly preset: string;
  /** Where its folder lies; by default among the presets that are shipped. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dialect?: Dialect;
  /** The clock stands here; rows that changed later never move a watermark. */
  readonly now?: string;
}

export async function openPresetCopy({
  preset,
  folder = PRESETS,
  env,
  dialect = 'sqlite',
  now = '2026-06-30T04:00:00.000Z',
}: PresetOptions): Promise<PresetCopy> {
  const dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-preset-'));
  const mappings = path.join(dir, 'mappings', preset);
  mkdirSync(mappings, { recursive: true });
  cpSync(path.join(folder, preset, 'mapping.yaml'), path.join(mappings, 'mapping.yaml'));
  const target = await createTestDatabase(dialect, 'preset');
  await migrateDatabase(target.url);
  const clock = new FixedClock(now);
  const services = await openServices({
    root: ROOT,
    config: loadConfig(
      {
        LOTGRAPH_MODE: 'demo',
        LOTGRAPH_DATA: path.join(dir, 'data'),
        LOTGRAPH_DATABASE_URL: target.url,
        LOTGRAPH_MAPPINGS: path.join(dir, 'mappings'),
      },
      ROOT,
    ),
    env,
    clock,
    logger: silentLogger,
  });
  const [system] = services.systems;
  if (system === undefined)
    throw new Error(`${preset} is not configured: ${JSON.stringify(services.notConfigured)}`);
  const sync = new SyncService({ ...services, leases: new Leases(services.database, clock, 'preset') });
  const ask = <Row>(sql: string, ...values: (string | number)[]): Promise<Row[]> =>
    services.database.reader.query<Row[]>(sql, values);
  return {
    services,
    clock,
    ask,
    sync: () => sync.run(system, { signal: AbortSignal.timeout(30_000), batchSize: 20 }),
    ...told(ask),
    golden: () => goldenDump(services.database),
    close: async () => {
      await services.close();
      await target.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Ask = PresetCopy['ask'];
type Told = Pick<PresetCopy, 'stock' | 'genealogy' | 'voids' | 'rejects' | 'findings' | 'record'>;

function told(ask: Ask): Told {
  /** Columns of each row, joined by what stands between them. */
  const lines = async (between: readonly string[], sql: string): Promise<string[]> =>
    (await ask<Record<string, string | null>>(sql))
      .map((row) =>
        Object.values(row)
          .map((value, i) => `${value ?? ''}${between[i] ?? ''}`)
          .join('')
          .trim(),
      )
      .sort();
  return {
    stock: async () => {
      const rows = await ask<{
        item: string;
        lot: string;
        site: string;
        place: string;
        micros: string | number;
      }>(
        `SELECT i.code AS item, l.lot_number AS lot, s.code AS site, p.code AS place, SUM(m.quantity_micros) AS micros
           FROM movement m JOIN lot l ON l.pk = m.lot_pk JOIN item i ON i.pk = l.item_pk
           JOIN location p ON p.pk = m.location_pk JOIN site s ON s.pk = p.site_pk
          GROUP BY i.code, l.lot_number, s.code, p.code HAVING SUM(m.quantity_micros) <> 0`,
      );
      const levels = rows.map(({ item, lot, site, place, micros }): [string, string] => [
        `${item} ${lot} @${site}/${place}`,
        fromMicros(Number(micros)),
      ]);
      return Object.fromEntries(levels.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    genealogy: async () => [
      ...new Set(
        await lines(
          [' > '],
          `SELECT a.lot_number AS ancestor, d.lot_number AS descendant FROM genealogy_edge e
             JOIN lot a ON a.pk = e.ancestor_lot_pk JOIN lot d ON d.pk = e.descendant_lot_pk`,
        ),
      ),
    ],
    voids: () =>
      lines(
        [' ', ': '],
        `SELECT s.name, r.native_key, r.void_reason FROM source_record r
           JOIN source_stream s ON s.pk = r.stream_pk WHERE r.void_reason IS NOT NULL`,
      ),
    rejects: () =>
      lines(
        [' ', ': ', ' '],
        `SELECT s.name, r.row_key, r.code, r.field FROM rejected_row r
           JOIN source_stream s ON s.pk = r.stream_pk WHERE r.resolved_at IS NULL`,
      ),
    findings: () =>
      lines(
        [' ', ' '],
        `SELECT f.rule, COALESCE(l.lot_number, i.code, r.native_key) AS subject, f.field
           FROM finding f LEFT JOIN lot l ON f.subject_type = 'lot' AND l.pk = f.subject_pk
           LEFT JOIN item i ON f.subject_type = 'item' AND i.pk = f.subject_pk
           LEFT JOIN source_record r ON f.subject_type = 'record' AND r.pk = f.subject_pk WHERE f.state = 'OPEN'`,
      ),
    record: async (stream, key) => {
      const [row] = await ask<{ canonical: string }>(
        `SELECT v.canonical FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
           JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE s.name = ? AND r.native_key = ?`,
        ...[stream, key],
      );
      if (row === undefined) throw new Error(`${stream} has no record ${key}`);
      return JSON.parse(row.canonical) as Record<string, unknown>;
    },
  };
}
