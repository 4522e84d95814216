/**
 * Instants held against calendar days. The day is the one of the site where something happened; where its zone is not
 * known, only what is true in every zone of the world is said.
 */
import { DateTime } from 'luxon';

/** Zones reach from UTC+14 to UTC-12. */
const EARLIEST_ZONE = 'UTC+14';
const LATEST_ZONE = 'UTC-12';

/** Whether the instant lies before the day began. */
export function certainlyBefore(at: number, day: string, zone: string | null): boolean {
  return (
    at <
    DateTime.fromISO(day, { zone: zone ?? EARLIEST_ZONE })
      .startOf('day')
      .toMillis()
  );
}

/** Whether the instant lies after the day ended. */
export function certainlyAfter(at: number, day: string, zone: string | null): boolean {
  return (
    at >
    DateTime.fromISO(day, { zone: zone ?? LATEST_ZONE })
      .endOf('day')
      .toMillis()
  );
}

/** Whether the last usable day is over everywhere. */
export function expiredEverywhere(expiresOn: string, now: number): boolean {
  return certainlyAfter(now, expiresOn, LATEST_ZONE);
}
