/**
 * Instants as text, fast: days repeat from row to row, so the text of each is made once and kept, and the time of day is
 * put together from pairs of digits.
 */
import { boundedCache } from '../../platform/bounded-cache';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEPT_DAYS = 20_000;

const PAIRS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** `2026-01-31T` by day since 1970. */
const days = boundedCache<number, string>(KEPT_DAYS);

/** As `Date.prototype.toISOString` writes it: `2026-01-31T08:30:00.000Z`. Throws RangeError when `instant` (ms) is none. */
export function instantText(instant: number): string {
  const day = Math.floor(instant / DAY);
  let text = days.get(day);
  if (text === undefined) {
    const whole = new Date(day * DAY).toISOString();
    text = whole.slice(0, whole.indexOf('T') + 1);
    days.set(day, text);
  }
  const ofDay = instant - day * DAY;
  const hour = PAIRS[Math.floor(ofDay / HOUR)] ?? '';
  const minute = PAIRS[Math.floor(ofDay / MINUTE) % 60] ?? '';
  const second = PAIRS[Math.floor(ofDay / SECOND) % 60] ?? '';
  const ms = ofDay % SECOND;
  const fraction = ms === 0 ? '000' : String(ms).padStart(3, '0');
  return `${text}${hour}:${minute}:${second}.${fraction}Z`;
}
