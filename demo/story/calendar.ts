// Clocks of the story. Instants are epoch milliseconds; calendar days are whole days since 1970-01-01.
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR; // no daylight saving since 1991

/** The calendar day in Shanghai of an instant. */
export const dayOf = (instant: number): number => Math.floor((instant + SHANGHAI) / DAY);

/** The instant of midnight in Shanghai of a calendar day. */
export const midnight = (day: number): number => day * DAY - SHANGHAI;

export const isoDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

export function parseDay(text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== text) {
    throw new Error(`not a calendar date: ${text}`);
  }
  return instant / DAY;
}

export const usDay = (day: number): string => {
  const iso = isoDay(day);
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`;
};

const printed = new Map<number, string>();

/** `yyyy-MM-dd HH:mm:ss.SSSSSS` in Shanghai, as the ERP prints it. Rows of one document repeat theirs: remembered. */
export const erpStamp = (instant: number): string => {
  const known = printed.get(instant);
  if (known !== undefined) return known;
  if (printed.size > 500) printed.clear();
  const iso = new Date(instant + SHANGHAI).toISOString();
  const stamp = `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(instant % 997).padStart(3, '0')}`;
  printed.set(instant, stamp);
  return stamp;
};

/** `yyyy-MM-ddTHH:mm:ss+08:00`, as the LIMS prints it. */
export const limsStamp = (instant: number): string =>
  `${new Date(instant + SHANGHAI).toISOString().slice(0, 19)}+08:00`;

/** `yyyy-MM-ddTHH:mm:ssZ`, as the WMS prints it. */
export const wmsStamp = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

const lastSunday = (year: number, month: number): number => {
  const end = Date.UTC(year, month + 1, 0);
  return end - new Date(end).getUTCDay() * DAY + HOUR;
};

/** The calendar day in Amsterdam of an instant (summer time from the last Sunday of March to that of October). */
const amsterdamDay = (instant: number): number => {
  const year = new Date(instant).getUTCFullYear();
  const summer = instant >= lastSunday(year, 2) && instant < lastSunday(year, 9);
  return Math.floor((instant + (summer ? 2 : 1) * HOUR) / DAY);
};

/** `MM/dd/yyyy` of an instant at a site's own calendar. */
export const siteDay = (instant: number, site: string): string =>
  usDay(site === 'RTM' ? amsterdamDay(instant) : dayOf(instant));
