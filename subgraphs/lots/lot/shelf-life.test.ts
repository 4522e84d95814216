import fc from 'fast-check';
import { dateInZone, daysBetween, nextDay, startOfDay } from './calendar';
import { remainingShelfLife } from './shelf-life';

describe('remaining shelf life', () => {
  it('has zero days left on the last usable day, and is not expired', () => {
    expect(remainingShelfLife('2026-05-31', '2025-05-31', '2026-05-31')).toEqual({
      days: 0,
      percent: '0',
      expired: false,
    });
  });

  it('is expired from the day after', () => {
    expect(remainingShelfLife('2026-05-31', null, '2026-06-01')).toEqual({
      days: -1,
      percent: null,
      expired: true,
    });
  });

  it('rounds the percentage down, so that it never promises more than there is', () => {
    expect(remainingShelfLife('2026-01-04', '2026-01-01', '2026-01-02').percent).toBe('66.66');
  });

  it('gives no percentage where manufacture is not before expiry', () => {
    expect(remainingShelfLife('2026-01-01', '2026-01-01', '2025-12-01').percent).toBeNull();
  });

  it('counts the leap day', () => {
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2027-02-28', '2027-03-01')).toBe(1);
  });
});

describe('the calendar of a site', () => {
  it('shows two dates at one instant on the two sides of the earth', () => {
    const instant = Date.parse('2026-05-31T23:30:00Z');
    expect(
      ['Pacific/Kiritimati', 'Asia/Shanghai', 'UTC', 'Pacific/Honolulu'].map((zone) =>
        dateInZone(instant, zone),
      ),
    ).toEqual(['2026-06-01', '2026-06-01', '2026-05-31', '2026-05-31']);
  });

  it('keeps a day a day where clocks change', () => {
    // Amsterdam: 23 hours on 29 March 2026, 25 hours on 25 October
    expect(startOfDay('2026-03-30', 'Europe/Amsterdam') - startOfDay('2026-03-29', 'Europe/Amsterdam')).toBe(
      23 * 3_600_000,
    );
    expect(daysBetween('2026-03-29', '2026-03-30')).toBe(1);
    expect(startOfDay('2026-10-26', 'Europe/Amsterdam') - startOfDay('2026-10-25', 'Europe/Amsterdam')).toBe(
      25 * 3_600_000,
    );
    expect(daysBetween('2026-10-25', '2026-10-26')).toBe(1);
  });

  it('begins the day with its first instant where midnight does not exist', () => {
    // Beirut skipped from midnight to one on 29 March 2026
    expect(dateInZone(startOfDay('2026-03-29', 'Asia/Beirut'), 'Asia/Beirut')).toBe('2026-03-29');
  });

  it('comes back to the same number of days from any date', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 5000 }),
        (start, days) => {
          let date = start.toISOString().slice(0, 10);
          const from = date;
          for (let count = 0; count < days % 40; count += 1) date = nextDay(date);
          expect(daysBetween(from, date)).toBe(days % 40);
        },
      ),
    );
  });
});
