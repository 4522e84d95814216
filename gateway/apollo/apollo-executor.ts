/** The stock executor: @apollo/gateway plans and executes, our data sources call the subgraphs. */
// set before the gateway is loaded: it would report to its maker otherwise
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { ExecutionResult } from 'graphql';
import { ConfigError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { Metrics } from '../../platform/telemetry';
import type { Executor, Operation, ServedSchema } from '../executor';
import type { GatewayRequest } from '../request';
import type { SubgraphClient } from '../subgraph-client';
import { ApolloDataSource, type ApolloContext } from './apollo-data-source';
import { apolloLogger } from './apollo-logger';

export interface ApolloExecutorOptions {
  readonly supergraphSdl: string;
  readonly clients: readonly SubgraphClient[];
  readonly subgraphDeadlineMs: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

type GatewayOperation = Parameters<ApolloGateway['executor']>[0];

/** Errors of missing values are as many as rows; more than this tell nothing new. */
const MOST_COMPLETION_ERRORS = 100;

export class ApolloExecutor implements Executor {
  readonly #gateway: ApolloGateway;
  readonly #clients: ReadonlyMap<string, SubgraphClient>;
  readonly #listeners: ((served: ServedSchema) => void)[] = [];
  #served: ServedSchema | null = null;
  #update: ((supergraphSdl: string) => void) | null = null;

  constructor(private readonly options: ApolloExecutorOptions) {
    this.#clients = new Map(options.clients.map((client) => [client.name, client]));
    this.#gateway = new ApolloGateway({
      supergraphSdl: ({ update }) => {
        this.#update = update;
        return Promise.resolve({ supergraphSdl: options.supergraphSdl });
      },
      buildService: ({ name }) => this.#dataSource(name),
      logger: apolloLogger(options.log),
      __exposeQueryPlanExperimental: false,
      serviceHealthCheck: false,
      validateSupergraph: true, // a bad one must be refused in production too
    });
    this.#gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
      this.#served = { apiSchema, supergraphSdl: coreSupergraphSdl };
      for (const listener of this.#listeners) listener(this.#served);
    });
  }

  async start(): Promise<ServedSchema> {
    await this.#gateway.load();
    if (this.#served === null) throw new ConfigError(['the supergraph gave no schema to serve']);
    return this.#served;
  }

  onReload(listener: (served: ServedSchema) => void): void {
    this.#listeners.push(listener);
  }

  reload(supergraphSdl: string): void {
    if (this.#update === null) throw new Error('the executor was not started');
    this.#update(supergraphSdl);
  }

  async execute(operation: Operation, request: GatewayRequest): Promise<ExecutionResult> {
    const context: ApolloContext = { request };
    const { source, document, operationName, variables } = operation;
    const gatewayOperation: Partial<GatewayOperation> = {
      request: { query: source, operationName, variables } as GatewayOperation['request'],
      document,
      source,
      queryHash: operation.hash,
      operationName: operationName ?? null,
      context,
      metrics: {},
      logger: apolloLogger(this.options.log),
    };
    const result = await this.#gateway.executor(gatewayOperation as GatewayOperation);
    return withoutSilentNulls(result);
  }

  async silentSubgraphs(): Promise<readonly string[]> {
    const clients = [...this.#clients.values()];
    const alive = await Promise.all(clients.map((client) => client.isAlive()));
    return clients.filter((_client, index) => alive[index] !== true).map((client) => client.name);
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  #dataSource(name: string): GraphQLDataSource {
    const client = this.#clients.get(name);
    if (client === undefined)
      throw new ConfigError([`the supergraph needs a subgraph "${name}", and none is configured`]);
    const { subgraphDeadlineMs, metrics, log } = this.options;
    return new ApolloDataSource(client, subgraphDeadlineMs, metrics, log);
  }
}

/** The gateway hides a null where none may be in an extension of its own; here it is an error like any other. */
function withoutSilentNulls(result: ExecutionResult): ExecutionResult {
  const completion = result.extensions?.['valueCompletion'];
  const plain: ExecutionResult = { ...result };
  delete plain.extensions;
  if (!Array.isArray(completion) || completion.length === 0) return plain;
  return {
    ...plain,
    errors: completion.slice(0, MOST_COMPLETION_ERRORS) as NonNullable<ExecutionResult['errors']>,
  };
}
