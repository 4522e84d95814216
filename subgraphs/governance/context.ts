/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import { In } from 'typeorm';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { SourceStreamRow } from '../../canonical/entities/source.entity';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { groupBy } from '../../platform/collections';
import { type Loader, batchLoader, rowLoader } from '../../platform/graphql/batching';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { type AlarmLoaders, createAlarmLoaders } from './alarms/alarm-loaders';
import type { Coordinates } from './dictionary/coordinates';
import { type SourceCount, countBySystem } from './sources/source-counts';
import type { SystemName } from './sources/system-names';

export interface GovernanceLoaders extends AlarmLoaders {
  readonly findingsOfLot: Loader<number, readonly FindingRow[]>;
  readonly stream: Loader<number, SourceStreamRow | null>;
}

/** What does not change while the process runs. */
export interface GovernanceFiles {
  coordinates(): Promise<Coordinates>;
  systemNames(): Promise<ReadonlyMap<string, SystemName>>;
}

export interface GovernanceContext extends RequestContext, GovernanceFiles {
  readonly services: SubgraphServices;
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
  const counts = new Map<SourceCount, Promise<ReadonlyMap<string, number>>>();
  const context: GovernanceContext = {
    ...request,
    ...files,
    services,
    loaders: {
      ...createAlarmLoaders(database, request.now),
      stream: rowLoader(database, SourceStreamRow, 'pk'),
      findingsOfLot: batchLoader<number, readonly FindingRow[]>(async (pks) => {
        const where = { subjectType: 'lot', subjectPk: In([...pks]) };
        const rows = await database.reader.find(FindingRow, { where, order: { pk: 'DESC' } });
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
