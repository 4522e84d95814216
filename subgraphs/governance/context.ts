/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import { In } from 'typeorm';
import type { OperationJudge } from '../../controls/access/operation-judge';
import type { CommandView } from '../../controls/outbox/outbox';
import { QualityStreamRow } from '../../canonical/data-quality/data-quality.entity';
import type { QualityStandards } from '../../canonical/data-quality/standard';
import { LotRow } from '../../canonical/entities/lot.entity';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { FindingEventRow, FindingWorkRow } from '../../canonical/finding-work/finding-work.entity';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import { type LotVisibility, lotVisibility } from '../../canonical/scope/scoped-loaders';
import { narrow } from '../../canonical/scope/scoped-sql';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { groupBy } from '../../platform/collections';
import { type Loader, batchLoader, groupLoader, rowLoader } from '../../platform/graphql/batching';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { type AlarmLoaders, createAlarmLoaders } from './alarms/alarm-loaders';
import type { LineageIndex } from '../../canonical/lineage/lineage-index';
import type { ConsistencyRules } from '../../canonical/rules/consistency-rule';
import type { Coordinates } from '../../platform/graphql/term-coordinates';
import { type SourceCount, countBySystem } from './sources/source-counts';
import type { SystemName } from './sources/system-names';

export interface GovernanceLoaders extends AlarmLoaders {
  readonly findingsOfLot: Loader<number, readonly FindingRow[]>;
  readonly findingWork: Loader<number, FindingWorkRow | null>;
  /** Oldest first. */
  readonly findingEvents: Loader<number, readonly FindingEventRow[]>;
  readonly stream: Loader<number, SourceStreamRow | null>;
  readonly qualityStream: Loader<number, QualityStreamRow | null>;
  readonly lotRow: Loader<number, LotRow | null>;
  /** What systems were asked because of a proposal. */
  readonly commands: Loader<string, readonly CommandView[]>;
}

/** What is read when it is asked for: files that do not change while the process runs, and rules in force. */
export interface GovernanceFiles {
  coordinates(): Promise<Coordinates>;
  systemNames(): Promise<ReadonlyMap<string, SystemName>>;
  /** Text of the composed schema. */
  supergraph(): Promise<string>;
  accessJudge(): Promise<OperationJudge>;
  /** What systems must agree on, and who answers for it. */
  consistencyRules(): Promise<ConsistencyRules>;
  /** What is asked of the quality of the data. */
  qualityStandards(): Promise<QualityStandards>;
  lineage(): Promise<LineageIndex>;
  /** SDL of each subgraph as it is committed, by its name. */
  subgraphSdls(): Promise<ReadonlyMap<string, string>>;
  productVersion(): Promise<string>;
}

export interface GovernanceContext extends RequestContext, GovernanceFiles {
  readonly services: SubgraphServices;
  /** Rows that the caller may see; null when there is no limit. */
  readonly scope: RowScope | null;
  readonly canSeeLot: LotVisibility;
  readonly loaders: GovernanceLoaders;
  /** Each count is taken once a request, for all systems. */
  countBySystem(count: SourceCount): Promise<ReadonlyMap<string, number>>;
  /** Notes in the source report that copies of these record types were read. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

/** Makes the context of one request. */
export function createGovernanceContext(
  services: SubgraphServices,
  files: GovernanceFiles,
  request: RequestContext,
): GovernanceContext {
  const { database, canonical } = services;
  const scope = rowScopeOf(request.caller);
  const counts = new Map<SourceCount, Promise<ReadonlyMap<string, number>>>();
  const context: GovernanceContext = {
    ...request,
    ...files,
    services,
    scope,
    canSeeLot: lotVisibility(database, scope),
    loaders: {
      ...createAlarmLoaders(database, request.now),
      findingWork: rowLoader(database, FindingWorkRow, 'findingPk'),
      findingEvents: groupLoader(database, FindingEventRow, 'findingPk', 'pk'),
      stream: rowLoader(database, SourceStreamRow, 'pk'),
      qualityStream: rowLoader(database, QualityStreamRow, 'streamPk'),
      lotRow: rowLoader(database, LotRow, 'pk'),
      commands: batchLoader<string, readonly CommandView[]>(async (proposals) => {
        const sent = await services.controls.outbox.commandsOf(database.reader, 'proposalId', proposals);
        return groupBy(sent, (one) => one.proposalId);
      }, []),
      findingsOfLot: batchLoader<number, readonly FindingRow[]>(async (pks) => {
        const where = { subjectType: 'lot', subjectPk: In([...pks]) };
        const query = database.reader
          .createQueryBuilder(FindingRow, 'f')
          .where(where)
          .orderBy('f.pk', 'DESC');
        const rows = await narrow(query, scope, (one) => one.finding('f')).getMany();
        return groupBy(rows, (row) => row.subjectPk);
      }, []),
    },
    countBySystem: (count) => {
      const counted = counts.get(count) ?? countBySystem(database, count);
      counts.set(count, counted);
      return counted;
    },
    reportCopies: (...types) => canonical.reportCopies(context, types),
  };
  return context;
}
