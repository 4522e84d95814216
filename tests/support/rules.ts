/** The consistency rules that are shipped, over a dictionary of a test. */
import path from 'node:path';
import type { ConsistencyRules, RuleSource } from '../../canonical/rules/consistency-rule';
import { loadConsistencyRules } from '../../canonical/rules/load-rules';
import type { Dictionary } from '../../platform/dictionary/dictionary';

const ROOT = path.resolve(__dirname, '..', '..');

export const shippedRules = (dictionary: Dictionary): ConsistencyRules =>
  loadConsistencyRules(ROOT, dictionary);

/** The same as the rules in force. */
export const ruleSource = (compiled: ConsistencyRules): RuleSource => ({
  current: () => Promise.resolve({ compiled }),
});
