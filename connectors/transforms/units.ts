/** Unit conversion, by a factor that stands in the row or by a table of the mapping. */
import Big from 'big.js';
import { Failure, show, textOf, transform, type StepResult } from './transform';
import { withBig } from './numbers';

interface ConvertOptions {
  /** Column with the factor. */
  readonly factorFrom?: string;
  /** Column with the unit that `factors` is keyed by. */
  readonly unitFrom?: string;
  readonly factors?: Readonly<Record<string, string | number>>;
  readonly divide?: boolean;
}

const badFactor = (factor: unknown) =>
  new Failure('BAD_UNIT', `no usable conversion factor: ${String(factor)}`);

function scale(value: string, factor: string, divide: boolean): StepResult {
  let exact: Big;
  try {
    exact = new Big(factor);
  } catch {
    return badFactor(factor);
  }
  if (exact.lte(0)) return badFactor(factor);
  // a quotient is cut at twelve decimals; more than six left over is refused by the quantity itself
  return withBig(value, (number) => (divide ? number.div(exact).round(12) : number.times(exact)));
}

export const unitTransforms = [
  transform<ConvertOptions>({
    name: 'convertUnit',
    input: 'scalar',
    output: 'quantity',
    compile: (options, { column, problem }) => {
      const fromRow = options.factorFrom === undefined ? null : column(options.factorFrom);
      const unit = options.unitFrom === undefined ? null : column(options.unitFrom);
      const factors = new Map(Object.entries(options.factors ?? {}).map(([name, f]) => [name, String(f)]));
      if ((fromRow === null) === (unit === null))
        problem('convertUnit takes either factorFrom, or unitFrom with factors');
      if (unit !== null && factors.size === 0) problem('unitFrom needs a table of factors');
      return (value, context) => {
        const named = unit === null ? null : textOf(unit(context.row));
        const factor = fromRow === null ? factors.get(named ?? '') : textOf(fromRow(context.row));
        const text = textOf(value);
        if (text === null) return new Failure('BAD_NUMBER', `not a number: ${show(value)}`);
        if (factor === undefined || factor === null) return badFactor(named);
        if (factor === '1') return text;
        context.notes.push({ rule: 'UNIT_CONVERTED', field: context.field, raw: text });
        return scale(text, factor, options.divide === true);
      };
    },
  }),
];
