/** Everything below /auth: signing in and out, stepping up, enrolling, recovering. JSON by POST, small and limited. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from '../../controls/identity/authenticator';
import type { IdentityService } from '../../controls/identity/identity-service';
import type { OidcSignIn } from '../../controls/identity/oidc-sign-in';
import { sendJson } from '../../controls/serving/http-host';
import { GatewayError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { sendError } from '../http/http-error';
import { preferredLanguage } from '../http/language';
import { attemptFrom, type AuthRoute, Fields, readFields } from './auth-call';
import { AuthLimits, DEFAULT_AUTH_LIMITS } from './auth-limits';
import { authRoutes } from './auth-routes';

export interface AuthEndpointOptions {
  readonly identity: IdentityService;
  readonly authenticator: Authenticator;
  /** Origin that people reach the gateway at; null where it is not said. */
  readonly origin: string | null;
  readonly log: Logger;
}

const OIDC_CALLBACK = '/auth/oidc/callback';
const COOKIE_S = 600;

/** Never readable by a script, sent only to /auth/oidc, and not with requests that another site makes by itself. */
function cookieOf(flow: string, origin: string | null): string {
  const secure = origin?.startsWith('https:') === true ? '; Secure' : '';
  const age = flow === '' ? 0 : COOKIE_S;
  return `lotgraph_oidc=${flow}; HttpOnly; SameSite=Lax; Path=/auth/oidc; Max-Age=${age}${secure}`;
}

export class AuthEndpoint {
  readonly #routes: Readonly<Record<string, AuthRoute>>;
  readonly #limits = new AuthLimits(DEFAULT_AUTH_LIMITS);

  constructor(private readonly options: AuthEndpointOptions) {
    this.#routes = authRoutes(options.identity);
  }

  /** True when the address is one of these, which is then answered. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const address = (request.url ?? '').split('?')[0] ?? '';
    if (address === OIDC_CALLBACK && this.options.identity.oidc !== null) {
      void this.#finishOidc(this.options.identity.oidc, request, response);
      return true;
    }
    const route = Object.hasOwn(this.#routes, address) ? this.#routes[address] : undefined;
    if (route === undefined) return false;
    void this.#answer(route, request, response);
    return true;
  }

  /** The one address that a browser is sent to by somebody else: what it brings must fit what was left with it. */
  async #finishOidc(oidc: OidcSignIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = new Fields({});
    const attempt = attemptFrom(request, fields);
    try {
      await this.#limits.admit(attempt.address, null);
      if (request.method !== 'GET') throw new GatewayError('INVALID_REQUEST');
      const current = new URL(request.url ?? '', this.options.origin ?? 'http://localhost');
      const flow = /(?:^|;\s*)lotgraph_oidc=([\w.-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
      const answer = await oidc.finish(current, flow, attempt);
      response.setHeader('set-cookie', cookieOf('', this.options.origin));
      sendJson(response, 200, answer);
    } catch (error) {
      const language = attempt.language ?? 'en';
      if (!response.headersSent)
        sendError(response, error, { language, requestId: attempt.requestId, log: this.options.log });
    }
  }

  async #answer(route: AuthRoute, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authenticator, log } = this.options;
    let requestId = 'auth';
    try {
      const address = request.socket.remoteAddress ?? 'unknown';
      await this.#limits.admit(address, null);
      const fields = await readFields(request);
      const attempt = attemptFrom(request, fields);
      requestId = attempt.requestId;
      response.setHeader('x-request-id', requestId);
      await this.#limits.admit(address, fields.optionalText('user') ?? fields.optionalText('clientId'));
      const header = request.headers.authorization;
      const answer = await route({
        ...{ fields, attempt },
        caller: async () => (await authenticator.authenticate(header)).caller,
        leave: (flow) => response.setHeader('set-cookie', cookieOf(flow, this.options.origin)),
        enrolling: async () => (await authenticator.claimsOf(header)).caller.session,
      });
      sendJson(response, 200, answer);
    } catch (error) {
      const language = preferredLanguage(request.headers['accept-language']) ?? 'en';
      if (!response.headersSent) sendError(response, error, { language, requestId, log });
    }
  }
}
