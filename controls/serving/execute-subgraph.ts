/** Runs one operation on a subgraph's schema; used in process by the gateway and behind HTTP by a service. */
import {
  execute,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError } from '../../platform/errors';
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
 * Executes with the values of scalars alone validated: the gateway's planner wrote the operation against this very
 * schema, but to the gateway a date is any text. Errors come out presented, in the request's language; what is masked
 * goes to the log. Never rejects.
 */
export async function executeOnSubgraph(
  subgraph: Subgraph,
  operation: SubgraphOperation,
  options: { request: RequestContext; context: object; documents: DocumentCache; log: Logger },
): Promise<SubgraphResult> {
  const { request, context, documents, log } = options;
  try {
    const document = documents.parse(operation.query);
    const schema = subgraph.schemaFor(request);
    const wrong = wrongValues(schema, document);
    if (wrong.length > 0) return refused(wrong, request.language);
    const result = await execute({
      schema,
      document,
      contextValue: context,
      variableValues: operation.variables,
      operationName: operation.operationName ?? null,
    });
    // without data nothing was executed: the variables did not fit
    if (result.data === undefined && result.errors) return refused(result.errors, request.language);
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

const checkedDocuments = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, readonly GraphQLError[]>>();

/** Values that stand in a document and are none of their type, e.g. a date that no calendar has; found once a document. */
function wrongValues(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const checked = checkedDocuments.get(schema) ?? new WeakMap<DocumentNode, readonly GraphQLError[]>();
  checkedDocuments.set(schema, checked);
  const known = checked.get(document);
  if (known) return known;
  const errors = validate(schema, document, [ValuesOfCorrectTypeRule]);
  checked.set(document, errors);
  return errors;
}

/** What the caller gave does not fit: said in the words of the type, never as an error of ours. */
function refused(errors: readonly GraphQLError[], language: Language): SubgraphResult {
  return {
    data: null,
    errors: errors.map(
      (error) => presentError(new GatewayError('INVALID_INPUT', error.message), language).error,
    ),
  };
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
