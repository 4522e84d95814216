/** GET and POST /auth/demo: who the demo users are, and a token for one of them. Exists only in demo mode. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DemoSignIn } from '../../controls/identity/demo-sign-in';
import { readBody } from '../../controls/serving/http-body';
import { sendJson } from '../../controls/serving/http-host';
import { GatewayError } from '../../platform/errors';
import type { Language } from '../../platform/request';
import { attemptOf } from '../auth/attempt';

const BODY_LIMIT = 1024;

/** Thrown when the request is not one of these two, or names no demo user: INVALID_REQUEST or INVALID_INPUT. */
export async function answerDemoSignIn(
  signIn: DemoSignIn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET') {
    const users = signIn.users.map(({ user, name, roles }) => ({ user, name, roles }));
    sendJson(response, 200, { users });
    return;
  }
  // only a page of ours can send JSON here: a foreign one would have to ask first, and is never told yes
  const json = (request.headers['content-type'] ?? '').startsWith('application/json');
  if (request.method !== 'POST' || !json) throw new GatewayError('INVALID_REQUEST');
  const { user, language } = parse(await readBody(request, BODY_LIMIT));
  sendJson(response, 200, {
    token: await signIn.tokenFor(user, attemptOf(request, { client: null, language })),
  });
}

function parse(body: Buffer): { user: string; language: Language | null } {
  try {
    const { user, language } = JSON.parse(body.toString('utf8')) as { user?: unknown; language?: unknown };
    if (typeof user === 'string')
      return { user, language: language === 'zh' || language === 'en' ? language : null };
  } catch (error) {
    throw new GatewayError('INVALID_REQUEST', undefined, {}, error);
  }
  throw new GatewayError('INVALID_REQUEST', 'Name a demo user: {"user":"analyst"}.');
}
