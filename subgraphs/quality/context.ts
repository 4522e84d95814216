/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import { DispositionRow, InspectionResultRow, InspectionRow } from '../../canonical/entities/quality.entity';
import { LotRow } from '../../canonical/entities/lot.entity';
import type { SourceRef } from '../../canonical/reads';
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import { type LotVisibility, lotVisibility, scopedRowLoader } from '../../canonical/scope/scoped-loaders';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { type Loader, batchLoader, groupLoader } from '../../platform/graphql/batching';
import { type ConcernedInspection, inspectionsOfLotLoader } from './inspection/inspections-of-lot.loader';

export interface QualityLoaders {
  readonly lot: Loader<number, LotRow | null>;
  readonly inspection: Loader<number, InspectionRow | null>;
  readonly inspectionByRef: Loader<string, InspectionRow | null>;
  readonly inspectionsOfLot: Loader<number, readonly ConcernedInspection[]>;
  readonly resultsOfInspection: Loader<string, readonly InspectionResultRow[]>;
  readonly resultByRef: Loader<string, InspectionResultRow | null>;
  readonly dispositionsOfLot: Loader<number, readonly DispositionRow[]>;
  readonly source: Loader<number, SourceRef | null>;
}

export interface QualityContext extends RequestContext {
  readonly services: SubgraphServices;
  /** Rows that the caller may see; null when there is no limit. */
  readonly scope: RowScope | null;
  readonly canSeeLot: LotVisibility;
  readonly loaders: QualityLoaders;
  /** Notes in the source report that copies of these record types were read. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

/** Makes the context of one request. */
export function createQualityContext(services: SubgraphServices, request: RequestContext): QualityContext {
  const scope = rowScopeOf(request.caller);
  const reported = new Map<string, Promise<void>>();
  const context: QualityContext = {
    ...request,
    services,
    scope,
    canSeeLot: lotVisibility(services.database, scope),
    loaders: createLoaders(services, scope),
    reportCopies: (...types) => {
      const key = types.join();
      const report = reported.get(key) ?? services.canonical.reportCopies(context, types);
      reported.set(key, report);
      return report;
    },
  };
  return context;
}

function createLoaders({ database, canonical }: SubgraphServices, scope: RowScope | null): QualityLoaders {
  return {
    lot: scopedRowLoader(database, scope, LotRow, 'pk', (rows, alias) => rows.lot(alias)),
    inspection: scopedRowLoader(database, scope, InspectionRow, 'pk', (rows, alias) =>
      rows.inspection(alias),
    ),
    inspectionByRef: scopedRowLoader(database, scope, InspectionRow, 'ref', (rows, alias) =>
      rows.inspection(alias),
    ),
    inspectionsOfLot: inspectionsOfLotLoader(database),
    resultsOfInspection: groupLoader(database, InspectionResultRow, 'inspectionRef', 'pk'),
    resultByRef: scopedRowLoader(database, scope, InspectionResultRow, 'ref', (rows, alias) =>
      rows.inspectionResult(alias),
    ),
    dispositionsOfLot: groupLoader(database, DispositionRow, 'lotPk', 'pk'),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
  };
}
