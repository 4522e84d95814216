/** `lotgraph query`: sends a query to a running gateway and prints its answer. */
import { readFileSync } from 'node:fs';
import { GatewayError } from '../platform/errors';
import { commandConfig } from './command-config';
import { IdentityClient } from './identity/client';

export interface QueryOptions {
  readonly variables?: string;
  readonly user?: string;
  readonly token?: string;
  readonly url?: string;
}

/** Resolves to the exit code: 0, or 1 when the answer has errors. */
export async function runQuery(root: string, file: string, options: QueryOptions): Promise<number> {
  const query = readQuery(file);
  const token = options.token ?? (await tokenFor(root, options));
  const answer = await post(options.url ?? defaultUrl(root), token, {
    query,
    variables: parseVariables(options.variables),
  });
  console.log(JSON.stringify(answer, null, 2));
  return answer.errors === undefined ? 0 : 1;
}

/** Of the session that `lotgraph sign-in` keeps, or in demo mode one to read with. */
async function tokenFor(root: string, { user, url }: QueryOptions): Promise<string> {
  const options = { ...(user === undefined ? {} : { user }), ...(url === undefined ? {} : { url }) };
  return await new IdentityClient(root, options, 'analyst').token();
}

function readQuery(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new GatewayError('INVALID_INPUT', `the query file ${file} cannot be read`, {}, error);
  }
}

/** Where `lotgraph start` listens under the same environment. */
function defaultUrl(root: string): string {
  const { host, port } = commandConfig(root);
  return `http://${host}:${port}`;
}

function parseVariables(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new GatewayError('INVALID_INPUT', '--variables must be JSON, like {"first":10}', {}, error);
  }
}

async function post(url: string, token: string, body: object): Promise<{ errors?: unknown }> {
  const address = url.endsWith('/graphql') ? url : `${url.replace(/\/+$/, '')}/graphql`;
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { errors?: unknown };
  } catch (error) {
    throw new GatewayError('SUBGRAPH_UNAVAILABLE', `no gateway answers at ${address}`, {}, error);
  }
}
