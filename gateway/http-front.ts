/** What turns a GraphQL request of an authenticated caller into an answer; stock @apollo/server first. */
import type { GatewayRequest } from './request';

/** The fields of a GraphQL-over-HTTP body, each checked for its type. */
export interface GraphQLBody {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface FrontAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Seconds after which the client may try again, where it may. */
  readonly retryAfter?: string | undefined;
}

export interface HttpFront {
  start(): Promise<void>;
  /** Validates, limits and executes. Never rejects for what a client did. */
  answer(body: GraphQLBody, request: GatewayRequest): Promise<FrontAnswer>;
  stop(): Promise<void>;
}
