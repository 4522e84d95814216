/** Runs consistency rules over lots and items and brings their findings up to date. */
import type { EntityManager } from 'typeorm';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import { type ObservedFinding, reconcileFindings } from '../findings';
import {
  CONSISTENCY_FINDINGS,
  type ConsistencyRule,
  type ConsistencyRules,
  type RuleSubject,
} from './consistency-rule';
import { type Discrepancy, evaluate } from './evaluate';
import { type RuledSubject, loadCopyState, loadRuledItems, loadRuledLots } from './lot-facts';

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
 * Checks the given lots or items. With `ruleId` only that rule is run and only its findings are resolved; without it,
 * findings of rules that are in force no longer are resolved too.
 */
export async function checkConsistency(
  context: ConsistencyContext,
  subjectType: RuleSubject,
  subjectPks: readonly number[],
  ruleId: string | null = null,
): Promise<void> {
  if (subjectPks.length === 0) return;
  const { manager, dictionary, rules, now } = context;
  const state = await loadCopyState(manager, now);
  const run = rules.rules.filter(({ id }) => ruleId === null || id === ruleId);
  const asked = run.some(({ subject, check }) => subject === 'item' && check.kind === 'stockDiffers');
  // all movements of an item are read for it: where one ledger alone was read, there is nothing to compare it with
  const addsUp = asked && (state.ledgersRead?.size ?? 0) > 1;
  const subjects =
    subjectType === 'lot'
      ? await loadRuledLots(manager, subjectPks)
      : await loadRuledItems(manager, subjectPks, addsUp);
  const observed = subjects.flatMap((subject) =>
    run.flatMap((rule) =>
      evaluate(rule, subject, { dictionary, state }).map((found) =>
        findingOf(found, subject, rule, rules.version, dictionary),
      ),
    ),
  );
  const scope = {
    ...{ rules: CONSISTENCY_FINDINGS, subjectType, subjectPks },
    ...(ruleId === null ? {} : { ruleId }),
  };
  await reconcileFindings(manager, () => context.nextKey(), now, scope, observed);
}

function findingOf(
  { raises, field, facts, evidence, term }: Discrepancy,
  { type: subjectType, pk: subjectPk }: RuledSubject,
  { id, severity, owner }: ConsistencyRule,
  version: string,
  dictionary: Dictionary,
): ObservedFinding {
  return {
    ...{ rule: raises, subjectType, subjectPk, field, facts, evidence },
    declared: { id, version, severity, owner: owner ?? dictionary.find(term)?.steward ?? NOBODY_ELSE },
  };
}
