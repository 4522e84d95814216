/** What judges a validated operation before it is planned, and its answer before it goes out. */
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { GatewayRequest } from './request';

/** A validated operation, as guards see it. */
export interface GuardedOperation {
  /** What clients may ask for. */
  readonly schema: GraphQLSchema;
  /** The text as the client sent it, or as it was registered. */
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface OperationGuard {
  /** Throws to refuse the operation: nothing of it is planned or executed. */
  before?(operation: GuardedOperation, request: GatewayRequest): Promise<void> | void;
  /** Throws to withhold the answer, of which nothing but this error is then sent. */
  after?(operation: GuardedOperation, data: unknown, request: GatewayRequest): Promise<void> | void;
}
