/**
 * Exact quantities. Stored and summed as integers of a millionth of a unit ("micros"), shown as decimal text;
 * binary floating point never touches a quantity.
 */
import Big from 'big.js';

/** Decimal places that a quantity can have. */
export const QUANTITY_SCALE = 6;

const MICROS = 1_000_000;
const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;
/** What fits into micros without a doubt: most quantities, which need no arithmetic of their own then. */
const SHORT_DECIMAL = /^(-?)(\d{1,9})(?:\.(\d{1,6})0*)?$/;

/** Why a text is not a quantity that can be kept exactly. */
export type QuantityProblem = 'NOT_A_NUMBER' | 'TOO_PRECISE' | 'OUT_OF_RANGE';

export class QuantityError extends Error {
  constructor(
    readonly problem: QuantityProblem,
    text: string,
  ) {
    super(`${problem}: ${text}`);
    this.name = 'QuantityError';
  }
}

/**
 * Reads plain decimal text ("-12.5") into micros.
 * Throws QuantityError when it is not a number, has more than six significant decimals, or exceeds 2^53 micros.
 */
export function toMicros(text: string): number {
  const short = SHORT_DECIMAL.exec(text);
  if (short !== null) {
    const [, sign, whole, fraction = ''] = short;
    const micros = Number(whole) * MICROS + Number(fraction.padEnd(QUANTITY_SCALE, '0'));
    return sign === '-' && micros !== 0 ? -micros : micros;
  }
  if (!PLAIN_DECIMAL.test(text)) throw new QuantityError('NOT_A_NUMBER', text);
  const scaled = new Big(text).times(MICROS);
  const rounded = scaled.round(0, Big.roundDown);
  if (!scaled.eq(rounded)) throw new QuantityError('TOO_PRECISE', text);
  const micros = rounded.toNumber();
  if (!Number.isSafeInteger(micros)) throw new QuantityError('OUT_OF_RANGE', text);
  return micros;
}

/** Shows micros as the shortest plain decimal text: 12500000 → "12.5". */
export function fromMicros(micros: number): string {
  return new Big(micros).div(MICROS).toFixed();
}
