/** Calendar dates inside SQL, where the dialects differ. */
import type { Database } from '../../../platform/database/database';

/** Sorts after every instant: what has no time comes last. */
export const END_OF_TIME = 9_000_000_000_000_000;

/**
 * Midnight UTC of a `YYYY-MM-DD` column as milliseconds since the epoch; only for ordering dates among instants,
 * never for judging expiry.
 */
export function dateAsMillis(database: Database, column: string): string {
  return database.dialect === 'sqlite'
    ? `CAST(strftime('%s', ${column}) AS INTEGER) * 1000`
    : `TIMESTAMPDIFF(SECOND, '1970-01-01', ${column}) * 1000`;
}
