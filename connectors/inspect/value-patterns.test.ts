/** Shapes of values: what a suggestion takes for a date, a number or a code. */
import fc from 'fast-check';
import { dateParser } from '../transforms/date-parsing';
import { figuresOf } from './column-values';
import { maskOf, patternsOf } from './value-patterns';

test.each([
  ['2027-01-31', ['date:yyyy-MM-dd']],
  ['20270131', ['date:yyyyMMdd', 'integer']],
  ['2027年1月31日', ["date:yyyy'年'M'月'd'日'"]],
  ['03/04/2027', ['date:MM/dd/yyyy', 'date:dd/MM/yyyy', 'date:M/d/yyyy']],
  ['31/01/2027', ['date:dd/MM/yyyy']],
  ['0000-00-00', ['zeroDate']],
  ['2026-05-12 08:00:00.123456', ['instant:ISO']],
  ['/Date(1778544000000)/', ['instant:msDate']],
  ['1778544000', ['instant:epochSeconds', 'integer']],
  ['1.234,5', ['decimal:de']],
  ['-3.50', ['decimal', 'negative']],
  ['是', ['boolean']],
  ['LT2401-17', ['A+9+-9+']],
  ['灭菌17', ['中+9+']],
  ['2027-02-30', ['9+-9+-9+']],
])('%s looks like %j', (text, patterns) => {
  expect(patternsOf(text)).toEqual(patterns);
});

test('any text has a shape, and only a date that the transforms read is called one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9./:-]{4,12}$/u)), (text) => {
      const patterns = patternsOf(text);
      expect(patterns.length > 0).toBe(text.trim() !== '');
      for (const pattern of patterns) {
        const format = /^date:(.*)$/u.exec(pattern)?.[1];
        if (format !== undefined) expect(dateParser(format)(text.trim())).toMatch(/^\d{4}-\d\d(?:-\d\d)?$/u);
      }
    }),
    { numRuns: 500 },
  );
});

test('a mask is short and tells letters, digits and Chinese apart', () => {
  expect(maskOf('ab 12 中文 XY-9')).toBe('a+ 9+ 中+ A+-9+');
  expect(maskOf('a1'.repeat(50)).length).toBeLessThanOrEqual(25);
});

test('figures count blanks as no value, and show the commonest values first', () => {
  expect(figuresOf(['A', null, ' ', 'B', 'B'])).toEqual({
    ...{ nullRate: 0.4, distinct: 2, sampled: 5, samples: ['B', 'A'] },
    patterns: [{ pattern: 'A+', share: 1 }],
  });
  expect(figuresOf([])).toMatchObject({ nullRate: null, distinct: null });
});
