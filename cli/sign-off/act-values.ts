/** What `--set` gives an act: plain values, lists of lots, and parts with their quantities. */
import { InvalidInputError } from '../../platform/errors';
import type { KnownAct } from './acts';
import { type Hand, lotIdOf, pairsOf } from './graph';

/** Thrown when a value is not written as its argument wants it, or one is set twice that is no list: INVALID_INPUT. */
export async function valuesOf(
  hand: Hand,
  { more, written = {} }: KnownAct,
  set: readonly string[],
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of pairsOf(set)) {
    const value = written[name] === 'LOT' ? await lotIdOf(hand, text) : partOr(written[name], text);
    const isList = more[name]?.startsWith('[') === true;
    if (!isList && name in values) throw new InvalidInputError(`--set ${name} is given twice`);
    values[name] = isList ? [...((values[name] ?? []) as unknown[]), value] : value;
  }
  return values;
}

/** A lot number may hold colons; a quantity holds none. */
function partOr(written: 'LOT' | 'NUMBER:QUANTITY' | undefined, text: string): unknown {
  if (written !== 'NUMBER:QUANTITY') return text;
  const at = text.lastIndexOf(':');
  if (at < 1 || at === text.length - 1)
    throw new InvalidInputError(`a part is written NUMBER:QUANTITY, not ${text}`);
  return { lotNumber: text.slice(0, at), quantity: text.slice(at + 1) };
}
