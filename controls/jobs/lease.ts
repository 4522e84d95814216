/**
 * Leases: at most one process at a time does a named job. A lease is a row, so it works on every dialect and
 * cluster (GET_LOCK does not), and a dead holder loses it when its time runs out.
 */
import { Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import type { Clock } from '../../platform/clock';
import { InstantMs, Text } from '../../platform/database/columns';
import type { Database } from '../../platform/database/database';
import { markerOf } from '../audit/own-entries';

/** Clocks of two hosts may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;

@Entity('lease')
export class LeaseRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'name' }) name!: string;
  @Text('holder', 64) holder!: string;
  @InstantMs('expires_at') expiresAt!: number;
  /** Keyed, over all of the row. */
  @Text('mac', 64, { nullable: true }) mac!: string | null;
}

type Lease = Pick<LeaseRow, 'name' | 'holder' | 'expiresAt'>;

const markOf = (manager: EntityManager, { name, holder, expiresAt }: Lease): string | null =>
  markerOf(manager)?.seal('lease', [name, holder, expiresAt]) ?? null;

/** Where no key was named there is nothing to tell by. */
const isGenuine = (manager: EntityManager, row: LeaseRow): boolean =>
  markerOf(manager) === undefined || row.mac === markOf(manager, row);

const beyond = (now: number, ttlMs: number): number => now + 2 * ttlMs + CLOCKS_DIFFER_MS;

export class Leases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    /** Unique to this process. */
    private readonly holder: string,
  ) {}

  /**
   * Takes or renews the lease for `ttlMs`. False while another holder has it. A row that no process of the deployment
   * wrote, or that ends later than any could have asked for, is there to make the job stand still: it holds nothing.
   */
  async take(name: string, ttlMs: number): Promise<boolean> {
    const now = this.clock.now();
    const expiresAt = now + ttlMs;
    return await this.database.write(async (manager) => {
      const mac = markOf(manager, { name, holder: this.holder, expiresAt });
      const row = await manager.findOneBy(LeaseRow, { name });
      if (row === null) {
        await manager
          .createQueryBuilder()
          .insert()
          .into(LeaseRow)
          .values({ name, holder: this.holder, expiresAt, mac })
          .orIgnore()
          .execute();
        return (await manager.findOneBy(LeaseRow, { name }))?.holder === this.holder;
      }
      const held = isGenuine(manager, row) && row.expiresAt > now && row.expiresAt <= beyond(now, ttlMs);
      if (held && row.holder !== this.holder) return false;
      // only from the row that was looked at: of two that find it free, one gets it
      const { holder, expiresAt: ends } = row;
      await manager.update(
        LeaseRow,
        { name, holder, expiresAt: ends },
        { holder: this.holder, expiresAt, mac },
      );
      // an update that changes nothing reports no row on MariaDB: read who holds it
      const taken = await manager.findOneBy(LeaseRow, { name });
      return taken?.holder === this.holder && taken.expiresAt >= expiresAt;
    });
  }

  /** Gives the lease up; nothing happens when it is not ours. */
  async release(name: string): Promise<void> {
    await this.database.write(async (manager) => {
      await manager.delete(LeaseRow, { name, holder: this.holder });
    });
  }
}
