/** `lotgraph token`: a token to read with, for a demo user; the running gateway gives it. */
import { GatewayError } from '../platform/errors';
import type { Language } from '../platform/request';
import { commandConfig, gatewayUrl } from './command-config';
import { postJson } from './gateway-call';

/** Thrown outside demo mode, where no command gives tokens: ACCESS_DENIED. */
export async function demoToken(
  root: string,
  user: string,
  language: Language | null,
  url?: string,
): Promise<string> {
  const config = commandConfig(root);
  if (config.mode !== 'demo') {
    throw new GatewayError(
      'ACCESS_DENIED',
      'Tokens are given only in demo mode (LOTGRAPH_MODE=demo); elsewhere sign in: lotgraph sign-in --user NAME.',
    );
  }
  const { token } = await postJson<{ token: string }>(gatewayUrl(config, url), '/auth/demo', {
    user,
    language,
  });
  return token;
}
