/**
 * Lets @apollo/gateway call our subgraph clients. What the stock data source lacks: a deadline for each call, source
 * reports, and errors that name the subgraph and the path. A hung subgraph costs its own fields and no others.
 */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { DocumentCache } from '../../controls/serving/document-cache';
import type { SubgraphOperation, SubgraphResult } from '../../controls/serving/execute-subgraph';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { Metrics } from '../../platform/telemetry';
import type { GatewayRequest } from '../request';
import type { SubgraphClient } from '../subgraph-client';
import { failureErrors } from './fetch-failure';

/** The context value that our executor gives to @apollo/gateway. */
export interface ApolloContext extends Record<string, unknown> {
  readonly request: GatewayRequest;
}

type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Errors of a list are as many as its rows; more than this tell nothing new. */
const MOST_ERRORS = 100;

export class ApolloDataSource implements GraphQLDataSource {
  readonly #documents = new DocumentCache();

  constructor(
    private readonly client: SubgraphClient,
    private readonly deadlineMs: number,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  /** Never rejects: a failure is errors at the fields that stay empty. */
  async process(options: GraphQLDataSourceProcessOptions): Promise<ProcessResult> {
    const { request } = options.context as ApolloContext;
    const { query = '', variables, operationName } = options.request;
    const operation: SubgraphOperation = { query, variables, operationName };
    const stopTimer = this.metrics.subgraphSeconds.startTimer({ subgraph: this.client.name });
    try {
      const result = await this.client.call(
        operation,
        request,
        Math.min(this.deadlineMs, request.remainingMs()),
      );
      this.#count(result.errors === undefined ? 'ok' : 'errors');
      return this.#named(result);
    } catch (failure) {
      this.#count(failure instanceof GatewayError ? failure.code : 'INTERNAL');
      this.log.error(
        { err: failure, subgraph: this.client.name, requestId: request.requestId },
        'subgraph call failed',
      );
      const document = this.#documents.parse(query);
      const errors = failureErrors(failure, {
        subgraph: this.client.name,
        operation,
        document,
        language: request.language,
      });
      return { errors };
    } finally {
      stopTimer();
    }
  }

  #count(outcome: string): void {
    this.metrics.subgraphCalls.inc({ subgraph: this.client.name, outcome });
  }

  #named({ data, errors }: SubgraphResult): ProcessResult {
    const subgraph = this.client.name;
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined
        ? {}
        : {
            errors: errors
              .slice(0, MOST_ERRORS)
              .map((error) => ({ ...error, extensions: { ...error.extensions, subgraph } })),
          }),
    };
  }
}
