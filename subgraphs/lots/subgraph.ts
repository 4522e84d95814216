/** The lots subgraph: items, lots, stock, movements, genealogy, serials, expiry. */
import type { SubgraphServices } from '../../canonical/subgraph-services';
import { protectSubgraph } from '../../controls/access/protect-subgraph';
import type { Subgraph } from '../../platform/graphql/subgraph';
import { createLotsContext } from './context';
import { references } from './references';
import { RESOLVERS } from './resolvers';
import { TYPES } from './types';

/** Makes the subgraph. The services are used only when a request comes, so its SDL needs no database. */
export function createLotsSubgraph(services: SubgraphServices): Subgraph {
  const { sdl, schema } = buildSubgraph(services.root, {
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
