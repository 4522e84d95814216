/** A subgraph behind HTTP: signed requests over a pool of connections, each with its own deadline. */
import { Pool } from 'undici';
import type { RequestSigner } from '../controls/identity/signed-request';
import type { SubgraphOperation, SubgraphResult } from '../controls/serving/execute-subgraph';
import { presentError } from '../controls/serving/present-error';
import { GatewayError } from '../platform/errors';
import type { Logger } from '../platform/log';
import type { RequestFacts } from '../platform/request';
import type { SourceState } from '../platform/sources';
import type { GatewayRequest } from './request';
import { isMutation, type SubgraphClient } from './subgraph-client';

const PATH = '/graphql';
const CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 1000;
const ALIVE_TIMEOUT_MS = 1000;
/** Errors of a connection that broke before any answer came; a query MAY be sent again after one. */
const BROKEN_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

export class RemoteSubgraphClient implements SubgraphClient {
  readonly #pool: Pool;
  readonly #prefix: string;
  #replica: string | null = null;

  constructor(
    readonly name: string,
    url: string,
    private readonly signer: RequestSigner,
    private readonly log: Logger,
  ) {
    const { origin, pathname } = new URL(url);
    this.#prefix = pathname.replace(/\/+$/, '');
    this.#pool = new Pool(origin, { connections: CONNECTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
  }

  async call(
    operation: SubgraphOperation,
    request: GatewayRequest,
    budgetMs: number,
  ): Promise<SubgraphResult> {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(Math.max(1, Math.ceil(budgetMs)))]);
    const body = JSON.stringify(operation);
    const ask = (): Promise<RawAnswer> => this.#post(body, request, budgetMs, signal);
    try {
      return this.#read(await this.#refreshed(ask, await this.#once(ask, operation, signal)), request);
    } catch (error) {
      if (signal.aborted) throw new GatewayError('DEADLINE_EXCEEDED', undefined, {}, error);
      throw error instanceof GatewayError
        ? error
        : new GatewayError('SUBGRAPH_UNAVAILABLE', undefined, {}, error);
    }
  }

  async isAlive(): Promise<boolean> {
    try {
      await this.#learnReplica(AbortSignal.timeout(ALIVE_TIMEOUT_MS));
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** A kept-alive connection may break under a request: a query is sent a second time, a mutation never. */
  async #once(
    ask: () => Promise<RawAnswer>,
    operation: SubgraphOperation,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    try {
      return await ask();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const again = typeof code === 'string' && BROKEN_CONNECTION.has(code) && !isMutation(operation.query);
      if (!again || signal.aborted) throw error;
      return await ask();
    }
  }

  /** A 401 means that nothing was executed; most likely the service was restarted, and so has another id. */
  async #refreshed(ask: () => Promise<RawAnswer>, answer: RawAnswer): Promise<RawAnswer> {
    if (answer.status !== 401) return answer;
    this.#replica = null;
    return await ask();
  }

  async #post(
    body: string,
    request: GatewayRequest,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    const replica = this.#replica ?? (await this.#learnReplica(signal));
    const path = this.#prefix + PATH;
    const signed = this.signer.sign({
      method: 'POST',
      path,
      body,
      facts: factsOf(request),
      deadlineMs,
      replica,
    });
    const response = await this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...signed },
      body,
      signal,
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  async #learnReplica(signal: AbortSignal): Promise<string> {
    const response = await this.#pool.request({ method: 'GET', path: `${this.#prefix}/health/live`, signal });
    const answer = parseJson(await response.body.text()) as { replica?: unknown } | null;
    if (response.statusCode !== 200 || typeof answer?.replica !== 'string')
      throw new GatewayError('SUBGRAPH_UNAVAILABLE');
    this.#replica = answer.replica;
    return answer.replica;
  }

  #read(answer: RawAnswer, request: GatewayRequest): SubgraphResult {
    const result = answer.status === 200 ? parseJson(answer.text) : null;
    if (!isResult(result)) {
      // what it sent may hold anything, so it goes to the log alone
      const beginning = answer.text.slice(0, 500);
      this.log.error(
        { subgraph: this.name, status: answer.status, beginning, requestId: request.requestId },
        'no answer',
      );
      throw new GatewayError('SUBGRAPH_UNAVAILABLE');
    }
    request.sources.addAll(result.extensions?.sources ?? []);
    const data = result.data === undefined ? {} : { data: result.data };
    if (result.errors === undefined) return data;
    return { ...data, errors: result.errors.map((error) => presentError(error, request.language).error) };
  }
}

interface WireResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
  readonly extensions?: { readonly sources?: readonly SourceState[] };
}

function isResult(value: unknown): value is WireResult {
  const result = value as Partial<WireResult> | null;
  if (typeof result !== 'object' || result === null) return false;
  const sources: unknown = result.extensions?.sources;
  return (
    (typeof result.data === 'object' || Array.isArray(result.errors)) &&
    (result.errors === undefined || Array.isArray(result.errors)) &&
    (sources === undefined || Array.isArray(sources))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function factsOf({ requestId, caller, language, now, policyVersion }: GatewayRequest): RequestFacts {
  return { requestId, caller, language, now, policyVersion };
}
