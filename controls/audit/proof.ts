/**
 * A proof that an entry stands in the log: the entry, the path from its leaf to a signed root, the checkpoint. It is
 * checked offline, with a public key and nothing else. Pure.
 */
import { DIGEST_ALGORITHMS, type DigestAlgorithm, digestOf } from '../integrity/digest';
import { TreeHasher, isHash, verifyInclusion } from '../integrity/merkle';
import { checkSignature, type PublicKeys } from '../integrity/signature';
import { type Checkpoint, checkpointText, readCheckpoint } from './checkpoint';

export const PROOF_KIND = 'lotgraph-audit-proof';

export interface AuditProof {
  readonly kind: typeof PROOF_KIND;
  readonly v: 1;
  readonly seq: number;
  readonly entry: { readonly id: string; readonly body: string; readonly hash: string };
  /** Hashes beside the way from the leaf to the root, the lowest first, hex. */
  readonly path: readonly string[];
  readonly checkpoint: Checkpoint;
}

export type ProofVerdict =
  { readonly ok: true; readonly proof: AuditProof } | { readonly ok: false; readonly problem: string };

const MOST_STEPS = 64;
const refused = (problem: string): ProofVerdict => ({ ok: false, problem });

/** Reads and checks a proof. Never throws: whatever is wrong is said in one sentence. */
export function checkProof(text: string, keys: PublicKeys): ProofVerdict {
  const proof = readProof(text);
  if (typeof proof === 'string') return refused(proof);
  const { entry, seq, path, checkpoint } = proof;
  const entryAlgorithm = algorithmNamed(entry.hash);
  if (entryAlgorithm === null) return refused('the entry’s hash names no algorithm that is known');
  if (digestOf(entry.body, entryAlgorithm) !== entry.hash) return refused('the entry does not have its hash');
  if (idIn(entry.body) !== entry.id) return refused('the entry’s body is that of another entry');
  const treeAlgorithm = algorithmNamed(checkpoint.root);
  if (treeAlgorithm === null) return refused('the root names no algorithm that is known');
  const hasher = new TreeHasher(treeAlgorithm);
  const included = verifyInclusion(hasher, {
    ...{ index: seq - 1, size: checkpoint.treeSize, leaf: hasher.leaf(entry.hash), path },
    root: checkpoint.root.slice(treeAlgorithm.length + 1),
  });
  if (!included) return refused('the path does not lead from the entry to the root of the checkpoint');
  switch (checkSignature(checkpointText(checkpoint), checkpoint.signature, keys)) {
    case 'VALID':
      return { ok: true, proof };
    case 'UNKNOWN_KEY':
      return refused('the checkpoint is signed with a key that is not among the given ones');
    default:
      return refused('the signature of the checkpoint is not valid');
  }
}

/** The proof, or a sentence that says what is wrong with the text. */
function readProof(text: string): AuditProof | string {
  const value = parsed(text);
  if (value === null) return 'it is no JSON object';
  if (value['kind'] !== PROOF_KIND || value['v'] !== 1) return `it is no ${PROOF_KIND} of version 1`;
  const { seq, entry, path } = value;
  if (!Number.isSafeInteger(seq) || (seq as number) < 1) return 'seq must be a whole number from 1';
  if (!isEntry(entry)) return 'entry must have the texts id, body and hash';
  if (!Array.isArray(path) || path.length > MOST_STEPS)
    return `path must be a list of at most ${MOST_STEPS} hashes`;
  if (!path.every((step) => typeof step === 'string' && isHash(step))) return 'path must hold hashes in hex';
  const checkpoint = readCheckpoint(value['checkpoint']);
  if (checkpoint === null) return 'checkpoint is none';
  return { kind: PROOF_KIND, v: 1, seq: seq as number, entry, path: path as string[], checkpoint };
}

function isEntry(value: unknown): value is AuditProof['entry'] {
  if (typeof value !== 'object' || value === null) return false;
  const { id, body, hash } = value as Record<string, unknown>;
  return [id, body, hash].every((one) => typeof one === 'string');
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const idIn = (body: string): unknown => parsed(body)?.['id'];

const algorithmNamed = (hash: string): DigestAlgorithm | null =>
  DIGEST_ALGORITHMS.find((one) => hash.startsWith(`${one}:`)) ?? null;
