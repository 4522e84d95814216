/** The stock HTTP front: @apollo/server validates and runs the request's steps, our executor executes. */
import {
  ApolloServer,
  HeaderMap,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { presentError, type PresentedError } from '../../controls/serving/present-error';
import { ERROR_CODES, GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { Executor, ServedSchema } from '../executor';
import type { FrontAnswer, GraphQLBody, HttpFront } from '../http-front';
import { retryAfterOf } from '../http/http-error';
import type { OperationLimits } from '../limits/limits';
import type { GuardedOperation, OperationGuard } from '../operation-guard';
import type { GatewayRequest } from '../request';
import { apolloLogger } from './apollo-logger';

interface FrontContext {
  readonly request: GatewayRequest;
}

type Gateway = NonNullable<ApolloServerOptions<FrontContext>['gateway']>;
type GatewayListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0];

export interface ApolloFrontOptions {
  readonly executor: Executor;
  readonly limits: OperationLimits;
  /** Judge each operation, in this order. */
  readonly guards: readonly OperationGuard[];
  readonly log: Logger;
}

export class ApolloFront implements HttpFront {
  readonly #server: ApolloServer<FrontContext>;

  constructor(options: ApolloFrontOptions) {
    this.#server = new ApolloServer<FrontContext>({
      gateway: gatewayOver(options.executor),
      introspection: true, // nobody gets here without having signed in
      allowBatchedHttpRequests: false,
      includeStacktraceInErrorResponses: false,
      persistedQueries: false,
      csrfPrevention: true,
      stopOnTerminationSignals: false,
      nodeEnv: 'production',
      logger: apolloLogger(options.log),
      parseOptions: { maxLexicalTokens: options.limits.tokens },
      formatError: (_formatted, error) => presentError(error, 'en').error,
      plugins: [
        // without these four, the server would look for an account at its maker's
        ApolloServerPluginUsageReportingDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        requestSteps(options),
      ],
    });
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  async answer(body: GraphQLBody, request: GatewayRequest): Promise<FrontAnswer> {
    const response = await this.#server.executeHTTPGraphQLRequest({
      context: () => Promise.resolve({ request }),
      httpGraphQLRequest: {
        method: 'POST',
        search: '',
        body: { ...body, operationName: body.operationName ?? null },
        headers: new HeaderMap([
          ['content-type', 'application/json'],
          ['accept', 'application/json'],
        ]),
      },
    });
    if (response.body.kind !== 'complete') throw new GatewayError('INTERNAL', 'the front answered in pieces');
    return {
      status: response.status ?? 200,
      contentType: 'application/json; charset=utf-8',
      body: response.body.string,
      retryAfter: response.headers.get('retry-after'),
    };
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }
}

/** Our executor, as the gateway that the server expects. */
function gatewayOver(executor: Executor): Gateway {
  const listeners = new Set<GatewayListener>();
  const tell = ({ apiSchema, supergraphSdl }: ServedSchema): void => {
    for (const listener of listeners) listener({ apiSchema, coreSupergraphSdl: supergraphSdl });
  };
  return {
    onSchemaLoadOrUpdate: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: async () => {
      tell(await executor.start());
      executor.onReload(tell);
      return {
        executor: async ({ source, queryHash, document, request, context }) =>
          await executor.execute(
            {
              source,
              hash: queryHash,
              document,
              operationName: request.operationName ?? undefined,
              variables: request.variables ?? {},
            },
            (context as FrontContext).request,
          ),
      };
    },
    stop: () => executor.stop(),
  };
}

/** Guards before planning and after execution; errors presented, sources and request id added, before the answer goes out. */
function requestSteps({ guards, log }: ApolloFrontOptions): ApolloServerPlugin<FrontContext> {
  return {
    requestDidStart: () => {
      const state: { operation?: GuardedOperation } = {};
      return Promise.resolve({
        didResolveOperation: async ({ schema, document, request, source, contextValue }) => {
          const operation: GuardedOperation = {
            ...{ schema, document, source },
            operationName: request.operationName ?? undefined,
            variables: request.variables ?? {},
          };
          for (const guard of guards) await guard.before?.(operation, contextValue.request);
          state.operation = operation;
        },
        willSendResponse: async (context) => {
          // what was refused before it was planned has no data to guard
          const withheld =
            state.operation === undefined ? null : await withholding(guards, state.operation, context);
          completeAnswer(context, withheld, log);
        },
      });
    },
  };
}

/** The error of the guard that withholds the answer; null when it may go out. */
async function withholding(
  guards: readonly OperationGuard[],
  operation: GuardedOperation,
  { response, contextValue }: GraphQLRequestContext<FrontContext>,
): Promise<{ error: unknown } | null> {
  if (response.body?.kind !== 'single') return null;
  try {
    for (const guard of guards) {
      await guard.after?.(operation, response.body.singleResult.data, contextValue.request);
    }
    return null;
  } catch (error) {
    return { error };
  }
}

function completeAnswer(
  context: GraphQLRequestContext<FrontContext>,
  withheld: { error: unknown } | null,
  log: Logger,
): void {
  const { response, contextValue } = context;
  if (response.body?.kind !== 'single') return;
  const { request } = contextValue;
  const result = withheld === null ? response.body.singleResult : {};
  const errors = withheld === null ? context.errors : [withheld.error];
  const extensions = {
    requestId: request.requestId,
    sources: request.sources.list(),
    ...(withheld === null ? request.extensions : {}),
  };
  const presented = errors?.map((error) => present(error, request, log));
  response.body.singleResult = {
    ...('data' in result ? { data: result.data ?? null } : {}),
    ...(presented === undefined || presented.length === 0 ? {} : { errors: presented }),
    extensions,
  };
  response.http.status = result.data === undefined ? statusOf(presented) : 200;
  const [first] = presented ?? [];
  const retryAfter = first === undefined ? undefined : retryAfterOf(first);
  if (retryAfter !== undefined && result.data === undefined)
    response.http.headers.set('retry-after', retryAfter);
}

function present(error: unknown, request: GatewayRequest, log: Logger): PresentedError {
  const presentation = presentError(error, request.language);
  if (presentation.masked) log.error({ err: error, requestId: request.requestId }, 'request failed');
  return presentation.error;
}

function statusOf(errors: readonly PresentedError[] | undefined): number {
  const code = errors?.[0]?.extensions.code;
  return code === undefined ? 200 : ERROR_CODES[code].status;
}
