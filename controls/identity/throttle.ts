/**
 * Slows guessing down: an attempt is counted before it is judged, so that parallel guesses gain nothing, and repeated
 * failures lock for a time that doubles. Names that nobody has are counted alike.
 */
import type { EntityManager } from 'typeorm';
import { ThrottleRow } from './identity.entity';
import type { IdentityContext } from './identity-context';

const MINUTE_MS = 60_000;
const LONGEST_LOCK_MS = 60 * MINUTE_MS;
const FORGOTTEN_AFTER_MS = 24 * 60 * MINUTE_MS;
const READS = 50;

interface Rule {
  readonly key: string;
  /** Failures from which on there is a lock. */
  readonly from: number;
  /** After this long one failure is forgotten. */
  readonly decayMs: number;
}

export interface Admission {
  readonly admitted: boolean;
  /** True when this attempt, should it fail, locks the name. */
  readonly locks: boolean;
}

export class Throttle {
  constructor(private readonly context: IdentityContext) {}

  /** Counts an attempt, unless the name or the address is locked. */
  async admit(manager: EntityManager, userName: string, address: string): Promise<Admission> {
    const [name, place] = this.#rules(userName, address);
    if (await this.#isLocked(manager, place)) return { admitted: false, locks: false };
    const failures = await this.#count(manager, name);
    if (failures === null) return { admitted: false, locks: false };
    await this.#count(manager, place);
    return { admitted: true, locks: failures >= name.from };
  }

  /** Forgets the failures of a name that proved itself, and takes the attempt off its address. */
  async clear(manager: EntityManager, userName: string, address: string): Promise<void> {
    const [name, place] = this.#rules(userName, address);
    await manager.update(ThrottleRow, { key: name.key }, { failures: 0, lockedUntil: 0 });
    await manager
      .createQueryBuilder()
      .update(ThrottleRow)
      .set({ failures: () => 'failures - 1' })
      .where('throttle_key = :key AND failures > 0', { key: place.key })
      .execute();
  }

  /** Deletes what no longer matters. */
  async forget(manager: EntityManager): Promise<void> {
    const before = this.context.clock.now() - FORGOTTEN_AFTER_MS;
    await manager
      .createQueryBuilder()
      .delete()
      .from(ThrottleRow)
      .where('updated_at < :before', { before })
      .execute();
  }

  #rules(userName: string, address: string): [Rule, Rule] {
    const { secrets } = this.context;
    return [
      { key: secrets.blind(`name ${userName}`), from: 5, decayMs: 60 * MINUTE_MS },
      { key: secrets.blind(`address ${address}`), from: 40, decayMs: MINUTE_MS / 4 },
    ];
  }

  async #isLocked(manager: EntityManager, rule: Rule): Promise<boolean> {
    const row = await manager.findOneBy(ThrottleRow, { key: rule.key });
    return (row?.lockedUntil ?? 0) > this.context.clock.now();
  }

  /** Failures with this one; null while locked. Whoever loses a race counts again. */
  async #count(manager: EntityManager, rule: Rule): Promise<number | null> {
    const now = this.context.clock.now();
    await manager
      .createQueryBuilder()
      .insert()
      .into(ThrottleRow)
      .values({ key: rule.key, failures: 0, lockedUntil: 0, updatedAt: now })
      .orIgnore()
      .execute();
    for (let read = 0; read < READS; read += 1) {
      const row = await manager.findOneByOrFail(ThrottleRow, { key: rule.key });
      if (row.lockedUntil > now) return null;
      const forgotten = Math.floor(Math.max(0, now - row.updatedAt) / rule.decayMs);
      const failures = Math.max(0, row.failures - forgotten) + 1;
      const counted = await manager.update(
        ThrottleRow,
        { key: rule.key, failures: row.failures, lockedUntil: row.lockedUntil },
        { failures, lockedUntil: lockOf(failures, rule.from, now), updatedAt: now },
      );
      if ((counted.affected ?? 0) === 1) return failures;
    }
    return null;
  }
}

function lockOf(failures: number, from: number, now: number): number {
  if (failures < from) return 0;
  return now + Math.min(MINUTE_MS * 2 ** Math.min(failures - from, 10), LONGEST_LOCK_MS);
}
