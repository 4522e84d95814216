/** The quality subgraph: inspections, results and dispositions, and what they say about a lot. */
import { PageInfoType } from '../../canonical/graph/page.type';
import { SourceRefType } from '../../canonical/graph/source.type';
import { fromId } from '../../canonical/ids';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import { buildSignedSubgraph } from '../../controls/sign-off/build-signed-subgraph';
import { CommandType } from '../../controls/outbox/command.type';
import { SIGN_OFF_TYPES } from '../../controls/sign-off/mutation-payload.type';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { LotCompletenessResolver } from './completeness/completeness.resolver';
import { CompletenessGapType, LotCompletenessType } from './completeness/completeness.type';
import { type QualityContext, createQualityContext } from './context';
import { DispositionResolver } from './disposition/disposition.resolver';
import { DispositionType } from './disposition/disposition.type';
import { InspectionResultResolver } from './inspection/inspection-result.resolver';
import { InspectionResultType } from './inspection/inspection-result.type';
import { InspectionResolver } from './inspection/inspection.resolver';
import { InspectionConnection, InspectionType } from './inspection/inspection.type';
import { LotQualityResolver } from './lot/lot.resolver';
import { LotStub } from './lot/lot.stub';
import { RejectLotPayload, ReleaseLotPayload, ReleaseResolver } from './release/release.resolver';

/** Makes the subgraph. Building the schema touches no database. */
export function createQualitySubgraph(services: SubgraphServices): Subgraph {
  const { sdl, schema } = buildSignedSubgraph<QualityContext>(services, {
    resolvers: [
      InspectionResolver,
      InspectionResultResolver,
      DispositionResolver,
      LotQualityResolver,
      LotCompletenessResolver,
      ReleaseResolver,
    ],
    types: [
      LotStub,
      InspectionType,
      InspectionConnection,
      InspectionResultType,
      DispositionType,
      LotCompletenessType,
      CompletenessGapType,
      ReleaseLotPayload,
      RejectLotPayload,
      CommandType,
      ...SIGN_OFF_TYPES,
      SourceRefType,
      PageInfoType,
    ],
    references: {
      Lot: (reference, context) => LotStub.fromReference(reference, context),
      Inspection: async (reference, { loaders }) => {
        const pk = fromId('inspection', String(reference['id']));
        const row = pk === null ? null : await loaders.inspection.load(pk);
        return row === null ? null : InspectionType.from(row);
      },
    },
    dictionary: services.dictionary,
  });
  return {
    name: 'quality',
    sdl,
    schema,
    schemaFor: protectSubgraph('quality', schema),
    createContext: (request) => createQualityContext(services, request),
  };
}
