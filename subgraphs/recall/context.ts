/** What the resolvers of this subgraph find in their context: the request, the services, the index and the loaders. */
import { LotRow } from '../../canonical/entities/lot.entity';
import { RecallCaseRow, RecallScopeRow } from '../../canonical/entities/quality.entity';
import { DocumentRow, TransformationLineRow } from '../../canonical/entities/stock.entity';
import type { SourceRef } from '../../canonical/reads';
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import {
  type LotVisibility,
  lotVisibility,
  scopedGroupLoader,
  scopedRowLoader,
} from '../../canonical/scope/scoped-loaders';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import {
  type Loader,
  batchLoader,
  groupLoader,
  loaderPerArguments,
  rowLoader,
} from '../../platform/graphql/batching';
import type { RequestContext } from '../../platform/request';
import type { RecordType } from '../../schema/records/record-types';
import { casesOfLotLoader } from './case/cases-of-lot.loader';
import { type ChainFindings, loadChainFindings } from './trace/chain-findings';
import { SqlTraceIndex } from './trace/sql-trace-index';
import type { LotFlow, Reach, ReachRequest, TraceEdge, TraceIndex } from './trace/trace-index';

export interface RecallLoaders {
  readonly lot: Loader<number, LotRow | null>;
  readonly recallCase: Loader<number, RecallCaseRow | null>;
  readonly caseByRef: Loader<string, RecallCaseRow | null>;
  readonly casesOfLot: Loader<number, readonly RecallCaseRow[]>;
  readonly scopeOfCase: Loader<string, readonly RecallScopeRow[]>;
  readonly scopesOfLot: Loader<number, readonly RecallScopeRow[]>;
  readonly line: Loader<number, TransformationLineRow | null>;
  readonly documentByRef: Loader<string, DocumentRow | null>;
  readonly reach: (request: ReachRequest) => Loader<number, Reach>;
  readonly edges: Loader<number, readonly TraceEdge[]>;
  readonly flows: Loader<number, readonly LotFlow[]>;
  readonly ledgers: Loader<number, readonly string[]>;
  readonly source: Loader<number, SourceRef | null>;
}

export interface RecallContext extends RequestContext {
  readonly services: SubgraphServices;
  /** Rows that the caller may see; null when there is no limit. */
  readonly scope: RowScope | null;
  readonly canSeeLot: LotVisibility;
  readonly index: TraceIndex;
  readonly loaders: RecallLoaders;
  /** Open findings that may hide a part of the genealogy; read once a request. */
  chainFindings(): Promise<ChainFindings>;
  /** Notes in the source report that copies of these record types were read. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

const NOTHING: Reach = { depths: new Map(), truncated: false };

/** Makes the context of one request. */
export function createRecallContext(services: SubgraphServices, request: RequestContext): RecallContext {
  const scope = rowScopeOf(request.caller);
  const index = new SqlTraceIndex(services.database, scope);
  const reported = new Map<string, Promise<void>>();
  let findings: Promise<ChainFindings> | undefined;
  const context: RecallContext = {
    ...request,
    services,
    scope,
    canSeeLot: lotVisibility(services.database, scope),
    index,
    loaders: createLoaders(services, scope, index),
    chainFindings: () => (findings ??= loadChainFindings(services.database, scope)),
    reportCopies: (...types) => {
      const key = types.join();
      const report = reported.get(key) ?? services.canonical.reportCopies(context, types);
      reported.set(key, report);
      return report;
    },
  };
  return context;
}

function createLoaders(
  { database, canonical }: SubgraphServices,
  scope: RowScope | null,
  index: TraceIndex,
): RecallLoaders {
  return {
    lot: scopedRowLoader(database, scope, LotRow, 'pk', (rows, alias) => rows.lot(alias)),
    recallCase: scopedRowLoader(database, scope, RecallCaseRow, 'pk', (rows, alias) =>
      rows.recallCase(alias),
    ),
    caseByRef: scopedRowLoader(database, scope, RecallCaseRow, 'ref', (rows, alias) =>
      rows.recallCase(alias),
    ),
    casesOfLot: casesOfLotLoader(database),
    scopeOfCase: scopedGroupLoader(database, scope, RecallScopeRow, 'recallRef', 'pk', (rows, alias) =>
      rows.ofLot(`${alias}.lot_pk`),
    ),
    scopesOfLot: groupLoader(database, RecallScopeRow, 'lotPk', 'pk'),
    line: rowLoader(database, TransformationLineRow, 'pk'),
    documentByRef: scopedRowLoader(database, scope, DocumentRow, 'ref', (rows, alias) =>
      rows.document(alias),
    ),
    reach: loaderPerArguments((request) => batchLoader((lots) => index.reachEach(lots, request), NOTHING)),
    edges: batchLoader<number, readonly TraceEdge[]>((lots) => index.edgesOf(lots), []),
    flows: batchLoader<number, readonly LotFlow[]>((lots) => index.flowsOf(lots), []),
    ledgers: batchLoader<number, readonly string[]>((lots) => canonical.ledgersOf(lots, scope), []),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
  };
}
