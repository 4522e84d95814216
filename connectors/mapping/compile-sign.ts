/** Movement signs: a declared rule decides what a quantity means, and an undecided one is refused. */
import { canonicalQuantity } from '../transforms/numbers';
import { below, Failure, show, textOf, type CompileContext, type RowContext } from '../transforms/transform';
import type { RawRow } from '../contract';
import { compileValue, type ReadValue } from './compile-field';
import { compileCondition, type Predicate } from './conditions';
import type { ReversalSpec, RouteRule, SignMeaning, SignRule } from './document';
import { kindProblem } from './finish';

export interface Signed {
  readonly field: 'quantity' | 'level';
  readonly value: string;
}

export type ReadSigned = (row: RawRow, context: RowContext) => Signed | Failure | null;

export interface CompiledSign {
  readonly read: ReadSigned;
  /** The quantity as the source wrote it. */
  readonly raw: (row: RawRow) => string | null;
}

/** What a row says of its quantity beside it; a failure where that is undecided. */
type ReadMeaning = (row: RawRow, context: RowContext) => SignMeaning | Failure;

export function compileSign(
  rule: SignRule,
  context: CompileContext,
  reversal: ReversalSpec | undefined,
  reversalContext: CompileContext,
): CompiledSign {
  const compiled = compileValue(rule.quantity, below(context, 'quantity'));
  const wrong = kindProblem('quantity', compiled.shape);
  if (wrong !== null) context.problem(wrong.message, wrong.hint, ['quantity']);
  const read = compileRead(rule, compiled.read, context);
  if (reversal?.by !== 'negate') return { read, raw: compiled.raw };
  const reverses = compileCondition(reversal.when, below(reversalContext, 'when'));
  return { read: negated(read, reverses), raw: compiled.raw };
}

function compileRead(rule: SignRule, readAmount: ReadValue, context: CompileContext): ReadSigned {
  switch (rule.rule) {
    case 'signed':
    case 'count':
      return asItStands(readAmount, rule.rule === 'count' ? 'level' : 'quantity');
    case 'byCode': {
      const code = compileValue(rule.code, below(context, 'code')).read;
      return unsigned(readAmount, byCode(code, new Map(Object.entries(rule.codes))), rule.negative);
    }
    default:
      return unsigned(readAmount, byRoute(rule, context), rule.negative);
  }
}

function amountOf(read: ReadValue, row: RawRow, run: RowContext): string | Failure | null {
  const value = read(row, run);
  return value === null || value instanceof Failure ? value : canonicalQuantity(value);
}

const asItStands =
  (readAmount: ReadValue, field: Signed['field']): ReadSigned =>
  (row, run) => {
    const value = amountOf(readAmount, row, run);
    return typeof value === 'string' ? { field, value } : value;
  };

/** A quantity whose sign something beside it tells. One that carries a sign too would be turned twice. */
function unsigned(
  readAmount: ReadValue,
  meaningOf: ReadMeaning,
  negative: 'reject' | 'absolute' = 'reject',
): ReadSigned {
  return (row, run) => {
    const amount = amountOf(readAmount, row, run);
    if (typeof amount !== 'string') return amount;
    const meaning = meaningOf(row, run);
    if (meaning instanceof Failure) return meaning;
    if (amount.startsWith('-') && negative === 'reject') {
      return undecided(`a negative quantity ${amount} beside what says "${meaning}"`);
    }
    const magnitude = amount.startsWith('-') ? amount.slice(1) : amount;
    if (meaning === 'level') return { field: 'level', value: magnitude };
    return { field: 'quantity', value: meaning === 'in' ? magnitude : opposite(magnitude) };
  };
}

const undecided = (message: string) => new Failure('SIGN_UNDECIDED', message);

const opposite = (amount: string): string => {
  if (amount === '0') return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
};

const byCode =
  (readCode: ReadValue, meanings: ReadonlyMap<string, SignMeaning>): ReadMeaning =>
  (row, run) => {
    const code = readCode(row, run);
    if (code instanceof Failure) return code;
    return meanings.get(textOf(code) ?? '') ?? undecided(`no sign is declared for ${show(code)}`);
  };

/** Whether an end of a route is in stock; a failure where the rule cannot tell. */
type IsInside = (row: RawRow, run: RowContext) => boolean | Failure;

function byRoute(rule: RouteRule, context: CompileContext): ReadMeaning {
  const end = (name: 'from' | 'to'): IsInside => {
    const { read } = compileValue(rule[name], below(context, name));
    return rule.rule === 'route' ? isNamed(read) : isUsed(read, rule, name);
  };
  const from = end('from');
  const to = end('to');
  const side = rule.side === undefined ? null : compileValue(rule.side, below(context, 'side')).read;
  if (rule.rule === 'locationUsage') {
    const both = rule.inside.filter((usage) => rule.outside.includes(usage));
    if (both.length > 0) context.problem(`${both.join(', ')} cannot be both inside and outside`);
  }
  return (row, run) => {
    const fromInside = from(row, run);
    if (fromInside instanceof Failure) return fromInside;
    const toInside = to(row, run);
    if (toInside instanceof Failure) return toInside;
    const asked = side === null ? null : side(row, run);
    if (asked instanceof Failure) return asked;
    if (asked !== null) return ofSide(textOf(asked), fromInside, toInside);
    if (fromInside !== toInside) return toInside ? 'in' : 'out';
    return undecided(
      fromInside ? 'both ends are in stock, and no side says which' : 'neither end is in stock',
    );
  };
}

function ofSide(side: string | null, fromInside: boolean, toInside: boolean): SignMeaning | Failure {
  if (side === 'from') return fromInside ? 'out' : undecided('it came from outside the stock');
  if (side === 'to') return toInside ? 'in' : undecided('it went outside the stock');
  return undecided(`a side is "from" or "to", not ${show(side)}`);
}

const isNamed =
  (read: ReadValue): IsInside =>
  (row, run) => {
    const value = read(row, run);
    return value instanceof Failure ? value : (textOf(value) ?? '').trim() !== '';
  };

function isUsed(
  read: ReadValue,
  { inside, outside }: { readonly inside: readonly string[]; readonly outside: readonly string[] },
  name: string,
): IsInside {
  return (row, run) => {
    const value = read(row, run);
    if (value instanceof Failure) return value;
    const usage = textOf(value) ?? '';
    if (inside.includes(usage)) return true;
    return outside.includes(usage)
      ? false
      : undecided(`the usage ${show(value)} of ${name} is on neither list`);
  };
}

/** A row that takes another one back counts the other way round; a level cannot be taken back. */
const negated =
  (read: ReadSigned, reverses: Predicate): ReadSigned =>
  (row, run) => {
    const signed = read(row, run);
    if (signed === null || signed instanceof Failure || !reverses(row)) return signed;
    if (signed.field === 'level') return undecided('a count that is reversed says no level');
    return { field: signed.field, value: opposite(signed.value) };
  };
