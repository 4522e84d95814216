/** The recall subgraph: recall cases, and tracing lots through their genealogy to whoever holds them. */
import { PageInfoType } from '../../canonical/graph/page.type';
import { SourceRefType } from '../../canonical/graph/source.type';
import { fromId } from '../../canonical/ids';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import { buildSignedSubgraph } from '../../controls/sign-off/build-signed-subgraph';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { LotRecallResolver, RecallCaseResolver, RecallScopeLotResolver } from './case/recall-case.resolver';
import {
  RecallCaseConnection,
  RecallCaseType,
  RecallHistoryEntryType,
  RecallScopeConnection,
  RecallScopeLotType,
} from './case/recall-case.type';
import { type RecallContext, createRecallContext } from './context';
import { LocationStub, PartyStub } from './stubs/entity-stubs';
import { LotStub } from './stubs/lot.stub';
import { TraceEdgeResolver, TraceHolderResolver, TraceNodeResolver } from './trace/trace-parts.resolver';
import { LotTraceResolver, TraceResolver } from './trace/trace.resolver';
import { TRACE_TYPES } from './trace/trace.types';

/** Makes the subgraph. Building the schema touches no database. */
export function createRecallSubgraph(services: SubgraphServices): Subgraph {
  const { sdl, schema } = buildSignedSubgraph<RecallContext>(services, {
    resolvers: [
      TraceResolver,
      LotTraceResolver,
      TraceNodeResolver,
      TraceEdgeResolver,
      TraceHolderResolver,
      RecallCaseResolver,
      RecallScopeLotResolver,
      LotRecallResolver,
    ],
    types: [
      ...TRACE_TYPES,
      RecallCaseType,
      RecallCaseConnection,
      RecallScopeLotType,
      RecallScopeConnection,
      RecallHistoryEntryType,
      LotStub,
      LocationStub,
      PartyStub,
      SourceRefType,
      PageInfoType,
    ],
    references: {
      Lot: (reference, context) => LotStub.fromReference(reference, context),
      RecallCase: async (reference, { loaders }) => {
        const pk = fromId('recallCase', String(reference['id']));
        const row = pk === null ? null : await loaders.recallCase.load(pk);
        return row === null ? null : RecallCaseType.from(row);
      },
    },
    dictionary: services.dictionary,
  });
  return {
    name: 'recall',
    sdl,
    schema,
    schemaFor: protectSubgraph('recall', schema),
    createContext: (request) => createRecallContext(services, request),
  };
}
