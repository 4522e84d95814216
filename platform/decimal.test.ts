import Big from 'big.js';
import fc from 'fast-check';
import { type QuantityError, toMicros } from './decimal';

/** What the arithmetic of the library says, which the short way must not differ from. */
function byArithmetic(text: string): number | string {
  const scaled = new Big(text).times(1_000_000);
  if (!scaled.eq(scaled.round(0, Big.roundDown))) return 'TOO_PRECISE';
  const micros = scaled.toNumber();
  return Number.isSafeInteger(micros) ? micros : 'OUT_OF_RANGE';
}

const read = (text: string): number | string => {
  try {
    return toMicros(text);
  } catch (error) {
    return (error as QuantityError).problem;
  }
};

const digits = (most: number) =>
  fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), minLength: 1, maxLength: most });

describe('quantities as micros', () => {
  it('are what arithmetic says, however long the text is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', '-'),
        digits(12),
        fc.option(digits(10), { nil: undefined }),
        (sign, whole, fraction) => {
          const text = sign + whole + (fraction === undefined ? '' : `.${fraction}`);
          // there is one zero
          expect(read(text)).toEqual(Object.is(byArithmetic(text), -0) ? 0 : byArithmetic(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each(['', '-', '1.', '.5', '1e3', ' 1', '1,5', '0x1', '--1'])('refuse %j', (text) => {
    expect(read(text)).toBe('NOT_A_NUMBER');
  });
});
