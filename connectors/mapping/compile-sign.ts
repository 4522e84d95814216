/** Movement signs: a declared rule decides what a quantity means, and an undecided one is refused. */
import { canonicalQuantity } from '../transforms/numbers';
import { below, Failure, show, textOf, type CompileContext, type RowContext } from '../transforms/transform';
import type { RawRow } from '../contract';
import { compileValue, type ReadValue } from './compile-field';
import type { SignMeaning, SignRule } from './document';
import { kindProblem } from './finish';

export type ReadSigned = (
  row: RawRow,
  context: RowContext,
) => { readonly field: 'quantity' | 'level'; readonly value: string } | Failure | null;

export interface CompiledSign {
  readonly read: ReadSigned;
  /** The quantity as the source wrote it. */
  readonly raw: (row: RawRow) => string | null;
}

export function compileSign(rule: SignRule, context: CompileContext): CompiledSign {
  const compiled = compileValue(rule.quantity, below(context, 'quantity'));
  const wrong = kindProblem('quantity', compiled.shape);
  if (wrong !== null) context.problem(wrong.message, wrong.hint, ['quantity']);
  if (rule.rule !== 'byCode') {
    const field = rule.rule === 'count' ? 'level' : 'quantity';
    const read: ReadSigned = (row, run) => {
      const value = amountOf(compiled.read, row, run);
      return typeof value === 'string' ? { field, value } : value;
    };
    return { read, raw: compiled.raw };
  }
  const code = compileValue(rule.code, below(context, 'code'));
  const meanings = new Map(Object.entries(rule.codes));
  return { read: byCode(compiled.read, code.read, meanings, rule.negative ?? 'reject'), raw: compiled.raw };
}

function amountOf(read: ReadValue, row: RawRow, run: RowContext): string | Failure | null {
  const value = read(row, run);
  return value === null || value instanceof Failure ? value : canonicalQuantity(value);
}

function byCode(
  readAmount: ReadValue,
  readCode: ReadValue,
  meanings: ReadonlyMap<string, SignMeaning>,
  negative: 'reject' | 'absolute',
): ReadSigned {
  return (row, run) => {
    const amount = amountOf(readAmount, row, run);
    if (typeof amount !== 'string') return amount;
    const code = readCode(row, run);
    if (code instanceof Failure) return code;
    const meaning = meanings.get(textOf(code) ?? '');
    if (meaning === undefined) return new Failure('SIGN_UNDECIDED', `no sign is declared for ${show(code)}`);
    if (amount.startsWith('-') && negative === 'reject') {
      return new Failure('SIGN_UNDECIDED', `a negative quantity ${amount} beside the code ${show(code)}`);
    }
    const magnitude = amount.startsWith('-') ? amount.slice(1) : amount;
    if (meaning === 'level') return { field: 'level', value: magnitude };
    if (meaning === 'in') return { field: 'quantity', value: magnitude };
    return { field: 'quantity', value: magnitude === '0' ? magnitude : `-${magnitude}` };
  };
}
