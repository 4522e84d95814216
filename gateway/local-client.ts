/** A subgraph in the gateway's own process: no HTTP, no serialisation, the same answers. */
import { DocumentCache } from '../controls/serving/document-cache';
import {
  executeOnSubgraph,
  type SubgraphOperation,
  type SubgraphResult,
} from '../controls/serving/execute-subgraph';
import type { Subgraph } from '../platform/graphql/subgraph';
import type { Logger } from '../platform/log';
import type { GatewayRequest } from './request';
import { isMutation, withinBudget, type SubgraphClient } from './subgraph-client';

export class LocalSubgraphClient implements SubgraphClient {
  readonly name: string;
  readonly #documents = new DocumentCache();
  /** One context a request, so that its loaders serve every call that the plan makes. */
  readonly #contexts = new WeakMap<GatewayRequest, object>();

  constructor(
    private readonly subgraph: Subgraph,
    private readonly log: Logger,
  ) {
    this.name = subgraph.name;
  }

  async call(
    operation: SubgraphOperation,
    request: GatewayRequest,
    budgetMs: number,
  ): Promise<SubgraphResult> {
    const work = executeOnSubgraph(this.subgraph, operation, {
      request,
      context: this.#contextFor(operation, request),
      documents: this.#documents,
      log: this.log,
    });
    return await withinBudget(work, budgetMs, request.signal);
  }

  isAlive(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #contextFor(operation: SubgraphOperation, request: GatewayRequest): object {
    const known = this.#contexts.get(request);
    // what a mutation loaded before it wrote must not answer what is asked after it
    if (known !== undefined && !isMutation(operation.query)) return known;
    const context = this.subgraph.createContext(request);
    if (!isMutation(operation.query)) this.#contexts.set(request, context);
    return context;
  }
}
