/** Completeness of lots under the rules in force. */
import { type Completeness, assess } from './assess';
import type { CompletenessRules } from './completeness-rule';
import { type DoubtsQuery, loadDoubts } from './doubts';
import { loadLotFacts } from './lot-facts';

/** By key of the lot; a lot that is gone has none. The number of statements does not grow with that of lots. */
export async function completenessOf(
  query: DoubtsQuery,
  rules: CompletenessRules,
  pks: readonly number[],
): Promise<Map<number, Completeness>> {
  const doubtOf = await loadDoubts(query);
  const facts = await loadLotFacts({ ...query, terms: rules.terms }, pks);
  return new Map([...facts].map(([pk, of]) => [pk, assess(rules, of, doubtOf)]));
}
