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
  /** Limits of a factor that can be true: master data may say that a gram is a tenth of a kilogram. */
  readonly reasonable?: Reasonable;
}

interface Reasonable {
  readonly min?: number;
  readonly max?: number;
  readonly else?: 'keep' | 'reject';
}

const badFactor = (factor: unknown) =>
  new Failure('BAD_UNIT', `no usable conversion factor: ${String(factor)}`);

/** True for a factor beyond what can be true of any two units that this column is converted between. */
function isAbsurd(factor: string, { min, max }: Reasonable): boolean {
  const exact = exactOf(factor);
  return exact !== null && ((min !== undefined && exact.lt(min)) || (max !== undefined && exact.gt(max)));
}

function exactOf(factor: string): Big | null {
  try {
    return new Big(factor);
  } catch {
    return null;
  }
}

function scale(value: string, factor: string, divide: boolean): StepResult {
  const exact = exactOf(factor);
  if (exact === null || exact.lte(0)) return badFactor(factor);
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
      const { min, max } = options.reasonable ?? {};
      if (min !== undefined && max !== undefined && min > max)
        problem('the least factor is greater than the greatest', undefined, ['reasonable', 'min']);
      return (value, context) => {
        const named = unit === null ? null : textOf(unit(context.row));
        const factor = fromRow === null ? factors.get(named ?? '') : textOf(fromRow(context.row));
        const text = textOf(value);
        if (text === null) return new Failure('BAD_NUMBER', `not a number: ${show(value)}`);
        if (factor === undefined || factor === null) return badFactor(named);
        const { reasonable } = options;
        if (reasonable !== undefined && isAbsurd(factor, reasonable)) {
          if (reasonable.else === 'reject')
            return new Failure('BAD_UNIT', `a conversion factor that cannot be true: ${factor}`);
          context.notes.push({ rule: 'ABSURD_FACTOR', field: context.field, raw: factor });
        }
        if (factor === '1') return text;
        context.notes.push({ rule: 'UNIT_CONVERTED', field: context.field, raw: text });
        return scale(text, factor, options.divide === true);
      };
    },
  }),
];
