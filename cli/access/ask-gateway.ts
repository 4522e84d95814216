/** Asks a running gateway: with a token, in the session that `lotgraph sign-in` keeps, or else as the command's demo user. */
import { GatewayError } from '../../platform/errors';
import { commandConfig, gatewayUrl } from '../command-config';
import { postJson } from '../gateway-call';
import { IdentityClient } from '../identity/client';

export interface AskOptions {
  readonly user?: string;
  readonly token?: string;
  readonly url?: string;
}

/** The answer's data. Thrown when there is none, or it has errors: with the first error's own words. */
export async function askGateway<T>(
  root: string,
  options: AskOptions,
  demoUser: string,
  body: { readonly query: string; readonly variables: object },
): Promise<T> {
  const config = commandConfig(root);
  const url = gatewayUrl(config, options.url);
  const { user } = options;
  const client = new IdentityClient(root, { ...(user === undefined ? {} : { user }), url }, demoUser);
  const token = options.token ?? (await client.token());
  const answer = await postJson<{ data?: T | null; errors?: { message: string }[] }>(
    url,
    '/graphql',
    body,
    token,
  );
  if (answer.errors?.[0] !== undefined || answer.data == null)
    throw new GatewayError('INVALID_REQUEST', answer.errors?.[0]?.message ?? 'the gateway gave no data');
  return answer.data;
}
