/** Where the running demo's systems are: written by `lotgraph start`, read by the commands that are run beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../platform/config';

export const demoSourcesFile = (config: Config): string => path.join(config.dataDir, 'demo', 'sources.json');

/** The environment with the demo's addresses added, in demo mode; what is set already wins. */
export function withDemoSources(config: Config, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (config.mode !== 'demo') return env;
  try {
    return { ...(JSON.parse(readFileSync(demoSourcesFile(config), 'utf8')) as NodeJS.ProcessEnv), ...env };
  } catch {
    return env; // no demo was started here: the systems are whatever the environment names
  }
}
