/**
 * Hosts one subgraph as a service of its own. It answers nobody but the gateway: a request without a valid
 * signature learns nothing, not even the schema.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessProfile, AccessSource } from '../../platform/access';
import { systemClock, type Clock } from '../../platform/clock';
import { ERROR_CODES, GatewayError } from '../../platform/errors';
import type { Subgraph } from '../../platform/graphql/subgraph';
import type { Logger } from '../../platform/log';
import type { RequestContext } from '../../platform/request';
import type { Secret } from '../../platform/secret';
import { SourceReport } from '../../platform/sources';
import { RequestVerifier, type VerifiedRequest } from '../identity/signed-request';
import { DocumentCache } from './document-cache';
import { executeOnSubgraph, type SubgraphOperation } from './execute-subgraph';
import { readBody } from './http-body';
import { HttpHost, sendJson } from './http-host';
import { presentError } from './present-error';

const BODY_LIMIT = 8 * 1024 * 1024;
const DRAIN_MS = 15_000;
const REFUSAL = JSON.stringify({
  errors: [{ message: ERROR_CODES.UNAUTHENTICATED.en, extensions: { code: 'UNAUTHENTICATED' } }],
});

export interface ServeSubgraphOptions {
  readonly subgraph: Subgraph;
  readonly key: Secret;
  readonly log: Logger;
  /** Where the permissions of callers come from. */
  readonly access: AccessSource;
  readonly host?: string;
  readonly port?: number;
  /** Real time, for signatures; answers are as of the instant that the gateway sends. */
  readonly clock?: Clock;
}

export interface SubgraphService {
  readonly url: string;
  /** Lets requests under way finish, then closes. */
  close(): Promise<void>;
}

/** Starts the service. */
export async function serveSubgraph(options: ServeSubgraphOptions): Promise<SubgraphService> {
  const service = new SubgraphHandler(options);
  const host = await HttpHost.listen({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    handler: (request, response) => service.handle(request, response),
  });
  return { url: host.url, close: () => host.drain(DRAIN_MS) };
}

class SubgraphHandler {
  readonly #documents = new DocumentCache();
  readonly #verifier: RequestVerifier;

  constructor(private readonly options: ServeSubgraphOptions) {
    this.#verifier = new RequestVerifier(options.key, options.clock ?? systemClock, randomUUID());
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/health/live') {
      // the id is no secret: it only keeps a request for one replica from being replayed to another
      sendJson(response, 200, { status: 'live', replica: this.#verifier.replica });
      return;
    }
    try {
      await this.#answer(request, response);
    } catch (error) {
      this.#refuse(error, response);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (typeof headers['x-lotgraph-signature'] !== 'string') throw new GatewayError('UNAUTHENTICATED');
    const body = await readBody(request, BODY_LIMIT);
    const verified = this.#verifier.verify({ method, path: url, body, headers });
    if (method !== 'POST' || url !== '/graphql') throw new GatewayError('NOT_FOUND');
    const operation = parseOperation(body);
    const { caller, policyVersion } = verified.facts;
    const access = await this.options.access.profile(caller.roles, policyVersion);
    const context = contextOf(verified, access, response);
    const result = await executeOnSubgraph(this.options.subgraph, operation, {
      request: context,
      context: this.options.subgraph.createContext(context),
      documents: this.#documents,
      log: this.options.log,
    });
    if (!response.destroyed)
      sendJson(response, 200, { ...result, extensions: { sources: context.sources.list() } });
  }

  #refuse(error: unknown, response: ServerResponse): void {
    if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') {
      sendJson(response, 401, REFUSAL, { connection: 'close' });
      return;
    }
    const presentation = presentError(error, 'en');
    if (presentation.masked) this.options.log.error({ err: error }, 'request failed');
    sendJson(response, ERROR_CODES[presentation.error.extensions.code].status, {
      errors: [presentation.error],
    });
  }
}

function parseOperation(body: Buffer): SubgraphOperation {
  try {
    const operation = JSON.parse(body.toString('utf8')) as Partial<SubgraphOperation> | null;
    if (typeof operation?.query === 'string') return operation as SubgraphOperation;
  } catch (error) {
    throw new GatewayError('INVALID_REQUEST', undefined, {}, error);
  }
  throw new GatewayError('INVALID_REQUEST');
}

/** The request's context; its signal fires at the gateway's deadline, or when the gateway hangs up. */
function contextOf(
  verified: VerifiedRequest,
  access: AccessProfile,
  response: ServerResponse,
): RequestContext {
  const abort = new AbortController();
  const deadline = setTimeout(() => abort.abort(new GatewayError('DEADLINE_EXCEEDED')), verified.deadlineMs);
  response.once('close', () => {
    clearTimeout(deadline);
    if (!response.writableFinished) abort.abort(new GatewayError('DEADLINE_EXCEEDED'));
  });
  return { ...verified.facts, access, signal: abort.signal, sources: new SourceReport() };
}
