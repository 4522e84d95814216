/**
 * Instants held against calendar days. The day is the one of the site where something happened; where its zone is not
 * known, only what is true in every zone of the world is said.
 */
import { DateTime } from 'luxon';
import { boundedCache } from '../../platform/bounded-cache';

/** Zones reach from UTC+14 to UTC-12. */
const EARLIEST_ZONE = 'UTC+14';
const LATEST_ZONE = 'UTC-12';
/** Lots share their days: a calendar is asked once for each. */
const KEPT_DAYS = 20_000;

interface DayBounds {
  readonly from: number;
  readonly to: number;
}

const known = boundedCache<string, DayBounds>(KEPT_DAYS);

/** First and last millisecond of a day in a zone. */
function boundsOf(day: string, zone: string): DayBounds {
  const key = `${zone} ${day}`;
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const date = DateTime.fromISO(day, { zone });
  const bounds = { from: date.startOf('day').toMillis(), to: date.endOf('day').toMillis() };
  known.set(key, bounds);
  return bounds;
}

/** Whether the instant lies before the day began. */
export function certainlyBefore(at: number, day: string, zone: string | null): boolean {
  return at < boundsOf(day, zone ?? EARLIEST_ZONE).from;
}

/** Whether the instant lies after the day ended. */
export function certainlyAfter(at: number, day: string, zone: string | null): boolean {
  return at > boundsOf(day, zone ?? LATEST_ZONE).to;
}

/** Whether the last usable day is over everywhere. */
export function expiredEverywhere(expiresOn: string, now: number): boolean {
  return certainlyAfter(now, expiresOn, LATEST_ZONE);
}
