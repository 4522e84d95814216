/** What plans and executes operations over the supergraph; stock @apollo/gateway first, others behind the same face. */
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { GatewayRequest } from './request';

/** A parsed and validated operation. */
export interface Operation {
  readonly source: string;
  /** SHA-256 of the source, hex; keys plans. */
  readonly hash: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A supergraph as it is served now. */
export interface ServedSchema {
  /** What clients may ask for. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
}

export interface Executor {
  /** Loads the supergraph. Rejects when it cannot be served. */
  start(): Promise<ServedSchema>;
  /** Told of each supergraph that is served after the first. */
  onReload(listener: (served: ServedSchema) => void): void;
  /** Serves another supergraph from now on. Throws, and the old one serves on, when it is not valid. */
  reload(supergraphSdl: string): void;
  /** Never rejects for what a subgraph does: its fields are null, with an error that names it. */
  execute(operation: Operation, request: GatewayRequest): Promise<ExecutionResult>;
  /** Names of the subgraphs that do not answer now. */
  silentSubgraphs(): Promise<readonly string[]>;
  stop(): Promise<void>;
}
