/** A result against its limits. */
import Big from 'big.js';
import type { RawValue } from '../contract';
import { readDecimal, shortest } from './numbers';
import { textOf, transform } from './transform';

function numberOf(value: RawValue | undefined): Big | null {
  const text = value === undefined || value === null ? null : textOf(value);
  const plain = text === null ? null : readDecimal(text, 'plain');
  return plain === null ? null : new Big(shortest(plain));
}

export const limitTransforms = [
  /** [value, lower, upper, lower operator?, upper operator?] → PASS or FAIL; null when there is nothing to compare. */
  transform<true>({
    name: 'withinLimits',
    input: 'list',
    output: 'text',
    bare: true,
    compile: () => (value) => {
      const [measured, lower, upper, lowerOperator, upperOperator] = Array.isArray(value) ? value : [value];
      const number = numberOf(measured);
      const low = numberOf(lower);
      const high = numberOf(upper);
      if (number === null || (low === null && high === null)) return null;
      const aboveLow = low === null || (lowerOperator === 'gt' ? number.gt(low) : number.gte(low));
      const belowHigh = high === null || (upperOperator === 'lt' ? number.lt(high) : number.lte(high));
      return aboveLow && belowHigh ? 'PASS' : 'FAIL';
    },
  }),
];
