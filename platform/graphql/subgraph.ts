/** A subgraph as the gateway and the composer see it: a name, its SDL, and a way to execute on it. */
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../request';

export interface Subgraph {
  /** `lots`, `quality`, `recall` or `governance`. */
  readonly name: string;
  /** Federated SDL, as it is composed into the supergraph. */
  readonly sdl: string;
  /** The schema as it is declared, before permissions: for checks at the start. MUST NOT be executed for a caller. */
  readonly schema: GraphQLSchema;
  /** Executable schema with `_entities` and `_service`, as the caller of the request may use it. */
  schemaFor(request: Pick<RequestContext, 'access'>): GraphQLSchema;
  /** Makes the context value that the schema's resolvers expect; loaders live as long as it does. */
  createContext(request: RequestContext): object;
}
