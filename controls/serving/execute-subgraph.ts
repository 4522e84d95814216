/** Runs one operation on a subgraph's schema; used in process by the gateway and behind HTTP by a service. */
import { execute, type ExecutionResult } from 'graphql';
import type { Logger } from '../../platform/log';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { Language, RequestContext } from '../../platform/request';
import type { DocumentCache } from './document-cache';
import { presentError, type PresentedError } from './present-error';

export interface SubgraphOperation {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubgraphResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly PresentedError[];
}

/**
 * Executes without validation: the gateway's planner wrote the operation against this very schema. Errors come out
 * presented, in the request's language; what is masked goes to the log. Never rejects.
 */
export async function executeOnSubgraph(
  subgraph: Subgraph,
  operation: SubgraphOperation,
  options: { request: RequestContext; context: object; documents: DocumentCache; log: Logger },
): Promise<SubgraphResult> {
  const { request, context, documents, log } = options;
  try {
    const result = await execute({
      schema: subgraph.schema,
      document: documents.parse(operation.query),
      contextValue: context,
      variableValues: operation.variables,
      operationName: operation.operationName ?? null,
    });
    return presentResult(result, request.language, log, {
      requestId: request.requestId,
      subgraph: subgraph.name,
    });
  } catch (error) {
    log.error(
      { err: error, requestId: request.requestId, subgraph: subgraph.name },
      'subgraph operation failed',
    );
    return { data: null, errors: [presentError(error, request.language).error] };
  }
}

function presentResult(
  result: ExecutionResult,
  language: Language,
  log: Logger,
  facts: { requestId: string; subgraph: string },
): SubgraphResult {
  const data = result.data === undefined ? {} : { data: result.data };
  if (result.errors === undefined) return data;
  const errors = result.errors.map((error) => {
    const presentation = presentError(error, language);
    if (presentation.masked)
      log.error({ ...facts, err: error.originalError ?? error, path: error.path }, 'field failed');
    return presentation.error;
  });
  return { ...data, errors };
}
