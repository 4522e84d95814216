/**
 * Tells two policies apart, and whether the newer one is weaker: anything that somebody gains by it. A combination of
 * roles can gain only where one of its roles gains, loses an explicit deny, or a term loses a source.
 */
import { CompiledPolicy, severityOf } from './compiled-policy';
import type { Subject } from './patterns';
import type { PolicyContent, PolicyRole } from './policy-content';
import { separatedPairs } from './separation';

export interface PolicyChange {
  /** `role`, `separation`, `term`, `write`, `rule` or `source`. */
  readonly kind: 'role' | 'separation' | 'term' | 'write' | 'rule' | 'source';
  readonly role: string | null;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  readonly weakens: boolean;
}

export interface PolicyComparison {
  readonly weakens: boolean;
  readonly changes: readonly PolicyChange[];
}

/** Everything that differs. Without an older policy all is new, and weakens. */
export function comparePolicies(older: PolicyContent | null, newer: PolicyContent): PolicyComparison {
  const before = older ?? { format: 1, roles: [], lines: [], nobody: [], terms: {} };
  const changes = [
    ...roleChanges(before, newer),
    ...separationChanges(before, newer),
    ...sourceChanges(before, newer),
    ...rulingChanges(before, newer),
  ];
  return { weakens: changes.some((change) => change.weakens), changes };
}

function roleChanges(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  const names = union(
    before.roles.map(({ role }) => role),
    after.roles.map(({ role }) => role),
  );
  return names.flatMap((role) => {
    const old = before.roles.find((one) => one.role === role);
    const now = after.roles.find((one) => one.role === role);
    return changed('role', role, role, describe(old), describe(now), roleWeakens(old, now));
  });
}

/** Two roles that may stand together again are a gain for whoever gets both. */
function separationChanges(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  const [old, now] = [separatedPairs(before), separatedPairs(after)];
  const say = (apart: boolean): string => (apart ? 'kept apart' : 'may be held together');
  return union([...old], [...now]).flatMap((pair) =>
    changed('separation', null, pair, say(old.has(pair)), say(now.has(pair)), !now.has(pair)),
  );
}

/** A role's lines are compared by themselves; here only what guards its assignment and its rows. */
function roleWeakens(old: PolicyRole | undefined, now: PolicyRole | undefined): boolean {
  if (now === undefined) return false;
  if (old === undefined) return true;
  return (
    (old.risk === 'high' && now.risk === 'low') ||
    old.rows.some((condition) => !now.rows.includes(condition)) ||
    (old.maxDays !== null && (now.maxDays === null || now.maxDays > old.maxDays))
  );
}

const describe = (role: PolicyRole | undefined): string =>
  role === undefined
    ? 'none'
    : `risk ${role.risk}, rows ${role.rows.join('+') || 'all'}, days ${role.maxDays ?? 'open'}`;

function sourceChanges(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  return union(Object.keys(before.terms), Object.keys(after.terms)).flatMap((term) => {
    const old = before.terms[term]?.derivedFrom ?? [];
    const now = after.terms[term]?.derivedFrom ?? [];
    // a term that is gone can be read by nobody
    const lost = after.terms[term] !== undefined && old.some((source) => !now.includes(source));
    return changed('source', null, term, old.join(), now.join(), lost);
  });
}

function rulingChanges(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  const [old, now] = [new CompiledPolicy('before', before), new CompiledPolicy('after', after)];
  const roles = union(
    before.roles.map(({ role }) => role),
    after.roles.map(({ role }) => role),
  );
  const terms = union(Object.keys(before.terms), Object.keys(after.terms));
  const rules = rulesOf(before, after);
  return roles.flatMap((role) => [
    ...terms.flatMap((term) => [
      ...ruling('term', role, term, subjectsOf(term, before, after), [old, now]),
      ...ruling('write', role, term, subjectsOf(term, before, after), [old, now]),
    ]),
    ...rules.flatMap((rule) => {
      const subject: Subject = { kind: 'rule', id: rule };
      return ruling('rule', role, rule, [subject, subject], [old, now]);
    }),
  ]);
}

type Pair<T> = readonly [T, T];

function subjectsOf(id: string, before: PolicyContent, after: PolicyContent): Pair<Subject | null> {
  const of = (content: PolicyContent): Subject | null => {
    const term = content.terms[id];
    return term === undefined ? null : { kind: 'term', id, class: term.class };
  };
  return [of(before), of(after)];
}

function ruling(
  kind: 'term' | 'write' | 'rule',
  role: string,
  id: string,
  subjects: Pair<Subject | null>,
  policies: Pair<CompiledPolicy>,
): PolicyChange[] {
  const [old, now] = ([0, 1] as const).map((index) => {
    const subject = subjects[index];
    const known = policies[index].role(role) !== undefined;
    const own =
      subject === null || !known ? null : policies[index].ownRuling(role, subject, kind === 'write');
    // an explicit deny also binds the caller's other roles, which silence does not
    return own === null ? { text: 'none', rank: 2 } : { text: own.decision, rank: rankOf(own.decision) };
  }) as [RankedText, RankedText];
  return changed(kind, role, id, old.text, now.text, now.rank < old.rank);
}

interface RankedText {
  readonly text: string;
  readonly rank: number;
}

/** READ 0, MASK 1, silence 2, an explicit deny 3. */
function rankOf(decision: 'READ' | 'MASK' | 'DENY'): number {
  return decision === 'DENY' ? 3 : severityOf(decision);
}

/** Rules that either policy names, and one that stands for those that only a wildcard takes in. */
function rulesOf(before: PolicyContent, after: PolicyContent): string[] {
  return union(
    ...[before, after].map(({ lines }) =>
      lines
        .filter(({ pattern }) => pattern.startsWith('rule:'))
        .map(({ pattern }) => pattern.slice('rule:'.length).replace('*', 'anyOther')),
    ),
  );
}

function changed(
  kind: PolicyChange['kind'],
  role: string | null,
  subject: string,
  before: string,
  after: string,
  weakens: boolean,
): PolicyChange[] {
  return before === after && !weakens ? [] : [{ kind, role, subject, before, after, weakens }];
}

const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())].sort();
