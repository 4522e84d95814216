/** Calendar dates in IANA zones. A date is text, `YYYY-MM-DD`; no date is ever made from a UTC instant unasked. */
import { DateTime, IANAZone } from 'luxon';

/** True for a zone that the runtime knows. */
export function isKnownZone(zone: string | null | undefined): zone is string {
  // luxon keeps the zones that it made: asking whether a name is valid makes a formatter each time
  return zone != null && IANAZone.create(zone).isValid;
}

/** The date that the calendar on the wall shows in the zone at an instant. */
export function dateInZone(instantMs: number, zone: string): string {
  return DateTime.fromMillis(instantMs, { zone }).toFormat('yyyy-MM-dd');
}

/** Calendar days from one date to another; negative when `to` is earlier. No zone: a day is a day across DST. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The instant at which a date begins in the zone; where DST skips midnight, the first instant that exists. */
export function startOfDay(date: string, zone: string): number {
  return DateTime.fromISO(date, { zone }).startOf('day').toMillis();
}

/** The date after. */
export function nextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
