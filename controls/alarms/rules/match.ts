/** Decides whether an audit entry fits a rule; looks at nothing but the two and the calendar. */
import { createHash } from 'node:crypto';
import type { AlarmRule, FactCondition, Subject, WorkingHours } from './alarm-rule';
import { isOffHours } from './working-hours';

/** What rules look at of an entry. */
export interface AlarmEntry {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly account: string;
  readonly person: string | null;
  readonly object: { readonly type: string; readonly id: string } | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function entryFits(entry: AlarmEntry, { match }: AlarmRule, calendar: WorkingHours): boolean {
  return (
    match.actions.some((pattern) => actionFits(entry.action, pattern)) &&
    listed(match.outcomes, entry.outcome) &&
    listed(match.codes, entry.code) &&
    listed(match.objectTypes, entry.object?.type ?? null) &&
    match.facts.every((condition) => factFits(entry.facts[condition.fact], condition)) &&
    (!match.offHours || isOffHours(entry.at, calendar))
  );
}

/** `grant.*` fits every action below `grant`. */
export function actionFits(action: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

const listed = (list: readonly string[], value: string | null): boolean =>
  list.length === 0 || (value !== null && list.includes(value));

function factFits(value: unknown, { equals, atLeast }: FactCondition): boolean {
  if (equals !== null && !equals.some((one) => one === value)) return false;
  return atLeast === null || (typeof value === 'number' && value >= atLeast);
}

/** Amount of a fact that an entry adds to a sum; nonsense adds nothing. */
export function amountOf(entry: AlarmEntry, fact: string | null): number {
  if (fact === null) return 1;
  const value = entry.facts[fact];
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0;
}

/**
 * Names whose acts are counted together under a rule. Hashed: the key is shown nowhere and may stand for a person.
 * An entry without such a subject is counted with the account, never left out.
 */
export function dedupeKeyOf(rule: AlarmRule, entry: AlarmEntry): string {
  const subject = subjectOf(rule.per, entry);
  return createHash('sha256')
    .update(JSON.stringify([rule.id, rule.per, subject]))
    .digest('hex');
}

function subjectOf(per: Subject, entry: AlarmEntry): string {
  switch (per) {
    case 'person':
      return entry.person ?? `account:${entry.account}`;
    case 'account':
      return entry.account;
    case 'address': {
      const { address } = entry.facts;
      return typeof address === 'string' && address !== '' ? address : `account:${entry.account}`;
    }
    case 'object':
      return entry.object ? `${entry.object.type}:${entry.object.id}` : `account:${entry.account}`;
    case 'all':
      return '';
  }
}
