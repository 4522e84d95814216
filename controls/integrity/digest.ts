/**
 * Hashes that name their algorithm: `sha256:…` or `sm3:…`, hex. A stored hash is checked with the algorithm that it
 * names, so that a deployment may change its choice without losing what it proved before.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json';
import { GatewayError } from '../../platform/errors';

export const DIGEST_ALGORITHMS = ['sha256', 'sm3'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** Hash of bytes or of a text's UTF-8. */
export function digestOf(content: string | Uint8Array, algorithm: DigestAlgorithm = 'sha256'): string {
  return `${algorithm}:${hash(algorithm, content, 'hex')}`;
}

/** Hash of a JSON value's canonical text. Throws TypeError when it is no JSON value. */
export function digestOfJson(value: unknown, algorithm: DigestAlgorithm = 'sha256'): string {
  return digestOf(canonicalJson(value), algorithm);
}

/** The algorithm that a stored hash names. Thrown when it names none that we know: INTERNAL. */
export function algorithmOf(hash: string): DigestAlgorithm {
  const name = hash.slice(0, hash.indexOf(':'));
  const known = DIGEST_ALGORITHMS.find((algorithm) => algorithm === name);
  if (known === undefined) throw new GatewayError('INTERNAL', `unknown hash algorithm "${name}"`);
  return known;
}

/** True when the content has the hash, under the algorithm that the hash names. */
export function matchesDigest(content: string | Uint8Array, hash: string): boolean {
  return digestOf(content, algorithmOf(hash)) === hash;
}
