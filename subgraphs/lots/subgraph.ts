/** The lots subgraph: items, lots, stock, movements, genealogy, serials, expiry. */
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import { buildSignedSubgraph } from '../../controls/sign-off/build-signed-subgraph';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { type LotsContext, createLotsContext } from './context';
import { references } from './references';
import { RESOLVERS } from './resolvers';
import { TYPES } from './types';

/** Makes the subgraph. The services are used only when a request comes, so its SDL needs no database. */
export function createLotsSubgraph(services: SubgraphServices): Subgraph {
  const { sdl, schema } = buildSignedSubgraph<LotsContext>(services, {
    resolvers: RESOLVERS,
    types: TYPES,
    references,
    dictionary: services.dictionary,
  });
  return {
    name: 'lots',
    sdl,
    schema,
    schemaFor: protectSubgraph('lots', schema),
    createContext: (request) => createLotsContext(services, request),
  };
}
