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

interface Zone {
  readonly toInstant: ToInstant;
  /** True of a wall time that clocks skip, or show twice. */
  readonly isUncertain: (wallMs: number) => boolean;
}

/** One for each zone that mappings name, so that what was learnt about its days is learnt once. */
const known = new Map<string, Zone>();

/** A function from local wall time (as if it were UTC, in ms) to the instant it names in `zone`. */
export const wallTimeIn = (zone: string): ToInstant => zoneOf(zone).toInstant;

/** Tells wall times (as if they were UTC, in ms) of which it is not certain which instant of `zone` they name. */
export const uncertainIn = (zone: string): Zone['isUncertain'] => zoneOf(zone).isUncertain;

function zoneOf(zone: string): Zone {
  const found = known.get(zone) ?? makeZone(zone);
  known.set(zone, found);
  return found;
}

function makeZone(zone: string): Zone {
  const iana = IANAZone.create(zone);
  const offsets = boundedCache<number, number | typeof VARIES>(KEPT_DAYS);
  const offsetOf = (wallMs: number): number | typeof VARIES => {
    const day = Math.floor(wallMs / DAY);
    let offset = offsets.get(day);
    if (offset === undefined) {
      const before = iana.offset(day * DAY - MARGIN);
      offset = before === iana.offset((day + 1) * DAY + MARGIN) ? before : VARIES;
      offsets.set(day, offset);
    }
    return offset;
  };
  return {
    toInstant: (wallMs) => {
      const offset = offsetOf(wallMs);
      if (offset !== VARIES) return wallMs - offset * MINUTE;
      return DateTime.fromMillis(wallMs, { zone: 'utc' }).setZone(iana, { keepLocalTime: true }).toMillis();
    },
    isUncertain: (wallMs) => {
      if (offsetOf(wallMs) !== VARIES) return false;
      // each offset around is one that the clock may have stood at; one of them, and one only, must fit
      const around = new Set([iana.offset(wallMs - MARGIN), iana.offset(wallMs + MARGIN)]);
      const fitting = [...around].filter((offset) => iana.offset(wallMs - offset * MINUTE) === offset);
      return fitting.length !== 1;
    },
  };
}

/** The widest step by which clocks in `zone` go back within `window` ms around an instant; 0 where they do not. */
export function clockSetBack(zone: string, instant: number, window: number): number {
  const iana = IANAZone.create(zone);
  return Math.max(0, iana.offset(instant - window) - iana.offset(instant + window)) * MINUTE;
}
