/**
 * A checkpoint: the state of the whole log at one size, signed. Whoever holds one can tell later whether the log
 * still begins with what it said. Its text is canonical JSON, so that a sink's line and a table's row are the same.
 */
import { canonicalJson } from '../../platform/canonical-json';

export interface Checkpoint {
  readonly logId: string;
  readonly treeSize: number;
  /** Merkle root, with its algorithm. */
  readonly root: string;
  readonly chainHash: string;
  /** Ms since the epoch. */
  readonly at: number;
  /** `ed25519:<keyId>:…` or `sm2:…` over `checkpointText`. */
  readonly signature: string;
}

/** What the signature covers. */
export function checkpointText({
  logId,
  treeSize,
  root,
  chainHash,
  at,
}: Omit<Checkpoint, 'signature'>): string {
  return canonicalJson({ v: 1, kind: 'lotgraph-audit-checkpoint', logId, treeSize, root, chainHash, at });
}

/** The line that sinks get: the signed facts with their signature. */
export function checkpointLine(checkpoint: Checkpoint): string {
  const { logId, treeSize, root, chainHash, at, signature } = checkpoint;
  return canonicalJson({ logId, treeSize, root, chainHash, at, signature });
}

const HASH = /^(sha256|sm3):[0-9a-f]{64}$/;

/** A checkpoint from JSON; null when the value is none. */
export function readCheckpoint(value: unknown): Checkpoint | null {
  if (typeof value !== 'object' || value === null) return null;
  const { logId, treeSize, root, chainHash, at, signature } = value as Record<string, unknown>;
  const texts = [logId, root, chainHash, signature];
  if (!texts.every((one) => typeof one === 'string' && one.length <= 400)) return null;
  if (!isCount(treeSize) || !isCount(at)) return null;
  if (!HASH.test(root as string) || !HASH.test(chainHash as string)) return null;
  return { logId, treeSize, root, chainHash, at, signature } as Checkpoint;
}

/** Every checkpoint of a file of JSON lines or of one JSON value; a line that is none is told by its number. */
export function readCheckpoints(text: string): { checkpoints: Checkpoint[]; badLines: number[] } {
  const checkpoints: Checkpoint[] = [];
  const badLines: number[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const checkpoint = readCheckpoint(parsed(line));
    if (checkpoint === null) badLines.push(index + 1);
    else checkpoints.push(checkpoint);
  });
  return { checkpoints, badLines };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
