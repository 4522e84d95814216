/** Public keys of the audit trail that this machine keeps. Reads only. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../platform/config';
import { keyPath } from '../../platform/key-files';

/** As one PEM text; null when there is none. */
export function keptKeys(config: Config): string | null {
  const folder = keyPath(config.dataDir, 'public');
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter((name) => name.startsWith('audit-') && name.endsWith('.pem'));
  return files.length === 0
    ? null
    : files
        .sort()
        .map((name) => readFileSync(path.join(folder, name), 'utf8'))
        .join('\n');
}
