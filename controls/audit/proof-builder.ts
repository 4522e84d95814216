/**
 * Makes proofs of inclusion from what the sequencer keeps: leaves from the log, and the roots of whole subtrees of 256
 * and 65,536 leaves from their table, so that a proof among millions of entries reads some hundred rows.
 */
import type { EntityManager } from 'typeorm';
import { NotFoundError } from '../../platform/errors';
import type { DigestAlgorithm } from '../integrity/digest';
import { TreeHasher, inclusionRanges } from '../integrity/merkle';
import { AuditCheckpointRow } from './audit-log.entity';
import { type Checkpoint, readCheckpoint } from './checkpoint';
import { type AuditProof, PROOF_KIND } from './proof';
import { TILE_HEIGHT } from './sequencer';

const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** The proof of the entry at `seq` under the newest checkpoint; null while none covers it yet. */
export async function buildProof(manager: EntityManager, seq: number): Promise<AuditProof | null> {
  const [row] = await manager.query<{ id: string; body: string; hash: string }[]>(
    'SELECT e.id, e.body, e.hash FROM audit_log l JOIN audit_entry e ON e.id = l.entry_id WHERE l.seq = ?',
    [seq],
  );
  if (row === undefined) throw new NotFoundError('There is no entry with this place in the trail.', { seq });
  const checkpoint = await newestCheckpoint(manager);
  if (checkpoint === null || checkpoint.treeSize < seq) return null;
  const { id, body, hash } = row;
  const path = await pathOf(manager, seq, checkpoint);
  return { kind: PROOF_KIND, v: 1, seq, entry: { id, body, hash }, path, checkpoint };
}

export async function newestCheckpoint(manager: EntityManager): Promise<Checkpoint | null> {
  const [row] = await manager.find(AuditCheckpointRow, { order: { treeSize: 'DESC' }, take: 1 });
  return row === undefined ? null : readCheckpoint(row);
}

async function pathOf(
  manager: EntityManager,
  seq: number,
  { root, treeSize }: Checkpoint,
): Promise<string[]> {
  const nodes = new TreeNodes(manager, root.slice(0, root.indexOf(':')) as DigestAlgorithm);
  const path: string[] = [];
  for (const { start, end } of inclusionRanges(seq - 1, treeSize))
    path.push(await nodes.rangeRoot(start, end));
  return path;
}

/** Roots of parts of the tree, from kept hashes. */
class TreeNodes {
  readonly #hasher: TreeHasher;
  /** Kept hashes by level and block of 256. */
  readonly #blocks = new Map<string, readonly string[]>();

  constructor(
    private readonly manager: EntityManager,
    algorithm: DigestAlgorithm,
  ) {
    this.#hasher = new TreeHasher(algorithm);
  }

  /** Root over the leaves from `start` up to but without `end`. */
  async rangeRoot(start: number, end: number): Promise<string> {
    const size = end - start;
    let width = 1;
    let level = 0;
    for (; width * 2 <= size; width *= 2) level += 1;
    const left = await this.#complete(level, start / width);
    return width === size ? left : this.#hasher.node(left, await this.rangeRoot(start + width, end));
  }

  /** Root of a whole subtree. */
  async #complete(level: number, index: number): Promise<string> {
    if (level % TILE_HEIGHT === 0) return await this.#kept(level, index);
    return this.#hasher.node(
      await this.#complete(level - 1, index * 2),
      await this.#complete(level - 1, index * 2 + 1),
    );
  }

  async #kept(level: number, index: number): Promise<string> {
    const block = Math.floor(index / TILE_WIDTH);
    const key = `${level}/${block}`;
    let hashes = this.#blocks.get(key);
    if (hashes === undefined) {
      hashes = await this.#load(level, block * TILE_WIDTH);
      this.#blocks.set(key, hashes);
    }
    const hash = hashes[index % TILE_WIDTH];
    if (hash === undefined) throw new Error(`the tree has no hash at level ${level}, index ${index}`);
    return hash;
  }

  async #load(level: number, first: number): Promise<string[]> {
    const rows =
      level === 0
        ? await this.manager.query<{ hash: string }[]>(
            'SELECT leaf_hash AS hash FROM audit_log WHERE seq > ? AND seq <= ? ORDER BY seq',
            [first, first + TILE_WIDTH],
          )
        : await this.manager.query<{ hash: string }[]>(
            `SELECT hash FROM audit_tile WHERE tile_level = ? AND tile_index >= ? AND tile_index < ?
              ORDER BY tile_index`,
            [level, first, first + TILE_WIDTH],
          );
    return rows.map(({ hash }) => hash.slice(hash.indexOf(':') + 1));
  }
}
