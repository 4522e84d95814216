/** The configuration of a command that is run beside a deployment. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEMO_TOKEN_KEY, loadConfig, type Config } from '../platform/config';

/** Where the gateway listens: as said, else as `lotgraph start` does under the same environment. */
export function gatewayUrl({ host, port }: Config, url?: string): string {
  return (url ?? `http://${host}:${port}`).replace(/\/graphql$/, '').replace(/\/+$/, '');
}

/**
 * As `loadConfig`; where no mode is named, a data folder that holds the demo's key is the demo's: production would
 * refuse it anyway.
 */
export function commandConfig(root: string, env: NodeJS.ProcessEnv = process.env): Config {
  if ((env['LOTGRAPH_MODE'] ?? '') !== '') return loadConfig(env, root);
  const dataDir = path.resolve(root, env['LOTGRAPH_DATA'] ?? 'data');
  const demo = existsSync(path.join(dataDir, 'keys', DEMO_TOKEN_KEY));
  return loadConfig(demo ? { ...env, LOTGRAPH_MODE: 'demo' } : env, root);
}
