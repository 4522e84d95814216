/**
 * When something that must happen again and again was last done, where every process can see it: a row under a keyed mark,
 * so that nobody who only writes rows makes it look fresher than it is.
 */
import { Entity, PrimaryColumn } from 'typeorm';
import { InstantMs, Text } from '../../platform/database/columns';
import type { Database } from '../../platform/database/database';
import { markerOf } from '../audit/own-entries';

@Entity('watch_mark')
export class WatchMarkRow {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'name' }) name!: string;
  /** Ms since the epoch, real time. */
  @InstantMs('at') at!: number;
  @Text('mac', 64) mac!: string;
}

/** Notes that it was done. */
export async function noteDone(database: Database, name: string, at: number): Promise<void> {
  await database.write(async (manager) => {
    const mac = markerOf(manager)?.seal('watch mark', [name, at]) ?? '';
    await manager.save(WatchMarkRow, { name, at, mac });
  });
}

/** When it was last done, ms since the epoch; null when it never was, or when SQL says so. */
export async function lastDone(database: Database, name: string): Promise<number | null> {
  const row = await database.reader.findOneBy(WatchMarkRow, { name });
  if (row === null) return null;
  return markerOf(database.reader)?.seal('watch mark', [name, row.at]) === row.mac ? row.at : null;
}
