/** A system that a process is not configured to read, and that was read before: its copy counts for what it is, old. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireFresh } from '../../canonical/acts/lot-state';
import { type OpenServices, openServices } from '../../canonical/open-services';
import { SyncService } from '../../canonical/sync/sync-service';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock } from '../../platform/clock';
import { loadConfig } from '../../platform/config';
import { type Logger, silentLogger } from '../../platform/log';
import type { RequestContext } from '../../platform/request';
import { SourceReport } from '../../platform/sources';
import { ALL_TABLES } from '../support/all-tables';
import { createMigratedDatabase } from '../support/migrated-database';
import { TEST_DIALECTS, type TestDatabase } from '../support/test-database';

const ROOT = path.resolve(__dirname, '../..');
const NOW = '2026-06-01T00:00:00.000Z';
const HOUR_MS = 3_600_000;

const mappingOf = (id: string): string => `
language: 1
system: { id: ${id}, name: { en: ${id}, zh: ${id} }, kind: WMS, timeZone: Asia/Shanghai }
connector: { type: file, connection: env:FOLDER_OF_${id.toUpperCase()} }
streams:
  movements:
    recordType: movement
    source: { files: moves.csv }
    key: no
    sign: { rule: signed, quantity: qty }
    fields:
      item: item
      lotNumber: lot
      site: { value: SZ }
      location: { value: A1 }
      movementKind: { value: RECEIPT }
      occurredAt: { from: at, apply: [instant] }
`;

describe.each(TEST_DIALECTS)('a copied system that is not configured here, on %s', (dialect) => {
  let dir: string;
  let database: TestDatabase;
  const opened: OpenServices[] = [];

  /** Services of one process of the deployment, which knows the folders of these systems. */
  async function open(systems: readonly string[], logger: Logger = silentLogger): Promise<OpenServices> {
    const services = await openServices({
      ...{ root: ROOT, logger, clock: new FixedClock(NOW) },
      config: loadConfig(
        {
          ...{ LOTGRAPH_MODE: 'demo', LOTGRAPH_DATABASE_URL: database.url },
          ...{ LOTGRAPH_DATA: path.join(dir, 'data'), LOTGRAPH_MAPPINGS: path.join(dir, 'mappings') },
        },
        ROOT,
      ),
      env: Object.fromEntries(systems.map((id) => [`FOLDER_OF_${id.toUpperCase()}`, path.join(dir, id)])),
    });
    opened.push(services);
    return services;
  }

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'lotgraph-copied-'));
    database = await createMigratedDatabase(dialect, ALL_TABLES, 'copied');
    for (const id of ['erp', 'wms', 'never']) {
      mkdirSync(path.join(dir, 'mappings', id), { recursive: true });
      mkdirSync(path.join(dir, id));
      writeFileSync(path.join(dir, 'mappings', id, 'mapping.yaml'), mappingOf(id));
      const qty = id === 'wms' ? 7 : 9;
      writeFileSync(
        path.join(dir, id, 'moves.csv'),
        `no,item,lot,qty,at\n1,KIT-1,LT1,${qty},2026-05-01 08:00\n`,
      );
    }
    const services = await open(['erp', 'wms']);
    const sync = new SyncService({
      ...services,
      leases: new Leases(services.database, services.clock, 'test'),
    });
    for (const system of services.systems) {
      const summary = await sync.run(system, { signal: AbortSignal.timeout(30_000) });
      expect(summary).toMatchObject({ state: 'SUCCEEDED', changed: 1 });
    }
  }, 120_000);
  afterAll(async () => {
    for (const services of opened) await services.close();
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  });

  const later = Date.parse(NOW) + HOUR_MS;

  test('is among the sources of an answer, stale; one of which nothing was read is not', async () => {
    const { canonical, systems } = await open(['erp']);
    expect(systems.map(({ id }) => id)).toEqual(['erp']);
    const sources = new SourceReport();
    await canonical.reportCopies({ sources, now: later } as RequestContext, ['movement']);
    expect(sources.list().map(({ system, status }) => [system, status])).toEqual([
      ['erp', 'STALE'],
      ['wms', 'STALE'],
    ]);
  });

  test('keeps an act that needs it from going on', async () => {
    const { canonical, database: own } = await open([]);
    const refused: unknown[] = [];
    const refuse = (code: string, facts: unknown) => refused.push([code, facts]);
    await requireFresh({ manager: own.reader, now: later, refuse }, { canonical }, ['movement']);
    expect(refused).toEqual([['SOURCE_STALE', { names: ['erp', 'wms'] }]]);
  });

  test('shows its stock, in its place in the order of belief', async () => {
    const { canonical, database: own } = await open(['erp']);
    const [lot] = await own.reader.query<{ pk: number }[]>('SELECT pk FROM lot');
    const pk = lot?.pk ?? 0;
    expect((await canonical.ledgersOf([pk], null)).get(pk)).toEqual(['wms', 'erp']);
    const request = {
      ...{ sources: new SourceReport(), now: later, signal: AbortSignal.timeout(10_000) },
      caller: { sites: [], suppliers: [] },
    };
    const stock = await canonical.stockOf(request as unknown as RequestContext, [pk]);
    expect(stock.get(pk)).toMatchObject([{ system: 'wms', onHandMicros: 7_000_000, mode: 'COPY' }]);
  });

  test('is told of in the log when its mapping is published while the process runs', async () => {
    const warned: unknown[] = [];
    const logger = { ...silentLogger, warn: (facts: unknown) => warned.push(facts) } as Logger;
    const { published, versions } = await open(['erp'], logger);
    expect(warned).toEqual([]);
    const publication = { system: 'late', text: mappingOf('late'), reason: 'taken on', facts: {} };
    await versions.publish(SYSTEM_ACTOR, publication, 0);
    await published.refresh();
    expect(warned).toEqual([{ system: 'late', mapping: 1, missing: ['env:FOLDER_OF_LATE'] }]);
  });
});
