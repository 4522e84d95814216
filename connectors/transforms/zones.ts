/**
 * Local wall time to UTC, fast. Nearly every day of a zone has one offset, so that offset is asked for once a
 * day and kept; only days near a clock change go through luxon row by row.
 */
import { DateTime, IANAZone } from 'luxon';
import { boundedCache } from '../../platform/bounded-cache';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** More than any offset, so that a change on a neighbouring day is seen. */
const MARGIN = 26 * 60 * MINUTE;
const KEPT_DAYS = 20_000;
const VARIES = 'varies';

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

type ToInstant = (wallMs: number) => number;

/** One for each zone that mappings name, so that what was learnt about its days is learnt once. */
const known = new Map<string, ToInstant>();

/** A function from local wall time (as if it were UTC, in ms) to the instant it names in `zone`. */
export function wallTimeIn(zone: string): ToInstant {
  const found = known.get(zone) ?? makeWallTime(zone);
  known.set(zone, found);
  return found;
}

function makeWallTime(zone: string): ToInstant {
  const iana = IANAZone.create(zone);
  const offsets = boundedCache<number, number | typeof VARIES>(KEPT_DAYS);
  return (wallMs) => {
    const day = Math.floor(wallMs / DAY);
    let offset = offsets.get(day);
    if (offset === undefined) {
      const before = iana.offset(day * DAY - MARGIN);
      offset = before === iana.offset((day + 1) * DAY + MARGIN) ? before : VARIES;
      offsets.set(day, offset);
    }
    if (offset !== VARIES) return wallMs - offset * MINUTE;
    return DateTime.fromMillis(wallMs, { zone: 'utc' }).setZone(iana, { keepLocalTime: true }).toMillis();
  };
}

/** The widest step by which clocks in `zone` go back within `window` ms around an instant; 0 where they do not. */
export function clockSetBack(zone: string, instant: number, window: number): number {
  const iana = IANAZone.create(zone);
  return Math.max(0, iana.offset(instant - window) - iana.offset(instant + window)) * MINUTE;
}
