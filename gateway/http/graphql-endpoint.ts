/**
 * POST /graphql. Who calls is settled before anything is read: an anonymous caller gets one and the same answer
 * whatever was sent, and so learns nothing of the schema.
 */
import { randomUUID } from 'node:crypto';
import { getOperationAST, OperationTypeNode, type DocumentNode } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from '../../controls/identity/authenticator';
import type { TokenClaims } from '../../controls/identity/token';
import { readBody } from '../../controls/serving/http-body';
import { sendJson } from '../../controls/serving/http-host';
import type { AccessSource } from '../../platform/access';
import type { Clock } from '../../platform/clock';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { Language } from '../../platform/request';
import type { Metrics } from '../../platform/telemetry';
import { stepUpChallengeOf } from '../auth/step-up-challenge';
import type { FrontAnswer, GraphQLBody, HttpFront } from '../http-front';
import type { Asked, DocumentDesk } from '../documents/document-desk';
import { checkBodyShape } from '../limits/body-shape';
import type { CallerLimits } from '../limits/caller-limits';
import { DocumentGate } from '../limits/document-gate';
import type { OperationLimits } from '../limits/limits';
import { openRequest, type GatewayRequest } from '../request';
import { sendError, sendUnauthenticated } from './http-error';
import { preferredLanguage } from './language';

export interface GraphQLEndpointOptions {
  readonly front: HttpFront;
  readonly authenticator: Authenticator;
  /** Where the permissions of callers come from. */
  readonly access: AccessSource;
  readonly limits: OperationLimits;
  /** Registered documents, and who may run others. */
  readonly documents: DocumentDesk;
  /** What one person may ask for, over all of its requests. */
  readonly callers: CallerLimits;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Requests that may be under way at once; beyond that, callers are told to come back. */
  readonly mostInFlight: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class GraphQLEndpoint {
  readonly #gate: DocumentGate;
  #inFlight = 0;

  constructor(private readonly options: GraphQLEndpointOptions) {
    this.#gate = new DocumentGate(options.limits);
  }

  /** Answers a request of whatever method. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics } = this.options;
    const stopTimer = metrics.requestSeconds.startTimer();
    const language = preferredLanguage(request.headers['accept-language']);
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    metrics.inFlight.set((this.#inFlight += 1));
    try {
      const claims = await this.options.authenticator.authenticate(request.headers.authorization);
      const who = { claims, requestId, language: language ?? claims.language ?? 'en' };
      await this.#answer(request, response, who);
    } catch (error) {
      this.#turnAway(response, error, { language: language ?? 'en', requestId });
    } finally {
      metrics.inFlight.set((this.#inFlight -= 1));
      metrics.requests.inc({ status: String(response.statusCode) });
      stopTimer();
    }
  }

  /** Who is not signed in is one thing; not to know whether somebody is, another. */
  #turnAway(response: ServerResponse, error: unknown, who: { language: Language; requestId: string }): void {
    if (response.headersSent) return;
    if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') {
      sendUnauthenticated(response, who.language);
      return;
    }
    const { log } = this.options;
    log.error({ err: error, requestId: who.requestId }, 'callers cannot be known now');
    const outage = new GatewayError('NOT_READY', undefined, {}, error);
    sendError(response, outage, { ...who, log, headers: { connection: 'close' } });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    who: { claims: TokenClaims; requestId: string; language: Language },
  ): Promise<void> {
    const { log, callers } = this.options;
    try {
      if (request.method !== 'POST') {
        sendError(response, methodNotAllowed(), { ...who, log, headers: { allow: 'POST' }, status: 405 });
        return;
      }
      if (this.#inFlight > this.options.mostInFlight) throw new GatewayError('OVERLOADED');
      const leave = await callers.enter(who.claims.caller);
      try {
        await callers.charge(who.claims.caller, 1);
        requireJson(request.headers['content-type']);
        const body = await this.#read(request, who);
        requireOperation(this.#gate.admit(body.query), body.operationName);
        sendAnswer(
          response,
          await this.#withinRequest(response, who, (open) => this.options.front.answer(body, open)),
        );
      } finally {
        leave();
      }
    } catch (error) {
      if (!response.headersSent) sendError(response, error, { ...who, log });
    }
  }

  /** The body, with the text of the document that it names. */
  async #read(
    request: IncomingMessage,
    { claims, requestId }: { claims: TokenClaims; requestId: string },
  ): Promise<GraphQLBody> {
    const { limits, documents } = this.options;
    const { asked, ...rest } = parseBody(await readBody(request, limits.bodyBytes), limits);
    return { ...rest, query: await documents.textOf(asked, claims.caller, requestId) };
  }

  /** Opens the request's context, and abandons it when the client hangs up. */
  async #withinRequest(
    response: ServerResponse,
    who: { claims: TokenClaims; requestId: string; language: Language },
    work: (request: GatewayRequest) => Promise<FrontAnswer>,
  ): Promise<FrontAnswer> {
    const { access } = this.options;
    const policyVersion = await access.currentVersion();
    const profile = await access.profile(who.claims.caller.roles, policyVersion);
    const facts = {
      requestId: who.requestId,
      caller: who.claims.caller,
      language: who.language,
      now: this.options.clock.now(),
      policyVersion,
    };
    const open = openRequest(facts, profile, this.options.deadlineMs);
    const gone = (): void => open.abandon();
    response.once('close', gone);
    try {
      return await work(open);
    } finally {
      response.off('close', gone);
      open.finish();
    }
  }
}

function sendAnswer(response: ServerResponse, { status, body, contentType, retryAfter }: FrontAnswer): void {
  if (response.destroyed) return;
  const challenge = stepUpChallengeOf(body);
  const headers = {
    'content-type': contentType,
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(challenge === null ? {} : { 'www-authenticate': challenge }),
  };
  sendJson(response, challenge === null ? status : 401, body, headers);
}

/** A caller's own id is kept when it is a plain one, so that logs can be joined across systems. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}

/** A document may hold several operations; one of them must be meant. */
function requireOperation(document: DocumentNode, name: string | undefined): void {
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) {
    const what = name === undefined ? 'Name the operation to run.' : 'There is no operation of that name.';
    throw new GatewayError('INVALID_REQUEST', what);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw new GatewayError('INVALID_REQUEST', 'Subscriptions are not served.');
  }
}

function methodNotAllowed(): GatewayError {
  return new GatewayError('INVALID_REQUEST', 'GraphQL is asked by POST with a JSON body.');
}

/** Forms and text can be sent by a foreign page without the browser asking first; JSON cannot. */
function requireJson(contentType: string | undefined): void {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw methodNotAllowed();
}

type ParsedBody = Omit<GraphQLBody, 'query'> & { readonly asked: Asked };

function parseBody(raw: Buffer, limits: OperationLimits): ParsedBody {
  let body: unknown;
  try {
    body = JSON.parse(raw.toString('utf8'));
  } catch (error) {
    throw new GatewayError('INVALID_REQUEST', 'The body is not valid JSON.', {}, error);
  }
  if (Array.isArray(body))
    throw new GatewayError('INVALID_REQUEST', 'Batches are not accepted: send one operation.');
  checkBodyShape(body, limits);
  const { operationName, variables, ...what } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new GatewayError('INVALID_REQUEST', 'operationName must be text.');
  }
  if (
    variables !== undefined &&
    variables !== null &&
    (typeof variables !== 'object' || Array.isArray(variables))
  ) {
    throw new GatewayError('INVALID_REQUEST', 'variables must be an object.');
  }
  return {
    asked: askedIn(what),
    operationName: operationName ?? undefined,
    variables: (variables ?? {}) as Record<string, unknown>,
  };
}

/** A query or the id of a document; both would leave open which is meant. */
function askedIn({ query, documentId }: Readonly<Record<string, unknown>>): Asked {
  if (typeof documentId === 'string' && documentId !== '' && (query === undefined || query === null))
    return { documentId };
  if (typeof query === 'string' && query.trim() !== '' && (documentId === undefined || documentId === null))
    return { query };
  throw new GatewayError('INVALID_REQUEST', 'The body must have a query, as text, or else a documentId.');
}
