/** Internal keys, handed out under a lock that also puts the writers of the stitched copy one after another. */
import type { EntityManager } from 'typeorm';

const HEAD = 'canonical';

/** Hands out keys within one transaction. */
export class KeyAllocator {
  #next: number;

  private constructor(
    private readonly manager: EntityManager,
    first: number,
  ) {
    this.#next = first;
  }

  /**
   * Locks the head row until the transaction ends: two writers could otherwise mint two keys for one natural key.
   * On SQLite the transaction itself is the lock.
   */
  static async lock(manager: EntityManager): Promise<KeyAllocator> {
    const mysql = manager.dataSource.options.type === 'mysql';
    const [head] = await manager.query<{ next: number }[]>(
      `SELECT next FROM key_sequence WHERE name = ?${mysql ? ' FOR UPDATE' : ''}`,
      [HEAD],
    );
    if (!head) throw new Error('key_sequence has no head row: migrations have not run');
    return new KeyAllocator(manager, head.next);
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
