/** The hash chain of the log. Pure. */
import { hash } from 'node:crypto';
import type { DigestAlgorithm } from '../integrity/digest';

/** The chain hash after a leaf: over the hash before and the leaf, both as hex. The first is over the empty tree's. */
export function nextChainHash(algorithm: DigestAlgorithm, before: string, leaf: string): string {
  return hash(algorithm, before + leaf, 'hex');
}
