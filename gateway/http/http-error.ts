/** Answers that carry nothing but an error. */
import type { ServerResponse } from 'node:http';
import { sendJson } from '../../controls/serving/http-host';
import { presentError, type PresentedError } from '../../controls/serving/present-error';
import { ERROR_CODES, type ErrorCode } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import type { Language } from '../../platform/request';
import { STEP_UP_CHALLENGE } from '../auth/step-up-challenge';

const RETRY_AFTER_S = '1';
const COME_BACK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'OVERLOADED',
  'NOT_READY',
  'AUDIT_UNAVAILABLE',
]);

const anonymousBody = (language: Language): string =>
  JSON.stringify({
    errors: [{ message: ERROR_CODES.UNAUTHENTICATED[language], extensions: { code: 'UNAUTHENTICATED' } }],
  });
const ANONYMOUS: Readonly<Record<Language, string>> = { en: anonymousBody('en'), zh: anonymousBody('zh') };

/** The one answer that an anonymous caller gets, byte for byte the same whatever was asked. */
export function sendUnauthenticated(response: ServerResponse, language: Language): void {
  // the body is not read, so the connection cannot serve another request
  sendJson(response, 401, ANONYMOUS[language], { 'www-authenticate': 'Bearer', connection: 'close' });
}

/** The Retry-After header that belongs to an error; undefined where trying again is no use. */
export function retryAfterOf({ extensions }: PresentedError): string | undefined {
  const { code, retryAfterS } = extensions;
  if (code === 'RATE_LIMITED') return typeof retryAfterS === 'number' ? String(retryAfterS) : RETRY_AFTER_S;
  return COME_BACK.has(code) ? RETRY_AFTER_S : undefined;
}

/** Answers with the error, presented; the log gets what is masked. */
export function sendError(
  response: ServerResponse,
  error: unknown,
  options: {
    language: Language;
    requestId: string;
    log: Logger;
    headers?: Record<string, string>;
    status?: number;
  },
): void {
  const { language, requestId, log } = options;
  const presentation = presentError(error, language);
  if (presentation.masked) log.error({ err: error, requestId }, 'request failed');
  const code: ErrorCode = presentation.error.extensions.code;
  const retryAfter = retryAfterOf(presentation.error);
  const headers = {
    ...(code === 'STEP_UP_REQUIRED' ? { 'www-authenticate': STEP_UP_CHALLENGE } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    ...(code === 'REQUEST_TOO_LARGE' ? { connection: 'close' } : {}),
    ...options.headers,
  };
  const body = { errors: [presentation.error], extensions: { requestId, sources: [] } };
  sendJson(response, options.status ?? ERROR_CODES[code].status, body, headers);
}
