/** Properties that hold for every value, not only for the examples of the reference. */
import Big from 'big.js';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { toMicros } from '../../platform/decimal';
import { runSteps, valueReader } from '../test-support';
import { dateParser, parseIso, timeParser } from './date-parsing';
import { instantText } from './instant-text';
import { canonicalQuantity, readDecimal, shortest } from './numbers';
import { TRANSFORMS } from './registry';
import { decodeHTMLStrict } from 'entities';
import { toHalfWidth } from './text';
import { Failure } from './transform';
import { wallTimeIn } from './zones';

const anyValue = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 5 }),
);

const options: Readonly<Record<string, unknown>> = {
  prefix: 'a',
  stripPrefix: 'a',
  stripSuffix: 'a',
  padStart: { length: 5 },
  extract: { pattern: '(\\d+)' },
  replace: { pattern: '\\d', by: 'x' },
  concat: ':',
  default: 'x',
  split: { separator: '/', take: 0 },
  lookup: 'states',
  round: 2,
  convertUnit: { factorFrom: 'factor' },
  jsonata: '$uppercase($)',
};

describe('every transform', () => {
  const steps = [...TRANSFORMS.keys()].map((name) => (name in options ? { [name]: options[name] } : name));

  test.each(steps.map((step) => [JSON.stringify(step), step]))(
    '%s gives a value or a reason, never throws',
    (_, step) => {
      const read = valueReader({ from: 'value', apply: [step] });
      fc.assert(
        fc.property(anyValue, (value) => {
          const result = read({ value, factor: 12 });
          expect(result).not.toBeUndefined();
          if (!(result instanceof Failure)) expect(JSON.stringify(result)).toBeDefined();
        }),
      );
    },
  );
});

describe('numbers', () => {
  const decimal = fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 999_999 }))
    .map(([minus, whole, fraction]) => `${minus ? '-' : ''}${whole}.${String(fraction).padStart(6, '0')}`);

  test('the shortest form is the same number as exact arithmetic knows it', () => {
    fc.assert(
      fc.property(decimal, (text) =>
        expect(shortest(text)).toBe(new Big(text).toFixed().replace(/^-0$/u, '0')),
      ),
    );
  });

  test('a canonical quantity survives micros unchanged', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const canonical = canonicalQuantity(text);
        expect(typeof canonical).toBe('string');
        expect(toMicros(canonical as string)).toBe(new Big(text).times(1_000_000).toNumber());
      }),
    );
  });

  test('a number written in German style reads back as itself', () => {
    const german = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 3 });
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (thousandths) => {
        const read = readDecimal(german.format(thousandths / 1000), 'de');
        expect(Number(read)).toBe(thousandths / 1000);
      }),
    );
  });

  test('negating twice changes nothing', () => {
    fc.assert(
      fc.property(decimal, (text) => expect(runSteps(['negate', 'negate'], text)).toBe(shortest(text))),
    );
  });
});

describe('text', () => {
  test('half-width forms are left alone, and a second pass finds nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = toHalfWidth(text);
        expect(toHalfWidth(once)).toBe(once);
        expect(once).toHaveLength(text.length);
      }),
    );
  });

  test('escaped text decodes to what was escaped', () => {
    const escape = (text: string) => text.replace(/[&<>"']/gu, (mark) => `&#${mark.codePointAt(0) ?? 0};`);
    fc.assert(fc.property(fc.string(), (text) => expect(decodeHTMLStrict(escape(text))).toBe(text)));
  });

  test('a pattern that could take exponential time is refused', () => {
    expect(() => runSteps([{ extract: { pattern: '(a+)+$' } }], 'aaa')).toThrow(/exponential/u);
  });
});

describe('dates and times', () => {
  const instant = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
  const zones = ['Asia/Shanghai', 'Europe/Amsterdam', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

  test.each(zones)('wall time of %s names the instant that luxon says', (zone) => {
    const toInstant = wallTimeIn(zone);
    fc.assert(
      fc.property(instant, (date) => {
        const wall = DateTime.fromMillis(date.getTime(), { zone });
        const asUtc = wall.setZone('utc', { keepLocalTime: true }).toMillis();
        const again = DateTime.fromObject(wall.toObject(), { zone }).toMillis();
        expect(toInstant(asUtc)).toBe(again);
      }),
      { numRuns: 300 },
    );
  });

  test('the ISO pattern agrees with luxon', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(0, 3, 6), (date, digits) => {
        const text = `${date.toISOString().slice(0, 19)}${digits === 0 ? '' : `.${'123456'.slice(0, digits)}`}`;
        expect(parseIso(text)?.wall).toBe(DateTime.fromISO(text, { zone: 'utc' }).toMillis());
        expect(parseIso(text.replace('T', ' '))?.wall).toBe(parseIso(text)?.wall);
      }),
    );
  });

  test('a time without an offset is read as one that names UTC, and refused alike when it is none', () => {
    const place = fc.tuple(
      fc.nat(22),
      fc.constantFrom('0', '2', '5', '9', ' ', 'T', '-', ':', '.', '/', 'x'),
    );
    fc.assert(
      fc.property(instant, fc.boolean(), fc.option(place), (date, hasMs, mistake) => {
        const whole = date.toISOString().slice(0, hasMs ? 23 : 19);
        const [at, by] = mistake ?? [whole.length, ''];
        const text = `${whole.slice(0, at)}${by}${whole.slice(at + by.length)}`;
        const read = parseIso(text);
        // a time without seconds may have become one with an offset
        fc.pre(read === null || read.offset === null);
        expect(read?.wall).toBe(parseIso(`${text}Z`)?.wall);
      }),
      { numRuns: 2_000 },
    );
  });

  test('an instant is written as the runtime writes it, in any year', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(instantText(date.getTime())).toBe(date.toISOString());
      }),
      { numRuns: 2_000 },
    );
    expect(() => instantText(Number.NaN)).toThrow(RangeError);
  });

  test('a date reads back whatever its format', () => {
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom('MM/dd/yyyy', 'dd.MM.yyyy', 'yyyyMMdd', 'yyyy/M/d'),
        (date, format) => {
          const day = date.toISOString().slice(0, 10);
          const written = DateTime.fromISO(day, { zone: 'utc' }).toFormat(format);
          expect(dateParser(format)(written)).toBe(day);
        },
      ),
    );
  });

  test('a day that the calendar does not have is refused', () => {
    expect(parseIso('2027-02-29T00:00:00')).toBeNull();
    expect(dateParser('yyyy-MM-dd')('2027-02-29')).toBeNull();
    expect(dateParser('yyyy-MM-dd')('2028-02-29')).toBe('2028-02-29');
    expect(timeParser('MM/dd/yyyy')('13/01/2027')).toBeNull();
  });

  test('an offset in another format is kept', () => {
    const parsed = timeParser("yyyyMMdd'T'HHmmssZZZ")('20260512T080000+0200');
    expect(parsed).toEqual({ wall: Date.UTC(2026, 4, 12, 8), offset: 120 });
  });
});
