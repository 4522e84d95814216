/** Two listed systems that are synced and measured under a clock that tests move. */
import { DataQuality, type Measured } from '../../canonical/data-quality/data-quality';
import { compileStandardsText } from '../../canonical/data-quality/load-standards';
import type { QualityStandards } from '../../canonical/data-quality/standard';
import { FindingRow } from '../../canonical/entities/governance.entity';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { SyncService } from '../../canonical/sync/sync-service';
import { Leases } from '../../controls/jobs/lease';
import { FixedClock } from '../../platform/clock';
import type { Database } from '../../platform/database/database';
import { silentLogger } from '../../platform/log';
import { NOW, subgraphServices } from '../support/ask-subgraph';
import { ListSystem, type ListedRow } from '../support/list-system';
import { ruleSource, shippedRules } from '../support/rules';
import { tableReads } from '../support/table-reads';

/** `FROM` … of a score, as tests compare them. */
export interface Shown {
  readonly dimension: string;
  readonly field: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly met: number | null;
}

export class QualityWorld {
  readonly clock = new FixedClock(NOW);
  readonly erp = new ListSystem('erp', { lots: 'lot', moves: 'movement' });
  readonly wms = new ListSystem('wms', { lots: 'lot' });
  readonly services: SubgraphServices;
  quality: DataQuality;

  constructor(
    readonly database: Database,
    standards: string,
  ) {
    this.services = { ...subgraphServices(database, tableReads(database)), clock: this.clock };
    this.quality = this.#qualityOf(this.standardsOf(standards));
  }

  standardsOf(text: string): QualityStandards {
    const { dictionary } = this.services;
    return compileStandardsText(text, dictionary, shippedRules(dictionary).owners);
  }

  #qualityOf(standards: QualityStandards): DataQuality {
    const { dictionary, controls } = this.services;
    const systems = () => [this.erp, this.wms];
    return new DataQuality({
      ...{
        database: this.database,
        dictionary,
        standards: { current: () => Promise.resolve({ compiled: standards }) },
        clock: this.clock,
        audit: controls.audit,
        systems,
      },
    });
  }

  /** As after a restart under another file. */
  useStandards(text: string): void {
    this.quality = this.#qualityOf(this.standardsOf(text));
  }

  row(system: ListSystem, stream: string, row: ListedRow): void {
    (system.rows[stream] ??= []).push(row);
  }

  async sync(system: ListSystem, batchSize = 2000): Promise<void> {
    const leases = new Leases(this.database, this.clock, 'quality');
    const { dictionary, controls } = this.services;
    const base = { database: this.database, dictionary, controls, leases, clock: this.clock };
    const service = new SyncService({
      ...base,
      consistencyRules: ruleSource(shippedRules(dictionary)),
      logger: silentLogger,
    });
    const summary = await service.run(system, { signal: AbortSignal.timeout(60_000), batchSize });
    if (summary.errorMessage !== null) throw new Error(summary.errorMessage);
  }

  async measure(options: Parameters<DataQuality['measure']>[0] = {}): Promise<Measured> {
    return await this.quality.measure(options);
  }

  async advance(ms: number): Promise<void> {
    this.clock.set(this.clock.now() + ms);
    await Promise.resolve();
  }

  async scores(system: string, stream: string): Promise<Shown[]> {
    return await this.database.reader.query<Shown[]>(
      `SELECT q.dimension, q.field, q.numerator, q.denominator, q.met FROM quality_score q
         JOIN source_stream s ON s.pk = q.stream_pk WHERE s.system = ? AND s.name = ? ORDER BY q.dimension, q.field`,
      [system, stream],
    );
  }

  /** `numerator/denominator` of one score; null when there is none. */
  async score(system: string, stream: string, dimension: string, field = ''): Promise<string | null> {
    const found = (await this.scores(system, stream)).find(
      (one) => one.dimension === dimension && one.field === field,
    );
    return found === undefined ? null : `${found.numerator}/${found.denominator}`;
  }

  async findings(state = 'OPEN'): Promise<FindingRow[]> {
    const rows = await this.database.reader.find(FindingRow, { where: { subjectType: 'stream', state } });
    return rows.sort((a, b) => a.pk - b.pk);
  }

  async audited(): Promise<string[]> {
    const rows = await this.database.reader.query<{ body: string }[]>(
      'SELECT body FROM audit_entry ORDER BY id',
    );
    return rows
      .map(({ body }) => JSON.parse(body) as { action: string })
      .map(({ action }) => action)
      .filter((action) => action.startsWith('quality.'));
  }
}

export const STANDARDS = `
keep: { hours: 2d, days: 10d }
feeds:
  - id: feed
    name: { en: Feed, zh: 数据流 }
    severity: WARNING
    owner: integration
    readWithin: 15m
    arriveWithin: 60s
    weeks: 3
    silence: { times: 3, atLeast: 2h }
    volume: { jump: 3, fall: 0.5, leastRows: 5 }
standards:
  - id: expiry-stated
    name: { en: Expiry stated, zh: 效期已填写 }
    dimension: COMPLETENESS
    terms: [lot.expiresOn]
    least: '75'
    leastRows: 3
    severity: ERROR
    owner: quality
  - id: expiry-agreed
    name: { en: Expiry agreed, zh: 效期一致 }
    dimension: CONSISTENCY
    terms: [lot.expiresOn]
    least: '90'
    leastRows: 3
    severity: WARNING
  - id: in-time
    name: { en: In time, zh: 及时 }
    dimension: TIMELINESS
    least: '90'
    leastRows: 3
    severity: WARNING
    owner: integration
`;
