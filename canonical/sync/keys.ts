/** Internal keys, handed out under a lock that also puts the writers of the stitched copy one after another. */
import type { EntityManager } from 'typeorm';

const HEAD = 'canonical';
/** Counts how often entities were taken away; a key that was remembered before counts for nothing since. */
const PRUNED = 'pruned';

/** Hands out keys within one transaction. */
export class KeyAllocator {
  #next: number;

  private constructor(
    private readonly manager: EntityManager,
    first: number,
    /** Changes whenever entities were taken away. */
    readonly epoch: number,
  ) {
    this.#next = first;
  }

  /**
   * Locks the head row until the transaction ends: two writers could otherwise mint two keys for one natural key.
   * On SQLite the transaction itself is the lock.
   */
  static async lock(manager: EntityManager): Promise<KeyAllocator> {
    const mysql = manager.dataSource.options.type === 'mysql';
    const rows = await manager.query<{ name: string; next: number }[]>(
      `SELECT name, next FROM key_sequence WHERE name IN (?, ?)${mysql ? ' FOR UPDATE' : ''}`,
      [HEAD, PRUNED],
    );
    const valueOf = (name: string): number | undefined => rows.find((row) => row.name === name)?.next;
    const head = valueOf(HEAD);
    if (head === undefined) throw new Error('key_sequence has no head row: migrations have not run');
    return new KeyAllocator(manager, head, valueOf(PRUNED) ?? 0);
  }

  /** Says that entities were taken away: every process forgets what it remembered of them. */
  async turnEpoch(): Promise<void> {
    await this.manager.query('UPDATE key_sequence SET next = next + 1 WHERE name = ?', [PRUNED]);
  }

  next(): number {
    const key = this.#next;
    this.#next += 1;
    return key;
  }

  /** Writes the head back; MUST be called before the transaction commits. */
  async save(): Promise<void> {
    await this.manager.query('UPDATE key_sequence SET next = ? WHERE name = ?', [this.#next, HEAD]);
  }
}
