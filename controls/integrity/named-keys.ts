/** Public keys that the configuration vouches for: those of other hosts of the deployment, and of before. */
import { readFileSync } from 'node:fs';
import type { Config } from '../../platform/config';
import { ConfigError } from '../../platform/errors';

/** Texts of the files that `LOTGRAPH_TRUSTED_KEYS` names. Throws ConfigError when one cannot be read. */
export function namedKeys({ audit }: Config): string[] {
  return audit.trustedKeys.map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw new ConfigError([`LOTGRAPH_TRUSTED_KEYS names ${file}, which cannot be read`]);
    }
  });
}
