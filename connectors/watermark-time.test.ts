import { instantOf, notAhead, startFrom } from './watermark-time';

const spec = { from: 'modified', overlap: '5m' };

describe('where reading starts again', () => {
  test('is an overlap before the mark, written as the mark is', () => {
    expect(startFrom('2026-05-01 10:00:00.123456', spec, 'Asia/Shanghai')).toBe('2026-05-01 09:55:00');
    expect(startFrom('2026-05-01T10:00:00Z', spec, 'Asia/Shanghai')).toBe('2026-05-01T09:55:00Z');
    expect(startFrom(1000, { from: 'id', kind: 'number', overlap: 10 }, 'UTC')).toBe(990);
  });

  test('is an hour earlier still where clocks have just gone back', () => {
    expect(startFrom('2026-10-25 02:30:00', spec, 'Europe/Amsterdam')).toBe('2026-10-25 01:25:00');
    expect(startFrom('2026-10-27 02:30:00', spec, 'Europe/Amsterdam')).toBe('2026-10-27 02:25:00');
  });

  test('is a day earlier where days are all that is told', () => {
    expect(startFrom('2026-05-01', spec, 'Asia/Shanghai')).toBe('2026-04-30');
    expect(startFrom('2026-05-01', { ...spec, overlap: '2d' }, 'Europe/Amsterdam')).toBe('2026-04-29');
  });

  test('is the mark itself when that is no time', () => {
    expect(startFrom('v17', spec, 'UTC')).toBe('v17');
  });
});

describe('a mark', () => {
  const now = Date.parse('2026-05-01T00:00:00Z');

  test('never lies ahead of now', () => {
    expect(notAhead('2030-01-01 00:00:00.000001', spec, 'Asia/Shanghai', now)).toBe('2026-05-01 08:00:00');
    expect(notAhead('2030-01-01T00:00:00+02:00', spec, 'Asia/Shanghai', now)).toBe(
      '2026-05-01T02:00:00+02:00',
    );
    expect(notAhead('2026-05-01 07:59:59', spec, 'Asia/Shanghai', now)).toBe('2026-05-01 07:59:59');
  });

  test('that is a day begins with it, and never lies ahead of today', () => {
    expect(instantOf('2026-05-01', spec, 'Asia/Shanghai')).toBe(now - 8 * 3_600_000);
    expect(instantOf('2026-05-01', { ...spec, formats: ['dd.MM.yyyy'] }, 'Asia/Shanghai')).toBeNull();
    expect(instantOf('2026-02-30', spec, 'Asia/Shanghai')).toBeNull();
    expect(notAhead('2026-05-09', spec, 'Asia/Shanghai', now)).toBe('2026-05-01');
  });

  test('is an instant by the zone and formats of its watermark', () => {
    expect(instantOf('05/01/2026 08:00', { ...spec, formats: ['MM/dd/yyyy HH:mm'] }, 'Asia/Shanghai')).toBe(
      now,
    );
    expect(instantOf('nonsense', spec, 'UTC')).toBeNull();
    expect(instantOf(null, spec, 'UTC')).toBeNull();
  });
});
