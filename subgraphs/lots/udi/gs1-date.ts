/** Dates on labels: YYMMDD, with the century told by the year of capture, and a day that may be missing. */

export interface Gs1Date {
  /** As on the label. */
  readonly raw: string;
  /** `YYYY-MM-DD`; null when the label gives no day and none may be invented. */
  readonly date: string | null;
  readonly precision: 'DAY' | 'MONTH';
}

/** Only for an expiry does "no day" mean the last day of the month. */
const DAY_ZERO_IS_MONTH_END = '17';

/**
 * The year that two digits mean when they were captured in `referenceYear`: fifty-one or more years ahead is the
 * century before, fifty or more behind is the one after.
 */
export function fullYear(twoDigits: number, referenceYear: number): number {
  const century = referenceYear - (referenceYear % 100);
  const distance = twoDigits - (referenceYear % 100);
  if (distance >= 51) return century - 100 + twoDigits;
  if (distance <= -50) return century + 100 + twoDigits;
  return century + twoDigits;
}

/**
 * Reads YYMMDD. Gives the offset and what is wrong instead of a date when there is no such day. The result depends
 * on the reference year: store the resolved date, or a replay years later gives another.
 */
export function readGs1Date(
  ai: string,
  raw: string,
  referenceYear: number,
): Gs1Date | { readonly offset: number; readonly problem: string } {
  const year = fullYear(Number(raw.slice(0, 2)), referenceYear);
  const month = Number(raw.slice(2, 4));
  const day = Number(raw.slice(4, 6));
  if (month < 1 || month > 12) return { offset: 2, problem: `there is no month ${raw.slice(2, 4)}.` };
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > lastDay) return { offset: 4, problem: `${year}-${pad(month)} has only ${lastDay} days.` };
  if (day > 0) return { raw, date: `${year}-${pad(month)}-${pad(day)}`, precision: 'DAY' };
  const date = ai === DAY_ZERO_IS_MONTH_END ? `${year}-${pad(month)}-${pad(lastDay)}` : null;
  return { raw, date, precision: 'MONTH' };
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
