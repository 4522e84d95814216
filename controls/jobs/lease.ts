/**
 * Leases: at most one process at a time does a named job. A lease is a row, so it works on every dialect and
 * cluster (GET_LOCK does not), and a dead holder loses it when its time runs out.
 */
import { Entity, PrimaryColumn } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { InstantMs, Text } from '../../platform/database/columns';
import type { Database } from '../../platform/database/database';

@Entity('lease')
export class LeaseRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'name' }) name!: string;
  @Text('holder', 64) holder!: string;
  @InstantMs('expires_at') expiresAt!: number;
}

/** Clocks of two hosts may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;

export class Leases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    /** Unique to this process. */
    private readonly holder: string,
  ) {}

  /**
   * Takes or renews the lease for `ttlMs`. False while another holder has it. One that ends later than any holder could
   * have asked for was written by somebody who wants the job to stand still, and counts as ended.
   */
  async take(name: string, ttlMs: number): Promise<boolean> {
    const now = this.clock.now();
    return await this.database.write(async (manager) => {
      const taken = await manager
        .createQueryBuilder()
        .update(LeaseRow)
        .set({ holder: this.holder, expiresAt: now + ttlMs })
        .where('name = :name AND (holder = :holder OR expires_at <= :now OR expires_at > :beyond)', {
          name,
          holder: this.holder,
          now,
          beyond: now + 2 * ttlMs + CLOCKS_DIFFER_MS,
        })
        .execute();
      if ((taken.affected ?? 0) > 0) return true;
      const row = await manager.findOneBy(LeaseRow, { name });
      // an update that changes nothing reports no row on MariaDB: read who holds it
      if (row) return row.holder === this.holder && row.expiresAt > now;
      await manager
        .createQueryBuilder()
        .insert()
        .into(LeaseRow)
        .values({ name, holder: this.holder, expiresAt: now + ttlMs })
        .orIgnore()
        .execute();
      const inserted = await manager.findOneBy(LeaseRow, { name });
      return inserted?.holder === this.holder;
    });
  }

  /** Gives the lease up; nothing happens when it is not ours. */
  async release(name: string): Promise<void> {
    await this.database.write(async (manager) => {
      await manager.delete(LeaseRow, { name, holder: this.holder });
    });
  }
}
