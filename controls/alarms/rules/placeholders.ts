/**
 * What an alarm's text may say. Texts leave the house by mail and chat, so they hold only what is listed here, each
 * backed by a dictionary term that MUST be public or internal, and each value of a closed vocabulary, a number or an
 * instant: never a name, a lot number, an account or a word that somebody typed.
 */
import { DateTime } from 'luxon';
import type { LocalizedText } from '../../../platform/errors';
import type { Language } from '../../../platform/request';
import type { Severity } from './alarm-rule';

/** Facts of an alarm that texts may draw on. */
export interface AlarmFacts {
  readonly id: string;
  readonly ruleName: LocalizedText;
  readonly severity: Severity;
  readonly occurrences: number;
  readonly amount: number;
  readonly windowMinutes: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Action name of the latest act; comes from the code, checked against its list. */
  readonly action: string;
  readonly zone: string;
}

const NO_VALUE = '-';

const SEVERITY_WORDS: Readonly<Record<Severity, LocalizedText>> = {
  LOW: { en: 'low', zh: '低' },
  MEDIUM: { en: 'medium', zh: '中' },
  HIGH: { en: 'high', zh: '高' },
  CRITICAL: { en: 'critical', zh: '严重' },
};

interface Placeholder {
  /** Dictionary term whose classification decides whether texts may show it. */
  readonly term: string;
  readonly show: (facts: AlarmFacts, language: Language) => string;
}

const instant = (at: number, zone: string): string =>
  DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss ZZ');

const number = (value: number): string => (Number.isFinite(value) ? String(Math.trunc(value)) : NO_VALUE);

export const PLACEHOLDERS: ReadonlyMap<string, Placeholder> = new Map<string, Placeholder>([
  ['alarm', { term: 'alarm.id', show: ({ id }) => (/^[0-9a-f-]{36}$/.test(id) ? id : NO_VALUE) }],
  ['rule', { term: 'alarm.ruleName', show: ({ ruleName }, language) => ruleName[language] }],
  [
    'severity',
    { term: 'alarm.severity', show: (facts, language) => SEVERITY_WORDS[facts.severity][language] },
  ],
  ['count', { term: 'alarm.occurrences', show: ({ occurrences }) => number(occurrences) }],
  ['amount', { term: 'alarm.amount', show: ({ amount }) => number(amount) }],
  ['minutes', { term: 'alarm.windowMinutes', show: ({ windowMinutes }) => number(windowMinutes) }],
  ['firstAt', { term: 'alarm.firstAt', show: ({ firstAt, zone }) => instant(firstAt, zone) }],
  ['lastAt', { term: 'alarm.lastAt', show: ({ lastAt, zone }) => instant(lastAt, zone) }],
  ['action', { term: 'alarm.action', show: ({ action }) => (isActionName(action) ? action : NO_VALUE) }],
]);

const PLACEHOLDER = /\{([^{}]*)\}/gu;

/** Names between braces in a text, as they stand. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '');
}

/** Fills a text in. A placeholder that is not on the list shows nothing: compiled rules have none. */
export function fillIn(text: string, facts: AlarmFacts, language: Language): string {
  return text.replace(
    PLACEHOLDER,
    (_all, name: string) => PLACEHOLDERS.get(name)?.show(facts, language) ?? '',
  );
}

const isActionName = (action: string): boolean =>
  /^[a-z][A-Za-z]{1,24}(\.[a-z][A-Za-z]{1,32}){1,2}$/.test(action);
