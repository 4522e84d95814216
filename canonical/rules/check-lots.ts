/** Runs consistency rules over lots and brings their findings up to date. */
import type { EntityManager } from 'typeorm';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type ObservedFinding, reconcileFindings } from '../findings';
import { CONSISTENCY_FINDINGS, type ConsistencyRule, type ConsistencyRules } from './consistency-rule';
import { type Discrepancy, evaluate } from './evaluate';
import { loadCopyState, loadRuledLots } from './lot-facts';

export interface ConsistencyContext {
  readonly manager: EntityManager;
  readonly dictionary: Dictionary;
  readonly rules: ConsistencyRules;
  readonly now: number;
  nextKey(): number;
}

/** Answers for findings whose rule and term name nobody. */
const NOBODY_ELSE = 'data-governance';

/**
 * Checks the given lots. With `ruleId` only that rule is run and only its findings are resolved; without it, findings of
 * rules that are gone from the file are resolved too.
 */
export async function checkConsistency(
  context: ConsistencyContext,
  lotPks: readonly number[],
  ruleId: string | null = null,
): Promise<void> {
  const { manager, dictionary, rules, now } = context;
  const state = await loadCopyState(manager, now);
  const lots = await loadRuledLots(manager, lotPks);
  const run = rules.rules.filter(({ id }) => ruleId === null || id === ruleId);
  const observed = lots.flatMap((lot) =>
    run.flatMap((rule) =>
      evaluate(rule, lot, { dictionary, state }).map((found) =>
        findingOf(found, lot.pk, rule, rules.version, dictionary),
      ),
    ),
  );
  const scope = {
    ...{ rules: CONSISTENCY_FINDINGS, subjectType: 'lot' as const, subjectPks: lotPks },
    ...(ruleId === null ? {} : { ruleId }),
  };
  await reconcileFindings(manager, () => context.nextKey(), now, scope, observed);
}

function findingOf(
  { raises, field, facts, evidence, term }: Discrepancy,
  lotPk: number,
  { id, severity, owner }: ConsistencyRule,
  version: string,
  dictionary: Dictionary,
): ObservedFinding {
  return {
    ...{ rule: raises, subjectType: 'lot', subjectPk: lotPk, field, facts, evidence },
    declared: { id, version, severity, owner: owner ?? dictionary.find(term)?.steward ?? NOBODY_ELSE },
  };
}
