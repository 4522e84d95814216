/** `lotgraph token`: a token for a demo user. */
import { DemoSignIn } from '../controls/identity/demo-sign-in';
import { loadDemoUsers } from '../controls/identity/demo-users';
import { systemClock } from '../platform/clock';
import { GatewayError } from '../platform/errors';
import type { Language } from '../platform/request';
import { commandConfig } from './command-config';

/** Thrown outside demo mode, where no command gives tokens: ACCESS_DENIED. */
export async function demoToken(root: string, user: string, language: Language | null): Promise<string> {
  const config = commandConfig(root);
  if (config.mode !== 'demo') {
    throw new GatewayError(
      'ACCESS_DENIED',
      'Tokens are given only in demo mode (LOTGRAPH_MODE=demo); in production they come from the token issuer.',
    );
  }
  return await new DemoSignIn(config, loadDemoUsers(root), systemClock).tokenFor(user, language);
}
