/** What the transport knows of somebody who tries to sign in. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Attempt } from '../../controls/identity/identity-context';
import type { Language } from '../../platform/request';

/** The address is the connection's own: a forwarded one can be made up by whoever asks. */
export function attemptOf(
  request: IncomingMessage,
  said: { readonly client: string | null; readonly language: Language | null },
): Attempt {
  const given = request.headers['x-request-id'];
  return {
    requestId: typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID(),
    address: request.socket.remoteAddress ?? 'unknown',
    client: said.client === null || !/^[\w.:-]{1,64}$/.test(said.client) ? null : said.client,
    language: said.language,
  };
}
