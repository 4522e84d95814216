/** A lot that a movement's own row does not name, reached through another row: the provenance says so, row by row. */
import { CanonicalReadsService } from '../../canonical/reads-service';
import { CANONICAL_ENTITIES, CANONICAL_MIGRATIONS } from '../../canonical/schema';
import { SyncService } from '../../canonical/sync/sync-service';
import { openSourceDatabase, type SourceDatabase } from '../../connectors/sql/test-databases';
import { openTest, systemPart } from '../../connectors/test-support';
import { AuditRecorder } from '../../controls/audit/audit-recorder';
import { Leases } from '../../controls/jobs/lease';
import { CONTROLS_ENTITIES, CONTROLS_MIGRATIONS } from '../../controls/schema';
import { FixedClock } from '../../platform/clock';
import { Dictionary, type Term } from '../../platform/dictionary/dictionary';
import { silentLogger } from '../../platform/log';
import { describeEachDatabase } from '../support/databases';
import { ruleSource, shippedRules } from '../support/rules';

const TABLES = {
  entities: [...CONTROLS_ENTITIES, ...CANONICAL_ENTITIES],
  migrations: [...CONTROLS_MIGRATIONS, ...CANONICAL_MIGRATIONS],
};

const MAPPING = `${systemPart('erp', 'ERP')}
connector: { type: sql, connection: env:URL }
streams:
  lots:
    recordType: lot
    source: { table: batch }
    key: 'no'
    fields: { item: { value: KIT }, lotNumber: 'no' }
  movements:
    recordType: movement
    source: { table: ledger, joins: [{ table: entry, as: entry, on: { parent: bundle } }] }
    key: name
    sign: { rule: signed, quantity: qty }
    fields:
      item: { value: KIT }
      lotNumber:
        from: [batch_no, { from: entry.batch_no, via: Serial and Batch Entry }]
        apply: [coalesce]
      site: { value: SZ }
      location: { value: BIN }
      movementKind: { value: OTHER }
      occurredAt: { from: at, apply: [instant] }
`;

describeEachDatabase('a value that is reached through another row', (open) => {
  let source: SourceDatabase;

  beforeAll(async () => {
    source = await openSourceDatabase('SQLite');
    await source.run(`CREATE TABLE batch (no varchar(20) PRIMARY KEY);
      CREATE TABLE ledger (name varchar(20) PRIMARY KEY, batch_no varchar(20), bundle varchar(20), qty int, at varchar(20));
      CREATE TABLE entry (name varchar(20) PRIMARY KEY, parent varchar(20), batch_no varchar(20));
      INSERT INTO batch VALUES ('LT1'), ('LT2');
      INSERT INTO ledger VALUES ('own', 'LT1', NULL, 5, '2026-05-01 10:00'), ('other', NULL, 'SABB-1', -2, '2026-05-01 11:00');
      INSERT INTO entry VALUES ('e1', 'SABB-1', 'LT2')`);
  });

  afterAll(() => source.close());

  it('is told with the row that states it, and only there', async () => {
    const database = await open(TABLES);
    const clock = new FixedClock('2026-06-01T00:00:00Z');
    const dictionary = new Dictionary([
      { id: 'lot', precedence: ['erp'], regulated: false } as unknown as Term,
      { id: 'movement', precedence: ['erp'], regulated: false } as unknown as Term,
    ]);
    const system = openTest(MAPPING, { URL: source.url });
    const personal = { seal: () => Promise.resolve(null), open: () => Promise.resolve(null) };
    const summary = await new SyncService({
      ...{
        database,
        dictionary,
        consistencyRules: ruleSource(shippedRules(dictionary)),
        clock,
        logger: silentLogger,
      },
      leases: new Leases(database, clock, 'test'),
      controls: { audit: new AuditRecorder({ clock, algorithm: 'sha256', personal }) },
    }).run(system, { signal: AbortSignal.timeout(20_000) });
    expect(summary).toMatchObject({ state: 'SUCCEEDED', read: 4, changed: 4 });

    const reads = new CanonicalReadsService({
      ...{ database, dictionary, systems: [system], logger: silentLogger },
      ...{ sourceDeadlineMs: 1000, staleAfterMs: 1000 },
    });
    const moves = await database.reader.query<{ pk: number }[]>('SELECT pk FROM movement');
    const sources = [...(await reads.sourcesOf(moves.map(({ pk }) => pk))).values()];
    expect(Object.fromEntries(sources.map(({ nativeKey, via }) => [nativeKey, via]))).toEqual({
      own: [],
      other: ['lotNumber: Serial and Batch Entry'],
    });
    await system.close();
  });
});
