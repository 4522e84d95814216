/** What binds the versions of one batch to the audit trail. Pure. */
import { hash } from 'node:crypto';

export interface SealedVersion {
  readonly recordPk: number;
  readonly version: number;
  /** SHA-256 of the version's content, hex. */
  readonly hash: string;
}

/** Digest over the versions of a batch, in the order of record and version. */
export function batchDigest(versions: readonly SealedVersion[]): string {
  const lines = [...versions]
    .sort((a, b) => a.recordPk - b.recordPk || a.version - b.version)
    .map((one) => `${one.recordPk}/${one.version}/${one.hash}\n`);
  return `sha256:${hash('sha256', lines.join(''), 'hex')}`;
}

/** The hash of a version's content, hex. */
export function versionHash(raw: string, canonical: string, voidReason: string | null): string {
  return hash('sha256', `${raw}\n${canonical}\n${voidReason ?? ''}`, 'hex');
}
