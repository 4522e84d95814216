/** Working hours: whether an instant is one at which people of this deployment are at work. */
import { DateTime } from 'luxon';
import type { WorkingHours } from './alarm-rule';

/** True outside of working hours, by the calendar's own zone and not the machine's. */
export function isOffHours(at: number, calendar: WorkingHours): boolean {
  const local = DateTime.fromMillis(at, { zone: calendar.zone });
  const date = local.toFormat('yyyy-MM-dd');
  if (calendar.holidays.has(date)) return true;
  if (!calendar.workdays.has(date) && !calendar.days.includes(local.weekday)) return true;
  const minute = local.hour * 60 + local.minute;
  return minute < calendar.start || minute >= calendar.end;
}
