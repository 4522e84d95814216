/** What the people of a demo sign in with, kept in an owner-only file: the demo's stand-in for heads and phones. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../platform/config';
import { ConfigError } from '../../platform/errors';

export interface DemoSecrets {
  readonly user: string;
  readonly password: string;
  readonly totpSecret: string;
}

export const demoSecretsFile = (config: Config): string => path.join(config.dataDir, 'demo-people.json');

/** What the people of this demo sign in with. Throws ConfigError outside demo mode, or before the first start. */
export function readDemoSecrets(config: Config): readonly DemoSecrets[] {
  if (config.mode !== 'demo') throw new ConfigError(['demo people exist only in demo mode']);
  const file = demoSecretsFile(config);
  if (!existsSync(file))
    throw new ConfigError([`${config.dataDir} holds no demo people yet: run \`lotgraph start\` first`]);
  return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets[];
}
