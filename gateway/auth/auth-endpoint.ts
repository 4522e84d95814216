/** Everything below /auth: signing in and out, stepping up, enrolling, recovering. JSON by POST, small and limited. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from '../../controls/identity/authenticator';
import type { IdentityService } from '../../controls/identity/identity-service';
import { sendJson } from '../../controls/serving/http-host';
import type { Logger } from '../../platform/log';
import { sendError } from '../http/http-error';
import { preferredLanguage } from '../http/language';
import { attemptFrom, type AuthRoute, readFields } from './auth-call';
import { AuthLimits, DEFAULT_AUTH_LIMITS } from './auth-limits';
import { authRoutes } from './auth-routes';

export interface AuthEndpointOptions {
  readonly identity: IdentityService;
  readonly authenticator: Authenticator;
  readonly log: Logger;
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
    const route = Object.hasOwn(this.#routes, address) ? this.#routes[address] : undefined;
    if (route === undefined) return false;
    void this.#answer(route, request, response);
    return true;
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
        enrolling: async () => (await authenticator.claimsOf(header)).caller.session,
      });
      sendJson(response, 200, answer);
    } catch (error) {
      const language = preferredLanguage(request.headers['accept-language']) ?? 'en';
      if (!response.headersSent) sendError(response, error, { language, requestId, log });
    }
  }
}
