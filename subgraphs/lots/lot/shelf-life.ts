/**
 * Remaining shelf life, on calendar dates only. The expiry date is the last usable day, inclusive: on that day
 * zero days remain and the lot is not expired yet; it is expired from the first instant of the next day.
 */
import Big from 'big.js';
import { daysBetween } from './calendar';

export interface ShelfLife {
  /** Days from `asOf` to the last usable day; negative when it has passed. */
  readonly days: number;
  /** Of the days from manufacture to expiry; plain decimal text with at most two places, null when either is unknown. */
  readonly percent: string | null;
  readonly expired: boolean;
}

const PERCENT_PLACES = 2;

/** Shelf life that remains on a date. Rounded down: it never promises more than there is. */
export function remainingShelfLife(
  expiresOn: string,
  manufacturedOn: string | null,
  asOf: string,
): ShelfLife {
  const days = daysBetween(asOf, expiresOn);
  return { days, percent: percentOf(days, expiresOn, manufacturedOn), expired: days < 0 };
}

function percentOf(days: number, expiresOn: string, manufacturedOn: string | null): string | null {
  if (manufacturedOn === null) return null;
  const whole = daysBetween(manufacturedOn, expiresOn);
  if (whole <= 0) return null;
  if (days <= 0) return '0';
  return new Big(days).times(100).div(whole).round(PERCENT_PLACES, Big.roundDown).toFixed();
}
