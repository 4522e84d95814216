/** Which part of the gateway answers which address. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DemoSignIn } from '../../controls/identity/demo-sign-in';
import { sendJson, type RequestHandler } from '../../controls/serving/http-host';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { renderMetrics, type Metrics, type MetricsSnapshot } from '../../platform/telemetry';
import { answerDemoSignIn } from './demo-endpoint';
import type { AuthEndpoint } from '../auth/auth-endpoint';
import type { GraphQLEndpoint } from './graphql-endpoint';
import { readinessOf, type ReadinessCheck } from './health';
import { sendError } from './http-error';
import { preferredLanguage } from './language';
import { CONTENT_SECURITY_POLICY, type StaticFiles } from './static-files';

export interface RouterOptions {
  readonly graphql: GraphQLEndpoint;
  readonly graphiql: StaticFiles;
  /** Null outside demo mode: then the address does not exist. */
  readonly demo: DemoSignIn | null;
  /** Null where no accounts are served. */
  readonly auth: AuthEndpoint | null;
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  readonly metrics: Metrics;
  /** Metrics of processes that serve none themselves. */
  readonly otherMetrics: () => readonly MetricsSnapshot[];
  readonly log: Logger;
}

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const HOME = `<!doctype html><html lang="en"><meta charset="utf-8"><title>LotGraph</title>
<h1>LotGraph</h1><p>One graph over ERP, WMS and LIMS. · ERP、WMS 与 LIMS 之上的统一数据图。</p>
<p><a href="/graphiql">GraphiQL</a> · POST <code>/graphql</code> · <a href="/health/ready">/health/ready</a></p></html>
`;

export function createRouter(options: RouterOptions): RequestHandler {
  const routes: Readonly<Record<string, Route>> = {
    '/graphql': (request, response) => options.graphql.handle(request, response),
    '/health/live': get((response) => sendJson(response, 200, { status: 'live' })),
    '/health/ready': get(async (response) => {
      const { ready, reasons } = await readinessOf(options.checks);
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', reasons });
    }),
    '/metrics': metricsRoute(options),
    '/': get(sendHome),
    ...(options.demo === null ? {} : { '/auth/demo': demoRoute(options.demo, options.log) }),
  };
  return async (request, response) => {
    if (options.demo !== null && !isLoopbackName(request.headers.host)) {
      sendNotFound(response);
      return;
    }
    const route = routes[(request.url ?? '').split('?')[0] ?? ''];
    if (route !== undefined) await route(request, response);
    else if (options.auth?.serve(request, response) === true) return;
    else if (!options.graphiql.serve(request, response)) sendNotFound(response);
  };
}

function get(answer: (response: ServerResponse) => Promise<void> | void): Route {
  return async (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') await answer(response);
    else sendNotFound(response);
  };
}

function sendHome(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(HOME);
}

function metricsRoute({ metrics, otherMetrics }: RouterOptions): Route {
  return async (request, response) => {
    const address = request.socket.remoteAddress ?? '';
    const local = /^(::ffff:)?127\.|^::1$/.test(address) && request.headers['x-forwarded-for'] === undefined;
    if (!local || request.method !== 'GET') {
      sendNotFound(response);
      return;
    }
    response.writeHead(200, { 'content-type': metrics.registry.contentType });
    response.end(await renderMetrics(metrics, otherMetrics()));
  };
}

function demoRoute(demo: DemoSignIn, log: Logger): Route {
  return async (request, response) => {
    try {
      await answerDemoSignIn(demo, request, response);
    } catch (error) {
      const language = preferredLanguage(request.headers['accept-language']) ?? 'en';
      sendError(response, error, { language, requestId: 'demo-sign-in', log });
    }
  };
}

function sendNotFound(response: ServerResponse): void {
  const { code } = new GatewayError('NOT_FOUND');
  sendJson(response, 404, { errors: [{ message: 'There is no such address.', extensions: { code } }] });
}

/** A foreign page can point its own name at our address, but not make the browser send another name than that. */
function isLoopbackName(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host ?? '');
}
