/**
 * Gives entries their place: takes them from the queue in groups and appends them to the hash chain and the Merkle
 * tree, all in one transaction. The head row is locked, so two sequencers that run at once only take turns; the lease
 * saves them the trouble. A killed one leaves nothing half-done: the queue still holds what was not appended.
 */
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { type BulkRow, bulkDelete, bulkInsert } from '../../platform/database/bulk';
import type { Database } from '../../platform/database/database';
import type { DigestAlgorithm } from '../integrity/digest';
import { timedId } from '../integrity/ids';
import { Frontier, TreeHasher } from '../integrity/merkle';
import type { Signer } from '../integrity/signing-keys';
import { AuditCheckpointRow, AuditHeadRow } from './audit-log.entity';
import { nextChainHash } from './chain';
import { type Checkpoint, checkpointText } from './checkpoint';
import {
  CHANGE_COLUMNS,
  INDEX_COLUMNS,
  WORD_COLUMNS,
  changeRows,
  indexRow,
  readBody,
  wordRows,
} from './index-entry';

const GROUP_SIZE = 1_000;
/** Roots of subtrees of 2^8, 2^16 … leaves are kept. */
export const TILE_HEIGHT = 8;
const HEAD = 1;

export interface SequencerOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Algorithm of a log that begins now; one that exists keeps its own. */
  readonly algorithm: DigestAlgorithm;
  readonly signer: Signer;
}

interface PendingEntry {
  readonly entry_id: string;
  readonly at: number;
  readonly body: string;
  readonly hash: string;
}

export class Sequencer {
  constructor(private readonly options: SequencerOptions) {}

  /** Appends at most one group; resolves to how many entries it had. */
  async append(limit = GROUP_SIZE): Promise<number> {
    return await this.options.database.write(async (manager) => {
      const head = await this.#lockHead(manager);
      const entries = await manager.query<PendingEntry[]>(
        `SELECT p.entry_id, e.at, e.body, e.hash FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
          ORDER BY p.entry_id LIMIT ?`,
        [limit],
      );
      if (entries.length === 0) return 0;
      await appendEntries(manager, head, entries);
      return entries.length;
    });
  }

  /** Appends until the queue is empty; resolves to how many entries that were. */
  async drain(): Promise<number> {
    let total = 0;
    for (;;) {
      const appended = await this.append();
      total += appended;
      if (appended < GROUP_SIZE) return total;
    }
  }

  /** Signs the log as it stands; null when the newest checkpoint says the same already. */
  async checkpoint(): Promise<Checkpoint | null> {
    const { database, clock, signer } = this.options;
    return await database.write(async (manager) => {
      const head = await this.#lockHead(manager);
      if (head.treeSize === 0 || (await manager.existsBy(AuditCheckpointRow, { treeSize: head.treeSize })))
        return null;
      const facts = {
        logId: head.logId,
        treeSize: head.treeSize,
        root: `${head.algorithm}:${frontierOf(head).root()}`,
        chainHash: head.chainHash,
        at: clock.now(),
      };
      const signature = signer.sign(checkpointText(facts));
      const { algorithm, keyId } = signer;
      await manager.insert(AuditCheckpointRow, { ...facts, algorithm, keyId, signature });
      return { ...facts, signature };
    });
  }

  /** The head, locked until the transaction ends; made when there is none. */
  async #lockHead(manager: EntityManager): Promise<AuditHeadRow> {
    const head = await lockedHead(manager);
    if (head !== null) return head;
    const { clock, algorithm } = this.options;
    await manager
      .createQueryBuilder()
      .insert()
      .into(AuditHeadRow)
      .values({
        ...{ pk: HEAD, logId: timedId(clock.now()), algorithm, treeSize: 0, frontier: '[]' },
        chainHash: `${algorithm}:${new TreeHasher(algorithm).empty()}`,
      })
      .orIgnore()
      .execute();
    const made = await lockedHead(manager);
    if (made === null) throw new Error('the head of the audit log cannot be made');
    return made;
  }
}

async function lockedHead(manager: EntityManager): Promise<AuditHeadRow | null> {
  // SQLite has one writer at a time: its transaction is the lock
  const query = manager.createQueryBuilder(AuditHeadRow, 'h').where('h.pk = :pk', { pk: HEAD });
  if (manager.dataSource.options.type === 'mysql') query.setLock('pessimistic_write');
  return await query.getOne();
}

function frontierOf(head: AuditHeadRow): Frontier {
  const hasher = new TreeHasher(head.algorithm as DigestAlgorithm);
  return new Frontier(hasher, head.treeSize, JSON.parse(head.frontier) as string[]);
}

async function appendEntries(
  manager: EntityManager,
  head: AuditHeadRow,
  entries: readonly PendingEntry[],
): Promise<void> {
  const algorithm = head.algorithm as DigestAlgorithm;
  const hasher = new TreeHasher(algorithm);
  const frontier = frontierOf(head);
  const rows = { log: [] as BulkRow[], tile: [] as BulkRow[], index: [] as BulkRow[] };
  const found = { change: [] as BulkRow[], word: [] as BulkRow[] };
  let chain = head.chainHash.slice(algorithm.length + 1);
  for (const entry of entries) {
    const leaf = hasher.leaf(entry.hash);
    chain = nextChainHash(algorithm, chain, leaf);
    frontier.append(leaf, ({ level, index, hash: root }) => {
      if (level % TILE_HEIGHT === 0) rows.tile.push([level, index, root]);
    });
    const seq = frontier.size;
    rows.log.push([seq, entry.entry_id, `${algorithm}:${leaf}`, `${algorithm}:${chain}`]);
    const body = readBody(entry.entry_id, entry.body);
    rows.index.push(indexRow(seq, entry.at, body));
    found.change.push(...changeRows(seq, body));
    found.word.push(...wordRows(seq, body));
  }
  await bulkInsert(manager, 'audit_log', ['seq', 'entry_id', 'leaf_hash', 'chain_hash'], rows.log);
  await bulkInsert(manager, 'audit_tile', ['tile_level', 'tile_index', 'hash'], rows.tile);
  await bulkInsert(manager, 'audit_index', INDEX_COLUMNS, rows.index);
  await bulkInsert(manager, 'audit_change', CHANGE_COLUMNS, found.change);
  await bulkInsert(manager, 'audit_word', WORD_COLUMNS, found.word);
  await manager.query('UPDATE audit_head SET tree_size = ?, chain_hash = ?, frontier = ? WHERE pk = ?', [
    ...[frontier.size, `${algorithm}:${chain}`, JSON.stringify(frontier.hashes), HEAD],
  ]);
  await bulkDelete(
    manager,
    'audit_pending',
    'entry_id',
    entries.map(({ entry_id }) => entry_id),
  );
}
