/** What this machine keeps to verify the trail by: public keys, and the key of the entries' marks. Reads only. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../platform/config';
import { EntryMac } from '../../controls/audit/entry-mac';
import { IdentityDigest } from '../../controls/identity/identity-digest';
import { namedKeys } from '../../controls/integrity/named-keys';
import { readable } from '../../controls/integrity/signature';
import { keyPath, readOwned } from '../../platform/key-files';

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

/** Ids of all keys that are known without the database: kept here, for whatever purpose, or named. */
export function trustedKeyIds(config: Config): string[] {
  const folder = keyPath(config.dataDir, 'public');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pem')) : [];
  const kept = files.map((name) => readFileSync(path.join(folder, name), 'utf8'));
  return [...readable([...kept, ...namedKeys(config)]).keys()];
}

/** Tells entries that the product wrote; undefined where the secret is not on this machine. */
export function keptMac(config: Config): EntryMac | undefined {
  const secret = keptSecret(config);
  return secret === null ? undefined : new EntryMac(secret);
}

/** Makes the digests of rows of identity; undefined where the secret is not on this machine. */
export function keptIdentityDigest(config: Config): IdentityDigest | undefined {
  const secret = keptSecret(config);
  return secret === null ? undefined : new IdentityDigest(secret);
}

const keptSecret = (config: Config): string | null =>
  config.audit.subjectKey?.reveal() ?? readOwned(keyPath(config.dataDir, 'subject.key'));
