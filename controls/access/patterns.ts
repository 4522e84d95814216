/**
 * Patterns of the policy: an exact term, `lot.*`, `class:restricted`, `*`; and for rules `rule:lot`, `rule:lot.*`,
 * `rule:*`. The more specific one decides.
 */
import { CLASSIFICATIONS, type Classification } from '../../platform/dictionary/dictionary';

/** What a pattern is matched against: a term with its class, or a rule. */
export type Subject =
  { readonly kind: 'term'; readonly id: string; readonly class: Classification } | RuleSubject;

interface RuleSubject {
  readonly kind: 'rule';
  readonly id: string;
}

const RULE = 'rule:';
const CLASS = 'class:';
const NAME = String.raw`[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*`;
const SHAPE = new RegExp(
  `^(\\*|(${RULE})?${NAME}(\\.\\*)?|${RULE}\\*|${CLASS}(${CLASSIFICATIONS.join('|')}))$`,
);

export const isPattern = (text: string): boolean => SHAPE.test(text);
export const isRulePattern = (pattern: string): boolean => pattern.startsWith(RULE);
/** True for a pattern that names what it is about; `*` and a class take in what nobody has thought of yet. */
export const isNamed = (pattern: string): boolean =>
  !pattern.startsWith(CLASS) && pattern !== '*' && pattern !== `${RULE}*`;

/** True for a pattern that one name alone fits. */
export const isExact = (pattern: string): boolean => !pattern.startsWith(CLASS) && !pattern.endsWith('*');
/** The pattern that fits the subject alone. */
export const exactPattern = ({ kind, id }: Subject): string => (kind === 'rule' ? `${RULE}${id}` : id);

/** How closely the pattern fits: 0 when it does not, and more the more specific it is. */
export function fit(pattern: string, subject: Subject): number {
  if (isRulePattern(pattern)) {
    return subject.kind === 'rule' ? fitName(pattern.slice(RULE.length), subject.id) : 0;
  }
  if (subject.kind === 'rule') return 0;
  if (pattern.startsWith(CLASS)) return pattern.slice(CLASS.length) === subject.class ? 2 : 0;
  return fitName(pattern, subject.id);
}

const EXACT = 10_000;

function fitName(pattern: string, id: string): number {
  if (pattern === '*') return 1;
  if (pattern === id) return EXACT;
  return pattern.endsWith('.*') && id.startsWith(pattern.slice(0, -1)) ? 2 + pattern.length : 0;
}
